"""Panels beside a story: controls, payload, actions, accessibility and what is known about it."""

import reflex as rx

from components.gallery.controls import controls
from components.markup import Prop, Value, cond, el, foreach
from schemas.gallery_views import AboutView, FaultView, PartView

_PANELS = (
    ("controls", "Controls"),
    ("payload", "Payload"),
    ("actions", "Actions"),
    ("access", "Accessibility"),
    ("about", "About"),
)


def panels(
    about: Prop[AboutView],
    parts: Value[list[PartView]],
    payload: Value[str],
    faults: Value[list[FaultView]],
    edited: Value[bool],
) -> rx.Component:
    """One panel at a time, as tabs. What a script finds out is put in by ``assets/gallery.js``."""
    bodies = (
        [controls(parts)],
        _payload(payload, faults),
        _actions(),
        _access(),
        _about(about),
    )
    return el.aside(
        el.div(
            *[_tab(name, label) for name, label in _PANELS],
            role="tablist",
            aria_label="About this story",
            class_name="tabs",
        ),
        *[_panel(name, body) for (name, _), body in zip(_PANELS, bodies, strict=True)],
        el.footer(
            el.span("Edited", class_name="mark-edited"),
            el.button(
                "Back to the story",
                type="button",
                data_do="reset_story",
                data_testid="gallery-reset",
            ),
            class_name="changed",
            hidden=cond(edited, False, True),
        ),
        class_name="panels",
        aria_label="Details",
    )


def _tab(name: str, label: str) -> rx.Component:
    return el.button(
        label,
        el.small(custom_attrs={"data-count": name}),
        type="button",
        role="tab",
        id=f"tab-{name}",
        aria_controls=f"panel-{name}",
        aria_selected="true" if name == "controls" else "false",
        tab_index=0 if name == "controls" else -1,
        data_tab=name,
        data_testid=f"gallery-tab-{name}",
    )


def _panel(name: str, body: list[rx.Component]) -> rx.Component:
    return el.section(
        *body,
        role="tabpanel",
        id=f"panel-{name}",
        aria_labelledby=f"tab-{name}",
        tab_index=0,
        custom_attrs={} if name == "controls" else {"data-away": ""},
    )


def _payload(payload: Value[str], faults: Value[list[FaultView]]) -> list[rx.Component]:
    return [
        el.textarea(
            id="gallery-payload",
            aria_label="Payload as JSON",
            aria_describedby="gallery-faults",
            spell_check=False,
            data_value=payload,
            data_testid="gallery-payload",
        ),
        el.div(
            cond(
                faults,
                el.p("Not valid. The last valid payload stays drawn."),
                el.p("Valid", class_name="valid"),
            ),
            el.ul(foreach(faults, _fault)),
            id="gallery-faults",
            role="status",
            data_testid="gallery-faults",
        ),
    ]


def _fault(fault: Prop[FaultView]) -> rx.Component:
    return el.li(cond(fault.at, el.code(fault.at)), el.span(fault.message))


def _actions() -> list[rx.Component]:
    return [
        el.p(
            "What is pressed and typed in the story, with what the product would be told.",
            class_name="muted",
        ),
        el.ol(
            custom_attrs={"id": "gallery-actions"},
            role="log",
            aria_label="Actions",
            data_testid="gallery-actions",
        ),
        el.button("Clear", type="button", data_do="clear_actions"),
    ]


def _access() -> list[rx.Component]:
    return [
        el.h3("Findings", el.small("axe, WCAG 2.2 AA")),
        el.div(
            custom_attrs={"id": "gallery-violations"},
            role="status",
            data_testid="gallery-violations",
        ),
        el.h3("Names and roles", el.small("as a screen reader hears them")),
        el.ul(custom_attrs={"id": "gallery-tree"}, data_testid="gallery-tree"),
    ]


def _about(about: Prop[AboutView]) -> list[rx.Component]:
    return [
        el.p(about.notes, data_testid="gallery-notes"),
        cond(about.state_notes, el.p(about.state_notes, class_name="state-notes")),
        cond(about.docs, el.div(el.h3("In the code"), el.pre(about.docs))),
        cond(about.source, el.p(el.code(about.source), class_name="muted")),
    ]
