"""What staff do with tickets, and what the customer is told of it."""

import asyncio

import pytest

from ecocash_copilot.actions.tickets import (
    Stale,
    access_ticket_as_staff,
    add_information,
    assign,
    bulk_assign,
    bulk_close,
    escalate_by_staff,
    find_open_ticket_for,
    list_events,
    list_tickets,
    mark_seen,
    merge,
    move,
    note,
    prioritise,
    publish_missed,
    reply,
    set_team,
    tag,
)
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Conflict, Invalid, NotAllowed, NotFound
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.conversations import find_conversation
from ecocash_copilot.store.messages import find_newest_messages
from ecocash_copilot.store.outbox import find_notices
from ecocash_copilot.store.preferences import put_locale
from schemas.identity import Locale
from schemas.message import Message, Role
from schemas.notice import TicketNews
from schemas.ticket import LEGAL_MOVES, TicketStatus
from schemas.ticket_record import Ticket, TicketEventKind, TicketPriority
from schemas.widgets import TicketStatusBoard
from tests.store.make import new_conversation
from tests.support.known import known
from tests.support.tickets import AGENT, OPERATOR, OTHER_AGENT, SUPERVISOR, opened, transaction

S = TicketStatus
KINDS = TicketEventKind


async def messages(store: Store, ticket: Ticket) -> list[Message]:
    conversation = await find_conversation(store, ticket.conversation_id or "")
    assert conversation is not None
    return await find_newest_messages(store, conversation, 50)


async def in_chat(store: Store, locale: Locale = Locale.EN) -> Ticket:
    conversation = await new_conversation(store)
    return await opened(store, conversation_id=conversation.id, locale=locale)


async def brought_to(store: Store, status: TicketStatus) -> Ticket:
    ticket = await opened(store)
    return ticket if status is S.NEW else await move(store, AGENT, ticket.id, 1, status)


async def test_a_reply_that_is_sent_again_reaches_the_customer_once(store: Store):
    ticket = await in_chat(store)
    sent = await reply(store, AGENT, ticket.id, 1, "We look into it", key="key-1")
    # The page may have seen the first one's version meanwhile, or not.
    for version in (sent.version, 1):
        again = await reply(store, AGENT, ticket.id, version, "We look into it", key="key-1")
        assert again.version == sent.version
    assert [each.text for each in await messages(store, ticket)] == ["We look into it"]
    pushed = [each.type for each in await find_notices(store, ticket.customer_id)]
    assert pushed.count("ticket.replied") == 1
    other = await reply(store, AGENT, ticket.id, sent.version, "We look into it", key="key-2")
    assert other.version == sent.version + 1


async def test_of_one_reply_sent_ten_times_at_once_one_is_kept(store: Store):
    ticket = await in_chat(store)
    await asyncio.gather(
        *(reply(store, AGENT, ticket.id, 1, "We look into it", key="key-1") for _ in range(10))
    )
    assert len(await messages(store, ticket)) == 1


async def test_a_key_belongs_to_its_ticket_and_its_kind(store: Store):
    ticket, other = await in_chat(store), await in_chat(store)
    for each in (ticket, other):
        await reply(store, AGENT, each.id, 1, "We look into it", key="key-1")
        for _ in range(2):
            await note(store, AGENT, each.id, 2, "Called the bank", key="key-1")
        kinds = [event.kind for event in await list_events(store, each.id)]
        assert (kinds.count(KINDS.REPLIED), kinds.count(KINDS.NOTED)) == (1, 1)


@pytest.mark.parametrize("before", S)
@pytest.mark.parametrize("after", S)
async def test_only_legal_moves_are_made(store: Store, before: S, after: S):
    ticket = await brought_to(store, before)
    if after is before:
        assert await move(store, AGENT, ticket.id, ticket.version, after) == ticket
    elif after in LEGAL_MOVES[before]:
        moved = await move(store, AGENT, ticket.id, ticket.version, after)
        assert (moved.status, moved.version) == (after, ticket.version + 1)
        running = after in (S.NEW, S.IN_PROGRESS)
        assert (moved.due_at is not None) == running
        assert (moved.resolved_at is not None) == (after in (S.RESOLVED, S.CLOSED))
    else:
        with pytest.raises(Conflict):
            await move(store, AGENT, ticket.id, ticket.version, after)
        assert await access_ticket_as_staff(store, AGENT, ticket.id) == ticket


async def test_staff_without_a_role_for_it_are_refused(store: Store):
    ticket = await opened(store)
    acts = [
        access_ticket_as_staff(store, OPERATOR, ticket.id),
        move(store, OPERATOR, ticket.id, 1, S.CLOSED),
        assign(store, OPERATOR, ticket.id, 1, "agent-1"),
        prioritise(store, OPERATOR, ticket.id, 1, TicketPriority.LOW),
        tag(store, OPERATOR, ticket.id, 1, ["a"]),
        set_team(store, OPERATOR, ticket.id, 1, "care"),
        note(store, OPERATOR, ticket.id, 1, "x"),
        reply(store, OPERATOR, ticket.id, 1, "x"),
        escalate_by_staff(store, OPERATOR, ticket.id, 1),
        mark_seen(store, OPERATOR, ticket.id),
        merge(store, OPERATOR, ticket.id, 1, "TCK-100044"),
        bulk_assign(store, OPERATOR, [(ticket.id, 1)], "agent-1"),
        bulk_close(store, OPERATOR, [(ticket.id, 1)]),
    ]
    results = await asyncio.gather(*acts, return_exceptions=True)
    assert {type(each) for each in results} == {NotAllowed}
    assert len(await list_events(store, ticket.id)) == 1


async def test_the_second_of_two_changes_is_shown_what_happened(store: Store):
    ticket = await opened(store)
    await assign(store, OTHER_AGENT, ticket.id, 1, "agent-2", "Blessing Ndlovu")
    with pytest.raises(Stale) as stale:
        await reply(store, AGENT, ticket.id, 1, "Hello")
    assert stale.value.ticket.assignee == "agent-2"
    (event,) = stale.value.events
    assert (event.kind, event.actor.name) == (KINDS.ASSIGNED, "Blessing Ndlovu")
    assert event.changes == {"assignee": ("", "agent-2")}
    with pytest.raises(Stale):
        await move(store, AGENT, ticket.id, 7, S.CLOSED)


async def test_of_fifty_changes_from_one_version_one_is_made(store: Store):
    ticket = await opened(store)
    results = await asyncio.gather(
        *(assign(store, AGENT, ticket.id, 1, f"agent-{each}") for each in range(50)),
        return_exceptions=True,
    )
    made = [each for each in results if isinstance(each, Ticket)]
    assert len(made) == 1
    assert all(isinstance(each, Ticket | Stale) for each in results)
    kept = await access_ticket_as_staff(store, AGENT, ticket.id)
    assert (kept, kept.version) == (made[0], 2)
    assert [each.version for each in await list_events(store, ticket.id)] == [1, 2]
    assert [each.version for each in await list_events(store, ticket.id, limit=1)] == [2]


async def test_fifty_notes_at_once_are_all_kept_in_order(store: Store):
    ticket = await opened(store)
    await asyncio.gather(*(note(store, AGENT, ticket.id, 1, f"n{each}") for each in range(50)))
    events = await list_events(store, ticket.id)
    assert [each.version for each in events] == list(range(1, 52))
    assert {each.text for each in events[1:]} == {f"n{each}" for each in range(50)}


async def test_being_read_by_another_does_not_stand_in_the_way(store: Store):
    ticket = await opened(store)
    seen = await mark_seen(store, OTHER_AGENT, ticket.id)
    assert (seen.unread, seen.version) == (False, 2)
    assert await mark_seen(store, AGENT, ticket.id) == seen
    moved = await move(store, AGENT, ticket.id, 1, S.IN_PROGRESS)
    assert moved.version == 3


async def test_a_reply_reaches_the_chat_once_and_counts_as_the_first_reply(store: Store):
    ticket = await in_chat(store)
    replied = await reply(store, AGENT, ticket.id, 1, "We look into it.")
    assert (replied.status, replied.unread) == (S.IN_PROGRESS, False)
    assert replied.last_update == "We look into it."
    assert replied.first_reply.met_at is not None
    assert not replied.first_reply.breached
    assert replied.due_at == replied.resolution.due_at
    (message,) = await messages(store, ticket)
    assert (message.role, message.text, message.author) == (
        Role.AGENT,
        "We look into it.",
        "Tariro Moyo",
    )
    assert (message.seq, message.customer_id) == (1, "c-1")
    conversation = await find_conversation(store, ticket.conversation_id or "")
    assert conversation is not None
    assert conversation.last_seq == 1
    assert await publish_missed(store) == 0
    notice, *_ = await find_notices(store, "c-1")
    assert (notice.type, notice.data.text) == ("ticket.replied", "We look into it.")


async def test_a_move_is_told_in_the_customers_language_with_the_ticket(store: Store):
    ticket = await in_chat(store, Locale.SN)
    moved = await move(store, AGENT, ticket.id, 1, S.PENDING_CUSTOMER)
    (message,) = await messages(store, ticket)
    assert message.role is Role.SYSTEM
    assert ticket.id in message.text
    assert "waits for your answer" not in message.text
    (card,) = message.widgets
    assert isinstance(card, TicketStatusBoard)
    assert card.tickets == [moved.summary()]
    notice, *_ = await find_notices(store, "c-1")
    assert isinstance(notice.data, TicketNews)
    assert (notice.type, notice.data.status) == ("ticket.moved", TicketStatus.PENDING_CUSTOMER)


async def test_a_language_that_was_chosen_later_is_the_one_that_is_spoken(store: Store):
    ticket = await in_chat(store, Locale.SN)
    await put_locale(store, ticket.customer_id, Locale.ND)
    await put_locale(store, "c-2", Locale.EN)
    moved = await move(store, AGENT, ticket.id, 1, S.PENDING_CUSTOMER)
    await escalate_by_staff(store, AGENT, ticket.id, moved.version)
    t = translator(Locale.ND)
    waits = t("Your ticket {ticket} waits for your answer.", ticket=ticket.id)
    senior = t("Your ticket {ticket} is with a senior colleague now.", ticket=ticket.id)
    told = await messages(store, ticket)
    assert [(each.text, each.locale) for each in told] == [
        (waits, Locale.ND),
        (senior, Locale.ND),
    ]
    pushed = [each.data for each in await find_notices(store, "c-1") if each.type == "ticket.moved"]
    assert all(isinstance(each, TicketNews) for each in pushed)
    assert {each.text for each in pushed if isinstance(each, TicketNews)} == {waits, senior}
    (title,) = {each.title for each in pushed if isinstance(each, TicketNews)}
    assert title == t("Ticket {ticket}", ticket=ticket.id)


async def test_what_is_private_is_told_to_nobody(store: Store):
    ticket = await in_chat(store)
    ticket = await note(store, AGENT, ticket.id, 1, "The customer shouts")
    ticket = await tag(store, AGENT, ticket.id, ticket.version, ["loud", "loud"])
    ticket = await prioritise(store, AGENT, ticket.id, ticket.version, TicketPriority.URGENT)
    ticket = await assign(store, AGENT, ticket.id, ticket.version, "agent-2", "Blessing")
    ticket = await set_team(store, AGENT, ticket.id, ticket.version, "banks")
    assert (ticket.tags, ticket.assignee_name, ticket.team) == (["loud"], "Blessing", "banks")
    assert ticket.updated_at == ticket.created_at
    assert await messages(store, ticket) == []
    assert len(await find_notices(store, "c-1")) == 1
    assert (await assign(store, AGENT, ticket.id, ticket.version, None)).assignee_name is None


async def test_a_higher_priority_is_due_sooner(store: Store):
    ticket = await opened(store)
    urgent = await prioritise(store, AGENT, ticket.id, 1, TicketPriority.URGENT)
    assert known(urgent.due_at) < known(ticket.due_at)
    low = await prioritise(store, AGENT, ticket.id, 2, TicketPriority.LOW)
    assert (low.due_at, low.resolution) == (ticket.due_at, ticket.resolution)


@pytest.mark.parametrize("text", ["", "  \u200b ", "x" * 4001])
async def test_replies_and_notes_need_words(store: Store, text: str):
    ticket = await opened(store)
    for act in (reply, note):
        with pytest.raises(Invalid):
            await act(store, AGENT, ticket.id, 1, text)


async def test_what_changes_nothing_makes_no_event(store: Store):
    ticket = await opened(store)
    assert await tag(store, AGENT, ticket.id, 1, []) == ticket
    assert await assign(store, AGENT, ticket.id, 1, None) == ticket
    assert await prioritise(store, AGENT, ticket.id, 1, ticket.priority) == ticket
    with pytest.raises(Invalid):
        await tag(store, AGENT, ticket.id, 1, [f"t{each}" for each in range(21)])


async def test_a_crash_before_the_message_is_made_up_for_once(store: Store):
    ticket = await in_chat(store)
    moved = await move(store, AGENT, ticket.id, 1, S.IN_PROGRESS)
    await store.kept("messages").delete_many({"conversation_id": ticket.conversation_id})
    long_ago = now().replace(year=2025)
    await store.kept("ticket_events").update_one(
        {"_id": f"{ticket.id}:2"}, {"$set": {"untold": long_ago}}
    )
    assert await publish_missed(store) == 1
    (message,) = await messages(store, ticket)
    (board,) = message.widgets
    assert isinstance(board, TicketStatusBoard)
    assert board.tickets == [moved.summary()]
    await store.kept("ticket_events").update_one(
        {"_id": f"{ticket.id}:2"}, {"$set": {"untold": long_ago}}
    )
    assert await publish_missed(store) == 1
    assert await messages(store, ticket) == [message]
    assert await publish_missed(store) == 0


async def test_duplicates_are_merged_in_one_step(store: Store):
    duplicate, target = await in_chat(store), await opened(store)
    merged = await merge(store, AGENT, duplicate.id, 1, target.id)
    assert (merged.status, merged.merged_into) == (S.CLOSED, target.id)
    (event,) = await list_events(store, target.id, 1)
    assert (event.kind, event.text) == (KINDS.MERGED, duplicate.id)
    (message,) = await messages(store, duplicate)
    assert target.id in message.text
    with pytest.raises(Conflict, match=target.id):
        await reply(store, AGENT, duplicate.id, merged.version, "Hello")
    with pytest.raises(Conflict, match=target.id):
        await move(store, AGENT, duplicate.id, merged.version, S.IN_PROGRESS)


async def test_what_a_duplicate_was_about_is_held_by_the_ticket_it_went_into(store: Store):
    first, second = transaction(1), transaction(2)
    target = await opened(store, transaction=second)
    duplicate = await opened(store, transaction=first)
    await merge(store, AGENT, duplicate.id, 1, target.id)
    for item in (first, second):
        found = known(await find_open_ticket_for(store, "c-1", item.reference))
        assert found.id == target.id
        with pytest.raises(Conflict, match="open ticket"):
            await opened(store, transaction=item)
    assert await find_open_ticket_for(store, "c-2", first.reference) is None


async def test_a_chain_of_merges_is_held_until_its_last_ticket_ends(store: Store):
    items = [transaction(number) for number in range(3)]
    tickets = [await opened(store, transaction=each) for each in items]
    await merge(store, AGENT, tickets[0].id, 1, tickets[1].id)
    await merge(store, AGENT, tickets[1].id, 2, tickets[2].id)
    for item in items:
        found = known(await find_open_ticket_for(store, "c-1", item.reference))
        assert found.id == tickets[2].id
    ended = await move(store, AGENT, tickets[2].id, 2, S.RESOLVED)
    for item in items:
        assert await find_open_ticket_for(store, "c-1", item.reference) is None
    anew = await opened(store, transaction=items[0])
    with pytest.raises(Conflict, match="is open"):
        await move(store, AGENT, ended.id, ended.version, S.IN_PROGRESS)
    await move(store, AGENT, anew.id, 1, S.CLOSED)
    await move(store, AGENT, ended.id, ended.version, S.IN_PROGRESS)
    found = known(await find_open_ticket_for(store, "c-1", items[0].reference))
    assert found.id == ended.id


async def test_of_a_merge_and_a_new_ticket_at_once_one_ticket_holds_the_transaction(store: Store):
    item = transaction()
    target, duplicate = await opened(store), await opened(store, transaction=item)
    await asyncio.gather(
        merge(store, AGENT, duplicate.id, 1, target.id),
        *(opened(store, transaction=item) for _ in range(5)),
        return_exceptions=True,
    )
    found = known(await find_open_ticket_for(store, "c-1", item.reference))
    assert found.id == target.id
    assert len(await list_tickets(store, "c-1")) == 2


async def test_a_merge_that_is_refused_leaves_both_as_they_were(store: Store):
    item = transaction()
    ticket, closed = await opened(store, transaction=item), await brought_to(store, S.CLOSED)
    with pytest.raises(Conflict):
        await merge(store, AGENT, ticket.id, 1, closed.id)
    assert await find_open_ticket_for(store, "c-1", item.reference) == ticket
    assert len(await list_events(store, ticket.id)) == 1


async def test_only_open_tickets_of_one_customer_are_merged(store: Store):
    ticket, foreign = await opened(store), await opened(store, "c-2")
    closed = await brought_to(store, S.CLOSED)
    for other in (foreign, closed, ticket):
        with pytest.raises(Conflict):
            await merge(store, SUPERVISOR, ticket.id, 1, other.id)
    with pytest.raises(NotFound):
        await merge(store, SUPERVISOR, ticket.id, 1, "TCK-999999")
    assert await access_ticket_as_staff(store, AGENT, ticket.id) == ticket


async def test_bulk_changes_say_what_came_of_each(store: Store):
    first, second = await opened(store), await opened(store)
    await note(store, AGENT, second.id, 1, "changed")
    asked = [(first.id, 1), (second.id, 1), ("TCK-999999", 1)]
    results = await bulk_assign(store, SUPERVISOR, asked, "agent-2", "Blessing")
    assert [each.ok for each in results] == [True, False, False]
    assert results[0].ticket is not None
    assert results[0].ticket.assignee == "agent-2"
    assert [each.error for each in results[1:]] == [
        "Somebody else has changed this ticket.",
        "There is no such ticket.",
    ]
    results = await bulk_close(store, AGENT, [(first.id, 2), (second.id, 2)])
    assert [each.ok for each in results] == [True, True]
    with pytest.raises(Invalid):
        await bulk_close(store, AGENT, [(first.id, 3)] * 101)


async def test_escalating_by_staff(store: Store):
    ticket = await in_chat(store)
    escalated = await escalate_by_staff(store, AGENT, ticket.id, 1, "Needs the bank")
    assert (escalated.escalated, escalated.priority) == (True, TicketPriority.HIGH)
    (message,) = await messages(store, ticket)
    assert "Needs the bank" not in message.text
    with pytest.raises(Conflict):
        await escalate_by_staff(store, AGENT, ticket.id, 2)


async def test_a_customer_and_an_agent_at_once_lose_nothing(store: Store):
    ticket = await opened(store)
    added = store.transact(lambda tx: add_information(store, tx, "c-1", ticket.id, "More"))
    noted = note(store, AGENT, ticket.id, 1, "Called")
    await asyncio.gather(added, noted)
    events = await list_events(store, ticket.id, 1)
    assert {each.kind for each in events} == {KINDS.INFORMED, KINDS.NOTED}
    assert [each.version for each in events] == [2, 3]
