"""Home page: what there is to open in a development installation."""

import reflex as rx

from components.markup import Prop, Value, el, foreach, link
from schemas.demo_views import Place


def _place(place: Prop[Place]) -> rx.Component:
    return el.li(
        link(el.strong(place.name), el.span(place.about), href=place.address), key=place.address
    )


def home_page(places: Value[list[Place]]) -> rx.Component:
    """The whole page."""
    return el.main(
        el.h1("EcoCash Copilot"),
        el.p("The support assistant inside the EcoCash app. This is a development installation."),
        el.ul(foreach(places, _place)),
        class_name="home",
    )
