"""The board through Reflex's own machinery, with the database's change stream behind it."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from random import Random

import pytest

from ecocash_copilot.actions import tickets
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Conflict
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.state.board_query import BREACHING_WITHIN
from ecocash_copilot.state.deck import PAGE, WINDOW
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.outbox import insert_notice, mark_dead
from schemas.board_views import CardView, LaneView
from schemas.ticket import LEGAL_MOVES, TicketCategory, TicketStatus
from schemas.ticket_record import Ticket, TicketPriority
from tests.state.board_tab import BOARD, DESK, BoardTab, board_of, fed_desk
from tests.support.assistant import Desk
from tests.support.known import known
from tests.support.recount import all_tickets
from tests.support.tickets import AGENT, OPERATOR, OTHER_AGENT, SUPERVISOR, fill, notice, opened

NEW, WORK = TicketStatus.NEW, TicketStatus.IN_PROGRESS


@pytest.fixture
async def desk(settings: Settings, store: Store) -> AsyncGenerator[Desk]:
    async with fed_desk(settings, store) as desk:
        yield desk


@pytest.fixture
async def ticket(desk: Desk) -> Ticket:
    return await opened(desk.store)


async def test_it_shows_every_column_its_count_and_who_one_is(desk: Desk, ticket: Ticket):
    async with board_of(desk, AGENT) as tab:
        page = tab.page[BOARD]
        assert page["me"].name == AGENT.name
        assert {each.id for each in page["roster"]} >= {AGENT.id, OTHER_AGENT.id}
        assert tab.card(ticket.id) is not None
        counts = await tickets.column_counts(desk.store, AGENT)
        await tab.meets(lambda: page["lanes"].new.count == str(counts[NEW]))
        assert page["lanes"].in_progress.count == str(counts[WORK])


async def test_a_ticket_is_there_as_soon_as_it_was_opened(desk: Desk):
    async with board_of(desk, AGENT) as tab:
        ticket = await opened(desk.store, description="It just happened")
        await tab.meets(lambda: tab.card(ticket.id) is not None, 2)
        card = tab.card(ticket.id)
        assert card is not None
        assert card.unread
        assert card.due_for == "Reply"
        count = str(len(tab.cards("new")))
        await tab.meets(lambda: tab.page[BOARD]["lanes"].new.count == count)


async def test_a_change_sends_one_card(desk: Desk, ticket: Ticket):
    async with board_of(desk, AGENT) as tab, board_of(desk, OTHER_AGENT) as other:
        tab.forget()
        await other.act("move", ticket_id=ticket.id, version=1, status="in_progress")
        await tab.meets(lambda: known(tab.card(ticket.id)).status == "in_progress")
        sent = {name for _, delta in tab.by_state for name in delta}
        assert len([name for name in sent if name.startswith("card_")]) == 1
        assert sent <= {"lanes", "late", *(name for name in sent if name.startswith("card_"))}


async def test_what_was_pushed_equals_a_fresh_reading(desk: Desk):
    """In the manner of Zulip: every event applied to the old state is the new state."""
    random = Random(7)
    made = [await opened(desk.store, f"c-{number}") for number in range(12)]
    async with board_of(desk, AGENT) as tab:
        for _ in range(40):
            await _anything(desk, random, random.choice(made).id)
        made.append(await opened(desk.store, "c-99"))
        newest = [await tickets.access_ticket_as_staff(desk.store, AGENT, t.id) for t in made]
        await tab.meets(lambda: all(_shows(tab, each) for each in newest))
        async with board_of(desk, AGENT) as fresh:
            assert tab.columns == fresh.columns


async def _anything(desk: Desk, random: Random, ticket_id: str) -> None:
    ticket = await tickets.access_ticket_as_staff(desk.store, AGENT, ticket_id)
    version, store = ticket.version, desk.store
    match random.randrange(4):
        case 0:
            to = random.choice(sorted(LEGAL_MOVES[ticket.status]))
            await tickets.move(store, AGENT, ticket_id, version, to)
        case 1:
            await tickets.assign(store, AGENT, ticket_id, version, AGENT.id, AGENT.name)
        case 2:
            priority = random.choice(list(TicketPriority))
            await tickets.prioritise(store, AGENT, ticket_id, version, priority)
        case _:
            await tickets.reply(store, AGENT, ticket_id, version, "We look at it")


def _shows(tab: BoardTab, ticket: Ticket) -> bool:
    card = tab.card(ticket.id)
    return card is not None and card.version == ticket.version


async def test_a_view_of_ones_own_gains_and_loses_tickets(desk: Desk, ticket: Ticket):
    async with board_of(desk, AGENT, "?view=mine") as tab:
        assert tab.card(ticket.id) is None
        await tab.act("assign", ticket_id=ticket.id, version=1, assignee="me")
        await tab.meets(lambda: tab.card(ticket.id) is not None)
        assert known(tab.card(ticket.id)).assignee == AGENT.name
        await tab.act("assign", ticket_id=ticket.id, version=2, assignee=OTHER_AGENT.id)
        await tab.meets(lambda: tab.card(ticket.id) is None)


async def test_filters_of_the_address(desk: Desk):
    wrong = await opened(desk.store, "c-5", category=TicketCategory.WRONG_NUMBER, locale="sn")
    other = await opened(desk.store, "c-6", category=TicketCategory.OTHER, locale="nd")
    async with board_of(desk, AGENT, "?category=wrong_number&language=sn") as tab:
        assert tab.card(wrong.id) is not None
        assert tab.card(other.id) is None
        await tab.call_of(BOARD, "show", query=f"?q={other.id}")
        await tab.meets(lambda: [each.id for each in tab.cards()] == [other.id])
        await tab.call_of(BOARD, "show", query="?view=nonsense&category=none")
        await tab.meets(lambda: tab.card(wrong.id) is not None)
        assert tab.page[BOARD]["query"].model_dump() == {
            "view": "all",
            "category": "",
            "language": "",
            "due": "",
            "text": "",
            "filtered": False,
        }


async def test_a_column_is_read_through_to_its_end_in_windows(desk: Desk):
    await fill(desk.store, 5 * 130, now())
    async with board_of(desk, AGENT) as tab:
        assert len(tab.cards("closed")) == PAGE
        seen = [each.id for each in tab.cards("closed")]
        while tab.page[BOARD]["lanes"].closed.more:
            await tab.call_of(BOARD, "more", status="closed", whole=True)
            window = [each.id for each in tab.cards("closed")]
            assert len(window) <= WINDOW
            seen += [each for each in window if each not in seen]
        assert len(seen) == 130
        while tab.page[BOARD]["lanes"].closed.newer:
            await tab.call_of(BOARD, "newer", status="closed")
        assert [each.id for each in tab.cards("closed")] == seen[:WINDOW]


async def test_reading_on_keeps_the_first_cards_of_a_window_that_others_left(desk: Desk):
    await fill(desk.store, 5 * 80, now())
    async with board_of(desk, AGENT) as tab:
        await tab.call_of(BOARD, "more", status="new", whole=True)
        first, left = tab.cards("new")[:30], tab.cards("new")[30:]
        await _start(desk, left)
        await tab.meets(lambda: [each.id for each in tab.cards("new")] == [c.id for c in first])
        await tab.call_of(BOARD, "more", status="new", whole=True)
        assert len(tab.cards("new")) == WINDOW
        assert tab.cards("new")[:30] == first
        # The page asks for what joins its cards, and hears meanwhile that the column is full again.
        await tab.call_of(BOARD, "more", status="new", whole=False)
        assert tab.cards("new")[:30] == first
        assert not tab.page[BOARD]["lanes"].new.newer


async def test_a_column_that_cards_left_is_filled_again_from_its_index(desk: Desk):
    await fill(desk.store, 5 * 80, now())
    async with board_of(desk, AGENT) as tab:
        await tab.call_of(BOARD, "more", status="new", whole=True)
        first, left = tab.cards("new")[:12], tab.cards("new")[12:]
        await _start(desk, left)
        gone = {each.id for each in left}
        await tab.meets(lambda: gone.isdisjoint(each.id for each in tab.cards("new")))
        await tab.meets(lambda: len(tab.cards("new")) >= WINDOW // 2)
        assert tab.cards("new")[:12] == first
        async with board_of(desk, AGENT) as fresh:
            assert tab.cards("new")[:PAGE] == fresh.cards("new")


async def test_the_end_of_a_column_that_is_empty_leads_back_to_what_is_above(desk: Desk):
    await fill(desk.store, 5 * 50, now())
    async with board_of(desk, AGENT) as tab:
        for _ in range(2):
            await tab.call_of(BOARD, "more", status="new", whole=True)
        above, last = tab.page[BOARD]["lanes"].new, tab.cards("new")
        assert above.newer
        assert not above.more
        await _start(desk, last)
        await tab.meets(lambda: len(tab.cards("new")) == 50 - len(last))
        assert not tab.page[BOARD]["lanes"].new.newer


async def _start(desk: Desk, cards: list[CardView]) -> None:
    for card in cards:
        await tickets.move(desk.store, AGENT, card.id, card.version, WORK)


async def test_whoever_comes_second_is_told_what_changed(desk: Desk, ticket: Ticket):
    async with board_of(desk, AGENT) as tab, board_of(desk, OTHER_AGENT) as other:
        first = await tab.act("move", ticket_id=ticket.id, version=1, status="in_progress")
        assert first.done
        second = await other.act("reply", ticket_id=ticket.id, version=1, text="Hello", then="")
        assert not second.done
        assert second.ref == ticket.id
        assert second.lines == [f"{AGENT.name} moved it from New to In progress"]
        events = await tickets.list_events(desk.store, ticket.id)
        assert [event.kind.value for event in events] == ["opened", "moved"]


@pytest.mark.parametrize(
    ("handler", "payload"),
    [
        ("move", {"status": "flying"}),
        ("move", {"status": "in_progress", "ticket_id": "TCK-999999"}),
        ("prioritise", {"priority": "most"}),
        ("set_team", {"team": "pirates"}),
        ("assign", {"assignee": "operator-1"}),
        ("tag", {"tags": "no/slash"}),
        ("reply", {"text": "   ", "then": ""}),
        ("merge", {"into": "TCK-999999"}),
    ],
)
async def test_what_makes_no_sense_is_refused_in_words(
    desk: Desk, ticket: Ticket, handler: str, payload: dict[str, str]
):
    async with board_of(desk, AGENT) as tab:
        named = {"ticket_id": ticket.id, "version": 1, "key": "key-x", **payload}
        await tab.call_of(DESK, handler, **named)
        flash = tab.page[DESK]["flash"]
        assert not flash.done
        assert flash.tone == "error"
        assert flash.text
        assert tab.errors == []
    assert len(await tickets.list_events(desk.store, ticket.id)) == 1


async def test_a_view_and_a_filter_hold_at_once(desk: Desk):
    await fill(desk.store, 40, now(), agents=2)
    soon = now() + BREACHING_WITHIN
    late = [each for each in await all_tickets(desk.store) if each.due_at and each.due_at < soon]
    mine = {each.id for each in late if each.assignee == AGENT.id}
    assert 0 < len(mine) < len(late)
    async with board_of(desk, AGENT, "?view=mine&due=soon") as tab:
        assert {each.id for each in tab.cards()} == mine
        assert sum(int(each.count) for each in lanes(tab)) == len(mine)
        await tab.call_of(BOARD, "show", query="?due=soon")
        await tab.meets(lambda: {each.id for each in tab.cards()} == {each.id for each in late})


def lanes(tab: BoardTab) -> list[LaneView]:
    view = tab.page[BOARD]["lanes"]
    return [getattr(view, status.value) for status in TicketStatus]


async def test_a_ticket_is_passed_to_another_team(desk: Desk, ticket: Ticket):
    async with board_of(desk, AGENT) as tab:
        flash = await tab.act("set_team", ticket_id=ticket.id, version=1, team="reversals")
        assert flash.text == "Passed to Reversals"
        assert (await tickets.access_ticket_as_staff(desk.store, AGENT, ticket.id)).team == (
            "reversals"
        )


async def test_several_tickets_at_once(desk: Desk):
    one, two = await opened(desk.store, "c-7"), await opened(desk.store, "c-8")
    async with board_of(desk, SUPERVISOR) as tab:
        seen = f"{one.id}:1 {two.id}:1"
        flash = await tab.act("bulk_assign", seen=seen, assignee=AGENT.id)
        assert flash.text == "2 tickets assigned"
        flash = await tab.act("bulk_close", seen=f"{one.id}:1 {two.id}:2")
        assert flash.text == "1 ticket closed, 1 not"
        assert [line.partition(":")[0] for line in flash.lines] == [one.id]
        assert flash.left == one.id
        await tab.meets(lambda: known(tab.card(two.id)).status == "closed")


async def test_a_supervisor_sees_the_teams_load(desk: Desk, ticket: Ticket):
    await tickets.assign(desk.store, AGENT, ticket.id, 1, AGENT.id, AGENT.name)
    async with board_of(desk, SUPERVISOR, "?view=team") as tab:
        await tab.meets(lambda: "team" in tab.page[BOARD] and tab.page[BOARD]["team"].open > 0)
        team = tab.page[BOARD]["team"]
        assert AGENT.name in {row.name for row in team.load}
        assert team.open == sum(row.open for row in team.load)
        before = team.open
        await opened(desk.store, "c-9")
        await tab.meets(lambda: tab.page[BOARD]["team"].open == before + 1)


async def test_a_supervisor_sees_what_was_escalated_until_it_ends(desk: Desk, ticket: Ticket):
    async with board_of(desk, SUPERVISOR, "?view=team") as tab:
        await tab.meets(lambda: "team" in tab.page[BOARD] and tab.page[BOARD]["team"].known)
        await tickets.escalate_by_staff(desk.store, AGENT, ticket.id, 1, "Too big for me")
        await tab.meets(
            lambda: [row.id for row in tab.page[BOARD]["team"].escalated] == [ticket.id]
        )
        assert tab.page[BOARD]["team"].escalated[0].subject == ticket.subject
        await tickets.move(desk.store, AGENT, ticket.id, 2, TicketStatus.RESOLVED)
        await tab.meets(lambda: tab.page[BOARD]["team"].escalated == [])


async def test_an_agent_is_given_no_supervisors_view(desk: Desk):
    async with board_of(desk, AGENT, "?view=team") as tab:
        assert tab.page[BOARD]["query"].view == "all"
        assert tab.page[BOARD]["team"].load == []


async def test_an_operator_sees_deliveries_alone_and_has_them_sent_again(desk: Desk):
    notice = await _dead_notice(desk)
    async with board_of(desk, OPERATOR) as tab:
        assert tab.page[BOARD]["query"].view == "deliveries"
        assert tab.cards() == []
        assert [row.id for row in tab.page[BOARD]["deliveries"]] == [notice]
        flash = await tab.act("resend", notice=notice)
        assert flash.done
        await tab.meets(lambda: tab.page[BOARD]["deliveries"] == [])


async def test_all_deliveries_are_sent_again_at_once(desk: Desk):
    for _ in range(3):
        await _dead_notice(desk)
    async with board_of(desk, OPERATOR) as tab:
        flash = await tab.act("resend_all")
        assert flash.text == "3 notices are sent again."
        await tab.meets(lambda: tab.page[BOARD]["deliveries"] == [])


async def test_a_delivery_that_is_given_up_appears_among_those_that_were(desk: Desk):
    first = await _dead_notice(desk)
    async with board_of(desk, OPERATOR) as tab:
        second = await _dead_notice(desk)
        await tab.meets(
            lambda: {row.id for row in tab.page[BOARD]["deliveries"]} == {first, second}
        )


async def _dead_notice(desk: Desk) -> str:
    given_up = notice(due=now() + timedelta(days=1))
    await desk.store.transact(lambda tx: insert_notice(desk.store, tx, given_up))
    await mark_dead(desk.store, given_up.id, "503")
    return given_up.id


async def test_an_illegal_move_changes_nothing(desk: Desk, ticket: Ticket):
    await tickets.move(desk.store, AGENT, ticket.id, 1, TicketStatus.CLOSED)
    with pytest.raises(Conflict):
        await tickets.move(desk.store, AGENT, ticket.id, 2, TicketStatus.RESOLVED)
    async with board_of(desk, AGENT) as tab:
        flash = await tab.act("move", ticket_id=ticket.id, version=2, status="resolved")
        assert not flash.done
        assert known(tab.card(ticket.id)).status == "closed"
