"""Judges secrets: too short, too plain, or copied from an example."""

import re

_PLACEHOLDER = re.compile(
    r"change.?me|replace.?me|placeholder|example|secret|password|passw0rd|default|"
    r"(?-i:your|Your|YOUR)[-_ ]|(?-i:dummy|Dummy|DUMMY)|insecure|123456|qwerty|x{6}|"
    r"(?<![a-z\d])(x{4,}|test|todo)(?![a-z\d])|<.*>",
    re.IGNORECASE,
)
"""What is short counts in one case or between edges: random letters hold "xXxX" now and then."""
_LEAST_KINDS = 6


def why_weak(value: str, *, least: int = 32) -> str:
    """Return what is wrong with a secret, or an empty string.

    Args:
        least: how many characters it must have.
    """
    if not value:
        return "is missing"
    if len(value) < least:
        return f"is weak: {len(value)} characters, at least {least} are needed"
    if _PLACEHOLDER.search(value):
        return "is weak: it looks like a placeholder"
    if len(set(value)) < _LEAST_KINDS:
        return "is weak: it repeats a few characters"
    return ""
