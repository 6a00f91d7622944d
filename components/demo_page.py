"""Demo page: a phone with the chat in it, and what the app around it would do and receive.

``assets/demo.js`` plays the app.
"""

from typing import Any

import reflex as rx

from components.markup import Prop, Value, cond, el, foreach, fragment, undefined
from schemas.demo_views import DemoCustomer, DemoLanguage


def demo_page(
    *,
    customers: Value[list[DemoCustomer]],
    languages: Value[list[DemoLanguage]],
    chosen: Value[str] | None = None,
) -> rx.Component:
    """Everything to try the chat by hand; ``chosen`` is whose phone it is from the start."""
    waits: Any = "true" if chosen is None else cond(chosen, undefined, "true")
    return el.main(
        el.header(
            el.h1("EcoCash Copilot"),
            el.p("The chat as the EcoCash app shows it. Choose who holds the phone."),
            class_name="intro",
        ),
        el.section(
            el.h2("Customer"),
            foreach(customers, _customer, chosen),
            class_name="customers",
            aria_label="Customer",
        ),
        _phone(),
        _controls(languages, waits),
        _log(),
        class_name="demo",
        **({} if chosen is None else {"data_customer": cond(chosen, chosen, undefined)}),
    )


def _customer(customer: Prop[DemoCustomer], chosen: Value[str] | None) -> rx.Component:
    return el.button(
        el.b(customer.name),
        el.small(f"{customer.id} · {customer.language}"),
        el.span(customer.about),
        type="button",
        data_testid="demo-customer",
        data_sub=customer.id,
        aria_pressed="false" if chosen is None else cond(chosen == customer.id, "true", "false"),
        key=customer.id,
    )


def _phone() -> rx.Component:
    return el.section(
        el.div(
            el.iframe(
                src="about:blank",
                title="EcoCash chat",
                allow="clipboard-write",
                data_testid="demo-frame",
            ),
            el.p("Choose a customer to open the chat.", class_name="hint"),
            el.div(data_testid="demo-pushes", class_name="pushes", role="status"),
            class_name="phone",
        ),
        class_name="stage",
        aria_label="Phone",
    )


def _controls(languages: Value[list[DemoLanguage]], waits: Any) -> rx.Component:
    """``waits`` is whether there is no phone yet, as ARIA says it."""
    return el.section(
        el.h2("What the app can do"),
        _group(
            "Session",
            _control("renew", "Send a new token", waits),
            _control("expire", "End the session", waits),
            el.label(
                el.input(type="checkbox", default_checked=True, data_host="answers"),
                "Answer when the chat asks for a token",
            ),
        ),
        _group(
            "Theme",
            _control("theme", "Light", waits, "light"),
            _control("theme", "Dark", waits, "dark"),
            _control("theme", "As the phone", waits, "system"),
        ),
        _group(
            "Language",
            foreach(languages, _language, waits),
        ),
        _group(
            "Phone",
            _control("back", "Back button", waits),
            _control("reload", "Reload the page", waits),
        ),
        class_name="controls",
        aria_label="What the app can do",
    )


def _language(language: Prop[DemoLanguage], waits: Any) -> rx.Component:
    return fragment(_control("locale", language.name, waits, language.code), key=language.code)


def _group(label: str, *children: rx.Component) -> rx.Component:
    return el.div(el.h3(label), *children, class_name="group", role="group", aria_label=label)


def _control(
    name: str, label: Value[str] | str, waits: Any, value: Value[str] | str = ""
) -> rx.Component:
    return el.button(
        label,
        type="button",
        data_host=name,
        data_value=value,
        data_testid=f"demo-{name}",
        aria_disabled=waits,
    )


def _log() -> rx.Component:
    return el.section(
        el.h2("What the app receives"),
        el.ol(
            data_testid="demo-log",
            class_name="log",
            tab_index=0,
            aria_label="Messages from the chat",
        ),
        class_name="received",
        aria_label="What the app receives",
    )
