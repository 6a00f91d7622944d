"""Guards: no event handler runs before it is known who calls it."""

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import reflex as rx
from pymongo.errors import PyMongoError
from starlette.requests import cookie_parser

from ecocash_copilot.actions.sign_in import SESSION_COOKIE, session_ref
from ecocash_copilot.core.errors import ProductError, Unavailable
from ecocash_copilot.core.logging import get_logger, log_context
from ecocash_copilot.state.services import services
from schemas.session import Session

GUARD = "_guarded_for"
"""Attribute of a guarded handler: whom it lets in. A test demands it of every handler."""


_log = get_logger(__name__)
_background: Any = rx.event(background=True)


class CustomerState(rx.State, mixin=True):
    """A state of a signed-in customer's page."""

    _session_ref: str = ""
    """The session this page was given over the websocket, when its handshake had no cookie."""

    async def _access(self) -> Session:
        """Return the caller's session.

        Raises:
            NotAuthenticated: no session, or one that has ended.
        """
        async with self:
            ref = self._session_ref
            secret = cookie_value(self.router.headers.cookie, SESSION_COOKIE)
        if ref:
            # It came after the handshake, perhaps for another customer than the cookie's.
            return await services().sign_in.access_session(ref=ref)
        return await services().sign_in.access_session(secret=secret)

    async def _refused(self, error: ProductError) -> None:
        """Say on the page that the caller was refused, or that something failed."""
        raise NotImplementedError

    async def _attempt(self, work: Awaitable[Any]) -> Any:
        """Do what was asked; where it is refused or fails, say so on the page."""
        try:
            return await work
        except ProductError as error:
            await self._refused(error)
        except PyMongoError as error:
            _log.warning("database_failed", error=type(error).__name__)
            await self._refused(Unavailable())
        return None


def customer_event(method: Callable[..., Awaitable[Any]]) -> Any:
    """Make an event handler that only a signed-in customer reaches.

    The handler is a background event, so no lock is held while it reads and writes. ``method``
    takes the caller's ``Session`` after ``self``; the browser can't supply it.
    """

    @functools.wraps(method)
    async def handler(self: Any, **arguments: Any) -> Any:
        async def work() -> Any:
            session = await self._access()
            with log_context(session_ref=session_ref(session)):
                return await method(self, session, **arguments)

        return await self._attempt(work())

    signature = inspect.signature(method)
    parameters = [item for name, item in signature.parameters.items() if name != "session"]
    handler.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    handler.__annotations__ = {
        name: hint for name, hint in method.__annotations__.items() if name != "session"
    }
    setattr(handler, GUARD, "customer")
    return _background(handler)


def public_event(method: Callable[..., Awaitable[Any]]) -> Any:
    """Make an event handler for anybody: it must decide by itself and give nothing away."""
    setattr(method, GUARD, "anybody")
    return _background(method)


def cookie_value(header: str, name: str) -> str:
    """Return one cookie of a ``Cookie`` header, or an empty string.

    The standard library's parser gives up at the first cookie that is out of the ordinary, and
    other pages of the host may set such.
    """
    return cookie_parser(header or "").get(name, "")
