"""A ticket's life in any order, next to a plain model of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, TypeVar, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ecocash_copilot.actions import tickets as act
from ecocash_copilot.actions.tickets.changes import as_text
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Conflict
from ecocash_copilot.store.client import Store
from schemas.identity import Customer
from schemas.staff import Staff
from schemas.ticket import LEGAL_MOVES, TicketStatus
from schemas.ticket_record import Ticket, TicketPriority
from tests.support.recount import assert_counts_are_exact
from tests.support.tickets import AGENT, SUPERVISOR, opened, transaction

S = TicketStatus
OPEN = (S.NEW, S.IN_PROGRESS, S.PENDING_CUSTOMER)
FIELDS = (
    *("status", "priority", "assignee", "tags", "unread", "escalated", "reversal_requested"),
    *("merged_into", "rating", "reopened"),
)
T = TypeVar("T")


@dataclass
class Model:
    """What a ticket should be."""

    version: int = 1
    status: S = S.NEW
    priority: TicketPriority = TicketPriority.LOW
    assignee: str | None = None
    tags: list[str] = field(default_factory=list)
    unread: bool = True
    escalated: bool = False
    reversal_requested: bool = False
    merged_into: str | None = None
    rating: int | None = None
    reopened: int = 0

    def change(self, **fields: Any) -> None:
        self.version += 1
        status = fields.get("status", self.status)
        if status in OPEN and self.status not in OPEN:
            self.reopened += 1
        for name, value in fields.items():
            setattr(self, name, value)

    def high(self) -> TicketPriority:
        kept = (TicketPriority.HIGH, TicketPriority.URGENT)
        return self.priority if self.priority in kept else TicketPriority.HIGH


class Life(RuleBasedStateMachine):
    """Customers and staff at one ticket, in any order, allowed or not."""

    store: ClassVar[Store]
    loop: ClassVar[asyncio.AbstractEventLoop]
    serial: ClassVar[int] = 0

    def run(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(wait(), self.loop).result(60)

    def attempt(self, allowed: bool, work: Awaitable[Ticket], **fields: Any) -> None:
        """Do it, and expect it to happen exactly where the model allows it."""
        if allowed:
            self.run(work)
            self.model.change(**fields)
        else:
            with pytest.raises(Conflict):
                self.run(work)

    def consented(self, verb: Callable[..., Awaitable[Ticket]], *given: Any) -> Awaitable[Ticket]:
        return self.store.transact(
            lambda tx: verb(self.store, tx, self.customer.id, self.ticket.id, *given)
        )

    @property
    def at(self) -> tuple[Store, Staff, str, int]:
        return (self.store, AGENT, self.ticket.id, self.model.version)

    @property
    def is_open(self) -> bool:
        return self.model.status in OPEN

    @initialize()
    def open(self) -> None:
        Life.serial += 1
        self.customer = Customer(id=f"c-life-{self.serial}")
        self.ticket = self.run(
            opened(self.store, self.customer.id, transaction=transaction(self.serial))
        )
        self.model = Model()

    @rule(status=st.sampled_from(S))
    def move(self, status: S) -> None:
        model = self.model
        if status is model.status:
            self.run(act.move(*self.at, status))
            return
        again = status in OPEN and not self.is_open
        allowed = status in LEGAL_MOVES[model.status] and not (again and model.merged_into)
        self.attempt(allowed, act.move(*self.at, status), status=status)

    @rule(assignee=st.sampled_from(["agent-1", "agent-2", None]))
    def assign(self, assignee: str | None) -> None:
        self.run(act.assign(*self.at, assignee))
        if assignee != self.model.assignee:
            self.model.change(assignee=assignee)

    @rule(priority=st.sampled_from(TicketPriority))
    def prioritise(self, priority: TicketPriority) -> None:
        self.run(act.prioritise(*self.at, priority))
        if priority is not self.model.priority:
            self.model.change(priority=priority)

    @rule(tags=st.lists(st.sampled_from(["bank", "vip", "late"]), unique=True))
    def tag(self, tags: list[str]) -> None:
        self.run(act.tag(*self.at, tags))
        if tags != self.model.tags:
            self.model.change(tags=tags)

    @rule()
    def note(self) -> None:
        self.run(act.note(*self.at, "Called the bank"))
        self.model.change()

    @rule()
    def see(self) -> None:
        self.run(act.mark_seen(self.store, AGENT, self.ticket.id))
        if self.model.unread:
            self.model.change(unread=False)

    @rule(then=st.sampled_from([None, *S]))
    def reply(self, then: S | None) -> None:
        model = self.model
        status = then or (S.IN_PROGRESS if model.status is S.NEW else model.status)
        legal = status is model.status or status in LEGAL_MOVES[model.status]
        work = act.reply(*self.at, "We look into it", then=then)
        self.attempt(legal and not model.merged_into, work, status=status, unread=False)

    @rule()
    def escalate_by_staff(self) -> None:
        allowed = self.is_open and not self.model.escalated
        work = act.escalate_by_staff(*self.at, "please")
        self.attempt(allowed, work, escalated=True, priority=self.model.high())

    @rule()
    def escalate(self) -> None:
        allowed = self.is_open and not self.model.escalated
        fields = {"escalated": True, "unread": True, "priority": self.model.high()}
        self.attempt(allowed, self.consented(act.escalate, "now"), **fields)

    @rule()
    def request_reversal(self) -> None:
        allowed = self.is_open and not self.model.reversal_requested
        fields = {"reversal_requested": True, "unread": True, "priority": self.model.high()}
        self.attempt(allowed, self.consented(act.request_reversal), **fields)

    @rule()
    def add_information(self) -> None:
        model = self.model
        status = S.IN_PROGRESS if model.status is S.PENDING_CUSTOMER else model.status
        work = self.consented(act.add_information, "More")
        self.attempt(model.status is not S.CLOSED, work, status=status, unread=True)

    @rule()
    def close_by_customer(self) -> None:
        work = self.consented(act.close_by_customer)
        self.attempt(self.model.status is not S.CLOSED, work, status=S.CLOSED)

    @rule()
    def reopen(self) -> None:
        allowed = not self.is_open and not self.model.merged_into
        work = act.reopen(self.store, self.customer, self.ticket.id)
        self.attempt(allowed, work, status=S.IN_PROGRESS, unread=True)

    @rule(stars=st.integers(1, 5))
    def rate(self, stars: int) -> None:
        work = act.rate(self.store, self.customer, self.ticket.id, stars)
        if stars == self.model.rating and not self.is_open and not self.model.merged_into:
            self.run(work)
        else:
            allowed = not self.is_open and not self.model.merged_into
            self.attempt(allowed, work, rating=stars)

    @precondition(lambda self: self.is_open)
    @rule()
    def merge(self) -> None:
        target = self.run(opened(self.store, self.customer.id))
        work = act.merge(self.store, SUPERVISOR, self.ticket.id, self.model.version, target.id)
        fields = {"status": S.CLOSED, "merged_into": target.id, "unread": False}
        self.attempt(True, work, **fields)

    @rule(behind=st.integers(1, 3))
    def be_stale(self, behind: int) -> None:
        """From an older version nothing happens, unless it was merely read since."""
        seen = self.model.version - behind
        events = self.run(act.list_events(self.store, self.ticket.id, max(seen, 0)))
        if seen < 1 or all(each.kind.value == "seen" for each in events):
            return
        with pytest.raises(act.Stale) as stale:
            self.run(act.reply(self.store, AGENT, self.ticket.id, seen, "Hello"))
        assert stale.value.events == events
        assert stale.value.ticket.version == self.model.version

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        ticket = self.run(act.access_ticket(self.store, self.customer, self.ticket.id))
        assert ticket.version == self.model.version
        for name in FIELDS:
            assert getattr(ticket, name) == getattr(self.model, name), name
        running = ticket.status in (S.NEW, S.IN_PROGRESS)
        assert (ticket.resolution.due_at is not None) == running
        assert (ticket.due_at is not None) == running
        paused = ticket.status is S.PENDING_CUSTOMER
        assert (ticket.resolution.left_seconds is not None) == paused
        assert (ticket.resolved_at is None) == (ticket.status in OPEN)
        assert ticket.updated_at <= now() + timedelta(seconds=1)

    @invariant()
    def its_history_tells_all_of_it(self) -> None:
        events = self.run(act.list_events(self.store, self.ticket.id))
        assert [each.version for each in events] == list(range(1, self.model.version + 1))
        replayed: dict[str, str] = {}
        for event in events:
            for name, (before, after) in event.changes.items():
                assert replayed.get(name, "") == before
                replayed[name] = after
        ticket = self.run(act.access_ticket(self.store, self.customer, self.ticket.id))
        for name in FIELDS:
            assert replayed.get(name, "") == as_text(getattr(ticket, name)), name

    def teardown(self) -> None:
        self.run(assert_counts_are_exact(self.store))


async def test_a_tickets_life_follows_the_model(store: Store):
    Life.store, Life.loop = store, asyncio.get_running_loop()
    chosen = settings(
        max_examples=25,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=cast("list[HealthCheck]", list(HealthCheck)),
    )
    await asyncio.to_thread(run_state_machine_as_test, Life, settings=chosen)
