"""Form fields: a label, the question's own kind of input, and its hint or what to correct.

Inputs are uncontrolled: the browser keeps what was typed, also when the card is drawn again.
"""

import reflex as rx

from components.markup import Prop, Value, cond, either, el, foreach, match
from schemas.views import ChatLabels, ChoiceView, FieldView


def _optional(field: Prop[FieldView], labels: Prop[ChatLabels]) -> rx.Component:
    return cond(field.required, "", el.small(labels.optional, class_name="muted"))


def note(text: Value[str], error: Value[str], identity: str) -> rx.Component:
    """A hint, or in its place what to correct; the input names it as its description."""
    return el.small(
        either(error, text),
        class_name=cond(error, "note wrong", "note"),
        custom_attrs={"id": f"{identity}-note"},
    )


def choice(item: Prop[ChoiceView], name: Value[str]) -> rx.Component:
    """One answer to choose; the whole line is its target."""
    return el.label(
        el.input(
            type="radio",
            name=name,
            value=item.value,
            default_checked=item.selected,
        ),
        el.span(item.label),
        class_name="option",
        key=item.value,
    )


def choices(
    title: Value[str],
    items: Value[list[ChoiceView]],
    error: Value[str],
    name: Value[str],
    identity: str,
) -> rx.Component:
    """Answers of which one is chosen."""
    return el.fieldset(
        cond(title, el.legend(title)),
        foreach(items, choice, name),
        note("", error, identity),
        class_name="field",
        aria_invalid=cond(error, "true", "false"),
        aria_describedby=f"{identity}-note",
        custom_attrs={"role": "radiogroup"},
    )


def _line(field: Prop[FieldView], labels: Prop[ChatLabels], identity: str) -> rx.Component:
    return el.div(
        el.label(field.label, " ", _optional(field, labels), html_for=identity),
        el.input(
            type=match(field.kind, ("phone", "tel"), ("date", "date"), "text"),
            input_mode=match(
                field.kind,
                ("phone", "tel"),
                ("amount", "decimal"),
                ("meter", "numeric"),
                ("ending", "numeric"),
                "text",
            ),
            name=field.name,
            default_value=field.value,
            max_length=either(field.max_length, 120),
            read_only=field.locked,
            min=field.first_day,
            max=field.last_day,
            auto_complete="off",
            custom_attrs={"id": identity},
            aria_invalid=cond(field.error, "true", "false"),
            aria_describedby=f"{identity}-note",
        ),
        note(field.hint, field.error, identity),
        class_name="field",
    )


def form_field(
    field: Prop[FieldView], labels: Prop[ChatLabels], widget_id: Value[str]
) -> rx.Component:
    """One question of any kind."""
    identity = f"{widget_id}-{field.name}"
    return el.div(
        match(
            field.kind,
            ("choice", choices(field.label, field.choices, field.error, field.name, identity)),
            _line(field, labels, identity),
        ),
        key=field.name,
    )


def words_field(
    field: Prop[FieldView], labels: Prop[ChatLabels], widget_id: Value[str]
) -> rx.Component:
    """The customer's own words; the box grows with them."""
    identity = f"{widget_id}-description"
    return el.div(
        el.label(field.label, " ", _optional(field, labels), html_for=identity),
        el.textarea(
            name="description",
            rows="4",
            default_value=field.value,
            max_length=either(field.max_length, 2000),
            custom_attrs={"id": identity},
            aria_invalid=cond(field.error, "true", "false"),
            aria_describedby=f"{identity}-note",
        ),
        note(field.hint, field.error, identity),
        class_name="field",
    )
