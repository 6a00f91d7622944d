"""The customer chooses a language in words or by a tap: it is kept, whichever model answers."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from agno.models.message import Message as ModelMessage
from agno.models.response import ModelResponse

from ecocash_copilot.actions.conversations import access_conversation
from ecocash_copilot.actions.handovers import ask_for_person
from ecocash_copilot.agent.languages import CHOOSE_LANGUAGE
from ecocash_copilot.agent.postbacks import Postback
from ecocash_copilot.core.errors import Invalid
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.preferences import find_locale
from schemas.handover import HandoverReason
from schemas.identity import LANGUAGE_NAMES, Customer, Locale
from schemas.session import Session
from schemas.widgets import Notice
from tests.support.assistant import Desk, ScriptedModel, answer_of, open_desk, say


@pytest.fixture
async def session(desk: Desk) -> Session:
    return await desk.session("c-1001", Locale.EN)


SAID = {
    Locale.EN: "From now on I write in English.",
    Locale.SN: "Kubva zvino ndichanyora nechiShona.",
    Locale.ND: "Kusukela khathesi ngizabhala ngesiNdebele.",
}


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("please speak English", Locale.EN),
        ("taura neShona", Locale.SN),
        ("khuluma isiNdebele", Locale.ND),
        ("can we khuluma isiNdebele please", Locale.ND),
    ],
)
async def test_a_wish_in_words_is_done_and_confirmed_in_that_language(
    desk: Desk, session: Session, text: str, locale: Locale
):
    asked, answer = await desk.ask(session, text)
    assert asked.locale is locale
    assert (answer.text, answer.widgets) == (SAID[locale], [])
    assert (await desk.now(session)).customer.locale is locale
    assert await find_locale(desk.store, "c-1001") is locale


async def test_what_else_is_asked_is_answered_in_the_new_language(desk: Desk, session: Session):
    asked, answer = await desk.ask(session, "please speak Shona and show my balance")
    assert asked.locale is Locale.SN
    assert [widget.type for widget in answer.widgets] == ["balance_card"]
    assert answer.text.startswith("Mune US$")


async def test_where_no_language_is_named_there_is_a_button_for_each(desk: Desk, session: Session):
    asked, answer = await desk.ask(session, "change language")
    assert asked.locale is None
    (notice,) = answer.widgets
    assert isinstance(notice, Notice)
    assert [action.label for action in notice.actions] == list(LANGUAGE_NAMES.values())
    assert (await desk.now(session)).customer.locale is Locale.EN

    tapped = Postback(name=CHOOSE_LANGUAGE, value="nd", widget_id=notice.id)
    session = await desk.now(session)
    asked = await desk.assistant.postback(session, asked.conversation, tapped)
    answer = await answer_of(asked)
    assert (asked.question.text, asked.locale) == ("isiNdebele", Locale.ND)
    assert answer.text == SAID[Locale.ND]
    assert (await desk.now(session)).customer.locale is Locale.ND
    wrong = Postback(name=CHOOSE_LANGUAGE, value="fr")
    with pytest.raises(Invalid):
        await desk.assistant.postback(session, asked.conversation, wrong)


async def test_no_model_is_asked_for_a_language(settings: Settings, store: Store):
    async def script(_messages: list[ModelMessage]) -> AsyncIterator[ModelResponse]:
        yield say("No.")

    model = ScriptedModel(script=script)
    async with open_desk(settings, store, model=model) as desk:
        session = await desk.session("c-1001", Locale.EN)
        _, answer = await desk.ask(session, "taura neShona")
        assert answer.text == SAID[Locale.SN]


async def test_a_person_is_told_the_wish_and_no_setting_changes(desk: Desk, session: Session):
    asked, _ = await desk.ask(session, "hello")
    monday = datetime(2026, 11, 23, 8, tzinfo=UTC)
    await ask_for_person(
        desk.store, session.customer, asked.conversation, HandoverReason.ASKED, monday
    )
    conversation = await access_conversation(desk.store, session.customer, asked.conversation.id)
    asked = await desk.assistant.ask(
        await desk.now(session), conversation, "taura neShona", "key-lang-1"
    )
    assert (asked.turn, asked.locale) == (None, None)
    assert (await desk.now(session)).customer.locale is Locale.EN


async def test_a_choice_goes_before_the_token_on_every_phone(desk: Desk, session: Session):
    elsewhere = await desk.session("c-1001", Locale.EN)
    other = await desk.session("c-1002", Locale.ND)
    await desk.assistant.choose_language(session, Locale.SN)

    assert (await desk.now(elsewhere)).customer.locale is Locale.SN
    assert (await desk.now(other)).customer.locale is Locale.ND
    later = await desk.sign_in.open_session(Customer(id="c-1001", locale=Locale.EN))
    assert (await desk.sign_in.access_session(secret=later)).customer.locale is Locale.SN

    await desk.assistant.choose_language(session, Locale.EN)
    again = await desk.sign_in.open_session(Customer(id="c-1001", locale=Locale.ND))
    assert (await desk.sign_in.access_session(secret=again)).customer.locale is Locale.EN


async def test_the_apps_language_does_not_undo_a_choice(desk: Desk, session: Session):
    chosen = await desk.assistant.choose_language(session, Locale.SN)
    followed = await desk.assistant.follow_app(chosen, Locale.ND)
    assert followed.customer.locale is Locale.ND
    later = await desk.sign_in.open_session(Customer(id="c-1001", locale=Locale.ND))
    assert (await desk.sign_in.access_session(secret=later)).customer.locale is Locale.SN
