"""Stories of the confirmation dialog."""

from datetime import timedelta

from components.story import CardProps, Story, card_set
from components.story_data import NOW, SENT, ago, usd, zig
from schemas.money import Money
from schemas.mutations import (
    AddToTicket,
    CloseTicket,
    CreateTicket,
    EscalateTicket,
    Mutation,
    RequestReversal,
    ShareStatement,
)
from schemas.widgets import ConfirmationDialog


def _dialog(
    call: type[Mutation], title: str, *consequences: str, amount: Money | None = None
) -> ConfirmationDialog:
    return ConfirmationDialog(
        id="w-1",
        consent_id="cs_00000000000000000000000001",
        tool=call.tool,
        severity=call.risk,
        title=title,
        consequences=list(consequences),
        amount=amount,
        expires_at=NOW + timedelta(minutes=8, seconds=30),
    )


def _card(dialog: ConfirmationDialog, **changes: object) -> CardProps:
    return CardProps(widget=dialog.model_copy(update=changes))


_ABOUT = "Your ticket TCK-100042: I sent it to the wrong number: US$40.00, Privilege Sibanda"
_PAYMENT = f"The transaction {SENT.reference}: US$40.00, Privilege Sibanda."
REPORT = _dialog(
    CreateTicket,
    "Send this report to EcoCash support?",
    "Support gets your report: “I sent it to the wrong number”",
    f"With it goes the transaction {SENT.reference}: US$40.00, Privilege Sibanda.",
    "The number you meant: 077 241 8905",
    "Your words: “I mixed up the last two numbers.”",
    "Support sees your name, your number and this chat.",
    "You get a ticket number and can follow it here.",
    "Answer, usually by: Today, 16:05.",
)
_REVERSAL = _dialog(
    RequestReversal,
    "Ask for this money to come back?",
    "Support tries to get US$40.00 back from Privilege Sibanda.",
    _ABOUT,
    _PAYMENT,
    "The receiver may have to agree. It is not certain.",
    "No money moves now, and nobody asks for your PIN.",
    "Your words: “I sent it to the wrong number.”",
    "Answer, usually by: Today, 16:05. Solution: Tomorrow, 16:05.",
    amount=usd("40.00"),
)
_CLOSE = _dialog(
    CloseTicket,
    "Close TCK-100042?",
    _ABOUT,
    _PAYMENT,
    "Support stops working on it.",
    "Your words: “My brother sent it back.”",
    "You can open it again within 7 days.",
    "This happens at once.",
)
_WORDS = "I asked at the shop, at the bank and at the agent, and nobody could help me. "

STORIES = card_set(
    "confirmation_dialog",
    "The one gate before anything is changed: what will happen, in the customer's words and with "
    "every detail that would be sent, and ten minutes to answer. Two buttons of one size. "
    "Afterwards it stays in the chat as a record of what was asked and what came of it.",
    [
        Story(name="create-ticket", props=_card(REPORT), notes="Low: no money moves."),
        Story(
            name="add-to-ticket",
            props=_card(
                _dialog(
                    AddToTicket,
                    "Add this to TCK-100042?",
                    _ABOUT,
                    _PAYMENT,
                    "Support reads: “The person called me back. She agrees.”",
                    "1 photo or document goes with it.",
                    "The person who has your ticket is told at once.",
                    "Solution, usually by: Tomorrow, 16:05.",
                )
            ),
        ),
        Story(
            name="escalate-ticket",
            props=_card(
                _dialog(
                    EscalateTicket,
                    "Pass TCK-100042 to a supervisor?",
                    _ABOUT,
                    _PAYMENT,
                    "A supervisor looks at your ticket next.",
                    "Your words: “I have waited for a week.”",
                    "Your ticket keeps its number.",
                    "This takes longer than usual. We are on it.",
                )
            ),
        ),
        Story(
            name="close-ticket",
            props=_card(_CLOSE),
            notes="Medium: it takes something away, and says how to get it back.",
        ),
        Story(
            name="share-statement",
            props=_card(
                _dialog(
                    ShareStatement,
                    "Show support your transactions?",
                    _ABOUT,
                    _PAYMENT,
                    "Support sees your transactions from 1 Nov 2026 to 20 Nov 2026.",
                    "Only the people who work on TCK-100042 can see them.",
                    "This happens at once.",
                )
            ),
        ),
        Story(
            name="request-reversal",
            props=_card(_REVERSAL),
            notes="High: about money, so the sum is the largest thing; it promises nothing.",
        ),
        Story(
            name="unknown-tool",
            props=_card(
                _dialog(
                    EscalateTicket,
                    "May this be done for you?",
                    "Support is told what you ask for.",
                    "No time is set for an answer.",
                ),
                tool="",
            ),
            notes="A change that has no words of its own yet.",
        ),
        Story(
            name="time-over",
            props=_card(REPORT, expires_at=ago(minutes=1)),
            notes="The phone's own clock takes the buttons away; nobody was asked.",
        ),
        Story(name="confirmed", props=_card(REPORT, state="confirmed"), notes="Under way."),
        Story(
            name="executed",
            props=_card(REPORT, state="executed", ticket_id="TCK-100042"),
        ),
        Story(
            name="executed-without-ticket",
            props=_card(_CLOSE, state="executed"),
        ),
        Story(
            name="failed",
            props=_card(_CLOSE, state="failed"),
            notes="Something broke: nothing was changed, and it says so.",
        ),
        Story(
            name="denied",
            props=_card(
                REPORT,
                state="failed",
                failure="There is a ticket about this transaction already: TCK-100031.",
            ),
            notes="Refused for a reason that the customer can act on.",
        ),
        Story(name="declined", props=_card(_REVERSAL, state="declined")),
        Story(name="expired", props=_card(REPORT, state="expired")),
        Story(
            name="too-long",
            props=_card(
                _REVERSAL,
                title="Ask for this money to come back from Chitungwiza Unit L Burial Society and "
                "Savings Cooperative (Ward 14)?",
                amount=zig("999999999999.99"),
                consequences=[
                    *_REVERSAL.consequences,
                    f"Your words: “{_WORDS * 8}{'ABCDEFGHIJKLMNOP' * 5}”",
                ],
            ),
            notes="All of it is shown: nothing is sent that was not.",
        ),
    ],
)
