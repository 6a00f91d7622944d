import asyncio
from datetime import timedelta

from ecocash_copilot.core.clock import now
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.conversations import (
    claim_turn,
    end_turn,
    find_claim,
    find_conversation,
    find_conversations,
    release_turns,
    renew_turns,
)
from schemas.message import Conversation
from tests.store.make import CUSTOMER_ID, new_conversation


def lease(seconds: float = 30):
    return now() + timedelta(seconds=seconds)


async def claimed_by(store: Store, conversation: Conversation) -> str | None:
    claim = await find_claim(store, conversation.id)
    return claim.run_id if claim else None


async def test_a_conversation_comes_back_as_it_was_written(store: Store):
    written = await new_conversation(store)
    assert await find_conversation(store, written.id) == written


async def test_of_many_concurrent_claims_one_wins(store: Store):
    conversation = await new_conversation(store)
    claims = [claim_turn(store, conversation.id, CUSTOMER_ID, f"r{n}", lease()) for n in range(12)]
    won = await asyncio.gather(*claims)
    assert sum(won) == 1
    assert await claimed_by(store, conversation) == f"r{won.index(True)}"


async def test_a_claim_needs_the_owner(store: Store):
    conversation = await new_conversation(store)
    assert not await claim_turn(store, conversation.id, "c-2", "r1", lease())


async def test_a_dead_claim_can_be_taken_over_and_its_owner_cannot_end_the_new_one(store: Store):
    conversation = await new_conversation(store)
    assert await claim_turn(store, conversation.id, CUSTOMER_ID, "dead", lease(-1))
    assert await claimed_by(store, conversation) is None
    assert await claim_turn(store, conversation.id, CUSTOMER_ID, "alive", lease())
    assert not await end_turn(store, conversation.id, "dead", last_seq=2)
    assert await claimed_by(store, conversation) == "alive"


async def test_ending_a_turn_frees_the_conversation_and_never_lowers_its_number(store: Store):
    conversation = await new_conversation(store)
    for run_id, last_seq, expected in (("r1", 4, 4), ("r2", 2, 4), ("r3", 6, 6)):
        assert await claim_turn(store, conversation.id, CUSTOMER_ID, run_id, lease())
        assert await end_turn(store, conversation.id, run_id, last_seq)
        found = await find_conversation(store, conversation.id)
        assert found is not None
        assert found.last_seq == expected


async def test_renewing_extends_the_claims_that_are_named(store: Store):
    one, other = await new_conversation(store), await new_conversation(store)
    await claim_turn(store, one.id, CUSTOMER_ID, "one", lease(-1))
    await claim_turn(store, other.id, CUSTOMER_ID, "other", lease(-1))
    assert await renew_turns(store, ["one", "unknown"], lease()) == 1
    assert await claimed_by(store, one) == "one"
    assert await claimed_by(store, other) is None


async def test_releasing_ends_every_claim(store: Store):
    claimed, idle = await new_conversation(store), await new_conversation(store)
    await claim_turn(store, claimed.id, CUSTOMER_ID, "r1", lease())
    assert await release_turns(store) == 1
    assert await claimed_by(store, claimed) is None
    assert await claim_turn(store, idle.id, CUSTOMER_ID, "r2", lease())


async def test_the_list_is_the_customers_own_latest_first_without_empty_ones(store: Store):
    expected: list[str] = []
    for number in range(4):
        conversation = await new_conversation(store)
        if number == 2:
            continue
        await claim_turn(
            store, conversation.id, CUSTOMER_ID, f"r{number}", lease(), title=f"title {number}"
        )
        # Moments are kept in milliseconds: let one pass, so that the order is a fact.
        begun = now()
        while now() == begun:  # noqa: ASYNC110
            await asyncio.sleep(0)
        await end_turn(store, conversation.id, f"r{number}")
        expected.insert(0, conversation.id)
    stranger = await new_conversation(store, "c-2")
    await claim_turn(store, stranger.id, "c-2", "r9", lease(), title="not yours")

    listed = await find_conversations(store, CUSTOMER_ID, limit=10)
    assert [each.id for each in listed] == expected
    first, *_ = await find_conversations(store, CUSTOMER_ID, limit=1)
    rest = await find_conversations(store, CUSTOMER_ID, limit=10, before=first.updated_at)
    assert [first.id, *(each.id for each in rest)] == expected


async def test_a_long_title_is_cut(store: Store):
    conversation = await new_conversation(store)
    await claim_turn(store, conversation.id, CUSTOMER_ID, "r1", lease(), title="x" * 500)
    found = await find_conversation(store, conversation.id)
    assert found is not None
    assert len(found.title) == 80
