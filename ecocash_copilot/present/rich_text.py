"""The small Markdown subset of answers and articles, parsed here so that no phone has to.

Paragraphs, ``-`` and ``1.`` lists, ``**bold**``, ``*italic*``, `` `code` `` and links to the app,
the web or the dialler. Everything else is plain text; HTML is never interpreted.
"""

import re

from schemas.views import BlockView, LineView, SpanView

_INLINE = re.compile(
    r"\*\*(?P<b>[^*\n]+)\*\*"
    r"|(?<![\w*])\*(?P<i>[^*\s][^*\n]*)\*(?![\w*])"
    r"|`(?P<code>[^`\n]+)`"
    r"|\[(?P<label>[^\[\]\n]{1,200})\]\((?P<url>(?:ecocash://|https://|tel:)[^\s()]{1,500})\)"
)
"""Every repetition is bounded or ends at the mark it begins with: the time is linear."""

_ITEM = re.compile(r"^\s{0,3}(?:(?P<ul>[-*•])|(?P<ol>\d{1,2})[.)])\s+(?P<text>.*)$")
_HEADING = re.compile(r"^#{1,6}\s+(.*)$")
_WHOLE = re.compile(r"ZiG \d[\d,.]*|(?<!\d)(?:\+263 7|07)\d \d{3} \d{4}(?!\d)")
"""Sums and mobile numbers, which are misread when they go on in the next line."""


def parse_blocks(text: str) -> list[BlockView]:
    """Return the blocks of a text. Never fails; what it does not know stays as it is."""
    blocks: list[BlockView] = []
    paragraph: list[str] = []

    def close_paragraph() -> None:
        if paragraph:
            blocks.append(BlockView(kind="p", lines=[_line("\n".join(paragraph))]))
            paragraph.clear()

    for raw in text.splitlines():
        line = raw.rstrip()
        item = _ITEM.match(line)
        heading = _HEADING.match(line)
        if not line.strip():
            close_paragraph()
        elif heading:
            close_paragraph()
            blocks.append(BlockView(kind="p", lines=[_bold_line(heading[1])]))
        elif item:
            close_paragraph()
            _add_item(blocks, "ul" if item["ul"] else "ol", item["text"])
        else:
            paragraph.append(line.strip())
    close_paragraph()
    return blocks


def plain_text(text: str) -> str:
    """Return a text without its markup, for the clipboard and for titles."""
    return _INLINE.sub(lambda m: m["b"] or m["i"] or m["code"] or m["label"] or "", text).strip()


def _add_item(blocks: list[BlockView], kind: str, text: str) -> None:
    if not blocks or blocks[-1].kind != kind:
        blocks.append(BlockView(kind=kind, lines=[]))
    blocks[-1].lines.append(_line(text))


def _bold_line(text: str) -> LineView:
    return LineView(spans=[SpanView(text=plain_text(text), style="b")])


def _line(text: str) -> LineView:
    text = _WHOLE.sub(lambda match: match[0].replace(" ", "\N{NO-BREAK SPACE}"), text)
    spans: list[SpanView] = []
    position = 0
    for match in _INLINE.finditer(text):
        if match.start() > position:
            spans.append(SpanView(text=text[position : match.start()]))
        spans.append(_span(match))
        position = match.end()
    if position < len(text):
        spans.append(SpanView(text=text[position:]))
    return LineView(spans=spans)


def _span(match: re.Match[str]) -> SpanView:
    if match["url"]:
        return SpanView(text=match["label"], style="a", url=match["url"])
    style = "b" if match["b"] else "i" if match["i"] else "code"
    return SpanView(text=match[style], style=style)
