"""What happens between a tap on Confirm and its outcome on the page, as the product records it."""

import asyncio
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pymongo.asynchronous.command_cursor import AsyncCommandCursor

from ecocash_copilot.actions.audit import list_audit
from ecocash_copilot.store.client import Document, Store
from schemas.consent import Consent


class Step(StrEnum):
    """Where a confirmation stood at a moment."""

    BEFORE = "before the tap"
    CLAIM = "tap to claim"
    WRITE = "claim to write"
    OUTCOME = "write to outcome"
    PAGE = "outcome to page"


@dataclass(frozen=True)
class Course:
    """The moments at which the steps of one confirmation ended, in seconds since 1970.

    Of a confirmation that was disturbed they are those of the attempt that was kept.
    """

    tapped: float
    claimed: float
    """The consent's: confirmed."""
    written: float
    """That of the line in the audit record that says it was carried out."""
    told: float
    """That of the message with the outcome."""
    shown: float

    def step_at(self, moment: float) -> Step:
        """Return the step in which a moment fell."""
        ends = (self.tapped, self.claimed, self.written, self.told)
        return list(Step)[sum(end <= moment for end in ends)]

    def seconds(self, step: Step) -> float:
        """Return how long a step took, of those after the tap."""
        ends = (self.tapped, self.claimed, self.written, self.told, self.shown)
        number = list(Step).index(step)
        return ends[number] - ends[number - 1]


async def course_of(
    store: Store, consent: Consent, *, tapped: float, told: Sequence[float], shown: float
) -> Course:
    """Return the course of a confirmation; what it did not come to never ended."""
    written = [
        each.at.timestamp()
        for each in await list_audit(store, consent.id)
        if each.kind == _BEGINS[Step.OUTCOME]
    ]
    return Course(
        tapped=tapped,
        claimed=consent.decided_at.timestamp() if consent.decided_at else math.inf,
        written=min(written, default=math.inf),
        told=min(told, default=math.inf),
        shown=shown,
    )


_BEGINS = {Step.WRITE: "consent.confirmed", Step.OUTCOME: "consent.executed", Step.PAGE: "told"}
"""What is written as a step begins: a line of the audit record, or the outcome's message."""


class Aim:
    """Waits for a moment in a step of some confirmation. Open it before the taps."""

    def __init__(self, records: "AsyncCommandCursor[Document]", step: Step) -> None:
        """``records``: as `open_records` gives them."""
        self._records, self._step = records, step

    async def reach(self, many: int, courses: Sequence[Course], dice: random.Random) -> None:
        """Return while one of so many confirmations is in the step.

        It may be any of them, and be anywhere in the first quarter of the step, as long as that
        took before; the shortest takes a fiftieth of a second, and this wait takes its time too.
        """
        if self._step in _BEGINS:
            await self._seen(dice.randint(1, many))
        await asyncio.sleep(dice.uniform(0.0, dice.choice(courses).seconds(self._step) / 4))

    async def _seen(self, count: int) -> None:
        async with asyncio.timeout(20):
            while count:
                event = await self._records.try_next()
                count -= event is not None and _begins(event) == _BEGINS[self._step]


async def open_records(store: Store) -> "AsyncCommandCursor[Document]":
    """Return what is written from now on that tells of confirmations."""
    wanted = {"ns.coll": {"$in": ["audit", "messages"]}, "operationType": "insert"}
    pipeline: list[Document] = [{"$changeStream": {}}, {"$match": wanted}]
    return await store.database.aggregate(pipeline, maxAwaitTimeMS=500)


def _begins(event: Document) -> str:
    document = event["fullDocument"]
    if event["ns"]["coll"] == "audit":
        return str(document["kind"])
    return "told" if str(document.get("client_key")).startswith("cs_") else ""
