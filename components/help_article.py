"""Help article: its text; the links are the card's actions."""

import reflex as rx

from components.markup import Prop, el
from components.rich_text import rich_text
from schemas.views import WidgetView


def help_article(widget: Prop[WidgetView]) -> rx.Component:
    """The summary, then the article."""
    return el.div(
        el.p(widget.text, class_name="lead"), rich_text(blocks=widget.blocks), class_name="prose"
    )
