"""The record of decisions: entries are added, each chained to the one before, and checked."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from pydantic import ValidationError

from ecocash_copilot.core.canonical import canonical_hash
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.metrics import AUDIT_ENTRIES
from ecocash_copilot.store.audit import (
    GENESIS,
    AuditHead,
    find_audit_documents,
    find_audit_entries,
    find_audit_head,
    has_audit_after,
    insert_audit_entry,
    parse_entry,
)
from ecocash_copilot.store.client import Store, Tx
from schemas.consent import AuditEntry
from schemas.identity import CustomerId

SYSTEM = "system"
"""The actor where nobody acts but the product."""

MAX_FAULTS = 20
"""Faults that are told one by one; the others are counted."""

_BATCH = 500
_PATIENCE = 2.0
"""Seconds to wait for the transaction before this one."""

_T = TypeVar("_T")
_added: ContextVar[list[str]] = ContextVar("audit_added")
"""Kinds of the entries that this run of a transaction has added."""

_turns: WeakKeyDictionary[Store, asyncio.Lock] = WeakKeyDictionary()


@dataclass(frozen=True)
class Fault:
    """Something wrong with the record."""

    seq: int
    problem: str


@dataclass
class Verdict:
    """What a check of the whole record came to."""

    checked: int = 0
    """Entries that were there and read."""
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])
    """The first of them."""
    head: AuditHead = field(default_factory=AuditHead)
    """Where the record ends. Kept elsewhere, it proves later that nothing was rewritten since."""

    @property
    def intact(self) -> bool:
        """Whether the record is as it was written."""
        return self.fault_count == 0

    def note(self, seq: int, problem: str) -> None:
        """Add a fault."""
        self.fault_count += 1
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(seq, problem))


def customer_actor(customer_id: CustomerId) -> str:
    """Return how the record names a customer."""
    return f"customer:{customer_id}"


async def transact_audited(store: Store, work: Callable[[Tx], Awaitable[_T]]) -> _T:
    """Run ``store.transact(work)`` for work that adds to the record.

    All of them move the same head, so two at once would only make one of them start over. Within
    a process they take turns; between processes, the database decides.
    """

    async def attempt(tx: Tx) -> _T:
        _added.set([])
        return await work(tx)

    async with _turn(store):
        result = await store.transact(attempt)
    for kind in _added.get():
        AUDIT_ENTRIES.labels(kind=kind).inc()
    return result


@asynccontextmanager
async def _turn(store: Store) -> AsyncGenerator[None]:
    lock = _turns.setdefault(store, asyncio.Lock())
    try:
        async with asyncio.timeout(_PATIENCE):
            await lock.acquire()
    except TimeoutError:
        # A transaction that hangs must not hold up the others: go on, and let them collide.
        yield
        return
    try:
        yield
    finally:
        lock.release()


async def append_audit(
    store: Store, tx: Tx, kind: str, actor: str, subject: str, data: Mapping[str, Any]
) -> AuditEntry:
    """Add an entry, in the transaction of what it tells of: both are kept, or neither.

    The transaction is one of ``transact_audited``.

    Args:
        kind: what happened, such as ``consent.confirmed``.
        actor: who did it, such as ``customer:c-1001`` or ``system``.
        subject: the id of what it is about.
        data: JSON values only.
    """
    head = await find_audit_head(store, tx)
    fields: dict[str, Any] = {
        "seq": head.count + 1,
        "at": now(),
        "kind": kind,
        "actor": actor,
        "subject": subject,
        "data": dict(data),
        "previous": head.hash,
    }
    unsigned = AuditEntry.model_validate({**fields, "hash": GENESIS})
    entry = unsigned.model_copy(update={"hash": entry_hash(unsigned)})
    await insert_audit_entry(store, tx, entry)
    _added.get().append(kind)
    return entry


async def list_audit(store: Store, subject: str) -> list[AuditEntry]:
    """Return what the record says about one thing, oldest first."""
    return await find_audit_entries(store, subject)


def entry_hash(entry: AuditEntry) -> str:
    """Return the SHA-256 of all of an entry but its hash."""
    return canonical_hash(entry.model_dump(mode="json", exclude={"hash"}))


async def verify_audit(store: Store, known: AuditHead | None = None) -> Verdict:
    """Check every entry, in order, while others may be added.

    Args:
        known: where the record ended once, noted elsewhere. Whoever can write to the database could
            compute a whole new chain, but not one that still passes through it.
    """
    verdict = Verdict()
    done, previous = 0, GENESIS
    while True:
        stray = await has_audit_after(store, done)
        verdict.head = await find_audit_head(store)
        if verdict.head.count <= done:
            break
        previous = await _verify_range(store, verdict, done, verdict.head.count, previous)
        done = verdict.head.count
    if stray:
        verdict.note(done + 1, "added without the head of the record knowing of it")
    if previous is not None and previous != verdict.head.hash:
        verdict.note(done, "not the entry that the head of the record ends with")
    if known is not None and not await _passes(store, known):
        verdict.note(known.count, "not the entry that it was when its hash was noted")
    return verdict


async def _passes(store: Store, known: AuditHead) -> bool:
    found = await find_audit_documents(store, known.count - 1, known.count)
    return found[0].get("hash") == known.hash if found else known == AuditHead()


async def _verify_range(
    store: Store, verdict: Verdict, done: int, end: int, previous: str | None
) -> str | None:
    """Check the entries ``done < seq <= end``.

    Args:
        previous: hash of entry ``done``; None where it can't be known.

    Returns:
        The hash of entry ``end``, likewise.
    """
    for after in range(done, end, _BATCH):
        up_to = min(after + _BATCH, end)
        found = {each["_id"]: each for each in await find_audit_documents(store, after, up_to)}
        for seq in range(after + 1, up_to + 1):
            document = found.get(seq)
            if document is None:
                verdict.note(seq, "missing")
                previous = None
            else:
                verdict.checked += 1
                previous = _verify_entry(verdict, seq, document, previous)
    return previous


def _verify_entry(
    verdict: Verdict, seq: int, document: dict[str, Any], previous: str | None
) -> str | None:
    try:
        entry = parse_entry(document)
    except ValidationError:
        verdict.note(seq, "changed: it is not in the form that entries have")
        return None
    if entry.hash != entry_hash(entry):
        verdict.note(seq, "changed: its content does not have its hash")
        # Its hash may be the one that was written: then the next entry still follows it.
        return entry.hash
    if entry.seq != seq:
        verdict.note(seq, f"out of order: this is entry {entry.seq}")
        return None
    if previous is not None and entry.previous != previous:
        verdict.note(seq, f"does not follow entry {seq - 1}: one of them was replaced")
    return entry.hash
