"""Stories of the history panel."""

from components.history_panel import history_panel
from components.markup import el
from components.story import Group, Props, Story, story_set
from schemas.views import ChatLabels, HistoryItemView


class HistoryPanelProps(Props):
    """What the panel of earlier chats is given."""

    labels: ChatLabels = ChatLabels()
    chats: list[HistoryItemView]
    known: bool = True


def _items(*titles: str) -> list[HistoryItemView]:
    return [
        HistoryItemView(
            id=f"cv-{n}", title=title, updated=f"{20 - n % 20} Nov, 14:05", current=not n
        )
        for n, title in enumerate(titles)
    ]


_TITLES = (
    "Sent to the wrong number",
    "Show my balance",
    "Airtime haina kuuya",
    "What are the fees?",
    "Imali kayikafiki ebhanga",
)

STORIES = story_set(
    component="history_panel",
    group=Group.CHAT,
    notes="A dialog of the browser's own: it keeps the focus inside, gives it back, and closes "
    "with Escape, with a tap beside it, or with the phone's back.",
    props=HistoryPanelProps,
    draw=lambda props: el.main(
        history_panel(props.labels, props.chats, is_open=True, known=props.known),
        class_name="chat",
        data_app_state="ready",
    ),
    whole_page=True,
    stories=[
        Story(name="several", props=HistoryPanelProps(chats=_items(*_TITLES))),
        Story(name="empty", props=HistoryPanelProps(chats=[]), notes="First use."),
        Story(
            name="loading",
            props=HistoryPanelProps(chats=[], known=False),
            notes="It opens with the tap; shapes stand where the chats will be.",
        ),
        Story(
            name="too-many",
            props=HistoryPanelProps(chats=_items(*_TITLES * 10)),
            notes="The heading and the way out stay in sight.",
        ),
        Story(
            name="too-long",
            props=HistoryPanelProps(
                chats=_items(
                    "I sent forty dollars to the wrong number this morning and nobody picks up",
                    "A" * 80,
                )
            ),
        ),
    ],
)
