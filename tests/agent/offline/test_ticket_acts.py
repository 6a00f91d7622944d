"""Wishes to change a ticket or to get money back, in words: they lead to the question."""

from datetime import timedelta
from typing import Any

import pytest

from ecocash_copilot.agent.offline.classifier import Intent
from ecocash_copilot.agent.offline.ticket_acts import TICKET_ACTS, addition
from schemas.mutations import MUTATIONS
from schemas.ticket import TicketCategory, Tickets, TicketStatus, TicketSummary
from tests.agent.offline.wallet_tools import NOW, TODAY, TOOLS, TRANSACTIONS, Chat

LIST, ONE, TICKETS = "eco_get_transactions", "eco_get_transaction", "eco_get_ticket_status"
ADD, CLOSE, ESCALATE = "eco_add_to_ticket", "eco_close_ticket", "eco_escalate_ticket"
SHARE, REVERSE = "eco_share_statement", "eco_request_reversal"

SENT = TRANSACTIONS[0]


def ticket(number: int, status: TicketStatus, category: TicketCategory) -> TicketSummary:
    return TicketSummary(
        id=f"TCK-{number}",
        category=category,
        status=status,
        subject="A problem",
        created_at=NOW - timedelta(days=2),
        updated_at=NOW,
    )


WORKED_ON = ticket(1042, TicketStatus.IN_PROGRESS, TicketCategory.WRONG_NUMBER)
NEW = ticket(1043, TicketStatus.NEW, TicketCategory.AIRTIME_NOT_RECEIVED)
SOLVED = ticket(1040, TicketStatus.RESOLVED, TicketCategory.OTHER)
CLOSED = ticket(1039, TicketStatus.CLOSED, TicketCategory.OTHER)


def chat_with(*tickets: TicketSummary, language: str = "en") -> Chat:
    """A chat of a customer with these tickets, in which every tool is there."""

    def status(arguments: dict[str, Any]) -> str:
        wanted = arguments.get("ticket_id")
        found = [each for each in tickets if wanted in (None, each.id)]
        if wanted and not found:
            return "Error: This customer has no ticket of that number."
        return Tickets(tickets=found).model_dump_json()

    def never(_arguments: dict[str, Any]) -> str:
        raise AssertionError("nothing is changed before the customer agreed")

    changing = dict.fromkeys(MUTATIONS, never)
    return Chat(language, {**TOOLS, TICKETS: status, **changing})


# --- one ticket ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        ("close my ticket", CLOSE),
        ("the money came, you can close my case", CLOSE),
        ("vharai tiketi yangu", CLOSE),
        ("mari yadzoka, vhara nyaya yangu", CLOSE),
        ("vala ithikithi lami", CLOSE),
        ("sekulungile, valani udaba lwami", CLOSE),
        ("this ticket takes too long", ESCALATE),
        ("please escalate my ticket", ESCALATE),
        ("tiketi yangu yanonoka chaizvo", ESCALATE),
        ("ndoda ku escalate ticket yangu", ESCALATE),
        ("ithikithi lami liphuzile kakhulu", ESCALATE),
        ("ngifuna umphathi abone udaba lwami", ESCALATE),
    ],
)
async def test_the_only_open_ticket_is_meant(text: str, tool: str):
    chat = chat_with(WORKED_ON, CLOSED)
    await chat.say(text)
    assert chat.called() == [(TICKETS, {"show_card": False})]
    assert chat.asked == [(tool, {"ticket_id": "TCK-1042", "reason": text})]


@pytest.mark.parametrize(
    ("text", "added"),
    [
        (
            "add this to my ticket: the shop says they got nothing",
            "the shop says they got nothing",
        ),
        ("add to my ticket that the agent is called Farai", "the agent is called Farai"),
        ("wedzerai patiketi yangu kuti chitoro chakavhara", "chitoro chakavhara"),
        ("wedzera izvi patiketi yangu: ndine risiti", "ndine risiti"),
        ("engezelelani ethikithini lami ukuthi ngilerisiti emhlophe", "ngilerisiti emhlophe"),
        ("engezelela lokhu ethikithini lami: isitolo sivaliwe", "isitolo sivaliwe"),
        ("put on my ticket the receipt number 4471", "put on my ticket the receipt number 4471"),
    ],
)
async def test_what_is_to_be_added_is_taken_from_the_words(text: str, added: str):
    chat = chat_with(WORKED_ON)
    await chat.say(text)
    assert chat.asked == [(ADD, {"ticket_id": "TCK-1042", "text": added})]


@pytest.mark.parametrize(
    ("language", "text", "button"),
    [
        ("en", "I want to add something to my ticket", "Add information"),
        ("sn", "ndoda kuwedzera mashoko patiketi yangu", "Wedzera mashoko"),
        ("nd", "ngifuna ukwengezelela okunye ethikithini lami", "Engeza ulwazi"),
    ],
)
async def test_where_nothing_is_said_yet_the_card_takes_it(language: str, text: str, button: str):
    chat = chat_with(WORKED_ON, language=language)
    answer = await chat.say(text)
    assert f'"{button}"' in answer
    assert chat.called()[-1] == (TICKETS, {})
    assert chat.asked == []


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("share my statement with support", TODAY - timedelta(days=30), TODAY),
        ("share last week's statement with support", TODAY - timedelta(13), TODAY - timedelta(7)),
        ("tumirai statement yangu kuvekubatsira", TODAY - timedelta(days=30), TODAY),
        ("thumelani i-statement sami kubasizi", TODAY - timedelta(days=30), TODAY),
    ],
)
async def test_a_statement_is_shared_for_the_ticket(text: str, first: Any, last: Any):
    chat = chat_with(NEW)
    await chat.say(text)
    days = {"date_from": first.isoformat(), "date_to": last.isoformat()}
    assert chat.asked == [(SHARE, {"ticket_id": "TCK-1043", **days})]


@pytest.mark.parametrize("text", ["send me my statement", "nditumirei statement yangu pano"])
async def test_a_statement_for_oneself_is_the_list(text: str):
    chat = chat_with(NEW)
    await chat.say(text)
    assert [name for name, _ in chat.called()] == [LIST]
    assert chat.asked == []


async def test_a_solved_ticket_can_be_closed_but_not_escalated():
    chat = chat_with(SOLVED)
    await chat.say("close my ticket")
    assert [name for name, _ in chat.asked] == [CLOSE]
    answer = await chat.say("escalate my ticket")
    assert chat.asked == []
    assert "TCK-1040 cannot be changed now: it is solved" in answer


@pytest.mark.parametrize("intent", TICKET_ACTS)
async def test_without_a_ticket_there_is_nothing_to_change(intent: Intent):
    said = {
        Intent.ADD_TO_TICKET: "add to my ticket that the shop closed at noon",
        Intent.ESCALATE_TICKET: "escalate my ticket",
        Intent.CLOSE_TICKET: "close my ticket",
        Intent.SHARE_STATEMENT: "share my statement with support",
    }
    chat = chat_with()
    assert await chat.say(said[intent]) == "You have no tickets."
    assert chat.asked == []


# --- several tickets -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "wish", "which"),
    [
        ("en", "close my ticket", "TCK-1043"),
        ("en", "close my ticket", "the second one"),
        ("en", "close my ticket", "the one about airtime"),
        ("sn", "vharai tiketi yangu", "yechipiri"),
        ("sn", "vharai tiketi yangu", "TCK-1043"),
        ("nd", "vala ithikithi lami", "eyesibili"),
        ("nd", "vala ithikithi lami", "TCK-1043"),
    ],
)
async def test_several_tickets_are_shown_and_the_wish_goes_on(language: str, wish: str, which: str):
    chat = chat_with(WORKED_ON, NEW, language=language)
    await chat.say(wish)
    assert chat.asked == []
    assert chat.called() == [(TICKETS, {"show_card": False}), (TICKETS, {})]
    await chat.say(which)
    assert chat.asked == [(CLOSE, {"ticket_id": "TCK-1043", "reason": wish})]


async def test_the_ticket_may_be_named_at_once():
    chat = chat_with(WORKED_ON, NEW)
    for text in ("close TCK-1043 please", "close the airtime ticket"):
        await chat.say(text)
        assert chat.asked == [(CLOSE, {"ticket_id": "TCK-1043", "reason": text})]


async def test_another_question_ends_the_wish():
    chat = chat_with(WORKED_ON, NEW)
    await chat.say("close my ticket")
    assert "US$12.50" in await chat.say("show my balance")
    await chat.say("TCK-1043")
    assert chat.asked == []


async def test_a_ticket_of_nobody_is_not_found():
    chat = chat_with(WORKED_ON)
    assert "cannot find" in await chat.say("close TCK-9999")
    assert chat.asked == []


# --- money back ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"reverse {SENT.reference}",
        f"dzosai mari ye {SENT.reference}",
        f"buyisani imali ye {SENT.reference}",
    ],
)
async def test_a_named_transaction_is_asked_to_be_reversed(text: str):
    chat = chat_with()
    await chat.say(text)
    assert chat.called() == [(ONE, {"reference": SENT.reference, "show_card": False})]
    assert chat.asked == [(REVERSE, {"transaction_reference": SENT.reference, "reason": text})]


@pytest.mark.parametrize(
    ("language", "wish", "which"),
    [
        ("en", "I want my money back", "the first one"),
        ("sn", "ndoda mari yangu idzoke", "yekutanga"),
        ("nd", "buyisani imali yami", "eyokuqala"),
    ],
)
async def test_where_it_is_not_clear_which_the_payments_are_listed(
    language: str, wish: str, which: str
):
    chat = chat_with(language=language)
    await chat.say(wish)
    assert chat.called() == [(LIST, {"direction": "out", "limit": 5})]
    assert chat.asked == []
    await chat.say(which)
    assert chat.asked == [(REVERSE, {"transaction_reference": SENT.reference, "reason": wish})]


async def test_the_transaction_looked_at_is_meant():
    chat = chat_with()
    await chat.say(SENT.reference)
    await chat.say("reverse this transaction")
    assert [args["transaction_reference"] for _, args in chat.asked] == [SENT.reference]


@pytest.mark.parametrize(("position", "state"), [(2, "did not go through"), (6, "was reversed")])
async def test_what_did_not_go_through_is_not_reversed(position: int, state: str):
    chat = chat_with()
    answer = await chat.say(f"reverse {TRANSACTIONS[position].reference}")
    assert chat.asked == []
    assert state in answer
    assert "nothing to reverse" in answer


async def test_without_the_tool_a_reversal_is_help_with_the_transaction():
    chat = Chat()
    assert "Get help" in await chat.say(f"reverse {SENT.reference}")


# --- the words of an addition --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("add to my ticket: I paid at noon: by the till", "I paid at noon: by the till"),
        ("add to my ticket", None),
        ("add more information to my ticket please", None),
        ("add this to my ticket:", None),
        ("add the agent's name is Farai Moyo", "add the agent's name is Farai Moyo"),
    ],
)
def test_an_addition_is_what_goes_beyond_the_wish(message: str, words: str | None):
    assert addition(message) == words
