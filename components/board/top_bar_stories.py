"""Stories of the top bar."""

import reflex as rx

from components.board.story_data import AGENT, EVERYTHING, LONG_NAME, OPERATOR, SUPERVISOR
from components.board.top_bar import top_bar
from components.story import Group, Props, Story, Surface, story_set
from schemas.board_views import MeView, QueryView
from schemas.board_words import VIEWS


class TopBarProps(Props):
    """Who is signed in, and what the board shows."""

    me: MeView = AGENT
    query: QueryView = EVERYTHING
    dead: int = 0
    late: int = 0


def _draw(props: TopBarProps) -> rx.Component:
    return top_bar(props.me, props.query, props.dead, props.late)


STORIES = story_set(
    component="top_bar",
    group=Group.BOARD,
    surface=Surface.BOARD,
    notes="Saved views, search, filters, and who is signed in. Each view is an address. The number "
    "at Breaching counts tickets past a promise or within an hour of it.",
    props=TopBarProps,
    draw=_draw,
    stories=[
        Story(name="agent", props=TopBarProps(late=3)),
        Story(name="supervisor", props=TopBarProps(me=SUPERVISOR, late=3, dead=2)),
        Story(
            name="operator",
            props=TopBarProps(me=OPERATOR, query=QueryView(view="deliveries"), dead=2),
        ),
        *[
            Story(name=f"view-{view}", props=TopBarProps(query=QueryView(view=view)))
            for view in VIEWS
        ],
        *[
            Story(
                name=f"view-{view}",
                props=TopBarProps(me=SUPERVISOR, query=QueryView(view=view)),
            )
            for view in ("team", "deliveries")
        ],
        Story(
            name="filtered",
            props=TopBarProps(
                query=QueryView(
                    view="mine",
                    category="wrong_number",
                    language="nd",
                    due="soon",
                    text="Ncube",
                    filtered=True,
                )
            ),
            notes="A filter that is on has the colour of a choice, and its own word.",
        ),
        Story(name="first-use", props=TopBarProps(me=MeView()), notes="Before anything is known."),
        Story(
            name="too-long",
            props=TopBarProps(
                me=SUPERVISOR.model_copy(update={"name": LONG_NAME}),
                query=QueryView(
                    view="all", text="token number that was never sent " * 4, filtered=True
                ),
                late=1204,
                dead=999,
            ),
        ),
    ],
)
