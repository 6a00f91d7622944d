"""The page at ``/`` in dev: what there is to open."""

import reflex as rx

from components.home_page import home_page
from components.markup import el, fragment
from components.styles import DEMO_STYLES
from schemas.demo_views import Place

_PLACES = (
    ("/demo", "Demo", "The chat in a phone, with demo customers and what the app receives"),
    ("/chat", "Chat", "The customer's page, as the app opens it"),
    ("/board", "Board", "Where support agents work tickets"),
    ("/gallery", "Gallery", "Every component in every state, language and theme"),
    ("/readyz", "Health", "Whether the product can serve, and what is down"),
    ("/metrics", "Metrics", "Figures for Prometheus"),
)


def dev_home_page() -> rx.Component:
    """Return ``/``."""
    places = [Place(address=address, name=name, about=about) for address, name, about in _PLACES]
    return fragment(
        *[el.link(rel="stylesheet", href=sheet) for sheet in DEMO_STYLES],
        home_page(places),
    )
