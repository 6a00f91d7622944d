"""The page at every address that leads to nothing."""

import reflex as rx
from reflex_base.constants import Page404

from components.not_found import not_found

ROUTE = Page404.SLUG


def not_found_page() -> rx.Component:
    """Return what is shown instead of a page."""
    return not_found()
