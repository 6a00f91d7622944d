"""The ticket service with consents, for tests."""

from dataclasses import dataclass
from typing import Any

from ecocash_copilot.actions.audit import list_audit
from ecocash_copilot.actions.consents import access_consent, ask_consent, confirm
from ecocash_copilot.gateways.wallet_mcp import ToolResult, WalletTools
from ecocash_copilot.store.client import Store
from schemas.consent import Consent, ConsentState, Shown
from schemas.identity import Customer, Locale
from schemas.widgets import Severity
from tests.mcp_server.parts import TOKENS

CREATE = "eco_create_ticket"
ASKED: dict[str, Any] = {"category": "other", "description": "My line was cut off."}
SHOWN = Shown(severity=Severity.LOW, title="Send this report?", consequences=["Support reads it."])
TENDAI = Customer(id="c-1001", name="Tendai Moyo", msisdn="+263771234567", locale=Locale.SN)
NOMVULA = Customer(id="c-1002")
CONVERSATION = "cv_" + "0" * 26


@dataclass
class Desk:
    """The ticket service with the consents that stand behind it."""

    store: Store
    wallet: WalletTools

    async def ask(
        self, tool: str = CREATE, arguments: dict[str, Any] = ASKED, customer: Customer = TENDAI
    ) -> Consent:
        return await ask_consent(self.store, customer, CONVERSATION, tool, arguments, SHOWN)

    async def agree(self, *about: Any) -> Consent:
        consent = await self.ask(*about)
        return await confirm(self.store, TENDAI, consent.id)

    async def call(
        self,
        consent_id: Any,
        tool: str = CREATE,
        arguments: dict[str, Any] = ASKED,
        customer: Customer = TENDAI,
    ) -> ToolResult:
        given = {**arguments, "consent_id": consent_id}
        return await self.wallet.call(tool, given, TOKENS.mint(customer))

    async def refused(self, *call: Any) -> str:
        result = await self.call(*call)
        assert not result.ok
        assert result.data is None
        return result.text

    async def do(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Ask, agree and carry out."""
        consent = await self.agree(tool, arguments)
        result = await self.call(consent.id, tool, arguments)
        assert result.ok, result.text
        assert result.data is not None
        kinds = [each.kind for each in await list_audit(self.store, consent.id)]
        assert kinds == ["consent.asked", "consent.confirmed", "consent.executed"]
        return result.data

    async def fails(self, tool: str, **arguments: Any) -> str:
        """Ask, agree, and see that it can't be done."""
        consent = await self.agree(tool, arguments)
        said = await self.refused(consent.id, tool, arguments)
        assert await self.state(consent) is ConsentState.FAILED
        return said

    async def state(self, consent: Consent) -> ConsentState:
        return (await access_consent(self.store, TENDAI, consent.id)).state

    async def tickets(self) -> int:
        return await self.store.kept("tickets").count_documents({})
