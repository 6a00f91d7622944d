"""Reports in the chat: forms that open, are filled in, and become a question for consent."""

from collections.abc import Mapping
from typing import Any, cast

from ecocash_copilot.actions import reports as forms
from ecocash_copilot.actions.evidence import access_evidence, hold_evidence, remove_evidence
from ecocash_copilot.actions.report_checks import EVIDENCE, ticket_of, wrong_step
from ecocash_copilot.actions.tickets import find_open_ticket_for
from ecocash_copilot.actions.widgets import Outdated
from ecocash_copilot.agent.cards import build_card
from ecocash_copilot.agent.confirmations import Confirmations
from ecocash_copilot.agent.outcomes import WAITING
from ecocash_copilot.agent.report_forms import PREPARE_REPORT, at_first_gap, prepared_words
from ecocash_copilot.agent.tools import TurnContext, call_tool, flat
from ecocash_copilot.core.errors import Conflict, Invalid, NotFound, RateLimited
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.gateways.wallet_mcp import WalletTools
from ecocash_copilot.present.wallet import REASON_LABELS
from ecocash_copilot.store.client import Store
from schemas.identity import Customer, Locale
from schemas.message import ConversationId, Message, ToolUse
from schemas.mutations import CreateTicket
from schemas.report import REPORT_FIELDS, Typed
from schemas.ticket import TicketCategory
from schemas.ticket_record import Ticket
from schemas.turn import (
    ConsentNeeded,
    TextDelta,
    ToolFinished,
    ToolStarted,
    TurnEvent,
    WidgetReady,
)
from schemas.widgets import (
    AnyWidget,
    ConfirmationDialog,
    ReportStep,
    TicketForm,
    TicketStatusBoard,
    WidgetId,
)

Said = tuple[str, list[AnyWidget]]
"""What an answer says, and its cards."""


class Reports:
    """Everything between a complaint and the dialog that asks whether to send it."""

    def __init__(self, store: Store, wallet: WalletTools, confirmations: Confirmations) -> None:
        """Keep the parts; nothing is started."""
        self._store = store
        self._wallet = wallet
        self._confirmations = confirmations

    # -- filling in ----------------------------------------------------------------------------

    async def keep(self, customer: Customer, widget_id: WidgetId, typed: Typed) -> TicketForm:
        """Keep what was typed, valid or not."""
        return (await forms.keep_typed(self._store, customer, widget_id, typed))[1]

    async def go_on(self, customer: Customer, widget_id: WidgetId, typed: Typed) -> Message:
        """Go to the next step, if this one is right."""
        return (await forms.next_step(self._store, customer, widget_id, typed))[0]

    async def go_back(self, customer: Customer, widget_id: WidgetId, typed: Typed) -> Message:
        """Go to the step before; what was typed stays."""
        return (await forms.previous_step(self._store, customer, widget_id, typed))[0]

    async def edit(self, customer: Customer, widget_id: WidgetId, step: str) -> Message:
        """Go from the review back to a step."""
        return (await forms.edit_step(self._store, customer, widget_id, step))[0]

    async def discard(self, customer: Customer, widget_id: WidgetId) -> Message:
        """Give a report up."""
        return (await forms.discard(self._store, customer, widget_id))[0]

    async def add_file(self, customer: Customer, widget_id: WidgetId, evidence_id: str) -> Message:
        """Add a file that was uploaded."""
        evidence = await access_evidence(self._store, customer.id, evidence_id)
        return (await forms.add_evidence(self._store, customer, widget_id, evidence))[0]

    async def remove_file(
        self, customer: Customer, widget_id: WidgetId, evidence_id: str
    ) -> Message:
        """Take a file out of a report, and out of what is kept."""
        message, form = await forms.remove_evidence(self._store, customer, widget_id, evidence_id)
        if all(item.id != evidence_id for item in form.evidence):
            try:
                await remove_evidence(self._store, customer.id, evidence_id)
            except (NotFound, Conflict):
                # It went before, or belongs to a ticket; in either case it left the form.
                return message
        return message

    async def as_it_is(self, customer: Customer, widget_id: WidgetId) -> tuple[Message, TicketForm]:
        """Return a form and its message as they are now.

        Raises:
            NotFound: no such form of this customer.
        """
        return await forms.access_form(self._store, customer, widget_id)

    async def show_wrong(
        self, customer: Customer, widget_id: WidgetId, revision: int
    ) -> Message | None:
        """Return the form's message with what must be put right, or None where it may be sent.

        Raises:
            NotFound: no such form of this customer.
            Outdated: the form is not as the page knows it.
        """
        _, form = await forms.access_form(self._store, customer, widget_id)
        if form.state != "open" or form.revision != revision:
            raise Outdated
        wrong = wrong_step(form) or await self._without_lost_files(customer, form)
        if wrong is None:
            return None
        return (await forms.show_errors(self._store, customer, widget_id, *wrong))[0]

    async def _without_lost_files(
        self, customer: Customer, form: TicketForm
    ) -> tuple[ReportStep, dict[str, str]] | None:
        """Hold a report's files until it is sent; take out those that are gone, and say so."""
        ids = [item.id for item in form.evidence]
        held = {item.id for item in await hold_evidence(self._store, customer.id, ids)}
        lost = [evidence_id for evidence_id in ids if evidence_id not in held]
        for evidence_id in lost:
            await forms.remove_evidence(self._store, customer, form.id, evidence_id)
        return (ReportStep.WORDS, {EVIDENCE: "lost"}) if lost else None

    # -- sending -------------------------------------------------------------------------------

    async def submit(
        self,
        customer: Customer,
        conversation_id: ConversationId,
        context: TurnContext,
        form_id: WidgetId,
        revision: int,
        widget_id: WidgetId,
    ) -> Said:
        """Ask whether the report may be sent. Taken up again after a crash, it asks the same.

        Args:
            revision: the form's, as the customer saw it.
            widget_id: id for the dialog.
        """
        t = translator(customer.locale)
        changed: Said = t("The report was changed meanwhile. Please look at it again."), []
        _, form = await forms.access_form(self._store, customer, form_id)
        if form.state == "submitted" and form.consent_id is not None:
            kept = await self._confirmations.same_question(
                customer, form.consent_id, widget_id, form
            )
            return _asked(kept, context, {}, customer.locale) if kept else changed
        if form.state != "open" or form.revision != revision or wrong_step(form):
            return changed
        if ticket := await self._open_ticket(customer, form):
            return _existing(ticket, widget_id, customer.locale)
        call = ticket_of(form, _reason(form.category, customer.locale))
        arguments = call.model_dump(mode="json", exclude_none=True)
        try:
            dialog = await self._confirmations.question(
                customer, conversation_id, CreateTicket.tool, arguments, widget_id, form
            )
            await forms.mark_submitted(self._store, customer, form_id, revision, dialog.consent_id)
        except RateLimited:
            return t("Please answer the open questions first."), []
        except Outdated:
            return changed
        return _asked(dialog, context, arguments, customer.locale)

    async def change(self, customer: Customer, form_id: WidgetId, widget_id: WidgetId) -> Said:
        """Show a report that was not sent again, to be changed where the customer is.

        Of a report and its copies one goes on, with all that was changed in it.
        """
        t = translator(customer.locale)
        _, form = await forms.access_newest_copy(self._store, customer, form_id)
        try:
            # A turn that is taken up again may have made this copy before.
            if form.id != widget_id:
                _, form = await forms.move_on(self._store, customer, form.id, widget_id)
        except Outdated:
            return t("This report was sent, or waits for your answer."), []
        again = await self._anew(customer, form, widget_id)
        return t("Here is your report. Change what you like; nothing is sent yet."), [again]

    async def _anew(self, customer: Customer, form: TicketForm, widget_id: WidgetId) -> TicketForm:
        """Return an open copy of a report, with those of its files that can still be sent."""
        ids = [item.id for item in form.evidence]
        held = await hold_evidence(self._store, customer.id, ids)
        lost = len(held) < len(ids)
        return form.model_copy(
            update={
                "id": widget_id,
                "revision": 1,
                "state": "open",
                "step": ReportStep.WORDS if lost else ReportStep.REVIEW,
                "errors": {EVIDENCE: "lost"} if lost else {},
                "evidence": held,
                "consent_id": None,
                "moved_to": None,
            }
        )

    async def _open_ticket(self, customer: Customer, form: TicketForm) -> Ticket | None:
        if form.transaction is None:
            return None
        reference = form.transaction.reference
        return await find_open_ticket_for(self._store, customer.id, reference)

    # -- what a model asks for -----------------------------------------------------------------

    async def model_asks(
        self,
        customer: Customer,
        conversation_id: ConversationId,
        context: TurnContext,
        needed: ConsentNeeded,
        widget_id: WidgetId,
    ) -> list[TurnEvent]:
        """Ask for the consent to a call of a model's; an incomplete report opens as a form."""
        t = translator(customer.locale)
        arguments = {k: v for k, v in needed.arguments.items() if k != "show_card"}
        if ticket := await self._ticket_about(customer, needed.tool, arguments):
            return _events(_existing(ticket, widget_id, customer.locale))
        try:
            dialog = await self._confirmations.question(
                customer, conversation_id, needed.tool, arguments, widget_id
            )
        except Invalid:
            if needed.tool == CreateTicket.tool:
                return await self._form_instead(customer, context, needed, widget_id)
            return _events((t("I need to know more for that. Please say it once more."), []))
        except RateLimited:
            return _events((t("Please answer the open questions first."), []))
        return _events(_asked(dialog, context, arguments, customer.locale, needed.call_id))

    async def _ticket_about(
        self, customer: Customer, tool: str, arguments: Mapping[str, Any]
    ) -> Ticket | None:
        reference = arguments.get("transaction_reference")
        if tool != CreateTicket.tool or not isinstance(reference, str) or not reference.strip():
            return None
        return await find_open_ticket_for(self._store, customer.id, reference.strip().upper())

    async def _form_instead(
        self,
        customer: Customer,
        context: TurnContext,
        needed: ConsentNeeded,
        widget_id: WidgetId,
    ) -> list[TurnEvent]:
        """Open the form with what a model has gathered."""
        call_id = f"{needed.call_id}-f"
        known = {
            name: value
            for name, value in needed.arguments.items()
            if name in ("transaction_reference", "description") and isinstance(value, str) and value
        }
        category = needed.arguments.get("category")
        if isinstance(category, str) and category in list(TicketCategory):
            known["category"] = category
        result = await call_tool(self._wallet, context, call_id, PREPARE_REPORT, known)
        ok = not result.startswith("Error")
        called: list[TurnEvent] = [
            ToolStarted(call_id=call_id, name=PREPARE_REPORT),
            ToolFinished(call_id=call_id, name=PREPARE_REPORT, ok=ok),
        ]
        t = translator(customer.locale)
        try:
            card = build_card(PREPARE_REPORT, result, widget_id) if ok else None
        except ValueError:
            card = None
        if card is None:
            return [*called, *_events((t("I could not get that just now. Please try again."), []))]
        card = _with_answers(card, needed.arguments.get("answers"))
        return [*called, *_events((prepared_words(card, customer.locale), [card]))]


def _events(said: Said) -> list[TurnEvent]:
    text, widgets = said
    return [TextDelta(text=text), *(WidgetReady(widget=widget) for widget in widgets)]


def _existing(ticket: Ticket, widget_id: WidgetId, locale: Locale) -> Said:
    board = TicketStatusBoard(id=widget_id, tickets=[ticket.summary()])
    return prepared_words(board, locale), [board]


def _asked(
    dialog: ConfirmationDialog,
    context: TurnContext,
    arguments: Mapping[str, Any],
    locale: Locale,
    call_id: str | None = None,
) -> Said:
    """Return the dialog with its sentence; later turns read that it waits for a tap."""
    context.uses.append(
        ToolUse(
            call_id=call_id or dialog.id,
            name=dialog.tool,
            arguments=flat(arguments),
            result=WAITING,
            ok=True,
        )
    )
    said = translator(locale)("Please read this. Nothing happens before you answer it.")
    return said, [dialog]


def _with_answers(card: AnyWidget, answers: object) -> AnyWidget:
    """Return a form with the answers that a model has gathered, as far as they are any."""
    if not isinstance(card, TicketForm) or not isinstance(answers, Mapping):
        return card
    known = cast("Mapping[str, object]", answers)
    fields = REPORT_FIELDS[card.category] if card.category else ()
    texts = {
        field.name: str(value)[: field.max_length]
        for field in fields
        if isinstance(value := known.get(field.name), str | int) and str(value).strip()
    }
    return at_first_gap(card.model_copy(update={"answers": {**card.answers, **texts}}))


def _reason(category: TicketCategory | None, locale: Locale) -> str:
    return translator(locale)(REASON_LABELS[category]) if category else ""
