"""What the panel has open: the documents themselves, from which it is drawn."""

from collections.abc import Sequence
from datetime import datetime

from ecocash_copilot.feed.changes import Change, is_newer
from ecocash_copilot.store.presence import id_of
from schemas.board_views import StatementView
from schemas.feed import Presence, PresenceKind
from schemas.handover import Handover, HandoverState
from schemas.identity import Locale
from schemas.message import Message, Role
from schemas.staff import StaffId
from schemas.ticket_record import Ticket
from schemas.wallet import Transaction

_STAFF = "staff:"
_CUSTOMER = "customer:"


class OpenItem:
    """A ticket, or a conversation that wants a person, and what came with it."""

    def __init__(self) -> None:
        """Nothing is open."""
        self.id = ""
        self.wanted = ""
        """What was asked for last, which may be still on its way."""
        self._asked = 0
        self.ticket: Ticket | None = None
        self.handover: Handover | None = None
        """Of a ticket: the open one of its conversation."""
        self.last_seq = 0
        self.last_message_at: datetime | None = None
        self.last_event = 0
        self.tried: list[str] = []
        self.statements: list[StatementView] = []
        self.transaction: Transaction | None = None
        """What the conversation is about: of the newest card in it that shows just one."""
        self.names: dict[StaffId, str] = {}
        """Of staff, for the history."""
        self._present: dict[str, Presence] = {}

    def want(self, identity: str, asked: int) -> bool:
        """Note what is asked for, empty for nothing; False if something was asked for later.

        Args:
            asked: when, as `guard.arrival` counts.
        """
        if asked < self._asked:
            return False
        self.wanted, self._asked = identity, asked
        return True

    def emptied(self) -> "OpenItem":
        """Return one in which nothing is open, which knows when that was asked for."""
        empty = OpenItem()
        empty._asked = self._asked
        return empty

    def begin(
        self,
        identity: str,
        ticket: Ticket | None,
        handover: Handover | None,
        present: Sequence[Presence],
    ) -> bool:
        """Take what was read; True if something else was open before."""
        fresh = identity != self.id
        if fresh:
            self.last_seq, self.last_message_at = 0, None
            self.tried, self.statements, self.transaction = [], [], None
        self.id, self.ticket, self.handover = identity, ticket, handover
        self._present = {id_of(each): each for each in present}
        return fresh

    @property
    def conversation_id(self) -> str:
        """The conversation that is shown; empty where there is none."""
        if self.ticket is not None:
            return self.ticket.conversation_id or ""
        return self.handover.conversation_id if self.handover else ""

    @property
    def locale(self) -> Locale:
        """The customer's language."""
        source = self.ticket or self.handover
        return source.locale if source else Locale.EN

    def is_led_by(self, staff_id: str) -> bool:
        """Return whether this member of staff writes to the customer here."""
        if self.ticket is not None and self.handover is None:
            return True
        return self.handover is not None and self.handover.agent_id == staff_id

    def note_messages(self, messages: Sequence[Message]) -> None:
        """Remember the newest number that is shown."""
        for message in messages:
            if message.seq > self.last_seq:
                self.last_seq, self.last_message_at = message.seq, message.created_at
                if message.role is Role.CUSTOMER:
                    self._stop_typing()

    def _stop_typing(self) -> None:
        """Forget that the customer types: what they typed has come."""
        self._present = {
            key: each
            for key, each in self._present.items()
            if each.kind is not PresenceKind.TYPING or not each.who.startswith(_CUSTOMER)
        }

    def apply_handover(self, handover: Handover) -> None:
        """Take a handover of this conversation as it is now."""
        if handover.conversation_id != self.conversation_id:
            return
        known = self.handover
        same = known is not None and known.id == handover.id
        if same and not is_newer(known.version if known else None, handover.version):
            return
        if self.ticket is None:
            self.handover = handover if same else known
        elif handover.state is not HandoverState.RETURNED:
            self.handover = handover
        elif same:
            self.handover = None

    def apply_presence(self, change: Change) -> None:
        """Take who is here now."""
        if isinstance(change.document, Presence):
            each = change.document
            self._present[id_of(each)] = each
        else:
            self._present.pop(change.id, None)

    def present(self, me: str, moment: datetime) -> tuple[list[str], str]:
        """Return the names of others who look at this, and the customer's while they type."""
        here = [each for each in self._present.values() if each.expires_at > moment]
        viewers = sorted(
            {
                each.name or each.who.removeprefix(_STAFF)
                for each in here
                if each.who.startswith(_STAFF) and each.who != f"{_STAFF}{me}"
            }
        )
        typing = next(
            (
                each.name or "The customer"
                for each in here
                if each.kind is PresenceKind.TYPING and each.who.startswith(_CUSTOMER)
            ),
            "",
        )
        return viewers, typing
