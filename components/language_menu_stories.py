"""Stories of the language menu."""

from components.language_menu import language_menu
from components.story import Group, Props, Story, story_set
from schemas.identity import Locale
from schemas.views import ChatLabels


class LanguageMenuProps(Props):
    """What the language menu is given."""

    labels: ChatLabels = ChatLabels()
    spoken: str
    """The language spoken now, whichever the gallery is in."""


STORIES = story_set(
    component="language_menu",
    group=Group.CHAT,
    notes="A globe of 44 px over the browser's own list. Languages are named in themselves and "
    "never translated, so that everybody finds theirs. The choice is kept for the customer.",
    props=LanguageMenuProps,
    draw=lambda props: language_menu(props.labels, props.spoken),
    stories=[
        Story(name=locale.name.lower(), props=LanguageMenuProps(spoken=locale.value))
        for locale in Locale
    ],
)
