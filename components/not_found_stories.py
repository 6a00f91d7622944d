"""Stories of the page at addresses that lead to nothing."""

import reflex as rx

from components.not_found import not_found
from components.story import Group, Props, Story, story_set


class NotFoundProps(Props):
    """It is given nothing."""


def _draw(_props: NotFoundProps) -> rx.Component:
    return not_found()


STORIES = story_set(
    component="not_found",
    group=Group.PAGES,
    whole_page=True,
    notes="Where a link is mistyped or old. It says that nothing was lost, and leads to the chat.",
    props=NotFoundProps,
    draw=_draw,
    stories=[Story(name="page", props=NotFoundProps())],
)
