"""Tickets as the board shows them, and what happened to them in words."""

import string
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ecocash_copilot.present.board import (
    card_view,
    initials,
    is_paused,
    me_view,
    next_clock,
    rank,
    staff_views,
    team_view,
)
from ecocash_copilot.present.board_panel import (
    conflict_lines,
    event_message,
    event_view,
    file_view,
    ticket_panel,
)
from ecocash_copilot.present.board_words import event_words
from ecocash_copilot.present.canned_replies import PLACEHOLDERS, canned_replies, canned_views
from ecocash_copilot.store.ticket_keys import rank as stored_rank
from schemas.handover import Handover, HandoverReason
from schemas.identity import Locale
from schemas.staff import Staff, StaffRole
from schemas.ticket import LEGAL_MOVES, Evidence, TicketCategory, TicketStatus
from schemas.ticket_board import Ageing, AgentLoad
from schemas.ticket_record import Actor, ActorKind, SlaClock, Ticket, TicketEvent, TicketEventKind
from tests.support.tickets import AGENT, OPERATOR, OTHER_AGENT, SUPERVISOR, transaction

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
NAMES = {"agent-1": "Tariro Moyo", "agent-2": "Blessing Ndlovu"}
STAFF = Actor(kind=ActorKind.STAFF, id="agent-1", name="Tariro Moyo", via="board")
CUSTOMER = Actor(kind=ActorKind.CUSTOMER, id="c-1", name="Tariro Dube", via="chat")


def ticket(**fields: Any) -> Ticket:
    given: dict[str, Any] = {
        "id": "TCK-100001",
        "customer_id": "c-1",
        "customer_name": "Tariro Dube",
        "category": TicketCategory.WRONG_NUMBER,
        "subject": "Wrong number",
        "description": "I sent it to the wrong number",
        "created_at": NOW - timedelta(hours=3),
        "updated_at": NOW,
        **fields,
    }
    return Ticket(**given)


def event(
    kind: TicketEventKind, actor: Actor = STAFF, text: str = "", **changes: Any
) -> TicketEvent:
    return TicketEvent(
        ticket_id="TCK-100001",
        version=2,
        kind=kind,
        actor=actor,
        at=NOW,
        text=text,
        changes=changes,
    )


def test_a_card_says_what_matters_in_words() -> None:
    card = card_view(
        ticket(
            transaction=transaction(),
            first_reply=SlaClock(due_at=NOW + timedelta(hours=1)),
            resolution=SlaClock(due_at=NOW + timedelta(days=2)),
            due_at=NOW + timedelta(hours=1),
            assignee="agent-1",
            assignee_name="Tariro Moyo",
            reopened=1,
            escalated=True,
        )
    )
    assert (card.category, card.amount, card.customer) == (
        "Wrong number",
        "\N{MINUS SIGN}US$45.00",
        "Tariro Dube",
    )
    assert (card.due_for, card.initials) == ("Reply", "TM")
    assert (card.reopened, card.escalated, card.unread) == (True, True, True)


@pytest.mark.parametrize("status", list(TicketStatus))
@pytest.mark.parametrize("due", [None, NOW + timedelta(hours=2)])
def test_cards_are_sorted_as_the_database_reads_them(
    status: TicketStatus, due: datetime | None
) -> None:
    earlier = ticket(status=status, due_at=due, updated_at=NOW)
    later = ticket(
        status=status,
        due_at=due + timedelta(hours=1) if due else None,
        updated_at=NOW + timedelta(hours=1),
    )
    assert stored_rank(earlier) < stored_rank(later)
    latest_first = status in (TicketStatus.RESOLVED, TicketStatus.CLOSED)
    assert (rank(earlier) > rank(later)) == latest_first


def test_the_next_promise_is_the_earlier_one() -> None:
    both = ticket(
        first_reply=SlaClock(met_at=NOW), resolution=SlaClock(due_at=NOW + timedelta(hours=5))
    )
    assert next_clock(both)[1] == "Resolve"
    assert next_clock(ticket()) == (0, "")
    assert is_paused(ticket(resolution=SlaClock(left_seconds=60)))
    assert not is_paused(both)


@pytest.mark.parametrize(
    ("name", "short"),
    [("Tariro Moyo", "TM"), ("Farai", "F"), ("Ana de Sousa", "AS"), ("", ""), ("+263 77", "")],
)
def test_initials(name: str, short: str) -> None:
    assert initials(name) == short


def test_who_is_signed_in_and_what_they_see() -> None:
    agent, supervisor, operator = me_view(AGENT), me_view(SUPERVISOR), me_view(OPERATOR)
    assert (agent.works, agent.supervises, agent.operates) == (True, False, False)
    assert (supervisor.works, supervisor.supervises) == (True, True)
    assert (operator.works, operator.operates) == (False, True)
    roster = staff_views(
        [Staff(id="a", name="Aa", roles=frozenset({StaffRole.AGENT})), AGENT], AGENT
    )
    assert [(each.id, each.me) for each in roster] == [("agent-1", True), ("a", False)]


def test_the_teams_load() -> None:
    load = [
        AgentLoad(agent_id="agent-1", name="Tariro Moyo", open={TicketStatus.NEW: 1}, breached=1),
        AgentLoad(agent_id=None, open={TicketStatus.NEW: 4}),
    ]
    team = team_view(load, Ageing(today=3, older=1), [], [AGENT, OTHER_AGENT])
    assert (team.open, team.unassigned, team.late) == (5, 4, 1)
    assert [(row.name, row.share) for row in team.load] == [
        ("Nobody", 100),
        ("Tariro Moyo", 25),
        (OTHER_AGENT.name, 0),
    ]
    assert [(row.count, row.share) for row in team.ages] == [(3, 75), (0, 0), (0, 0), (1, 25)]


@pytest.mark.parametrize("kind", list(TicketEventKind))
def test_every_event_has_words(kind: TicketEventKind) -> None:
    words = event_words(event(kind), NAMES)
    assert words
    assert "_" not in words


@pytest.mark.parametrize(
    ("it", "words"),
    [
        (
            event(TicketEventKind.MOVED, status=("new", "in_progress")),
            "moved it from New to In progress",
        ),
        (
            event(TicketEventKind.ASSIGNED, assignee=("", "agent-2")),
            "assigned it to Blessing Ndlovu",
        ),
        (event(TicketEventKind.ASSIGNED, assignee=("", "agent-1")), "took it"),
        (event(TicketEventKind.ASSIGNED, assignee=("agent-1", "")), "took it off everybody's desk"),
        (
            event(TicketEventKind.PRIORITISED, priority=("low", "urgent")),
            "set the priority to Urgent",
        ),
        (
            event(TicketEventKind.REPLIED, status=("new", "resolved")),
            "replied, and moved it to Resolved",
        ),
        (event(TicketEventKind.RATED, rating=("", "4")), "gave 4 of 5 stars"),
        (
            event(TicketEventKind.MERGED, merged_into=("", "TCK-100009")),
            "merged it into TCK-100009",
        ),
    ],
)
def test_what_happened(it: TicketEvent, words: str) -> None:
    assert event_words(it, NAMES) == words


def test_a_conflict_names_who_and_what_and_leaves_reading_out() -> None:
    lines = conflict_lines(
        [
            event(TicketEventKind.SEEN),
            event(TicketEventKind.INFORMED, CUSTOMER, "The shop has it now"),
        ],
        NAMES,
    )
    assert lines == ["Tariro Dube added: The shop has it now"]


def test_a_note_is_private_and_is_no_message() -> None:
    note = event(TicketEventKind.NOTED, text="Fraud?")
    assert event_view(note, NAMES).private
    assert event_message(note, ticket(), NOW) is None


def test_without_a_chat_what_was_written_is_the_chat() -> None:
    first = event_message(event(TicketEventKind.OPENED, CUSTOMER), ticket(), NOW)
    reply = event_message(event(TicketEventKind.REPLIED, text="We ask"), ticket(), NOW)
    assert first is not None
    assert reply is not None
    assert (first.role, reply.role, reply.author) == ("customer", "agent", "Tariro Moyo")
    assert first.blocks[0].lines[0].spans[0].text == "I sent it to the wrong number"


@pytest.mark.parametrize("status", list(TicketStatus))
def test_the_panel_offers_legal_moves_alone(status: TicketStatus) -> None:
    panel = ticket_panel(ticket(status=status), None, AGENT, NOW)
    assert {each.value for each in panel.moves} == {status, *LEGAL_MOVES[status]}


def test_files_are_read_through_their_route() -> None:
    photo = Evidence(id="ev_" + "0" * 26, name="receipt.jpg", media_type="image/jpeg", size=240_000)
    view = file_view(photo)
    assert view.url == f"/api/evidence/{photo.id}"
    assert view.image
    assert view.about == "JPEG, 240 KB"


def test_ready_made_replies_are_whole_in_three_languages() -> None:
    assert len({reply["key"] for reply in canned_replies()}) == len(canned_replies())
    for reply in canned_replies():
        asked = {
            locale: {field for _, field, _, _ in string.Formatter().parse(text) if field}
            for locale, text in reply["text"].items()
        }
        assert set(asked) == set(reply["title"]) == {each.value for each in Locale}
        assert asked["en"] <= PLACEHOLDERS
        assert asked["en"] == asked["sn"] == asked["nd"], reply["key"]


def test_placeholders_are_filled_with_what_is_known() -> None:
    views = {view.key: view.text for view in canned_views(ticket(transaction=transaction()))}
    assert len(views) == len(Locale) * len(canned_replies())
    assert "US$45.00 (MP260301.1412.L00001)" in views["wrong_number_asked-en"]
    assert views["received-sn"].startswith("Mhoro Tariro, ")
    asked = Handover(
        id="ho_" + "0" * 26,
        conversation_id="cv_" + "0" * 26,
        customer_id="c-1",
        customer_name="Tariro Dube",
        reason=HandoverReason.ASKED,
        created_at=NOW,
    )
    live = {view.key: view.text for view in canned_views(asked)}
    assert live["received-en"].startswith("Hello Tariro, I am looking at … now.")
    bare = {view.key: view.text for view in canned_views(ticket())}
    assert "… (…)" in bare["wrong_number_asked-en"]
    assert not any("{" in text for text in bare.values())
