"""A customer's browser that sends evidence."""

from collections.abc import AsyncIterator

import httpx
import pytest

from ecocash_copilot.actions.sign_in import SESSION_COOKIE, SignIn
from ecocash_copilot.core.ids import new_id
from schemas.identity import Customer
from tests.api.conftest import MakeApp, client_of

FORM = f"{new_id('ms')}-1"


@pytest.fixture
async def browser(
    make_app: MakeApp, sign_in: SignIn, customer: Customer
) -> AsyncIterator[httpx.AsyncClient]:
    """A signed-in customer's browser."""
    async with client_of(make_app()) as client:
        client.cookies.set(SESSION_COOKIE, await sign_in.open_session(customer))
        yield client


async def send(
    client: httpx.AsyncClient,
    content: bytes,
    name: str = "IMG_1.jpg",
    form: str = FORM,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    return await client.post(
        "/api/evidence",
        params={"widget": form},
        files={"file": (name, content, "application/octet-stream")},
        headers=headers,
    )
