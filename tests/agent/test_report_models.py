"""Tickets that a model wants to open or change: it only asks."""

# pyright: reportPrivateUsage=false

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from agno.models.message import Message as ModelMessage
from agno.models.openai import OpenAIChat, OpenAIResponses
from agno.models.response import ModelResponse

from ecocash_copilot.actions.tickets import access_ticket, list_tickets, move
from ecocash_copilot.core.i18n import translator
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.present.consent import confirmation_dialog
from ecocash_copilot.store.client import Store
from schemas.identity import Locale
from schemas.message import Message
from schemas.ticket import TicketCategory, TicketStatus
from schemas.widgets import ConfirmationDialog, Notice, TicketForm, TicketStatusBoard
from tests.agent.reporting import only, own_tickets
from tests.support.assistant import ScriptedModel, call, open_desk, say
from tests.support.openai_scripts import Reply, ToolCall
from tests.support.openai_server import OpenAIServer
from tests.support.tickets import AGENT

Pieces = AsyncIterator[ModelResponse]


async def asked_by_model(
    settings: Settings, store: Store, script: Any, text: str = "please open a ticket"
) -> tuple[Message, list[str], list[str]]:
    """Return the answer, and the customer's tickets before and after."""
    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        session = await desk.session()
        before = await own_tickets(desk, session)
        _, answer = await desk.ask(session, text)
        return answer, before, await own_tickets(desk, session)


async def test_a_model_that_calls_for_a_change_only_asks(settings: Settings, store: Store):
    requests = 0

    async def script(_: list[ModelMessage]) -> Pieces:
        nonlocal requests
        requests += 1
        yield say("Let me do that. ")
        yield call("eco_add_to_ticket", ticket_id="TCK-100042", text="It is still missing.")

    answer, before, after = await asked_by_model(settings, store, script)
    dialog = only(answer, ConfirmationDialog)
    assert (dialog.tool, dialog.state) == ("eco_add_to_ticket", "pending")
    assert any("still missing" in line for line in dialog.consequences)
    assert answer.text.startswith("Let me do that.")
    assert "Nothing happens before you answer it." in answer.text
    assert (requests, answer.outcome, before) == (1, "done", after)
    (use,) = answer.tools
    assert (use.name, use.ok) == ("eco_add_to_ticket", True)
    assert "waiting" in use.result


async def test_a_complete_report_of_a_model_is_asked_for_at_once(settings: Settings, store: Store):
    async def script(_: list[ModelMessage]) -> Pieces:
        yield call("eco_create_ticket", category="other", description="My line is odd.", answers={})

    answer, before, after = await asked_by_model(settings, store, script)
    dialog = only(answer, ConfirmationDialog)
    assert (dialog.tool, before) == ("eco_create_ticket", after)


async def test_an_incomplete_report_of_a_model_opens_the_form(settings: Settings, store: Store):
    async def script(_: list[ModelMessage]) -> Pieces:
        yield call(
            "eco_create_ticket",
            category="wrong_number",
            description="The model's words",
            answers={"number_meant": "0772000111", "made_up": "x"},
            consent_id="cs_made_up",
        )

    text = "I sent money to the wrong number"
    answer, before, after = await asked_by_model(settings, store, script, text)
    form = only(answer, TicketForm)
    assert (form.category, form.description) == (TicketCategory.WRONG_NUMBER, text)
    assert form.answers["number_meant"] == "0772000111"
    assert "made_up" not in form.answers
    assert before == after


@pytest.mark.parametrize("locale", Locale)
async def test_what_cannot_be_done_is_said_to_have_failed(
    settings: Settings, store: Store, locale: Locale
):
    async def script(_: list[ModelMessage]) -> Pieces:
        yield call("eco_escalate_ticket", ticket_id="TCK-100042", reason="slow")

    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        session = await desk.session(locale=locale)
        _, answer = await desk.ask(session, "please escalate my ticket")
        dialog = only(answer, ConfirmationDialog)
        ticket = await access_ticket(desk.store, session.customer, "TCK-100042")
        await move(desk.store, AGENT, ticket.id, ticket.version, TicketStatus.RESOLVED)
        told = await desk.assistant.confirmations.answer(session.customer, dialog.id, yes=True)
        failed = only(told[0], ConfirmationDialog)
        assert failed.state == "failed"
        shown = confirmation_dialog(failed, locale).dialog
        assert shown is not None
        assert shown.outcome == translator(locale)("This ticket is not open any more.")
        assert only(told[-1], Notice)


async def test_a_second_ticket_for_a_transaction_is_not_even_asked_for(
    settings: Settings, store: Store
):
    async with open_desk(settings, store) as desk:
        (ticket,) = await list_tickets(desk.store, "c-1001")
    assert ticket.transaction is not None
    reference = ticket.transaction.reference

    async def script(_: list[ModelMessage]) -> Pieces:
        yield call(
            "eco_create_ticket",
            category="other",
            description="again",
            transaction_reference=reference.lower(),
        )

    answer, before, after = await asked_by_model(settings, store, script)
    assert [each.id for each in only(answer, TicketStatusBoard).tickets] == [ticket.id]
    assert before == after


async def test_of_several_changes_one_is_asked_for_and_reading_goes_on(
    settings: Settings, store: Store
):
    async def script(_: list[ModelMessage]) -> Pieces:
        pieces = [
            call("eco_get_balances"),
            call("eco_close_ticket", ticket_id="TCK-100042", reason="done"),
            call("eco_escalate_ticket", ticket_id="TCK-100042", reason="slow"),
        ]
        calls = [tool for piece in pieces for tool in piece.tool_calls]
        yield ModelResponse(role="assistant", tool_calls=calls)

    answer, _, _ = await asked_by_model(settings, store, script)
    assert [widget.type for widget in answer.widgets] == ["balance_card", "confirmation_dialog"]
    assert only(answer, ConfirmationDialog).tool == "eco_close_ticket"


async def test_the_tap_works_while_the_provider_is_down(settings: Settings, store: Store):
    async def script(messages: list[ModelMessage]) -> Pieces:
        if len([m for m in messages if m.role == "user"]) > 1:
            raise ConnectionError
        yield call("eco_close_ticket", ticket_id="TCK-100042", reason="It is solved.")

    async with open_desk(settings, store, model=ScriptedModel(script=script)) as desk:
        session = await desk.session()
        asked, answer = await desk.ask(session, "please close my ticket")
        dialog = only(answer, ConfirmationDialog)
        _, failed = await desk.ask(session, "are you there", asked.conversation)
        assert failed.outcome == "failed"
        told = await desk.assistant.confirmations.answer(session.customer, dialog.id, yes=True)
        assert "TCK-100042" in told[-1].text
        ticket = await access_ticket(desk.store, session.customer, "TCK-100042")
        assert ticket.status is TicketStatus.CLOSED
        assert json.loads(told[-1].tools[0].result)["state"] == "executed"


@pytest.mark.parametrize("model", ["openai:gpt-5-mini", "openai-chat:gpt-5-mini"])
async def test_a_providers_model_that_opens_a_ticket_itself_opens_none(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch, model: str
):
    arguments: dict[str, Any] = {
        "category": "other",
        "description": "My line is odd.",
        "answers": {},
    }
    with OpenAIServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-key")
        server.play(
            (
                Reply(
                    text="One moment.",
                    calls=(ToolCall(name="eco_create_ticket", arguments=json.dumps(arguments)),),
                ),
                Reply(text="It is done."),
            )
        )
        chosen = settings.model_copy(update={"copilot_model": model})
        async with open_desk(chosen, store) as desk:
            session = await desk.session()
            before = await own_tickets(desk, session)
            asked, answer = await desk.ask(session, "please open a ticket")
            dialog = only(answer, ConfirmationDialog)
            assert "It is done" not in answer.text
            assert not answer.basic_mode
            assert await own_tickets(desk, session) == before
            tools = json.dumps(server.requests[0])
            assert "eco_create_ticket" in tools
            assert "consent_id" not in tools

            server.play("broken")
            told = await desk.assistant.confirmations.answer(session.customer, dialog.id, yes=True)
            assert len(await own_tickets(desk, session)) == len(before) + 1
            assert only(told[-1], TicketStatusBoard)

            server.play((Reply(text="You are welcome."),))
            await desk.ask(session, "thanks", asked.conversation)
            assert "executed" in json.dumps(server.requests[-1])
            used = desk.assistant._parts.agents.primary.model
            assert isinstance(used, OpenAIChat | OpenAIResponses)
            await used.get_async_client().close()
