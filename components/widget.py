"""Widget: a card of any type, with its title, its body and its buttons."""

import reflex as rx

from components.balance_card import balance_card
from components.confirmation_dialog import confirmation_dialog
from components.help_article import help_article
from components.markup import Prop, cond, either, el, foreach, match, memo
from components.notice import notice
from components.ticket_form import ticket_form
from components.ticket_status_board import ticket_status_board
from components.transaction_detail import transaction_detail
from components.transaction_table import transaction_table
from schemas.views import ActionView, ChatLabels, WidgetView


def _action(action: Prop[ActionView]) -> rx.Component:
    return el.button(
        action.label,
        type="button",
        class_name="button",
        data_do=either(action.kind, "postback"),
        data_name=action.name,
        data_value=either(action.value, action.url),
    )


@memo
def widget(widget: Prop[WidgetView], labels: Prop[ChatLabels]) -> rx.Component:
    """The card its ``type`` asks for; an unknown type is shown as a notice."""
    return el.article(
        cond(
            widget.title,
            el.header(el.h2(widget.title), el.small(widget.note, class_name="muted")),
        ),
        match(
            widget.type,
            ("balance_card", balance_card(widget)),
            ("transaction_table", transaction_table(widget, labels)),
            ("transaction_detail", transaction_detail(widget, labels)),
            ("ticket_status_board", ticket_status_board(widget, labels)),
            ("ticket_form", ticket_form(widget, labels)),
            ("confirmation_dialog", confirmation_dialog(widget, labels)),
            ("help_article", help_article(widget)),
            notice(widget),
        ),
        cond(widget.empty, el.p(widget.empty, class_name="empty")),
        cond(
            widget.actions,
            el.footer(foreach(widget.actions, _action)),
        ),
        class_name="card",
        data_widget=either(widget.type, "notice"),
        data_widget_id=widget.id,
        data_tone=widget.tone,
    )
