"""The customer's consent to a change. Whoever calls, a change without it does not happen."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from ecocash_copilot.store.client import Store
from mcp_server.errors import Refusal
from schemas.identity import CustomerId


class ConsentMissing(Refusal):
    """The customer has not confirmed exactly this."""

    def __init__(self) -> None:
        """Tells the agent how consent comes about."""
        super().__init__(
            "Refused: the customer has not confirmed this. Only the customer can, in the app, by "
            "tapping Confirm on the dialog that shows exactly what will happen. Do not say that "
            "it was done."
        )


class ConsentGate(Protocol):
    """Decides whether a change may happen."""

    async def require(
        self,
        customer_id: CustomerId,
        consent_id: str | None,
        tool: str,
        arguments: Mapping[str, str | None],
        now: datetime,
    ) -> None:
        """Return only where the customer confirmed this tool with these arguments.

        Raises:
            ConsentMissing: there is no such consent, or it is spent or too old.
        """
        ...


class StoredConsents:
    """Looks consents up in MongoDB."""

    def __init__(self, store: Store) -> None:
        """``store`` holds the ``consents`` collection."""
        self._consents = store.kept("consents")

    async def require(
        self,
        customer_id: CustomerId,
        consent_id: str | None,
        tool: str,
        arguments: Mapping[str, str | None],
        now: datetime,
    ) -> None:
        """Return only where a confirmed, unspent and fresh consent binds exactly this call.

        Raises:
            ConsentMissing: none does.
        """
        if consent_id is None:
            raise ConsentMissing
        wanted = {
            "_id": consent_id,
            "customer_id": customer_id,
            "tool": tool,
            "arguments_hash": hash_arguments(arguments),
            "state": "confirmed",
            "expires_at": {"$gt": now},
        }
        if await self._consents.find_one(wanted, {"_id": 1}) is None:
            raise ConsentMissing


def hash_arguments(arguments: Mapping[str, str | None]) -> str:
    """Return the SHA-256 of the arguments as canonical JSON, in hex."""
    canonical = json.dumps(dict(arguments), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
