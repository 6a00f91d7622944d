"""Reports, questions for consent and tickets on the chat page: what each tap does.

Nothing here asks a model, so all of it works whatever the model's provider does.
"""

import asyncio
import re
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from weakref import WeakValueDictionary

import reflex as rx
from pydantic import ValidationError

from ecocash_copilot.actions.widgets import Outdated
from ecocash_copilot.agent.assistant import Asked
from ecocash_copilot.agent.ticket_cards import (
    add_to_ticket,
    rate_ticket,
    reopen_ticket,
    tell_added,
    tell_reopened,
)
from ecocash_copilot.core.errors import Invalid
from ecocash_copilot.state.chat_view import ChatView
from ecocash_copilot.state.guard import CustomerState, customer_event
from ecocash_copilot.state.services import services
from schemas.identity import Locale
from schemas.message import Conversation, Message
from schemas.report import Typed
from schemas.session import Session
from schemas.ticket_record import Ticket
from schemas.widgets import TicketForm

_busy_forms: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
"""What a page sends of one form is taken in the order in which it came."""

Change = Callable[[Typed], Awaitable[Message]]

_KEY = re.compile(r"[A-Za-z0-9-]{8,48}")


class ChatTickets(ChatView, CustomerState, rx.State, mixin=True):
    """The handlers of ticket forms, confirmation dialogs and ticket cards."""

    said: str = ""
    """The key of the words that were last added to a ticket: the page keeps them until then."""
    upload_ticket: str = ""
    """Sends the next file, once; given to a page whose browser keeps no cookie."""
    _revisions: dict[str, int] = {}
    """The revision of each form as this page left it: what it sends may be older by its own
    changes, and by those alone."""

    @abstractmethod
    async def _take_up(self, session: Session, asked: Asked) -> None:
        """Show a question and follow its turn."""

    # -- the form --------------------------------------------------------------------------

    @customer_event
    async def form_field(self, session: Session, widget_id: str, fields: str) -> None:
        """Keep what is being typed; ``fields`` is a ``Typed`` as JSON. The page has it already."""
        await services().assistant.admit_form_tap(session.customer)
        reports = services().assistant.reports
        async with _lock(session, widget_id):
            typed = await self._typed(widget_id, fields)
            try:
                form = await reports.keep(session.customer, widget_id, typed)
            except Outdated:
                message, form = await reports.as_it_is(session.customer, widget_id)
                await self._draw(session, [message])
            await self._note_revision(form)

    @customer_event
    async def form_next(self, session: Session, widget_id: str, fields: str) -> None:
        """Keep what the step holds and go on, where it is right."""

        async def change(typed: Typed) -> Message:
            return await services().assistant.reports.go_on(session.customer, widget_id, typed)

        await self._change_form(session, widget_id, fields, change)

    @customer_event
    async def form_back(self, session: Session, widget_id: str, fields: str) -> None:
        """Keep what the step holds, and go back."""

        async def change(typed: Typed) -> Message:
            return await services().assistant.reports.go_back(session.customer, widget_id, typed)

        await self._change_form(session, widget_id, fields, change)

    @customer_event
    async def form_edit(self, session: Session, widget_id: str, step: str) -> None:
        """Go from the review back to a step."""
        await services().assistant.admit_form_tap(session.customer)
        work = services().assistant.reports.edit(session.customer, widget_id, step)
        await self._draw_form(session, widget_id, work)

    @customer_event
    async def form_discard(self, session: Session, widget_id: str) -> None:
        """Give the report up."""
        await services().assistant.admit_form_tap(session.customer)
        work = services().assistant.reports.discard(session.customer, widget_id)
        await self._draw_form(session, widget_id, work)

    @customer_event
    async def form_upload(self, session: Session, widget_id: str) -> None:
        """Give the page a ticket for one file of an open form: its browser keeps no cookie."""
        await services().assistant.admit_form_tap(session.customer)
        _, form = await services().assistant.reports.as_it_is(session.customer, widget_id)
        if form.state != "open":
            raise Outdated
        ticket = await services().sign_in.issue_upload_ticket(session, widget_id)
        async with self:
            self.upload_ticket = ticket

    @customer_event
    async def form_evidence(self, session: Session, widget_id: str, evidence_id: str) -> None:
        """Add a file that the page has uploaded."""
        await services().assistant.admit_form_tap(session.customer)
        async with self:
            self.upload_ticket = ""
        work = services().assistant.reports.add_file(session.customer, widget_id, evidence_id)
        await self._draw_form(session, widget_id, work)

    @customer_event
    async def form_remove_evidence(
        self, session: Session, widget_id: str, evidence_id: str
    ) -> None:
        """Take a file out of the report."""
        await services().assistant.admit_form_tap(session.customer)
        work = services().assistant.reports.remove_file(session.customer, widget_id, evidence_id)
        await self._draw_form(session, widget_id, work)

    @customer_event
    async def form_submit(self, session: Session, widget_id: str) -> None:
        """Ask whether the report may be sent, or show what is wrong in it."""
        await services().assistant.admit_form_tap(session.customer)
        assistant = services().assistant
        async with _lock(session, widget_id):
            async with self:
                revision = self._shown_revision(widget_id)
                conversation = self._conversation
                self.alert = ""
            try:
                wrong = await assistant.reports.show_wrong(session.customer, widget_id, revision)
            except Outdated:
                message, form = await assistant.reports.as_it_is(session.customer, widget_id)
                await self._draw(session, [message])
                await self._note_revision(form)
                if form.state == "open":
                    raise
                return
        if wrong is not None:
            await self._draw(session, [wrong])
            return
        asked = await assistant.submit_report(session, conversation, widget_id, revision)
        await self._take_up(session, asked)
        message, form = await assistant.reports.as_it_is(session.customer, widget_id)
        await self._draw(session, [message])
        await self._note_revision(form)

    async def _change_form(
        self, session: Session, widget_id: str, fields: str, change: Change
    ) -> None:
        await services().assistant.admit_form_tap(session.customer)
        async with _lock(session, widget_id):
            typed = await self._typed(widget_id, fields)
            await self._draw_form(session, widget_id, change(typed))

    async def _draw_form(self, session: Session, widget_id: str, work: Awaitable[Message]) -> None:
        """Change a form and draw it; one that another page has changed is drawn as it is now."""
        async with self:
            self.alert = ""
        try:
            await self._draw(session, [await work])
        except Outdated:
            message, _ = await services().assistant.reports.as_it_is(session.customer, widget_id)
            await self._draw(session, [message])
            raise

    async def _typed(self, widget_id: str, fields: str) -> Typed:
        """Return what the page sent, at the revision at which this page has left the form."""
        try:
            typed = Typed.model_validate_json(fields)
        except ValidationError:
            raise Invalid("This report could not be read.") from None
        async with self:
            own = self._revisions.get(widget_id, 0)
        return typed.model_copy(update={"revision": max(typed.revision, own)})

    async def _note_revision(self, form: TicketForm) -> None:
        async with self:
            self._revisions[form.id] = form.revision

    def _shown_revision(self, widget_id: str) -> int:
        """Return the revision of a form as the page shows it; the caller holds the state."""
        shown = (
            widget.form.revision
            for view in (*self._slots(), *self.earlier)
            for widget in view.widgets
            if widget.id == widget_id
        )
        return max(next(shown, 0), self._revisions.get(widget_id, 0))

    # -- questions for consent -------------------------------------------------------------

    @customer_event
    async def confirm_accept(self, session: Session, widget_id: str) -> None:
        """Do what the dialog asks, once."""
        await self._answer_dialog(session, widget_id, yes=True)

    @customer_event
    async def confirm_decline(self, session: Session, widget_id: str) -> None:
        """Do nothing, and offer what else there is."""
        await self._answer_dialog(session, widget_id, yes=False)

    async def _answer_dialog(self, session: Session, widget_id: str, *, yes: bool) -> None:
        async with self:
            self.alert = ""
        confirmations = services().assistant.confirmations
        told = await confirmations.answer(session.customer, widget_id, yes=yes)
        await self._draw(session, told)

    # -- tickets ---------------------------------------------------------------------------

    @customer_event
    async def ticket_add(self, session: Session, ticket_id: str, text: str, key: str = "") -> None:
        """Add information to a ticket, once under a key of the page's own."""
        store, customer, own = services().store, session.customer, _page_key(key)
        conversation = await self._held_here(session)
        ticket = await add_to_ticket(store, customer, ticket_id, text, own)
        await self._said(ticket, customer.locale, own)
        if conversation is not None:
            told = await tell_added(store, customer, conversation, ticket, own)
            await self._draw(session, [told])

    @customer_event
    async def ticket_reopen(
        self, session: Session, ticket_id: str, text: str, key: str = ""
    ) -> None:
        """Say that a ticket is not solved, once under a key of the page's own."""
        store, customer, own = services().store, session.customer, _page_key(key)
        conversation = await self._held_here(session)
        ticket = await reopen_ticket(store, customer, ticket_id, text, own)
        await self._said(ticket, customer.locale, own)
        if conversation is not None:
            told = await tell_reopened(store, customer, conversation, ticket, own)
            await self._draw(session, [told])

    @customer_event
    async def ticket_rate(self, session: Session, ticket_id: str, stars: str) -> None:
        """Rate how a ticket was solved."""
        await self._held_here(session)
        ticket = await rate_ticket(services().store, session.customer, ticket_id, stars)
        async with self:
            self._learn([ticket], session.customer.locale)

    async def _said(self, ticket: Ticket, locale: Locale, key: str | None) -> None:
        """Draw a ticket, and let the page forget the words that it kept under a key."""
        async with self:
            self._learn([ticket], locale)
            self.said = key or ""

    async def _held_here(self, session: Session) -> Conversation | None:
        """Count the tap; return the conversation on the page, and take back an old refusal."""
        await services().assistant.admit_ticket_tap(session.customer)
        async with self:
            self.alert = ""
            return self._conversation

    # -- drawing ---------------------------------------------------------------------------

    async def _draw(self, session: Session, messages: Sequence[Message]) -> None:
        """Draw changed or new messages of the chat on the page."""
        locale = session.customer.locale
        async with self:
            for message in messages:
                if message.conversation_id != self.conversation_id:
                    continue
                new = not self._shows(message.id)
                self._append(message, locale)
                if new:
                    self._suggest([message], locale)
                for widget in message.widgets:
                    if isinstance(widget, TicketForm):
                        self._revisions[widget.id] = widget.revision


def _page_key(value: str) -> str | None:
    """Return a key that a page gave its words; None for what can't be one."""
    return value if _KEY.fullmatch(value) else None


def _lock(session: Session, widget_id: str) -> asyncio.Lock:
    return _busy_forms.setdefault((session.id, widget_id), asyncio.Lock())
