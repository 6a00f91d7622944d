"""Who may be given tickets."""

from ecocash_copilot.actions.staff_sign_in import need_role
from ecocash_copilot.auth.dev_staff import DEMO_STAFF
from ecocash_copilot.core.errors import Invalid
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.staff_roster import find_staff
from schemas.staff import Staff, StaffId, StaffRole

_WORKERS = (StaffRole.AGENT, StaffRole.SUPERVISOR)


async def list_assignable(store: Store, settings: Settings, staff: Staff) -> list[Staff]:
    """Return the agents and supervisors who have signed in; in dev the demo staff as well.

    Raises:
        NotAllowed: the caller is neither agent nor supervisor.
    """
    need_role(staff, *_WORKERS)
    demo = [each for each in DEMO_STAFF.values() if each.has(*_WORKERS)] if settings.is_dev else []
    signed_in = await find_staff(store, *_WORKERS)
    return list({each.id: each for each in (*demo, *signed_in, staff)}.values())


async def find_assignable(
    store: Store, settings: Settings, staff: Staff, staff_id: StaffId
) -> Staff:
    """Return one of those.

    Raises:
        Invalid: nobody of this id works tickets.
    """
    for each in await list_assignable(store, settings, staff):
        if each.id == staff_id:
            return each
    raise Invalid("Nobody of this name works tickets.")


async def staff_names(store: Store, settings: Settings, staff: Staff) -> dict[StaffId, str]:
    """Return the names of those who may be given tickets, by id."""
    return {each.id: each.name for each in await list_assignable(store, settings, staff)}
