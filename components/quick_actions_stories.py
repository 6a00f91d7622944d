"""Stories of the quick actions."""

from components.markup import cond, el
from components.quick_actions import quick_actions
from components.story import Group, Props, Story, story_set
from schemas.views import QuickActionView


class QuickActionsProps(Props):
    """What the quick actions are given, and where they stand."""

    actions: list[QuickActionView]
    empty_chat: bool = False
    """Nothing was said yet, so there is room."""


def _suggest(*texts: str) -> list[QuickActionView]:
    return [QuickActionView(label=text, text=text) for text in texts]


_FIRST = _suggest(
    "Show my balance",
    "My transactions this week",
    "A payment went wrong",
    "What are the fees?",
)

STORIES = story_set(
    component="quick_actions",
    group=Group.CHAT,
    notes="What the customer is likely to want next, each sent with one tap. In a chat under way "
    "it is one row that scrolls sideways; on an empty chat they wrap.",
    props=QuickActionsProps,
    draw=lambda props: el.div(
        quick_actions(props.actions), data_empty=cond(props.empty_chat, "true", "false")
    ),
    stories=[
        Story(name="first-use", props=QuickActionsProps(actions=_FIRST, empty_chat=True)),
        Story(
            name="after-an-answer",
            props=QuickActionsProps(
                actions=_suggest("Only the failed ones", "And last week?", "Show my balance")
            ),
        ),
        Story(
            name="too-long",
            props=QuickActionsProps(
                actions=_suggest(
                    "What happens if the person who got my money does not agree to give it back?",
                    "Show my balance",
                ),
                empty_chat=True,
            ),
            notes="No suggestion is this long; it breaks rather than leaving the screen.",
        ),
        Story(
            name="too-many",
            props=QuickActionsProps(actions=[*_FIRST, *_suggest("Status of my tickets"), *_FIRST]),
        ),
        Story(
            name="empty",
            props=QuickActionsProps(actions=[]),
            notes="While a card asks something itself: no row, and no gap for it.",
        ),
    ],
)
