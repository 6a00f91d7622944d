"""The page at ``/`` in dev: what there is to open."""

from typing import Any

import reflex as rx

from components.markup import el, link

_PLACES = (
    ("/demo", "Demo", "The chat in a phone, with demo customers and what the app receives"),
    ("/chat", "Chat", "The customer's page, as the app opens it"),
    ("/board", "Board", "Where support agents work tickets"),
    ("/readyz", "Health", "Whether the product can serve, and what is down"),
    ("/metrics", "Metrics", "Figures for Prometheus"),
)


def home_page() -> rx.Component:
    """Return ``/``."""
    return el.main(
        el.link(rel="stylesheet", href="/demo.css"),
        el.h1("EcoCash Copilot"),
        el.p("The support assistant inside the EcoCash app. This is a development installation."),
        el.ul(*[_place(*place) for place in _PLACES]),
        class_name="home",
    )


def _place(address: str, name: str, about: str) -> Any:
    return el.li(link(el.strong(name), el.span(about), href=address))
