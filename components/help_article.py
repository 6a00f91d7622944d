"""Help article: its text; the links are the card's actions."""

import reflex as rx

from components.markup import Prop, el
from components.rich_text import rich_text
from schemas.views import WidgetView


def help_article(widget: Prop[WidgetView]) -> rx.Component:
    """The article's text; the card's title is the article's."""
    return el.div(rich_text(blocks=widget.blocks), class_name="prose")
