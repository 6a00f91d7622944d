"""What customers are told while a person takes over, in their language."""

from dataclasses import dataclass
from datetime import datetime

from ecocash_copilot.core.i18n import translator
from ecocash_copilot.present.dates import coming_moment
from schemas.handover import Handover, HandoverReason, HandoverState
from schemas.identity import Locale
from schemas.message import Message, MessageId
from schemas.notice import ChatNews
from schemas.widgets import AnyWidget, Notice, NoticeTone, PostbackAction

TALK_TO_PERSON = "talk_to_person"
CONTINUE = "continue_with_assistant"
REPORT = "report_problem"
"""Names of the postbacks that these texts offer."""

ACTION_LABELS = {
    TALK_TO_PERSON: "Talk to a person",
    CONTINUE: "Continue with the assistant",
    REPORT: "Report a problem",
}

_NOTICE_TEXT = 400


@dataclass(frozen=True)
class Line:
    """Something the product itself says in a chat, with buttons where there is a choice."""

    said: str
    locale: Locale
    actions: tuple[str, ...] = ()
    """Names of postbacks."""

    @property
    def text(self) -> str:
        """The message's text; empty where a card says it."""
        return "" if self.actions else self.said

    def widgets(self, message_id: MessageId) -> list[AnyWidget]:
        """Return the card, where there are buttons."""
        if not self.actions:
            return []
        return [notice(f"{message_id}-h", self.said, self.actions, self.locale)]


def notice(widget_id: str, text: str, actions: tuple[str, ...], locale: Locale) -> Notice:
    """Return a notice with the buttons of these postbacks."""
    t = translator(locale)
    return Notice(
        id=widget_id,
        tone=NoticeTone.INFO,
        text=text[:_NOTICE_TEXT],
        actions=[PostbackAction(label=t(ACTION_LABELS[name]), name=name) for name in actions],
    )


# -- asking ---------------------------------------------------------------------------------------

_BECAUSE = {
    HandoverReason.LOW_CONFIDENCE: "I am not getting this right.",
    HandoverReason.ABUSE: "I am sorry this is so hard.",
}


def asked_answer(reason: HandoverReason, locale: Locale, back_at: datetime | None) -> str:
    """Return the assistant's last words before a person takes over.

    Args:
        back_at: when people answer again; None where they answer now.
    """
    t = translator(locale)
    because = t(_BECAUSE[reason]) if reason in _BECAUSE else ""
    if back_at is None:
        said = t("I am passing you on to a person. They can read this chat.")
    else:
        said = t("I have put you on the list for a person. They can read this chat.")
    return f"{because} {said}".strip()


def asked_notice(
    widget_id: str, locale: Locale, back_at: datetime | None, moment: datetime
) -> Notice:
    """Return the card below those words: what happens next, and what can be done instead."""
    t = translator(locale)
    if back_at is None:
        said = t("A person comes as soon as one is free. What you write now waits for them.")
        return notice(widget_id, said, (CONTINUE,), locale)
    said = t(
        "People answer again: {when}. You can report the problem now, and go on asking me.",
        when=coming_moment(back_at, moment, locale),
    )
    return notice(widget_id, said, (REPORT,), locale)


def welcome_back(locale: Locale) -> str:
    """Return what the assistant says when the customer goes on with it."""
    return translator(locale)("I am here again. How can I help?")


# -- lines in the chat ----------------------------------------------------------------------------


def still_waiting(handover: Handover) -> Line:
    """Say that what was just written is kept."""
    t = translator(handover.locale)
    said = t("Your message is kept. A person reads it as soon as one is free.")
    return Line(said, handover.locale, (CONTINUE,))


def agent_joined(handover: Handover, name: str) -> Line:
    """Say who speaks from here on."""
    t = translator(handover.locale)
    return Line(t("{name} from EcoCash has joined the chat.", name=name), handover.locale)


def agent_left(handover: Handover) -> Line:
    """Say that the assistant speaks from here on."""
    t = translator(handover.locale)
    name = handover.agent_name or "EcoCash"
    said = t("{name} has left the chat. The assistant is back.", name=name)
    return Line(said, handover.locale)


def nobody_came(handover: Handover) -> Line:
    """Say that nobody took the chat, and what can be done."""
    t = translator(handover.locale)
    said = t("We are sorry, nobody was free. Report the problem, and we answer it here.")
    return Line(said, handover.locale, (REPORT, TALK_TO_PERSON))


# -- beside the chat ------------------------------------------------------------------------------


def speaker_note(
    handover: Handover | None, locale: Locale, back_at: datetime | None, moment: datetime
) -> str:
    """Return the bar's text: who speaks, or whom the customer waits for; empty for neither.

    Args:
        handover: the conversation's open handover.
        back_at: when people answer again; None where they answer now.
    """
    t = translator(locale)
    if handover is None:
        return ""
    if handover.state is HandoverState.TAKEN:
        return t("You are talking to {name}", name=handover.agent_name or "EcoCash")
    if back_at is not None:
        return t("People answer again: {when}", when=coming_moment(back_at, moment, locale))
    return t("Waiting for a person")


def chat_news(handover: Handover, said: Message) -> ChatNews:
    """Return what a push notice says of an agent's message."""
    t = translator(handover.locale)
    return ChatNews(
        conversation_id=said.conversation_id,
        message_id=said.id,
        title=t("{name} from EcoCash", name=said.author),
        text=said.text[:160],
    )


# -- for agents, in English -----------------------------------------------------------------------


def not_to_be_taken(handover: Handover) -> str:
    """Say why a chat can't be taken."""
    if handover.state is HandoverState.TAKEN:
        return f"{handover.agent_name} has taken this chat already."
    return "This chat is over: nobody waits in it any more."
