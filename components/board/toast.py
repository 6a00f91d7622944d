"""Toast: a short word about what was just asked."""

import reflex as rx

from components.icons import icon
from components.markup import Prop, cond, either, el, foreach
from schemas.board_views import FlashView


def toast(flash: Prop[FlashView], *, shown: bool = False) -> rx.Component:
    """One short word; the script shows each once, says it aloud, and takes it away again.

    ``shown`` has it there from the start.
    """
    return el.div(
        cond(
            either(flash.tone, "info") == "error",
            icon("warning"),
            cond(either(flash.tone, "info") == "success", icon("completed")),
        ),
        el.span(flash.text),
        el.ul(foreach(either(flash.lines, []), _line)),
        class_name="toast",
        **({"data_show": ""} if shown else {}),
        data_tick=either(flash.tick, 0),
        data_tone=either(flash.tone, "info"),
        data_ref=either(flash.ref, ""),
        data_key=either(flash.key, ""),
        data_left=either(flash.left, ""),
        data_done=cond(flash.done, "true", "false"),
    )


def _line(text: Prop[str]) -> rx.Component:
    return el.li(text)
