"""Signing in: from a verified customer to a one-time code, and from the code to a session.

What a browser holds is a random secret; what is kept is its SHA-256, which is also the session's
id. So neither the database nor server-side state holds anything that signs anybody in.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import NotAuthenticated
from ecocash_copilot.core.expiring_cache import ExpiringCache
from ecocash_copilot.core.ids import new_secret, secret_id
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.core.metrics import SIGN_INS
from ecocash_copilot.core.redaction import short_hash
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.codes import (
    SessionTicket,
    SignInCode,
    UploadTicket,
    insert_code,
    take_session_ticket,
    take_sign_in_code,
    take_upload_ticket,
)
from ecocash_copilot.store.preferences import find_locale, put_locale
from ecocash_copilot.store.sessions import (
    delete_session,
    extend_session,
    find_session,
    insert_session,
    set_session_conversation,
    set_session_customer,
    set_sessions_locale,
    swap_session_conversation,
)
from schemas.identity import Customer, Locale
from schemas.message import ConversationId
from schemas.session import Session, SessionId
from schemas.widgets import WidgetId

SESSION_COOKIE = "eco_session"
"""The cookie in which a browser holds its secret."""

REMEMBERED_SECONDS = 5.0
"""How long a session is trusted without asking the database: a turn then needs no read for it.
After so long at most, other processes notice that a session was revoked."""

EXTEND_EVERY = timedelta(minutes=1)
"""A session's expiry moves on at most this often."""

_REMEMBERED = 20_000
_log = get_logger(__name__)


class SignIn:
    """Issues and redeems codes, opens, checks and revokes sessions."""

    def __init__(
        self, store: Store, settings: Settings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``clock`` counts the seconds that sessions are remembered for."""
        self._store = store
        self._code_life = timedelta(seconds=settings.code_seconds)
        self._idle = timedelta(seconds=settings.session_idle_seconds)
        self._longest = timedelta(seconds=settings.session_max_seconds)
        self._sessions: ExpiringCache[SessionId, Session] = ExpiringCache(_REMEMBERED, clock)

    async def issue_code(self, customer: Customer) -> str:
        """Return a code that opens one session for this customer, within a minute."""
        code = new_secret()
        await insert_code(
            self._store,
            SignInCode(id=secret_id(code), customer=customer, expires_at=now() + self._code_life),
        )
        return code

    async def redeem_code(self, code: str) -> str:
        """Use up a code and return the secret of a new session.

        Raises:
            NotAuthenticated: the code is unknown, used or expired.
        """
        taken = await take_sign_in_code(self._store, secret_id(code))
        if taken is None:
            SIGN_INS.labels(outcome="refused").inc()
            raise NotAuthenticated("This link has been used or has expired. Please sign in again.")
        return await self.open_session(taken.customer)

    async def open_session(self, customer: Customer) -> str:
        """Open a session and return its secret, which nobody else ever sees.

        The language that the customer has chosen in the chat goes before the token's.
        """
        secret, moment = new_secret(), now()
        if chosen := await find_locale(self._store, customer.id):
            customer = customer.model_copy(update={"locale": chosen})
        session = Session(
            id=secret_id(secret),
            customer=customer,
            created_at=moment,
            expires_at=moment + min(self._idle, self._longest),
        )
        await insert_session(self._store, session)
        self._remember(session)
        SIGN_INS.labels(outcome="ok").inc()
        _log.info("session_opened", session_ref=session_ref(session))
        return secret

    async def access_session(
        self, *, secret: str = "", ref: str = "", extend: bool = True
    ) -> Session:
        """Return the session that a browser's secret, or a session's id, belongs to.

        Args:
            secret: what the browser holds.
            ref: the session's id, where the server itself has kept it; never what a browser says.
            extend: somebody does something, so that the session is not idle. False where a page
                merely stays open.

        Raises:
            NotAuthenticated: it leads to no session that lives.
        """
        session_id = secret_id(secret) if secret else ref
        session = self._sessions.get(session_id) if session_id else None
        if session is None and session_id:
            session = await find_session(self._store, session_id)
            if session is not None:
                session = await self._extend(session) if extend else session
                self._remember(session)
        if session is None or session.expires_at <= now():
            raise NotAuthenticated
        return session

    async def revoke_session(self, session: Session) -> None:
        """End a session: here at once, in other processes within seconds."""
        self._sessions.drop(session.id)
        await delete_session(self._store, session.id)

    async def issue_ticket(self, session: Session) -> str:
        """Return a code that joins a page to this session, once, within a minute."""
        ticket = new_secret()
        await insert_code(
            self._store,
            SessionTicket(
                id=secret_id(ticket), session_id=session.id, expires_at=now() + self._code_life
            ),
        )
        return ticket

    async def redeem_ticket(self, ticket: str) -> Session:
        """Use up a ticket and return its session.

        Raises:
            NotAuthenticated: the ticket is unknown, used or expired, or its session has ended.
        """
        taken = await take_session_ticket(self._store, secret_id(ticket))
        if taken is None:
            raise NotAuthenticated
        return await self.access_session(ref=taken.session_id)

    async def issue_upload_ticket(self, session: Session, widget_id: WidgetId) -> str:
        """Return a code that sends one file for a form, once, within a minute.

        For a page whose browser keeps no cookie. The caller checked that the form is theirs.
        """
        ticket = new_secret()
        await insert_code(
            self._store,
            UploadTicket(
                id=secret_id(ticket),
                session_id=session.id,
                widget_id=widget_id,
                expires_at=now() + self._code_life,
            ),
        )
        return ticket

    async def redeem_upload_ticket(self, ticket: str, widget_id: str) -> Session:
        """Use up a ticket for a file and return its session.

        Raises:
            NotAuthenticated: the ticket is unknown, used or expired, or for another form, or its
                session has ended.
        """
        taken = await take_upload_ticket(self._store, secret_id(ticket))
        if taken is None or taken.widget_id != widget_id:
            raise NotAuthenticated
        return await self.access_session(ref=taken.session_id)

    async def choose_conversation(
        self, session: Session, conversation_id: ConversationId | None
    ) -> Session:
        """Note which conversation is open, for the next page; the caller checked that it may be.

        Raises:
            NotAuthenticated: the session has ended.
        """
        if session.conversation_id == conversation_id:
            return session
        there = await set_session_conversation(self._store, session.id, conversation_id)
        return self._changed(session, there, conversation_id=conversation_id)

    async def swap_conversation(self, session: Session, conversation_id: ConversationId) -> Session:
        """Open a conversation in place of the session's, if no one else has opened another.

        Returns:
            The session as it is now: of several that swap at once, the first one's choice stands.

        Raises:
            NotAuthenticated: the session has ended.
        """
        expected = session.conversation_id
        if await swap_session_conversation(self._store, session.id, expected, conversation_id):
            session = session.model_copy(update={"conversation_id": conversation_id})
        else:
            kept = await find_session(self._store, session.id)
            if kept is None:
                raise NotAuthenticated
            session = kept
        self._remember(session)
        return session

    async def choose_locale(self, customer: Customer, locale: Locale) -> Customer:
        """Speak another language with a customer, here and on every phone, until they choose again.

        Other sessions of theirs take it over within seconds, at their next page or message.
        """
        await put_locale(self._store, customer.id, locale)
        await set_sessions_locale(self._store, customer.id, locale)
        self._sessions.drop_where(lambda session: session.customer.id == customer.id)
        return customer.model_copy(update={"locale": locale})

    async def follow_app(self, session: Session, locale: Locale) -> Session:
        """Speak the app's language in this session; what the customer chose stays kept.

        Raises:
            NotAuthenticated: the session has ended.
        """
        customer = session.customer.model_copy(update={"locale": locale})
        there = await set_session_customer(self._store, session.id, customer)
        return self._changed(session, there, customer=customer)

    async def _extend(self, session: Session) -> Session:
        expires_at = self._expiry(session, now())
        if expires_at - session.expires_at < EXTEND_EVERY:
            return session
        await extend_session(self._store, session.id, expires_at)
        return session.model_copy(update={"expires_at": expires_at})

    def _expiry(self, session: Session, moment: datetime) -> datetime:
        return min(moment + self._idle, session.created_at + self._longest)

    def _changed(self, session: Session, there: bool, **fields: object) -> Session:
        """Return a session as it is after a change; ``there`` is whether the change found it."""
        if not there:
            # Remembered again, one that was ended elsewhere would live on in this process.
            self._sessions.drop(session.id)
            raise NotAuthenticated
        session = session.model_copy(update=fields)
        self._remember(session)
        return session

    def _remember(self, session: Session) -> None:
        self._sessions.put(session.id, session, REMEMBERED_SECONDS)


def session_ref(session: Session) -> str:
    """Return what stands for a session in logs."""
    return short_hash(session.id)
