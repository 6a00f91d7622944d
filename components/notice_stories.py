"""Stories of the notice."""

from components.story import CardProps, Story, card_set
from schemas.widgets import AnyWidget, DeeplinkAction, Notice, NoticeTone, PostbackAction


def _notice(tone: NoticeTone, text: str, *actions: DeeplinkAction | PostbackAction) -> CardProps:
    widget: AnyWidget = Notice(id="w-1", tone=tone, text=text, actions=list(actions))
    return CardProps(widget=widget)


STORIES = card_set(
    "notice",
    "One short message from the product itself, not from a model. Its tone is in the shape of the "
    "icon and in the words as well as in the colour. An unknown type of card is shown as a notice.",
    [
        Story(
            name="info",
            props=_notice(NoticeTone.INFO, "EcoCash never asks for your PIN, here or by phone."),
        ),
        Story(
            name="success",
            props=_notice(NoticeTone.SUCCESS, "Your statement was shared with support."),
        ),
        Story(
            name="warning",
            props=_notice(NoticeTone.WARNING, "Never write your PIN in this chat."),
        ),
        Story(
            name="error",
            props=_notice(NoticeTone.ERROR, "The wallet does not answer just now."),
            notes="What could not be done; nothing was changed.",
        ),
        Story(
            name="with-actions",
            props=_notice(
                NoticeTone.INFO,
                "You can block your line yourself.",
                DeeplinkAction(label="Open security", url="ecocash://security"),
                DeeplinkAction(label="Call 114", url="tel:114"),
                PostbackAction(label="Talk to a person", name="talk_to_person"),
            ),
            notes="Buttons that open the app, the dialler, or go on in the chat.",
        ),
        Story(
            name="too-long",
            props=_notice(
                NoticeTone.WARNING,
                "Some payments to banks take longer today. Your money is safe: what has left your "
                "wallet arrives, or comes back to you by Monday at eight in the morning. You need "
                "not send it again, and you need not report it. If it has not come back by then, "
                "open the payment in your list and ask for help with it; the bank's name, the "
                "amount and the time are filled in for you. Thank you for waiting with us.",
                PostbackAction(label="Show the payments that are still on their way", name="list"),
                PostbackAction(label="Remind me on Monday at eight in the morning", name="remind"),
            ),
            notes="400 characters, the longest that is allowed.",
        ),
    ],
)
