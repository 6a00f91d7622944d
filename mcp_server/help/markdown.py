"""The Markdown subset of help articles, checked so that a small renderer is enough.

Blocks, separated by an empty line: a paragraph, a list of ``- `` items, a list of ``1. `` items.
A list follows its introduction after an empty line only. Inline: ``**bold**``, ``*italic*`` and
``[label](https://... or ecocash://...)``. A line may hold one literal asterisk, of a USSD code such
as ``*151#``, and then no emphasis, so that no renderer can take it for the start of one.
"""

import re

_BOLD = re.compile(r"\*\*(?! )[^*\n]+(?<! )\*\*")
_ITALIC = re.compile(r"\*(?! )[^*\n]+(?<! )\*")
_LINK = re.compile(r"(?<!!)\[[^\[\]\n]+\]\((?:https://|ecocash://)[^\s()]+\)")
_BULLET = re.compile(r"- \S")
_NUMBERED = re.compile(r"(\d{1,2})\. \S")
_FOREIGN = re.compile(r"[<>`_~|\\\[\]#]|!\[|https?://")
_USSD = re.compile(r"\*\d[\d*]*#")


def markdown_problems(body: str) -> list[str]:
    """Return what in ``body`` is outside the subset; empty when all is well."""
    problems: list[str] = []
    for block in body.strip().split("\n\n"):
        lines = block.split("\n")
        problems += _block_problems(lines)
        for line in lines:
            problems += _line_problems(line)
    return problems


def _block_problems(lines: list[str]) -> list[str]:
    if not all(line.strip() for line in lines):
        return ["more than one empty line between blocks"]
    bullets = [bool(_BULLET.match(line)) for line in lines]
    numbers = [match[1] if (match := _NUMBERED.match(line)) else None for line in lines]
    if any(bullets):
        return [] if all(bullets) else [f"list mixed with text: {lines[0]!r}"]
    if any(numbers):
        expected = [str(place) for place in range(1, len(lines) + 1)]
        return [] if numbers == expected else [f"numbers out of order: {lines[0]!r}"]
    return [] if len(lines) == 1 else [f"paragraph broken over lines: {lines[0]!r}"]


def _line_problems(line: str) -> list[str]:
    text = _LINK.sub("", line)
    dialled = _USSD.findall(text)
    if dialled:
        text = _USSD.sub("", text)
        if len(dialled) > 1 or "*" in text:
            return [f"emphasis or a second code beside a USSD code: {line!r}"]
    text = _ITALIC.sub("", _BOLD.sub("", text))
    if "*" in text:
        return [f"unpaired asterisk: {line!r}"]
    foreign = _FOREIGN.search(text)
    return [f"{foreign[0]!r} is not in the subset: {line!r}"] if foreign else []
