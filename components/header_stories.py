"""Stories of the header."""

from components.header import header
from components.markup import el
from components.story import Group, Props, Story, story_set
from schemas.identity import Locale
from schemas.views import ChatLabels


class HeaderProps(Props):
    """What the header is given."""

    labels: ChatLabels = ChatLabels()
    title: str = ""
    """The conversation's; empty on a new one."""
    lang: Locale = Locale.EN
    """The language spoken now."""


STORIES = story_set(
    component="header",
    group=Group.CHAT,
    notes="Where one is, and four ways on: the language, a person, earlier chats, a new chat. Each "
    "button is 44 px with a name for screen readers; a title that is too long ends in dots.",
    props=HeaderProps,
    draw=lambda props: el.div(header(props.labels, props.title, props.lang), class_name="edge"),
    stories=[
        Story(name="first-use", props=HeaderProps(), notes="No title yet: who answers."),
        Story(name="titled", props=HeaderProps(title="Sent to the wrong number")),
        Story(
            name="too-long",
            props=HeaderProps(
                title="I sent forty dollars to the wrong number this morning and nobody picks up"
            ),
        ),
    ],
)
