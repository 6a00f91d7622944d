"""A person takes a chat over: a phone on one side, the board in a browser on the other."""

import asyncio

from playwright.async_api import FilePayload, expect

from tests.e2e.conftest import Visit
from tests.support.chat import Chat
from tests.support.desk import Desk
from tests.support.files import photo
from tests.support.slow_line import SlowLine


async def take_over(chat: Chat, desk: Desk, words: str) -> None:
    """Ask for a person in words, and let the desk take the conversation."""
    answer = await chat.ask(f"{words}, I want to talk to a person")
    await expect(answer.locator('[data-widget="notice"]')).to_be_visible()
    call = desk.call(words)
    await expect(call).to_have_count(1)
    await call.click()
    await expect(desk.transcript).to_contain_text(words)
    await desk.take_button.click()
    await chat.expect_speaker("agent")


async def test_a_person_takes_over_talks_and_hands_back(visit: Visit) -> None:
    desk, chat = await visit.desk(), await visit("c-1001")
    await chat.ask("show my last transaction")
    await take_over(chat, desk, "my cousin says the money never came")
    await expect(chat.messages.last).to_contain_text("has joined the chat")
    colleague = await visit.desk("agent-2")
    await expect(colleague.call("my cousin says")).to_contain_text("Tariro Moyo")

    await desk.say("Mhoro, I am looking at it now.")
    said = chat.said_by_agents.locator(".bubble")
    await expect(said).to_have_text("Mhoro, I am looking at it now.")
    answers = await chat.answers.count()
    await chat.send("Thank you very much")
    await expect(desk.transcript).to_contain_text("Thank you very much")
    await expect(chat.busy).to_have_count(0)
    assert await chat.answers.count() == answers

    await chat.page.reload()
    await chat.expect_state("ready")
    await chat.expect_speaker("agent")
    await expect(chat.said_by_agents).to_have_count(1)

    await desk.hand_back_button.click()
    await chat.expect_speaker("assistant")
    await expect(desk.call("my cousin says")).to_have_count(0)
    balance = await chat.ask("show my balance")
    await expect(balance.locator('[data-widget="balance_card"]')).to_be_visible()


async def test_two_agents_take_at_once_and_one_has_it(visit: Visit) -> None:
    lines = [SlowLine(), SlowLine()]
    desks = [
        await visit.desk(staff, line=line)
        for staff, line in zip(("agent-1", "agent-2"), lines, strict=True)
    ]
    chat = await visit("c-1001")
    words = "this app owes me lunch"
    await chat.ask(f"{words}, I want to talk to a person")
    for desk in desks:
        await desk.call(words).click()
        await expect(desk.take_button).to_be_visible()

    for line in lines:
        line.hold()
    await asyncio.gather(*(desk.take_button.click() for desk in desks))
    for line in lines:
        line.release()

    await chat.expect_speaker("agent")
    await expect(chat.messages.filter(has_text="has joined the chat")).to_have_count(1)
    for desk in desks:
        await expect(desk.take_button).to_have_count(0)
        await expect(
            desk.panel.get_by_test_id("conversation-reply").or_(
                desk.panel.get_by_text("is talking with this customer")
            )
        ).to_be_visible()
    assert sum([await desk.say_field.count() for desk in desks]) == 1
    [owner] = [desk for desk in desks if await desk.say_field.count()]
    await owner.hand_back_button.click()
    await chat.expect_speaker("assistant")


async def test_each_side_sees_the_other_type(visit: Visit) -> None:
    desk, chat = await visit.desk(), await visit("c-1001")
    await take_over(chat, desk, "the fuel was never pumped")

    await chat.input.press_sequentially("I wait")
    await expect(desk.transcript.get_by_text("is typing")).to_be_visible()
    await desk.say_field.press_sequentially("One mo")
    await expect(chat.agent_typing).to_be_visible()
    await desk.say("One moment please")

    await expect(chat.agent_typing).to_have_count(0)
    await expect(chat.said_by_agents).to_have_count(1)
    await chat.input.press("Enter")
    await expect(desk.transcript).to_contain_text("I wait")
    await desk.hand_back_button.click()
    await chat.expect_speaker("assistant")


async def test_the_button_asks_for_a_person(visit: Visit) -> None:
    chat = await visit("c-1003", fresh=True)
    before = await chat.last_answer_id()
    await chat.page.get_by_test_id("talk-to-person").click()
    answer = await chat.settled_answer(before)
    await expect(answer.locator('[data-widget="notice"]')).to_be_visible()
    await expect(answer.locator('[data-widget="notice"] button').first).to_be_visible()


async def test_evidence_is_sent_and_read_by_its_customer_alone(visit: Visit) -> None:
    chat = await visit("c-1001", fresh=True)
    file: FilePayload = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    sent = await chat.page.request.post(
        f"{visit.product.url}/api/evidence?widget=form-1", multipart={"file": file}
    )
    assert sent.status == 201
    path = f"{visit.product.url}/api/evidence/{(await sent.json())['id']}"
    assert (await chat.page.request.get(path)).status == 200
    other = await visit("c-1002", fresh=True)
    assert (await other.page.request.get(path)).status == 404
