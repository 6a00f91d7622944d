"""Stories of what stands in the thread's place."""

from enum import StrEnum

from components.markup import el
from components.states import states
from components.story import Group, Props, Story, story_set
from schemas.views import ChatLabels


class AppState(StrEnum):
    """Values of ``data-app-state``."""

    LOADING = "loading"
    READY = "ready"
    OFFLINE = "offline"
    EXPIRED = "expired"
    ERROR = "error"


class StatesProps(Props):
    """What the states are given, and what the page is in."""

    labels: ChatLabels = ChatLabels()
    app_state: AppState


STORIES = story_set(
    component="states",
    group=Group.CHAT,
    notes="What stands in the thread's place: opening, nothing said yet, locked, broken. All four "
    "are in the page and its state shows one, so the page changes at once, without the server.",
    props=StatesProps,
    draw=lambda props: el.div(
        el.main(el.div(states(props.labels), class_name="column"), class_name="thread"),
        class_name="chat",
        data_app_state=props.app_state,
        data_empty="true",
    ),
    whole_page=True,
    stories=[
        Story(
            name="loading",
            props=StatesProps(app_state=AppState.LOADING),
            notes="Shapes where the newest messages will stand; nothing below them moves.",
        ),
        Story(
            name="welcome",
            props=StatesProps(app_state=AppState.READY),
            notes="First use, and every new chat.",
        ),
        Story(
            name="offline",
            props=StatesProps(app_state=AppState.OFFLINE),
            notes="The welcome stays; the banner says the rest.",
        ),
        Story(
            name="expired",
            props=StatesProps(app_state=AppState.EXPIRED),
            notes="Signing in again goes through the app; what was typed is kept.",
        ),
        Story(name="error", props=StatesProps(app_state=AppState.ERROR)),
    ],
)
