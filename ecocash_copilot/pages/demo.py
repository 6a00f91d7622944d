"""Demo page: a phone with the chat in it, and what the app around it would do and receive.

``assets/demo.js`` plays the app. For dev only: it signs in as anybody of the demo customers.
"""

import reflex as rx

from components.markup import el
from ecocash_copilot.auth.dev_tokens import DEMO_CUSTOMERS
from schemas.identity import Customer, Locale

_LANGUAGES = {Locale.EN: "English", Locale.SN: "Shona", Locale.ND: "Ndebele"}


_ABOUT = {
    "c-1001": "Two wallets, 60 transactions in 90 days, one open ticket.",
    "c-1002": "One wallet, three transactions.",
    "c-1003": "New: nothing yet.",
}


def demo_page() -> rx.Component:
    """Everything to try the chat by hand. Reads no state."""
    return el.div(
        el.link(rel="stylesheet", href="/demo.css"),
        el.header(
            el.h1("EcoCash Copilot"),
            el.p("The chat as the EcoCash app shows it. Choose who holds the phone."),
            class_name="intro",
        ),
        _customers(),
        _phone(),
        _controls(),
        _log(),
        el.script(src="/demo.js", defer=True),
        class_name="demo",
    )


def _customers() -> rx.Component:
    return el.section(
        el.h2("Customer"),
        *[_customer(DEMO_CUSTOMERS[sub], about) for sub, about in _ABOUT.items()],
        class_name="customers",
        aria_label="Customer",
    )


def _customer(customer: Customer, about: str) -> rx.Component:
    return el.button(
        el.b(customer.name or customer.id),
        el.small(f"{customer.id} · {_LANGUAGES[customer.locale]}"),
        el.span(about),
        type="button",
        data_testid="demo-customer",
        data_sub=customer.id,
        aria_pressed="false",
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


def _controls() -> rx.Component:
    return el.section(
        el.h2("What the app can do"),
        _group(
            "Session",
            _control("renew", "Send a new token"),
            _control("expire", "End the session"),
            el.label(
                el.input(type="checkbox", default_checked=True, data_host="answers"),
                "Answer when the chat asks for a token",
            ),
        ),
        _group(
            "Theme",
            _control("theme", "Light", "light"),
            _control("theme", "Dark", "dark"),
            _control("theme", "As the phone", "system"),
        ),
        _group(
            "Language",
            *[_control("locale", name, locale.value) for locale, name in _LANGUAGES.items()],
        ),
        _group("Phone", _control("back", "Back button"), _control("reload", "Reload the page")),
        class_name="controls",
        aria_label="What the app can do",
    )


def _group(label: str, *children: rx.Component) -> rx.Component:
    return el.div(el.h3(label), *children, class_name="group", role="group", aria_label=label)


def _control(name: str, label: str, value: str = "") -> rx.Component:
    return el.button(
        label, type="button", data_host=name, data_value=value, data_testid=f"demo-{name}"
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
