"""The ``codes`` collection: what is good for one use, under the SHA-256 of its secret."""

from typing import Annotated, Literal

from pydantic import Field
from pymongo import ASCENDING, IndexModel

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Collection, Store
from schemas.base import Schema, UtcDatetime
from schemas.identity import Customer
from schemas.session import SessionId
from schemas.widgets import WidgetId

COLLECTION = "codes"
INDEXES = [IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0)]

CodeId = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SignInCode(Schema):
    """Opens a session for a customer."""

    purpose: Literal["sign_in"] = "sign_in"
    id: CodeId
    customer: Customer
    expires_at: UtcDatetime


class SessionTicket(Schema):
    """Joins a page to a session that is open already."""

    purpose: Literal["session"] = "session"
    id: CodeId
    session_id: SessionId
    expires_at: UtcDatetime


class UploadTicket(Schema):
    """Lets a page whose browser keeps no cookie send one file for one form."""

    purpose: Literal["upload"] = "upload"
    id: CodeId
    session_id: SessionId
    widget_id: WidgetId
    expires_at: UtcDatetime


class StaffFlow(Schema):
    """A sign-in of staff that is under way at the identity provider."""

    purpose: Literal["staff"] = "staff"
    id: CodeId
    """SHA-256 of the ``state`` that the provider hands back."""
    browser: CodeId
    """SHA-256 of the secret in the cookie of the browser that began."""
    nonce: str
    verifier: str
    """Of PKCE. It goes to the provider once, with the code, and is worth nothing without it."""
    target: str
    """The page that was asked for."""
    expires_at: UtcDatetime


def _codes(store: Store) -> Collection:
    return store.kept(COLLECTION)


async def insert_code(
    store: Store, code: SignInCode | SessionTicket | UploadTicket | StaffFlow
) -> None:
    """Write a new code."""
    document = code.model_dump(exclude={"id"})
    await _codes(store).insert_one({"_id": code.id, **document})


async def take_sign_in_code(store: Store, code_id: CodeId) -> SignInCode | None:
    """Use up a code. Of any number of callers, one gets it; None if it is used or expired."""
    document = await _take(store, code_id, "sign_in")
    return SignInCode.model_validate(document) if document else None


async def take_session_ticket(store: Store, code_id: CodeId) -> SessionTicket | None:
    """Use up a ticket, likewise."""
    document = await _take(store, code_id, "session")
    return SessionTicket.model_validate(document) if document else None


async def take_upload_ticket(store: Store, code_id: CodeId) -> UploadTicket | None:
    """Use up a ticket for a file, likewise."""
    document = await _take(store, code_id, "upload")
    return UploadTicket.model_validate(document) if document else None


async def take_staff_flow(store: Store, code_id: CodeId) -> StaffFlow | None:
    """Use up a sign-in that is under way, likewise."""
    document = await _take(store, code_id, "staff")
    return StaffFlow.model_validate(document) if document else None


async def _take(store: Store, code_id: CodeId, purpose: str) -> dict[str, object] | None:
    # Read, then delete: whose delete counts has it. One find_one_and_delete would say the same,
    # but makes the embedded server scan the collection.
    document = await _codes(store).find_one({"_id": code_id, "purpose": purpose})
    if document is None:
        return None
    deleted = await _codes(store).delete_one({"_id": code_id})
    if deleted.deleted_count == 0 or document["expires_at"] <= now():
        return None
    document["id"] = document.pop("_id")
    return document
