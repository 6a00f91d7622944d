"""In the manner of Zulip: what a reader that applies events knows is what a fresh read tells.

Random sequences of real actions, on tickets, messages and handovers, against readers that fall
behind, streams that are opened anew, and positions that are resumed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeVar

import pytest

from ecocash_copilot.actions.handovers import ask_for_person, hand_back, say_as_agent, take
from ecocash_copilot.actions.messages import accept_message, settle_answer
from ecocash_copilot.actions.tickets import (
    add_information,
    assign,
    list_events,
    mark_seen,
    move,
    note,
    prioritise,
    reply,
)
from ecocash_copilot.core.errors import Conflict
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.feed.changes import (
    BOARD,
    Change,
    Refresh,
    Step,
    conversation_topic,
    is_newer,
    step,
    ticket_topic,
)
from ecocash_copilot.feed.hub import Hub, Subscription
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.messages import find_earlier_messages
from ecocash_copilot.store.presence import find_presence
from ecocash_copilot.store.tickets import find_customer_tickets
from schemas.feed import Presence
from schemas.handover import HandoverReason
from schemas.identity import Customer
from schemas.message import Conversation, Message
from schemas.ticket import LEGAL_MOVES
from schemas.ticket_record import Ticket, TicketEvent, TicketPriority
from tests.feed.reading import SECONDS, mark, new_mark, reading
from tests.store.make import answer, new_conversation
from tests.support.tickets import AGENT, OTHER_AGENT, opened

T = TypeVar("T")
CUSTOMER = Customer(id="c-1", name="Tariro Dube", msisdn="+263771234567")
Action = Callable[["World"], Awaitable[object]]


class World:
    """What the actions act on."""

    def __init__(self, store: Store, conversation: Conversation, random: Random) -> None:
        self.store, self.conversation, self.random = store, conversation, random

    async def ticket(self) -> Ticket:
        """Return one of the tickets as it is."""
        return self.random.choice(await find_customer_tickets(self.store, CUSTOMER.id))


async def _open(world: World) -> None:
    await opened(world.store, conversation_id=world.conversation.id)


async def _move(world: World) -> None:
    ticket = await world.ticket()
    to = world.random.choice(sorted(LEGAL_MOVES[ticket.status]))
    await move(world.store, AGENT, ticket.id, ticket.version, to)


async def _reply(world: World) -> None:
    ticket = await world.ticket()
    await reply(world.store, AGENT, ticket.id, ticket.version, "We look into it")


async def _note(world: World) -> None:
    await note(world.store, OTHER_AGENT, (await world.ticket()).id, 1, "Odd")


async def _assign(world: World) -> None:
    ticket = await world.ticket()
    await assign(world.store, AGENT, ticket.id, ticket.version, AGENT.id, AGENT.name)


async def _prioritise(world: World) -> None:
    ticket = await world.ticket()
    priority = world.random.choice(list(TicketPriority))
    await prioritise(world.store, AGENT, ticket.id, ticket.version, priority)


async def _see(world: World) -> None:
    await mark_seen(world.store, AGENT, (await world.ticket()).id)


async def _inform(world: World) -> None:
    ticket, store = await world.ticket(), world.store
    await store.transact(
        lambda tx: add_information(store, tx, CUSTOMER.id, ticket.id, "It was Monday", [])
    )


async def _ask(world: World) -> None:
    accepted = await accept_message(world.store, CUSTOMER, world.conversation, "hello")
    if accepted.run_id is not None:
        await settle_answer(world.store, accepted.run_id, answer(accepted.question))


async def _take_over(world: World) -> None:
    store = world.store
    handover = await ask_for_person(store, CUSTOMER, world.conversation, HandoverReason.ASKED)
    await take(store, AGENT, handover.id)
    await say_as_agent(store, AGENT, world.conversation.id, "I am here", new_id("k"))
    await hand_back(store, AGENT, handover.id)


ACTIONS: tuple[Action, ...] = (
    _open,
    _move,
    _reply,
    _note,
    _assign,
    _prioritise,
    _see,
    _inform,
    _ask,
    _take_over,
)


class Shadow:
    """Knows tickets, their histories and a conversation by changes alone, as a page does."""

    def __init__(
        self, store: Store, conversation: Conversation, news: Subscription, end: str = ""
    ) -> None:
        """``end``: the topic whose mark is the last thing that happens."""
        self._store, self._conversation, self._news, self._end = store, conversation, news, end
        self.tickets: dict[str, Ticket] = {}
        self.events: dict[str, list[TicketEvent]] = {}
        self.messages: list[Message] = []
        self.ended = False

    async def read(self) -> None:
        """Read everything anew."""
        # A mark that got lost with what came before it is found here.
        self.ended = bool(await find_presence(self._store, self._end))
        tickets = await find_customer_tickets(self._store, CUSTOMER.id, 1000)
        self.tickets = {each.id: each for each in tickets}
        self.events = {each.id: await list_events(self._store, each.id) for each in tickets}
        self._news.watch(*(ticket_topic(each.id) for each in tickets))
        self.messages = await find_earlier_messages(
            self._store, self._conversation.id, 10_000, 10_000
        )

    async def follow(self) -> None:
        """Apply changes until the mark."""
        await self.read()
        while not self.ended:
            news = await anext(self._news)
            if isinstance(news, Refresh):
                await self.read()
                continue
            complete = True
            for change in news:
                complete &= self._apply(change)
                self.ended |= isinstance(change.document, Presence)
            if not complete:
                await self.read()

    def _apply(self, change: Change) -> bool:
        match change.document:
            case Ticket() as ticket:
                known = self.tickets.get(ticket.id)
                if is_newer(known.version if known else None, ticket.version):
                    self.tickets[ticket.id] = ticket
                # Its history is a topic of its own, which a page opens with a read.
                return known is not None
            case TicketEvent() as event:
                known_events = self.events.setdefault(event.ticket_id, [])
                return self._put(known_events, event, event.version)
            case Message() as message:
                return self._put(self.messages, message, message.seq)
            case _:
                return True

    @staticmethod
    def _put(known: list[T], item: T, number: int) -> bool:
        match step(len(known), number):
            case Step.NEXT:
                known.append(item)
            case Step.OLDER:
                known[number - 1] = item
            case Step.GAP:
                return False
        return True


async def act(world: World, count: int) -> None:
    """Do so many things, one after another; some are refused, as in life."""
    for _ in range(count):
        try:
            await world.random.choice(ACTIONS)(world)
        except Conflict:
            continue


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("limit", [3, 500])
async def test_events_applied_are_a_fresh_read(store: Store, seed: int, limit: int) -> None:
    conversation = await new_conversation(store)
    world = World(store, conversation, Random(seed))
    await _open(world)
    hub, topic = Hub(), new_mark()
    stops = world.random.random() < 0.5
    async with asyncio.timeout(3 * SECONDS):
        async with reading(store, hub, resumes=True):
            news = hub.subscribe([BOARD, topic, conversation_topic(conversation.id)], limit)
            shadow = Shadow(store, conversation, news, topic)
            following = asyncio.create_task(shadow.follow())
            await asyncio.gather(act(world, 15), act(world, 15))
            if not stops:
                await mark(store, topic)
                await following
        if stops:
            # What happens while nothing is read is told afterwards.
            await act(world, 10)
            async with reading(store, hub, resumes=world.random.random() < 0.5):
                await mark(store, topic)
                await following
    fresh = Shadow(store, conversation, hub.subscribe([]))
    await fresh.read()
    assert shadow.tickets == fresh.tickets
    assert shadow.events == fresh.events
    assert shadow.messages == fresh.messages
    assert [each.seq for each in fresh.messages] == list(range(1, len(fresh.messages) + 1))
