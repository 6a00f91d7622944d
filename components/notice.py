"""Notice: one short message from the product itself."""

import reflex as rx

from components.icons import icon
from components.markup import Prop, either, el
from schemas.views import WidgetView


def notice(widget: Prop[WidgetView]) -> rx.Component:
    """Say it in its tone: colour, icon and words together."""
    return el.p(icon(either(widget.tone, "info")), widget.text, class_name="notice")
