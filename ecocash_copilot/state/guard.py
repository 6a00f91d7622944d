"""Guards: no event handler runs before it is known who calls it, and that they may."""

import functools
import inspect
import time
from abc import abstractmethod
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

import reflex as rx
from pymongo.errors import PyMongoError
from starlette.requests import cookie_parser

from ecocash_copilot.actions.sign_in import SESSION_COOKIE, session_ref
from ecocash_copilot.actions.staff_sign_in import STAFF_COOKIE, need_role, staff_ref
from ecocash_copilot.core.errors import NotAuthenticated, ProductError, Unavailable
from ecocash_copilot.core.ids import secret_id
from ecocash_copilot.core.logging import get_logger, log_context
from ecocash_copilot.state.services import services
from ecocash_copilot.state.tick import tick
from schemas.session import Session
from schemas.staff import Staff, StaffRole

GUARD = "_guarded_for"
"""Attribute of a guarded handler: whom it lets in. A test demands it of every handler."""

ROLES = "_guarded_roles"
"""Attribute of a staff's handler: the roles, one of which the caller must have."""

_EPOCH = time.time_ns() - time.monotonic_ns()
_arrived: ContextVar[int] = ContextVar("arrived", default=0)
_log = get_logger(__name__)
_background: Any = rx.event(background=True)


class GuardedState(rx.State, mixin=True):
    """A state whose handlers may refuse."""

    @abstractmethod
    async def _refused(self, error: ProductError) -> None:
        """Say on the page that the caller was refused, or that something failed."""

    async def _tell(self, error: ProductError) -> None:
        """Have the page do what an error asks for; whoever catches one calls this."""
        await self._refused(error)

    async def _attempt(self, work: Awaitable[Any]) -> Any:
        """Do what was asked; where it is refused or fails, say so on the page."""
        try:
            return await work
        except ProductError as error:
            await self._tell(error)
        except PyMongoError as error:
            _log.warning("database_failed", error=type(error).__name__)
            await self._tell(Unavailable())
        except Exception:
            # A fault of ours, which is logged above: a page that heard nothing would wait for ever.
            await self._tell(Unavailable())
            raise
        return None


class CustomerState(GuardedState, rx.State, mixin=True):
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
        try:
            if ref:
                # It came after the handshake, perhaps for another customer than the cookie's.
                return await services().sign_in.access_session(ref=ref)
            return await services().sign_in.access_session(secret=secret)
        except NotAuthenticated:
            async with self:
                if self._session_ref == ref:
                    raise
        # The page signed in meanwhile: what it was before is no reason to refuse it.
        return await self._access()

    def _cookie_is_of(self, session: Session) -> bool:
        """Whether the handshake's cookie leads to a session; the caller holds the state."""
        secret = cookie_value(self.router.headers.cookie, SESSION_COOKIE)
        return bool(secret) and secret_id(secret) == session.id

    async def _admit(self) -> Session:
        """Return the caller's session, and count what they do.

        Raises:
            NotAuthenticated: no session, or one that has ended.
            RateLimited: too many events in a minute, of all their pages.
        """
        session = await self._access()
        await services().event_limit.hit(session.customer.id)
        return session


class StaffState(GuardedState, rx.State, mixin=True):
    """A state of a page for staff, whose handlers are each a `staff_event`.

    The page shows nothing of its own accord: its vars are empty until a handler, such as the one
    on loading, has let its caller in. It watches ``need_sign_in``, and when that changes goes to
    ``/api/staff/sign-in?next=`` and its own path. A handler that fills the page for as long as it
    is open calls `_staff` with ``extend=False`` from time to time, and ends when that raises.
    """

    need_sign_in: int = 0
    """Changes when the page must sign in; its script watches it."""

    async def _staff(self, *roles: StaffRole, extend: bool = True) -> Staff:
        """Return who calls.

        Args:
            roles: one of which they must have; none given: any role does.
            extend: the caller does something; False where a page merely stays open.

        Raises:
            NotAuthenticated: no session, or one that has ended.
            NotAllowed: none of the roles is theirs.
        """
        async with self:
            secret = cookie_value(self.router.headers.cookie, STAFF_COOKIE)
        session = await services().staff_sign_in.access_session(secret, extend=extend)
        need_role(session.staff, *(roles or StaffRole))
        return session.staff

    async def _tell(self, error: ProductError) -> None:
        """Ask for a sign-in where nobody is signed in.

        Anything else, such as `NotAllowed` for the wrong role, goes to `_refused`.
        """
        if isinstance(error, NotAuthenticated):
            async with self:
                self.need_sign_in = tick()
        else:
            await self._refused(error)


class DesignerState(StaffState, rx.State, mixin=True):
    """A state of the gallery, whose handlers are each a `designer_event`."""

    async def _designer(self) -> None:
        """Let in designers; in dev anybody, since it shows made-up people only.

        Raises:
            NotAuthenticated: no session, or one that has ended.
            NotAllowed: not a designer.
        """
        if not services().settings.is_dev:
            await self._staff(StaffRole.DESIGNER)


def customer_event(method: Callable[..., Awaitable[Any]]) -> Any:
    """Make an event handler that only a signed-in customer reaches, and not too often in a minute.

    The handler is a background event, so no lock is held while it reads and writes. ``method``
    takes the caller's ``Session`` after ``self``; the browser can't supply it.
    """

    @functools.wraps(method)
    async def handler(self: Any, **arguments: Any) -> Any:
        _note_arrival()

        async def work() -> Any:
            session = await self._admit()
            with log_context(session_ref=session_ref(session)):
                return await method(self, session, **arguments)

        return await self._attempt(work())

    return _guarded(handler, method, "session", "customer")


def staff_event(*roles: StaffRole) -> Callable[[Callable[..., Awaitable[Any]]], Any]:
    """Make an event handler of a `StaffState` that only staff with one of ``roles`` reach.

    As with `customer_event` it is a background event. The method takes the caller, a ``Staff``
    named ``staff``, after ``self``; the browser can't supply it.
    """
    if not roles:
        raise TypeError("name the roles that may call this handler")

    def decorate(method: Callable[..., Awaitable[Any]]) -> Any:
        @functools.wraps(method)
        async def handler(self: Any, **arguments: Any) -> Any:
            _note_arrival()

            async def work() -> Any:
                staff = await self._staff(*roles)
                with log_context(staff_ref=staff_ref(staff)):
                    return await method(self, staff, **arguments)

            return await self._attempt(work())

        setattr(handler, ROLES, frozenset(roles))
        return _guarded(handler, method, "staff", "staff")

    return decorate


def _note_arrival() -> None:
    """Note when an event came; before anything is awaited, for events begin in their order."""
    _arrived.set(_EPOCH + time.monotonic_ns())


def arrival() -> int:
    """Return when the event came that a guarded handler handles: the later, the greater.

    Handlers of one page overtake each other where they wait. Nanoseconds since 1970, so that what a
    state remembers of an earlier process still compares.
    """
    return _arrived.get()


def designer_event(method: Callable[..., Awaitable[Any]]) -> Any:
    """Make an event handler of a `DesignerState` that only designers reach, and in dev anybody.

    As with `customer_event` it is a background event. The method takes no caller: nothing in the
    gallery depends on who looks.
    """

    @functools.wraps(method)
    async def handler(self: Any, **arguments: Any) -> Any:
        async def work() -> Any:
            await self._designer()
            return await method(self, **arguments)

        return await self._attempt(work())

    setattr(handler, GUARD, "designer")
    setattr(handler, ROLES, frozenset({StaffRole.DESIGNER}))
    return _background(handler)


def _guarded(handler: Any, method: Callable[..., Any], caller: str, whom: str) -> Any:
    """Give a handler the method's signature without the caller, whom no browser names."""
    signature = inspect.signature(method)
    names = list(signature.parameters)
    if names[1:2] != [caller]:
        raise TypeError(f"{method.__qualname__} must take {caller!r} after self")
    parameters = [item for name, item in signature.parameters.items() if name != caller]
    handler.__signature__ = signature.replace(parameters=parameters)
    handler.__annotations__ = {
        name: hint for name, hint in method.__annotations__.items() if name != caller
    }
    setattr(handler, GUARD, whom)
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
