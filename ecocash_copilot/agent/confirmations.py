"""Questions for consent in the chat: asked, answered by a tap, carried out, and told of.

The truth is the consent's record. A dialog is brought up to it whenever its conversation is
opened, so whatever died in between, the card says what is so. No model takes part.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from limits.aio.storage import Storage

from ecocash_copilot.actions.consents import (
    ConsentDecided,
    access_consent,
    ask_consent,
    confirm,
    consent_limit,
    decline,
    list_unfinished,
    read_call,
)
from ecocash_copilot.actions.conversations import access_conversation
from ecocash_copilot.actions.messages import MAX_WINDOW, access_message, list_messages
from ecocash_copilot.actions.reports import settle_form
from ecocash_copilot.actions.widgets import message_id_of_widget, replace_widget
from ecocash_copilot.agent.backgrounds import Backgrounds
from ecocash_copilot.agent.outcomes import (
    decided,
    outcome_message,
    settled_dialog,
    ticket_id_of,
    title_of,
)
from ecocash_copilot.auth.mcp_tokens import McpTokens
from ecocash_copilot.core.clock import now
from ecocash_copilot.core.errors import NotFound
from ecocash_copilot.core.ids import new_id
from ecocash_copilot.core.logging import get_logger
from ecocash_copilot.gateways.wallet_mcp import WalletTools
from ecocash_copilot.present.consent import shown
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.conversations import count_decline, note_done, note_message
from ecocash_copilot.store.messages import insert_message
from schemas.consent import Consent, ConsentId, ConsentState
from schemas.identity import Customer
from schemas.message import Conversation, ConversationId, Message
from schemas.wallet import Transaction
from schemas.widgets import AnyWidget, ConfirmationDialog, TicketForm, WidgetId

_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds between attempts to carry out what was confirmed, while the customer looks on."""

_log = get_logger(__name__)


class Confirmations:
    """The dialogs of customers' conversations."""

    def __init__(
        self, store: Store, wallet: WalletTools, tokens: McpTokens, limit_storage: Storage
    ) -> None:
        """Keep the parts; nothing is started."""
        self._store = store
        self._wallet = wallet
        self._tokens = tokens
        self._backgrounds = Backgrounds(store, wallet, tokens)
        self._limit = consent_limit(limit_storage)

    # -- asking --------------------------------------------------------------------------------

    async def question(
        self,
        customer: Customer,
        conversation_id: ConversationId,
        tool: str,
        arguments: Mapping[str, Any],
        widget_id: WidgetId,
        form: TicketForm | None = None,
    ) -> ConfirmationDialog:
        """Keep the question whether a call may be made, and return the dialog that asks it.

        Raises:
            Invalid: the tool changes nothing, or the arguments are not right.
            RateLimited: too many questions at once.
        """
        call = read_call(tool, arguments).parsed
        background = await self._backgrounds.of(customer, conversation_id, call, form)
        said = shown(call, customer.locale, background)
        consent = await ask_consent(
            self._store, customer, conversation_id, tool, arguments, said, limit=self._limit
        )
        return _dialog(consent, widget_id, background.transaction, form)

    async def same_question(
        self, customer: Customer, consent_id: ConsentId, widget_id: WidgetId, form: TicketForm
    ) -> ConfirmationDialog | None:
        """Return a dialog for a question that was kept before; None where it is decided."""
        consent = await access_consent(self._store, customer, consent_id)
        return None if decided(consent) else _dialog(consent, widget_id, form.transaction, form)

    # -- answering -----------------------------------------------------------------------------

    async def answer(self, customer: Customer, widget_id: WidgetId, *, yes: bool) -> list[Message]:
        """Take the customer's tap on a dialog, and carry out what they agreed to.

        A second tap, or another answer after the first, changes nothing.

        Returns:
            The messages that say how things stand: the dialog's, its form's, and the outcome.

        Raises:
            NotFound: no such dialog of this customer.
        """
        message, dialog = await self._access_dialog(customer, widget_id)
        act = confirm if yes else decline
        try:
            consent = await act(self._store, customer, dialog.consent_id)
        except ConsentDecided as other:
            consent = other.consent
        if consent.state is ConsentState.CONFIRMED:
            await self._write(customer, message, dialog, consent)
            consent = await self._carry_out(customer, consent, _PAUSES)
        return await self._settle(customer, message, dialog, consent)

    async def bring_up(self, customer: Customer, messages: Sequence[Message]) -> bool:
        """Bring the dialogs and forms of some messages up to their consents' records.

        What was confirmed and not carried out, because a process died, is carried out now.

        Returns:
            Whether any message had to be changed, or one was added.
        """
        changed = False
        for message in messages:
            for widget in message.widgets:
                try:
                    changed |= await self._bring_up(customer, message, widget)
                except NotFound:
                    _log.warning("consent_not_there", widget=widget.type)
        return changed

    async def _bring_up(self, customer: Customer, message: Message, widget: AnyWidget) -> bool:
        if isinstance(widget, ConfirmationDialog) and widget.state in _OPEN:
            return await self._bring_up_dialog(customer, message, widget)
        if isinstance(widget, TicketForm) and widget.state == "submitted":
            return await self._bring_up_form(customer, widget)
        return False

    async def resume(self) -> int:
        """Carry out what was confirmed a while ago and left, and tell of it in its chat.

        Returns:
            How many there were.
        """
        unfinished = [
            each
            for each in await list_unfinished(self._store)
            if each.decided_at and (now() - each.decided_at).total_seconds() > _LEFT_SECONDS
        ]
        for consent in unfinished:
            customer = Customer(id=consent.customer_id, locale=consent.shown.locale)
            await self._tell_in_chat(customer, await self._carry_out(customer, consent, ()))
        return len(unfinished)

    async def _tell_in_chat(self, customer: Customer, consent: Consent) -> None:
        """Bring the chat that asked up to a consent that was decided without it."""
        if consent.conversation_id is None or not decided(consent):
            return
        conversation = await access_conversation(self._store, customer, consent.conversation_id)
        # A question lives for minutes, so it is among the newest.
        await self.bring_up(customer, await list_messages(self._store, conversation, MAX_WINDOW))

    async def _access_dialog(
        self, customer: Customer, widget_id: WidgetId
    ) -> tuple[Message, ConfirmationDialog]:
        message = await access_message(self._store, customer, message_id_of_widget(widget_id))
        for widget in message.widgets:
            if widget.id == widget_id and isinstance(widget, ConfirmationDialog):
                return message, widget
        raise NotFound("This question is not there any more.")

    async def _bring_up_dialog(
        self, customer: Customer, message: Message, dialog: ConfirmationDialog
    ) -> bool:
        consent = await access_consent(self._store, customer, dialog.consent_id)
        if consent.state is ConsentState.CONFIRMED:
            consent = await self._carry_out(customer, consent, ())
        if consent.state.value == dialog.state:
            return False
        await self._settle(customer, message, dialog, consent)
        return True

    async def _bring_up_form(self, customer: Customer, form: TicketForm) -> bool:
        """Free a form whose dialog a dying process did not get to show."""
        if form.consent_id is None:
            return False
        consent = await access_consent(self._store, customer, form.consent_id)
        return decided(consent) and await self._settle_form(customer, form.id, consent)

    # -- carrying out --------------------------------------------------------------------------

    async def _carry_out(
        self, customer: Customer, consent: Consent, pauses: Sequence[float]
    ) -> Consent:
        """Make the call that was confirmed. The record says what came of it, not the response."""
        arguments = {**consent.arguments, "consent_id": consent.id}
        for pause in (*pauses, None):
            token = self._tokens.mint(customer, consent.conversation_id)
            result = await self._wallet.call(consent.tool, arguments, token)
            consent = await access_consent(self._store, customer, consent.id)
            if decided(consent):
                break
            _log.warning("consent_not_carried_out", tool=consent.tool, ok=result.ok)
            if pause is not None:
                await asyncio.sleep(pause)
        return consent

    # -- telling -------------------------------------------------------------------------------

    async def _settle(
        self,
        customer: Customer,
        message: Message,
        dialog: ConfirmationDialog,
        consent: Consent,
    ) -> list[Message]:
        """Write what came of a consent into the conversation, its form and, last, its dialog.

        Each write fits however often it is made, and an open dialog is brought up when it is next
        seen, so whoever comes after a process that died completes this.
        """
        told: list[Message] = []
        if decided(consent):
            conversation = await access_conversation(self._store, customer, message.conversation_id)
            told.append(await self._tell(customer, conversation, consent, dialog.form_id))
            if dialog.form_id is not None:
                await self._settle_form(customer, dialog.form_id, consent)
                form_message = message_id_of_widget(dialog.form_id)
                told.append(await access_message(self._store, customer, form_message))
        told.append(await self._write(customer, message, dialog, consent))
        return sorted(told, key=lambda each: each.seq)

    async def _write(
        self, customer: Customer, message: Message, dialog: ConfirmationDialog, consent: Consent
    ) -> Message:
        return await replace_widget(
            self._store, customer, message.id, settled_dialog(dialog, consent)
        )

    async def _settle_form(self, customer: Customer, form_id: WidgetId, consent: Consent) -> bool:
        try:
            return await settle_form(
                self._store, customer, form_id, consent.id, ticket_id_of(consent)
            )
        except NotFound:
            return False

    async def _tell(
        self,
        customer: Customer,
        conversation: Conversation,
        consent: Consent,
        form_id: WidgetId | None,
    ) -> Message:
        message = outcome_message(consent, conversation, customer, new_id("ms"), now(), form_id)
        kept = await insert_message(self._store, message)
        if kept.id == message.id:
            await note_message(self._store, conversation.id, kept.seq)
            if consent.state is ConsentState.DECLINED:
                await count_decline(self._store, conversation.id)
            elif consent.state is ConsentState.EXECUTED:
                await note_done(self._store, conversation.id, title_of(consent))
        return kept


_OPEN = ("pending", "confirmed")
_LEFT_SECONDS = 30.0
"""How long a page is given to carry out what it has just confirmed."""


def _dialog(
    consent: Consent,
    widget_id: WidgetId,
    transaction: Transaction | None,
    form: TicketForm | None,
) -> ConfirmationDialog:
    said = consent.shown
    return ConfirmationDialog(
        id=widget_id,
        consent_id=consent.id,
        tool=consent.tool,
        form_id=form.id if form else None,
        severity=said.severity,
        title=said.title,
        consequences=said.consequences,
        amount=transaction.amount if transaction else None,
        expires_at=consent.expires_at,
    )
