"""Notices to the outside that were given up, for those who can have them sent again."""

from ecocash_copilot.actions.staff_sign_in import need_role
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import NotFound
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.store import outbox
from ecocash_copilot.store.client import Store
from schemas.notice import Notice
from schemas.staff import Staff, StaffRole

SHOWN = 50
"""How many are listed, latest first."""

_ROLES = (StaffRole.SUPERVISOR, StaffRole.OPERATOR)
_log = get_logger(__name__)


async def list_dead_notices(store: Store, staff: Staff) -> list[Notice]:
    """Return the notices that were given up, latest first, ``SHOWN`` at most.

    Raises:
        NotAllowed: the caller is neither supervisor nor operator.
    """
    need_role(staff, *_ROLES)
    return await outbox.find_dead_notices(store, SHOWN)


async def resend_notice(store: Store, staff: Staff, notice_id: str) -> None:
    """Let a notice that was given up be sent again, from its first attempt on.

    Raises:
        NotAllowed: the caller is neither supervisor nor operator.
        NotFound: it was not given up.
    """
    need_role(staff, *_ROLES)
    if not await outbox.resend(store, [notice_id], now()):
        raise NotFound("This notice does not wait for that any more.")
    _log.info("notice_resent", notice_id=notice_id)


async def resend_all_notices(store: Store, staff: Staff) -> int:
    """Let every notice that was given up be sent again, and return how many; more than are listed.

    Raises:
        NotAllowed: the caller is neither supervisor nor operator.
    """
    need_role(staff, *_ROLES)
    count = await outbox.resend_all(store, now())
    _log.info("notices_resent", count=count)
    return count
