"""What an agent does with tickets and conversations: each act through one action.

Nothing is shown from here but a word: the change itself comes back by the feed, to this board as
to all others. Every act names the version of the ticket that the agent saw. Where somebody else
was first, nothing is written, and the agent is told what has changed.
"""

from collections.abc import Awaitable

import reflex as rx

from ecocash_copilot.actions import handovers, tickets
from ecocash_copilot.actions.notices import resend_all_notices, resend_notice
from ecocash_copilot.actions.staff_roster import find_assignable, staff_names
from ecocash_copilot.core.errors import NotAuthenticated, ProductError
from ecocash_copilot.feed.presence import typing_in
from ecocash_copilot.present.board_panel import conflict_lines
from ecocash_copilot.state import board_ids as parse
from ecocash_copilot.state.flash import outdated, refused, said
from ecocash_copilot.state.guard import StaffState, staff_event
from ecocash_copilot.state.services import services
from ecocash_copilot.state.tick import tick
from schemas.board_views import FlashView
from schemas.board_words import TEAMS
from schemas.staff import Staff, StaffRole
from schemas.ticket import TicketStatus
from schemas.ticket_board import BulkResult
from schemas.ticket_record import Ticket

_WORKERS = (StaffRole.AGENT, StaffRole.SUPERVISOR)
_ME = "me"


class DeskState(StaffState, rx.State):
    """The acts, and the word about the latest of them."""

    flash: FlashView = FlashView()

    async def _refused(self, error: ProductError) -> None:
        await self._say(refused(error))

    async def _say(self, flash: FlashView) -> None:
        async with self:
            self.flash = flash

    async def _do(
        self, staff: Staff, work: Awaitable[object], text: str, key: str, ref: str = ""
    ) -> None:
        """Do it, and say that it was done, or why not."""
        try:
            await work
        except tickets.Stale as stale:
            names = await staff_names(services().store, services().settings, staff)
            lines = conflict_lines(stale.events, names)
            await self._say(outdated(stale.ticket.id, lines, key=key))
        except NotAuthenticated:
            raise
        except ProductError as error:
            await self._say(refused(error, key=key, ref=ref))
        else:
            await self._say(said(text, key=key, ref=ref))

    # -- one ticket ------------------------------------------------------------------------

    @staff_event(*_WORKERS)
    async def move(self, staff: Staff, key: str, ticket_id: str, version: int, status: str) -> None:
        """Move a ticket to another state."""
        number, to = parse.ticket_id(ticket_id), parse.status(status)
        work = tickets.move(services().store, staff, number, version, to)
        await self._do(staff, work, "", key, number)

    @staff_event(*_WORKERS)
    async def assign(
        self, staff: Staff, key: str, ticket_id: str, version: int, assignee: str
    ) -> None:
        """Give a ticket to somebody, to the caller (``me``) or to nobody (empty)."""
        number = parse.ticket_id(ticket_id)
        await self._do(staff, self._assign(staff, number, version, assignee), "", key, number)

    async def _assign(self, staff: Staff, number: str, version: int, assignee: str) -> Ticket:
        store = services().store
        to = await self._assignee(staff, assignee)
        return await tickets.assign(
            store, staff, number, version, to.id if to else None, to.name if to else None
        )

    async def _assignee(self, staff: Staff, assignee: str) -> Staff | None:
        if assignee in ("", _ME):
            return staff if assignee else None
        return await find_assignable(services().store, services().settings, staff, assignee)

    @staff_event(*_WORKERS)
    async def prioritise(
        self, staff: Staff, key: str, ticket_id: str, version: int, priority: str
    ) -> None:
        """Say how soon."""
        number, to = parse.ticket_id(ticket_id), parse.priority(priority)
        work = tickets.prioritise(services().store, staff, number, version, to)
        await self._do(staff, work, "", key, number)

    @staff_event(*_WORKERS)
    async def set_team(
        self, staff: Staff, key: str, ticket_id: str, version: int, team: str
    ) -> None:
        """Hand a ticket to another team."""
        number, to = parse.ticket_id(ticket_id), parse.team(team)
        work = tickets.set_team(services().store, staff, number, version, to)
        await self._do(staff, work, f"Passed to {TEAMS[to]}", key, number)

    @staff_event(*_WORKERS)
    async def tag(self, staff: Staff, key: str, ticket_id: str, version: int, tags: str) -> None:
        """Set a ticket's tags."""
        number, names = parse.ticket_id(ticket_id), parse.tags(tags)
        work = tickets.tag(services().store, staff, number, version, names)
        await self._do(staff, work, "Tags saved", key, number)

    @staff_event(*_WORKERS)
    async def reply(
        self, staff: Staff, key: str, ticket_id: str, version: int, text: str, then: str
    ) -> None:
        """Write to the customer, and move the ticket with it if ``then`` says so."""
        number, to = parse.ticket_id(ticket_id), parse.status(then) if then else None
        work = self._reply(staff, number, version, text, to, parse.key(key))
        await self._do(staff, work, "", key, number)

    async def _reply(
        self, staff: Staff, number: str, version: int, text: str, to: TicketStatus | None, key: str
    ) -> None:
        ticket = await tickets.reply(
            services().store, staff, number, version, text, then=to, key=key
        )
        await _stop_typing(staff, ticket.conversation_id)

    @staff_event(*_WORKERS)
    async def note(self, staff: Staff, key: str, ticket_id: str, version: int, text: str) -> None:
        """Write what the customer never sees."""
        number = parse.ticket_id(ticket_id)
        work = tickets.note(services().store, staff, number, version, text, key=parse.key(key))
        await self._do(staff, work, "", key, number)

    @staff_event(*_WORKERS)
    async def merge(self, staff: Staff, key: str, ticket_id: str, version: int, into: str) -> None:
        """Close a ticket as a duplicate of another one of the same customer."""
        number, other = parse.ticket_id(ticket_id), parse.ticket_id(into)
        work = tickets.merge(services().store, staff, number, version, other)
        await self._do(staff, work, f"Merged into {other}", key, number)

    @staff_event(*_WORKERS)
    async def escalate(
        self, staff: Staff, key: str, ticket_id: str, version: int, text: str
    ) -> None:
        """Ask for somebody senior."""
        number = parse.ticket_id(ticket_id)
        work = tickets.escalate_by_staff(services().store, staff, number, version, text)
        await self._do(staff, work, "Escalated", key, number)

    # -- several tickets -------------------------------------------------------------------

    @staff_event(*_WORKERS)
    async def bulk_assign(self, staff: Staff, key: str, seen: str, assignee: str) -> None:
        """Give several tickets to somebody; ``seen`` names each with its version."""
        chosen = parse.seen_tickets(seen)
        to = await self._assignee(staff, assignee)
        done = await tickets.bulk_assign(
            services().store, staff, chosen, to.id if to else None, to.name if to else None
        )
        await self._say(_bulk_flash(done, "assigned", key))

    @staff_event(*_WORKERS)
    async def bulk_close(self, staff: Staff, key: str, seen: str) -> None:
        """Close several tickets."""
        done = await tickets.bulk_close(services().store, staff, parse.seen_tickets(seen))
        await self._say(_bulk_flash(done, "closed", key))

    # -- conversations ---------------------------------------------------------------------

    @staff_event(*_WORKERS)
    async def take(self, staff: Staff, key: str, handover: str) -> None:
        """Take a waiting conversation over."""
        work = handovers.take(services().store, staff, parse.handover_id(handover))
        await self._do(staff, work, "You have this conversation. The assistant is silent.", key)

    @staff_event(*_WORKERS)
    async def hand_back(self, staff: Staff, key: str, handover: str) -> None:
        """Let the assistant go on."""
        work = self._hand_back(staff, parse.handover_id(handover))
        await self._do(staff, work, "The assistant has this conversation again.", key)

    async def _hand_back(self, staff: Staff, handover: str) -> None:
        ended = await handovers.hand_back(services().store, staff, handover)
        await _stop_typing(staff, ended.conversation_id)

    @staff_event(*_WORKERS)
    async def say(self, staff: Staff, key: str, handover: str, text: str) -> None:
        """Write to the customer of a conversation that the caller has taken."""
        await self._do(staff, self._say_to(staff, parse.handover_id(handover), text, key), "", key)

    async def _say_to(self, staff: Staff, handover: str, text: str, key: str) -> None:
        store = services().store
        found = await handovers.access_handover(store, staff, handover)
        await handovers.say_as_agent(store, staff, found.conversation_id, text, key)
        await _stop_typing(staff, found.conversation_id)

    # -- notices ---------------------------------------------------------------------------

    @staff_event(StaffRole.SUPERVISOR, StaffRole.OPERATOR)
    async def resend(self, staff: Staff, key: str, notice: str) -> None:
        """Have a notice sent again that was given up."""
        work = resend_notice(services().store, staff, parse.notice_id(notice))
        await self._do(staff, work, "It is sent again.", key)

    @staff_event(StaffRole.SUPERVISOR, StaffRole.OPERATOR)
    async def resend_all(self, staff: Staff, key: str) -> None:
        """Have every notice sent again that was given up."""
        count = await resend_all_notices(services().store, staff)
        text = "1 notice is sent again." if count == 1 else f"{count} notices are sent again."
        await self._say(said(text, key=key))


async def _stop_typing(staff: Staff, conversation_id: str | None) -> None:
    """Tell the customer that somebody types no more: what they typed is sent, or given up."""
    if conversation_id is not None:
        await services().presence.clear(*typing_in(conversation_id, f"staff:{staff.id}"))


def _bulk_flash(results: list[BulkResult], verb: str, key: str) -> FlashView:
    """Say how many were done, and of each other one why not."""
    failed = [each for each in results if not each.ok]
    done = len(results) - len(failed)
    text = f"{done} {'ticket' if done == 1 else 'tickets'} {verb}"
    if not failed:
        return said(text, key=key)
    lines = [f"{each.ticket_id}: {each.error}" for each in failed]
    return FlashView(
        tick=tick(),
        tone="error",
        text=f"{text}, {len(failed)} not",
        lines=lines,
        key=key,
        left=" ".join(each.ticket_id for each in failed),
    )
