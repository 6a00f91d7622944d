"""Confirmation dialog: what will happen and how long there is to answer; then what came of it.

The buttons take one tap: `assets/forms.js` marks the card with ``data-working`` at once. It also
counts down and, without asking the server, takes the buttons away when the time is over.
"""

import reflex as rx

from components.amount import amount
from components.icons import icon
from components.markup import Prop, Value, cond, either, el, foreach, match
from schemas.views import ChatLabels, DialogView, WidgetView


def _consequence(text: Value[str]) -> rx.Component:
    return el.li(text, key=text)


def _what(view: Prop[DialogView], labels: Prop[ChatLabels], identity: str) -> rx.Component:
    """Open while it is to be decided; afterwards one tap away."""
    return el.details(
        el.summary(labels.confirm_shown),
        el.ul(
            foreach(view.consequences, _consequence),
            class_name="terms",
            custom_attrs={"id": identity},
        ),
        open=cond(view.accept, True, False),
    )


def _question(view: Prop[DialogView], labels: Prop[ChatLabels], identity: str) -> rx.Component:
    """The buttons, and the lines of which the style sheet shows one at a time."""
    return el.div(
        el.footer(
            el.button(
                labels.confirm_decline,
                type="button",
                class_name="button",
                data_testid="confirm-decline",
                data_do="confirm_decline",
            ),
            el.button(
                view.accept,
                type="button",
                class_name="button fill",
                data_testid="confirm-accept",
                data_do="confirm_accept",
                aria_describedby=identity,
            ),
        ),
        el.small(
            "\u00a0",
            class_name="muted time",
            role="timer",
            data_expires=view.expires_at,
            data_text=labels.confirm_time,
        ),
        el.p(icon("pending"), labels.confirm_working, class_name="notice working", role="status"),
        el.p(icon("info"), labels.confirm_over, class_name="notice over", role="status"),
        class_name="decide",
    )


def confirmation_dialog(widget: Prop[WidgetView], labels: Prop[ChatLabels]) -> rx.Component:
    """Ask, or say what came of it; an answered dialog stays in the thread as a record."""
    view = widget.dialog
    identity = f"{widget.id}-what"
    return el.div(
        el.p(
            icon(match(view.severity, ("medium", "warning"), ("high", "warning"), "info")),
            view.severity_label,
            class_name="risk",
            data_severity=either(view.severity, "low"),
        ),
        cond(view.amount, amount(view.amount, big=True)),
        _what(view, labels, identity),
        cond(view.accept, _question(view, labels, identity)),
        cond(
            view.outcome,
            el.p(
                icon(either(view.tone, "info")),
                view.outcome,
                class_name="notice",
                tab_index=-1,
                data_focus=True,
            ),
        ),
        class_name="dialog",
        data_state=either(view.state, "pending"),
        data_tone=view.tone,
        data_ticket_id=view.ticket_id,
    )
