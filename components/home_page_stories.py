"""Stories of the home page."""

import reflex as rx

from components.home_page import home_page
from components.story import Group, Props, Story, Surface, story_set
from schemas.demo_views import Place


class HomePageProps(Props):
    """What there is to open."""

    places: list[Place]


def _draw(props: HomePageProps) -> rx.Component:
    return home_page(props.places)


_DEMO = Place(
    address="/demo",
    name="Demo",
    about="The chat in a phone, with demo customers and what the app receives",
)
_BOARD = Place(address="/board", name="Board", about="Where support agents work tickets")

STORIES = story_set(
    component="home_page",
    group=Group.PAGES,
    surface=Surface.DEMO,
    whole_page=True,
    notes="The first page of a development installation: every page there is, as a link. In "
    "production the address leads to the chat.",
    props=HomePageProps,
    draw=_draw,
    stories=[
        Story(name="places", props=HomePageProps(places=[_DEMO, _BOARD])),
        Story(
            name="too-long",
            props=HomePageProps(
                places=[_DEMO.model_copy(update={"about": _DEMO.about * 4, "name": "Demo" * 12})]
            ),
        ),
    ],
)
