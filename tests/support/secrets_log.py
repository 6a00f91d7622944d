"""Everything a test run knows that no log may hold."""

import re

_JWT = re.compile(r"eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}")
_PHONE = re.compile(r"(?<![\w.])(?:\+|00)?(?:263|0)7[1378]\d{7}(?!\d)")
_CODE = re.compile(r"[#?&](?:code|ticket|token)=(?!\[hidden\])[\w-]{8,}")

_SHAPES = ((_JWT, "token"), (_PHONE, "phone number"), (_CODE, "code"))


class Secrets:
    """Collects secrets as they are made, and finds them in a log."""

    def __init__(self) -> None:
        """Start with none."""
        self._known: dict[re.Pattern[str], str] = {}

    def add(self, value: str, what: str) -> str:
        """Remember a secret; return it."""
        self._known[re.compile(rf"(?<![\w.:-]){re.escape(value)}(?![\w.:-])")] = what
        return value

    def found_in(self, log: str) -> list[str]:
        """Return what a log gives away, each with the line it stands in."""
        leaks: list[str] = []
        for line in log.splitlines():
            leaks.extend(
                f"{what}: {line[:300]}"
                for pattern, what in (*self._known.items(), *_SHAPES)
                if pattern.search(line)
            )
        return leaks
