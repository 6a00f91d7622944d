"""History panel: earlier chats, in a dialog of the browser's own, which keeps the focus."""

import reflex as rx

from components.icons import icon
from components.markup import Prop, Value, cond, el, foreach
from schemas.views import ChatLabels, HistoryItemView


def _item(item: Prop[HistoryItemView]) -> rx.Component:
    return el.li(
        el.button(
            el.b(item.title),
            el.small(item.updated, class_name="muted"),
            type="button",
            data_testid="history-item",
            data_do="open_conversation",
            data_value=item.id,
            aria_current=cond(item.current, "true", "false"),
        ),
        key=item.id,
    )


def _shapes(labels: Prop[ChatLabels]) -> rx.Component:
    """Where the chats will be; `assets/chat.js` opens the panel before the server has answered."""
    return el.div(
        *[el.i() for _ in range(4)], class_name="shapes", role="img", aria_label=labels.wait
    )


def history_panel(
    labels: Prop[ChatLabels],
    items: Value[list[HistoryItemView]],
    is_open: Value[bool],
    known: Value[bool],
) -> rx.Component:
    """`assets/chat.js` shows it as a modal while ``data-open`` is ``true``.

    ``known`` says that ``items`` are all there are; until then none is not nothing.
    """
    return el.dialog(
        el.header(
            el.h2(labels.history),
            el.button(
                icon("close"),
                type="button",
                class_name="square",
                data_do="close_history",
                aria_label=labels.close,
            ),
        ),
        cond(
            items,
            el.ul(foreach(items, _item)),
            cond(known, el.p(labels.history_empty, class_name="empty"), _shapes(labels)),
        ),
        class_name="panel",
        aria_label=labels.history,
        data_open=cond(is_open, "true", "false"),
    )
