"""Paragraphs and lists with bold, italic, code and links; the server has parsed them."""

import reflex as rx

from components.markup import Prop, el, foreach, fragment, link, match, memo
from schemas.views import BlockView, LineView, SpanView


def _span(span: Prop[SpanView]) -> rx.Component:
    return match(
        span.style,
        ("b", el.strong(span.text)),
        ("i", el.em(span.text)),
        ("code", el.code(span.text)),
        ("a", link(span.text, href=span.url, data_do="deeplink", data_value=span.url)),
        fragment(span.text),
    )


@memo
def rich_line(line: Prop[LineView]) -> rx.Component:
    """The runs of one line."""
    return fragment(foreach(line.spans, _span))


def _item(line: Prop[LineView]) -> rx.Component:
    return el.li(rich_line(line=line))


def _block(block: Prop[BlockView]) -> rx.Component:
    return match(
        block.kind,
        ("ul", el.ul(foreach(block.lines, _item))),
        ("ol", el.ol(foreach(block.lines, _item))),
        el.p(rich_line(line=block.lines[0])),
    )


@memo
def rich_text(blocks: Prop[list[BlockView]]) -> rx.Component:
    """Paragraphs and lists; nothing when there are none."""
    return fragment(foreach(blocks, _block))
