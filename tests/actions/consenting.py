"""Consents that are asked for, and a change that can be counted."""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from ecocash_copilot.actions.audit import list_audit, verify_audit
from ecocash_copilot.actions.consents import access_consent, ask_consent
from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Store, Tx
from schemas.consent import Consent, ConsentState, Shown
from schemas.identity import Customer
from schemas.widgets import Severity

TOOL = "eco_add_to_ticket"
ASKED = {"ticket_id": "TCK-100042", "text": "It was the 4th"}
SHOWN = Shown(severity=Severity.LOW, title="Add to TCK-100042", consequences=["Support reads it."])
OTHER = Customer(id="c-2")


class Done(BaseModel):
    id: str
    runs: int


class Ledger:
    """A change that can be counted: one document for each that was kept."""

    def __init__(self, store: Store, fail: Exception | None = None) -> None:
        self._store = store
        self._fail = fail
        self.runs = 0

    async def work(self, tx: Tx, consent: Consent) -> Done:
        self.runs += 1
        await self._store.kept("changes").insert_one({"consent": consent.id}, session=tx)
        if self._fail is not None:
            raise self._fail
        return Done(id="TCK-100042", runs=self.runs)

    async def kept(self) -> int:
        return await self._store.kept("changes").count_documents({})


async def ask(store: Store, customer: Customer, **changes: Any) -> Consent:
    given: dict[str, Any] = {
        "tool": TOOL,
        "arguments": ASKED,
        "shown": SHOWN,
        "conversation_id": None,
        **changes,
    }
    return await ask_consent(store, customer, **given)


async def make_late(store: Store, consent: Consent) -> None:
    late = now() - timedelta(seconds=1)
    consents, its = store.kept("consents"), {"_id": consent.id}
    await consents.update_one(its, {"$set": {"expires_at": late}})
    await consents.update_one({**its, "open_until": {"$gt": late}}, {"$set": {"open_until": late}})


async def state_of(store: Store, customer: Customer, consent: Consent) -> ConsentState:
    return (await access_consent(store, customer, consent.id)).state


async def told(store: Store, consent: Consent) -> list[str]:
    assert (await verify_audit(store)).intact
    return [each.kind.removeprefix("consent.") for each in await list_audit(store, consent.id)]
