"""Controls of a story: one for each value of its props, of the kind that the schema says."""

import reflex as rx

from components.markup import Prop, Value, cond, either, el, foreach, match
from schemas.gallery_views import ControlView, PartView
from schemas.views import ChoiceView


def controls(parts: Value[list[PartView]]) -> rx.Component:
    """Every control. They hold no value of their own: the page's script puts in what is drawn."""
    return el.form(
        foreach(parts, _part),
        cond(parts, None, el.p("This story has nothing to change.", class_name="muted")),
        class_name="controls",
        data_testid="gallery-controls",
    )


def _part(part: Prop[PartView]) -> rx.Component:
    return el.fieldset(
        cond(part.name, el.legend(part.name)),
        foreach(part.controls, _control),
    )


def _control(control: Prop[ControlView]) -> rx.Component:
    return el.label(
        el.span(control.label),
        match(
            either(control.kind, "text"),
            ("switch", _field(control, "switch")),
            ("number", _field(control, "number")),
            ("long", el.textarea(rows=3, **_hooks(control))),
            ("choice", el.select(foreach(control.choices, _option), **_hooks(control))),
            _field(control, "text"),
        ),
        custom_attrs={"title": either(control.hint, "")},
        key=control.path,
    )


def _field(control: Prop[ControlView], kind: str) -> rx.Component:
    if kind == "switch":
        return el.input(type="checkbox", **_hooks(control))
    return el.input(type=kind, step="any" if kind == "number" else "", **_hooks(control))


def _hooks(control: Prop[ControlView]) -> dict[str, object]:
    return {"data_path": control.path, "data_value": either(control.value, "")}


def _option(choice: Prop[ChoiceView]) -> rx.Component:
    return el.option(either(choice.label, ""), value=either(choice.value, ""))
