"""The strings a native reviewer should check first, as ``docs/languages.md`` lists them.

A string is marked in its catalogue, by a translator's comment that says what to look at::

    # review: reads as "the money came back to me"
    msgid "Reversed"

``python -m tests.core.review_list`` writes the list into the document; a test compares them.
"""

from pathlib import Path

from ecocash_copilot.core.i18n import read_catalogue
from schemas.identity import Locale

DOCUMENT = Path(__file__).parents[2] / "docs" / "languages.md"
BEGIN, END = "<!-- strings to review: begin -->", "<!-- strings to review: end -->"
MARK = "review:"
_NAMES = {Locale.SN: "Shona", Locale.ND: "Ndebele"}


def marked(locale: Locale) -> list[tuple[str, str, str]]:
    """Return English text, translation and what to look at, of each marked string."""
    found: list[tuple[str, str, str]] = []
    for entry in read_catalogue(locale):
        notes = [line.removeprefix(MARK).strip() for line in entry.user_comments if MARK in line]
        if not entry.id or not notes:
            continue
        source = entry.id if isinstance(entry.id, str) else " / ".join(entry.id)
        text = entry.string if isinstance(entry.string, str) else " / ".join(entry.string or ())
        found.append((source, text, "; ".join(notes)))
    return found


def review_list() -> str:
    """Return the list in Markdown."""
    lines: list[str] = []
    for locale, name in _NAMES.items():
        rows = marked(locale)
        total = sum(1 for entry in read_catalogue(locale) if entry.id)
        lines += [
            f"### {name}: {len(rows)} of {total} strings",
            "",
            f"| English | {name} | Look at |",
            "|---|---|---|",
            *(
                f"| {' | '.join(part.replace('|', chr(92) + '|') for part in row)} |"
                for row in rows
            ),
            "",
        ]
    return "\n".join(lines).rstrip()


def with_list(document: str) -> str:
    """Return the document with the list as the catalogues have it now."""
    before, rest = document.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{review_list()}\n\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(with_list(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
