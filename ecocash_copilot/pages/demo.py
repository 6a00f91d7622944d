"""The page at ``/demo``. For dev only: it signs in as anybody of the demo customers."""

import reflex as rx

from components.demo_page import demo_page
from components.markup import el, fragment
from components.styles import DEMO_STYLES
from ecocash_copilot.auth.dev_tokens import DEMO_CUSTOMERS
from schemas.board_words import LANGUAGES
from schemas.demo_views import DemoCustomer, DemoLanguage

_ABOUT = {
    "c-1001": "Two wallets, 60 transactions in 90 days, one open ticket.",
    "c-1002": "One wallet, three transactions.",
    "c-1003": "New: nothing yet.",
}


def dev_demo_page() -> rx.Component:
    """Return ``/demo``. Reads no state."""
    languages = [DemoLanguage(code=each.value, name=name) for each, name in LANGUAGES.items()]
    return fragment(
        *[el.link(rel="stylesheet", href=sheet) for sheet in DEMO_STYLES],
        demo_page(
            customers=[_customer(sub) for sub in _ABOUT],
            languages=languages,
        ),
        el.script(src="/demo.js", defer=True),
    )


def _customer(sub: str) -> DemoCustomer:
    customer = DEMO_CUSTOMERS[sub]
    return DemoCustomer(
        id=customer.id,
        name=customer.name or customer.id,
        language=LANGUAGES[customer.locale],
        about=_ABOUT[sub],
    )
