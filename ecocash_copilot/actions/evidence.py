"""Evidence: photos and PDFs that customers add to a report.

A file is kept only after ``core.files`` has checked and re-encoded it. Until it is part of a
ticket its customer alone sees it, and may take it back; after ``LOOSE_LIFE`` it is removed.
"""

from collections.abc import Sequence
from datetime import timedelta

from ecocash_copilot.actions.widgets import message_id_of_widget
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import Conflict, Invalid, NotAllowed, NotFound
from ecocash_copilot.core.files import clean_file, clean_name
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.store import evidence as files
from ecocash_copilot.store.client import Store, Tx
from ecocash_copilot.store.messages import find_message
from schemas.identity import CustomerId
from schemas.staff import Staff, StaffRole
from schemas.ticket import MAX_EVIDENCE, Evidence, EvidenceId, TicketId
from schemas.widgets import TicketForm, WidgetId

LOOSE_LIFE = timedelta(days=2)
"""How long a file is kept that does not become part of a ticket."""

LOST_AFTER = timedelta(minutes=1)
"""How long a page may take to put a file that was kept into its form."""

_SWEEP = 200
"""Files that one sweep removes at most."""

_log = get_logger(__name__)


async def keep_evidence(
    store: Store, customer_id: CustomerId, widget_id: WidgetId, name: str, content: bytes
) -> Evidence:
    """Check, re-encode and keep a file that a customer adds to a form.

    Args:
        widget_id: the form; it holds ``MAX_EVIDENCE`` files.
        name: as the browser gave it; a path is cut off.
        content: as it was sent. Its type is told from its bytes.

    Raises:
        Invalid: it is no photo or PDF that can be kept; the detail says what to do.
        Conflict: the form is full.
    """
    await need_place(store, customer_id, widget_id)
    file = await clean_file(content)
    evidence = Evidence(
        id=new_id("ev"),
        name=clean_name(name, file.media_type),
        media_type=file.media_type,
        size=len(file.content),
    )
    kept = await files.insert_evidence(
        store, evidence, file.content, customer_id, widget_id, MAX_EVIDENCE
    )
    if not kept:
        raise _full()
    return evidence


async def need_place(store: Store, customer_id: CustomerId, widget_id: WidgetId) -> None:
    """Let a file through while its form has room.

    A file whose upload's answer was lost takes a place, and no page shows it: such ones make room.

    Raises:
        Conflict: the form is full.
    """
    if await files.count_places(store, customer_id, widget_id, MAX_EVIDENCE) < MAX_EVIDENCE:
        return
    if not await _remove_lost(store, customer_id, widget_id):
        raise _full()


async def _remove_lost(store: Store, customer_id: CustomerId, widget_id: WidgetId) -> bool:
    """Remove a form's files that it does not hold after ``LOST_AFTER``; say if there were any."""
    before = now() - LOST_AFTER
    loose = await files.find_loose_in_form(store, customer_id, widget_id, MAX_EVIDENCE, before)
    message = await find_message(store, message_id_of_widget(widget_id))
    forms = message.widgets if message and message.customer_id == customer_id else []
    form = next((each for each in forms if each.id == widget_id), None)
    if not isinstance(form, TicketForm):
        return False
    held = {each.id for each in form.evidence}
    lost = [each for each in loose if each not in held]
    return any([await files.delete_loose(store, each, customer_id) for each in lost])


async def access_evidence(
    store: Store, customer_id: CustomerId, evidence_id: EvidenceId
) -> Evidence:
    """Return what a customer's own file is.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
    """
    return (await access_all_evidence(store, customer_id, [evidence_id]))[0]


async def access_all_evidence(
    store: Store, customer_id: CustomerId, ids: Sequence[EvidenceId]
) -> list[Evidence]:
    """Return what several of a customer's own files are, in the order asked for.

    Raises:
        NotFound: one of them is not there, or is somebody else's.
    """
    found = await files.find_evidence(store, ids, customer_id)
    if len(found) != len(ids):
        raise NotFound("There is no such file.")
    return found


async def access_evidence_as_staff(store: Store, staff: Staff, evidence_id: EvidenceId) -> Evidence:
    """Return what a file of a ticket is, for those who work tickets.

    Raises:
        NotAllowed: the caller is neither agent nor supervisor.
        NotFound: there is none with this id, or it is not part of a ticket yet.
    """
    if not staff.has(StaffRole.AGENT, StaffRole.SUPERVISOR):
        raise NotAllowed
    found = await files.find_attached(store, evidence_id)
    if found is None:
        raise NotFound("There is no such file.")
    return found


async def read_evidence(store: Store, evidence: Evidence) -> bytes:
    """Return the bytes of a file that the caller has accessed.

    Raises:
        NotFound: they are gone.
    """
    content = await files.read_evidence(store, evidence.id)
    if content is None:
        raise NotFound("This file is not there any more.")
    return content


async def hold_evidence(
    store: Store, customer_id: CustomerId, ids: Sequence[EvidenceId]
) -> list[Evidence]:
    """Keep a customer's files for another ``LOOSE_LIFE``.

    Returns:
        Those that can still be sent: they are there, and part of no ticket.
    """
    return await files.renew_loose(store, ids, customer_id)


async def attach_evidence(
    store: Store, tx: Tx, customer_id: CustomerId, ids: Sequence[EvidenceId], ticket_id: TicketId
) -> list[Evidence]:
    """Make a customer's files part of a ticket, in the transaction that writes the ticket.

    Doing so again changes nothing.

    Raises:
        Invalid: one is not there, is somebody else's, or is part of another ticket.
    """
    if not ids:
        return []
    attached = await files.attach_evidence(store, tx, customer_id, ids, ticket_id)
    if len(attached) != len(ids):
        raise Invalid("A file is not there any more. Please add it again.")
    return attached


async def remove_evidence(store: Store, customer_id: CustomerId, evidence_id: EvidenceId) -> None:
    """Take a file back that is not part of a ticket yet.

    Raises:
        NotFound: there is none with this id, or it is somebody else's.
        Conflict: it is part of a ticket.
    """
    await access_evidence(store, customer_id, evidence_id)
    if not await files.delete_loose(store, evidence_id, customer_id):
        raise Conflict("This file is part of a report and stays with it.")


async def remove_loose_evidence(store: Store) -> int:
    """Remove files that did not become part of a ticket in time; return how many."""
    found = await files.find_loose(store, now() - LOOSE_LIFE, _SWEEP)
    removed = [await files.delete_loose(store, evidence_id) for evidence_id in found]
    if any(removed):
        _log.info("evidence_removed", count=sum(removed))
    return sum(removed)


def _full() -> Conflict:
    return Conflict(f"A report takes {MAX_EVIDENCE} files at most. Remove one first.")
