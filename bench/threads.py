"""Long threads, made by repeating a conversation's first turn in the database."""

from typing import Any

from bench.stage import Stage
from ecocash_copilot.core.ids import new_id
from tests.support.page_client import PageClient
from tests.support.product import Product

QUESTION = "show my balance"


async def make_thread(stage: Stage, product: Product, sub: str, turns: int) -> None:
    """Give a customer one conversation of so many turns, each with a tool call and a card."""
    await stage.add_customer(sub)
    async with await stage.page(product, sub) as page:
        await page.ask(QUESTION)
    await _repeat(await stage.database(), sub, turns)


async def _repeat(database: Any, sub: str, turns: int) -> None:
    messages = database["messages"]
    first = await messages.find({"customer_id": sub}).sort("seq", 1).to_list()
    question, answer = first[:2]
    copies: list[dict[str, Any]] = []
    for turn in range(1, turns):
        copies.extend(_copy(question, answer, turn))
    if copies:
        await messages.insert_many(copies)
    await database["conversations"].update_one(
        {"_id": question["conversation_id"]}, {"$set": {"last_seq": 2 * turns}}
    )


def _copy(
    question: dict[str, Any], answer: dict[str, Any], turn: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a turn like the first under its own numbers and ids."""
    asked, run = new_id("ms"), new_id("rn")
    client_key = f"bench-{asked}"
    new_question = {
        **question,
        "_id": asked,
        "seq": 2 * turn + 1,
        "client_key": client_key,
        "key": f"{question['conversation_id']}/page/{client_key}",
    }
    new_answer = {
        **answer,
        "_id": f"ms_{run.removeprefix('rn_')}",
        "seq": 2 * turn + 2,
        "reply_to": asked,
        "key": f"{asked}/answer",
        "widgets": [{**each, "id": f"{run}-1"} for each in answer["widgets"]],
    }
    return new_question, new_answer


async def settle_page(page: PageClient) -> None:
    """Ask twice, so that what a page pays once is not counted as a turn's."""
    for _ in range(2):
        await page.ask(QUESTION)
