"""Stories of the demo page."""

import reflex as rx

from components.demo_page import demo_page
from components.story import Group, Props, Story, Surface, story_set
from schemas.demo_views import DemoCustomer, DemoLanguage


class DemoPageProps(Props):
    """Who may hold the phone, and who does."""

    customers: list[DemoCustomer]
    languages: list[DemoLanguage]
    chosen: str = ""


def _draw(props: DemoPageProps) -> rx.Component:
    return demo_page(customers=props.customers, languages=props.languages, chosen=props.chosen)


_CUSTOMERS = [
    DemoCustomer(
        id="c-1001",
        name="Rudo Moyo",
        language="English",
        about="Two wallets, 60 transactions in 90 days, one open ticket.",
    ),
    DemoCustomer(
        id="c-1002",
        name="Thabani Ncube",
        language="Ndebele",
        about="One wallet, three transactions.",
    ),
    DemoCustomer(id="c-1003", name="Nyasha Zhou", language="Shona", about="New: nothing yet."),
]
_LANGUAGES = [
    DemoLanguage(code="en", name="English"),
    DemoLanguage(code="sn", name="Shona"),
    DemoLanguage(code="nd", name="Ndebele"),
]

STORIES = story_set(
    component="demo_page",
    group=Group.PAGES,
    surface=Surface.DEMO,
    whole_page=True,
    notes="A phone with the chat in it, what the app around it can do, and what it receives. For "
    "development; on a phone it is one column.",
    props=DemoPageProps,
    draw=_draw,
    stories=[
        Story(
            name="first-use",
            props=DemoPageProps(customers=_CUSTOMERS, languages=_LANGUAGES),
            notes="Nobody holds the phone yet, so what the app can do is faded.",
        ),
        Story(
            name="chosen",
            props=DemoPageProps(customers=_CUSTOMERS, languages=_LANGUAGES, chosen="c-1001"),
        ),
        Story(
            name="too-long",
            props=DemoPageProps(
                customers=[
                    each.model_copy(update={"name": "Mukanyandiradzidzwa " * 3})
                    for each in _CUSTOMERS
                ],
                languages=_LANGUAGES,
            ),
        ),
    ],
)
