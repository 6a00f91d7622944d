"""Where an agent writes: to the customer, a private note, or live in a taken conversation.

The fields are uncontrolled, so typing never waits for the network, and what was typed stays when
something is refused. `assets/board.js` submits, and empties a field once it is said to be done.
"""

from typing import Any

import reflex as rx

from components.icons import icon
from components.markup import (
    Prop,
    Value,
    cond,
    count_of,
    either,
    el,
    foreach,
    form,
    literal,
    match,
)
from schemas.board_views import CannedView, FlashView, PanelView
from schemas.message import MAX_TEXT

_CLOSED: Any = literal(False)


def _canned(item: Prop[CannedView]) -> rx.Component:
    return el.li(
        el.button(
            el.b(item.title),
            el.small(item.text),
            type="button",
            data_do="use_canned",
            data_value=item.text,
        ),
        data_language=item.language,
        key=item.key,
    )


def _ready_made(
    canned: Value[list[CannedView]], language: Value[str], choosing: Value[bool]
) -> rx.Component:
    return el.div(
        el.div(
            *[
                el.button(
                    name,
                    type="button",
                    class_name="quiet",
                    data_do="canned_language",
                    data_value=code,
                    aria_pressed=cond(language == name, "true", "false"),
                )
                for code, name in (("en", "English"), ("sn", "Shona"), ("nd", "Ndebele"))
            ],
            class_name="languages",
            role="group",
            aria_label="Language of the replies",
        ),
        el.ul(foreach(canned, _canned)),
        class_name="canned",
        role="region",
        aria_label="Ready-made replies",
        hidden=cond(choosing, False, True),
        data_language=language,
        custom_attrs={"id": "canned"},
    )


def _conflict(flash: Prop[FlashView], ticket: Prop[PanelView]) -> rx.Component:
    """What somebody else did meanwhile; what was typed is still there."""
    return cond(
        count_of(either(flash.lines, [])).bool() & (flash.ref == ticket.id),
        el.div(
            el.b(flash.text),
            el.ul(foreach(flash.lines, _change)),
            el.button("Dismiss", type="button", class_name="quiet", data_do="dismiss"),
            class_name="conflict",
            role="alert",
            data_testid="ticket-conflict",
            data_tick=flash.tick,
        ),
    )


def _change(line: Prop[str]) -> rx.Component:
    return el.li(line)


def _field(name: str, hint: str, testid: str, rows: str) -> rx.Component:
    return el.textarea(
        name="text",
        rows=rows,
        max_length=MAX_TEXT,
        placeholder=hint,
        aria_label=hint,
        data_testid=testid,
        custom_attrs={"id": f"write-{name}", "autoComplete": "off"},
    )


def _replies() -> rx.Component:
    return el.button(
        icon("canned"),
        "Replies",
        type="button",
        class_name="quiet",
        data_do="canned",
        title="Ready-made replies (c)",
        aria_expanded="false",
        aria_controls="canned",
    )


def _reply() -> rx.Component:
    return form(
        _field("reply", "Reply to the customer", "ticket-reply", "3"),
        el.div(
            _replies(),
            el.select(
                el.option("and leave the status", value=""),
                el.option("and wait for the customer", value="pending_customer"),
                el.option("and resolve", value="resolved"),
                name="then",
                aria_label="After the reply",
            ),
            el.span(class_name="space"),
            el.button(
                "Send",
                type="submit",
                class_name="primary",
                data_testid="ticket-reply-send",
                title="Send (Enter)",
            ),
            class_name="line",
        ),
        class_name="write",
        data_form="reply",
    )


def _note() -> rx.Component:
    return form(
        _field("note", "Private note, never shown to the customer", "ticket-note", "1"),
        el.button("Add note", type="submit", class_name="quiet", data_testid="ticket-note-add"),
        class_name="write note-form",
        data_form="note",
    )


def _say() -> rx.Component:
    return form(
        _field("say", "Write to the customer", "conversation-reply", "2"),
        el.div(
            _replies(),
            el.span(class_name="space"),
            el.button(
                "Hand back to the assistant", type="button", class_name="quiet", data_do="hand_back"
            ),
            el.button("Send", type="submit", class_name="primary", title="Send (Enter)"),
            class_name="line",
        ),
        class_name="write",
        data_form="say",
    )


def _handover(ticket: Prop[PanelView]) -> rx.Component:
    return match(
        either(ticket.handover, ""),
        (
            "waiting",
            el.div(
                el.p(icon("person"), "The customer asked for a person."),
                el.button(
                    "Take over",
                    type="button",
                    class_name="primary",
                    data_do="take",
                    data_testid="handover-take",
                ),
                class_name="call-bar",
            ),
        ),
        ("mine", _say()),
        (
            "taken",
            el.div(
                el.p(icon("person"), f"{ticket.handover_agent} is talking with this customer."),
                class_name="call-bar",
            ),
        ),
        cond(
            either(ticket.kind, "") == "conversation",
            el.div(
                el.p(icon("chat"), "The assistant answers this customer again."),
                class_name="call-bar",
            ),
        ),
    )


def writing(
    ticket: Prop[PanelView],
    canned: Value[list[CannedView]],
    flash: Prop[FlashView],
    *,
    choosing: Value[bool] = _CLOSED,
) -> rx.Component:
    """The foot of the conversation; ``choosing`` shows the ready-made replies from the start."""
    return el.footer(
        _conflict(flash, ticket),
        _ready_made(canned, ticket.language, choosing),
        _handover(ticket),
        cond(either(ticket.kind, "") == "ticket", el.div(_reply(), _note(), class_name="both")),
        class_name="writing",
    )
