"""What a customer sees when the model's provider or the wallet misbehaves."""

import httpx
import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Visit
from tests.support.openai_server import OpenAIServer


async def rejected_widgets(url: str) -> float:
    async with httpx.AsyncClient(base_url=url) as client:
        metrics = (await client.get("/metrics")).text
    lines = [line for line in metrics.splitlines() if line.startswith("copilot_widgets_rejected")]
    return sum(float(line.split()[-1]) for line in lines if "_total" in line)


async def test_a_card_that_does_not_validate_becomes_plain_text(
    provider_visit: Visit, model: OpenAIServer
) -> None:
    model.play("tool")
    chat = await provider_visit("c-1001")
    before = await rejected_widgets(provider_visit.product.url)

    answer = await chat.ask("show my balance")

    await expect(answer.locator("[data-widget=balance_card]")).to_have_count(0)
    await expect(answer.locator(".bubble")).not_to_be_empty()
    assert "GOLD" not in await chat.page.content()
    assert await rejected_widgets(provider_visit.product.url) > before


@pytest.mark.parametrize("script", ["broken", "unauthorized", "cut"])
async def test_a_failing_provider_puts_the_assistant_into_basic_mode(
    provider_visit: Visit, model: OpenAIServer, script: str
) -> None:
    model.play(script)
    chat = await provider_visit("c-1001")

    answer = await chat.ask("hello")

    await expect(answer).to_contain_text("basic mode")
    await expect(answer.locator(".bubble")).not_to_contain_text("Let me see")
    model.play("plain")
    answer = await chat.ask("hello again")
    await expect(answer).not_to_contain_text("basic mode")


async def test_an_invented_figure_never_reaches_the_page(
    provider_visit: Visit, model: OpenAIServer
) -> None:
    model.play("invented")
    chat = await provider_visit("c-1001")
    await chat.page.evaluate(
        """() => {
            window.everSeen = "";
            new MutationObserver(() => { window.everSeen += document.body.innerText; })
                .observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )

    answer = await chat.ask("how much do I have?")

    await expect(answer).to_contain_text("Anything else?")
    assert "987" not in await chat.page.evaluate("window.everSeen")


async def test_a_very_long_answer_is_kept_and_shown(
    provider_visit: Visit, model: OpenAIServer
) -> None:
    model.play("long")
    chat = await provider_visit("c-1001")

    answer = await chat.ask("tell me everything", seconds=40)

    assert len(await answer.locator(".bubble").inner_text()) > 10_000
    await chat.page.reload()
    await chat.expect_state("ready")
    await expect(chat.answers).to_have_count(1)


async def test_a_model_that_never_stops_calling_still_answers(
    provider_visit: Visit, model: OpenAIServer
) -> None:
    model.play("loop")
    chat = await provider_visit("c-1001")

    answer = await chat.ask("show my balance", seconds=20)

    await expect(answer.locator(".bubble")).not_to_be_empty()
    assert len(model.requests) < 20
