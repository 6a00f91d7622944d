"""Staff's sessions: opened for whom a verified sign-in names, ended when idle, late or revoked.

What a browser holds is a random secret; what is kept is its SHA-256, as for customers' sessions.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import NotAllowed, NotAuthenticated
from ecocash_copilot.core.expiring_cache import ExpiringCache
from ecocash_copilot.core.ids import new_secret, secret_id
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.core.metrics import STAFF_SIGN_INS
from ecocash_copilot.core.redaction import short_hash
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.staff_roster import note_staff
from ecocash_copilot.store.staff_sessions import (
    delete_staff_session,
    extend_staff_session,
    find_staff_session,
    insert_staff_session,
)
from schemas.session import SessionId
from schemas.staff import Staff, StaffRole, StaffSession

STAFF_COOKIE = "eco_staff"
"""The cookie in which a browser of staff holds its secret."""

REMEMBERED_SECONDS = 5.0
"""How long a session is trusted without asking the database. After so long at most, other
processes notice that it was revoked."""

EXTEND_EVERY = timedelta(minutes=1)
"""A session's expiry moves on at most this often."""

_REMEMBERED = 2_000
_log = get_logger(__name__)


class StaffSignIn:
    """Opens, checks and revokes the sessions of staff."""

    def __init__(
        self, store: Store, settings: Settings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``clock`` counts the seconds that sessions are remembered for."""
        self._store = store
        self._idle = timedelta(seconds=settings.session_idle_seconds)
        self._longest = timedelta(seconds=settings.session_max_seconds)
        self._sessions: ExpiringCache[SessionId, StaffSession] = ExpiringCache(_REMEMBERED, clock)

    async def open_session(self, staff: Staff) -> str:
        """Open a session for somebody verified; return its secret, which nobody else ever sees.

        Raises:
            NotAllowed: they have no role here.
        """
        if not staff.roles:
            STAFF_SIGN_INS.labels(outcome="refused").inc()
            raise NotAllowed("This account has no role in EcoCash Copilot.")
        secret, moment = new_secret(), now()
        session = StaffSession(
            id=secret_id(secret),
            staff=staff,
            created_at=moment,
            expires_at=moment + min(self._idle, self._longest),
        )
        await note_staff(self._store, staff)
        await insert_staff_session(self._store, session)
        self._remember(session)
        STAFF_SIGN_INS.labels(outcome="ok").inc()
        _log.info(
            "staff_session_opened",
            staff_ref=staff_ref(staff),
            roles=sorted(role.value for role in staff.roles),
        )
        return secret

    async def access_session(self, secret: str, *, extend: bool = True) -> StaffSession:
        """Return the session that a browser's secret belongs to.

        Args:
            secret: what the browser holds.
            extend: somebody does something, so that the session is not idle. False where a page
                merely stays open.

        Raises:
            NotAuthenticated: it leads to no session that lives.
        """
        session_id = secret_id(secret) if secret else ""
        session = self._sessions.get(session_id) if session_id else None
        if session is None and session_id:
            session = await find_staff_session(self._store, session_id)
            if session is not None:
                session = await self._extend(session) if extend else session
                self._remember(session)
        if session is None or session.expires_at <= now():
            raise NotAuthenticated
        return session

    async def revoke_session(self, session: StaffSession) -> None:
        """End a session: here at once, in other processes within seconds."""
        self._sessions.drop(session.id)
        await delete_staff_session(self._store, session.id)
        _log.info("staff_session_ended", staff_ref=staff_ref(session.staff))

    async def _extend(self, session: StaffSession) -> StaffSession:
        expires_at = self._expiry(session, now())
        if expires_at - session.expires_at < EXTEND_EVERY:
            return session
        await extend_staff_session(self._store, session.id, expires_at)
        return session.model_copy(update={"expires_at": expires_at})

    def _expiry(self, session: StaffSession, moment: datetime) -> datetime:
        return min(moment + self._idle, session.created_at + self._longest)

    def _remember(self, session: StaffSession) -> None:
        self._sessions.put(session.id, session, REMEMBERED_SECONDS)


def need_role(staff: Staff, *roles: StaffRole) -> None:
    """Let somebody through who has one of these roles.

    Raises:
        NotAllowed: they have none of them.
    """
    if not staff.has(*roles):
        raise NotAllowed("Your role does not allow this.")


def staff_ref(staff: Staff) -> str:
    """Return what stands for a member of staff in logs."""
    return short_hash(staff.id)
