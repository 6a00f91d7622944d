"""The ``staff_roster`` collection: who has ever signed in, so that tickets can be assigned to them.

It names people, and lets nobody in: that is for sessions.
"""

from pymongo import ASCENDING, IndexModel

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Collection, Store
from schemas.staff import Staff, StaffId, StaffRole

COLLECTION = "staff_roster"
INDEXES = [IndexModel([("roles", ASCENDING)], name="by_role")]

MOST = 500


def _roster(store: Store) -> Collection:
    return store.quick(COLLECTION)


async def note_staff(store: Store, staff: Staff) -> None:
    """Keep somebody's name and roles as their sign-in says them."""
    fields = {"name": staff.name, "roles": sorted(staff.roles), "seen_at": now()}
    await _roster(store).update_one({"_id": staff.id}, {"$set": fields}, upsert=True)


async def find_staff(store: Store, *roles: StaffRole) -> list[Staff]:
    """Return those who have one of the roles, ``MOST`` at most."""
    found: dict[StaffId, Staff] = {}
    for role in roles:
        async for document in _roster(store).find({"roles": role.value}).limit(MOST):
            found[document["_id"]] = Staff(
                id=document["_id"], name=document["name"], roles=frozenset(document["roles"])
            )
    return list(found.values())[:MOST]
