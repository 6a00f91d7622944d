import asyncio

import pytest

from ecocash_copilot.core.ids import new_id
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.messages import (
    find_answer,
    find_earlier_messages,
    find_message,
    find_message_by_key,
    find_newest_messages,
    insert_message,
    replace_message,
)
from schemas.message import Role, ToolUse
from schemas.widgets import Notice, NoticeTone
from tests.store.make import answer, new_conversation, question


async def test_a_message_comes_back_as_it_was_written(store: Store):
    asked = question(await new_conversation(store))
    written = answer(asked).model_copy(
        update={
            "tools": [
                ToolUse(
                    call_id="1", name="eco_x", arguments={"a": None, "b": 2}, result="{}", ok=True
                )
            ],
            "widgets": [Notice(id="w", tone=NoticeTone.INFO, text="hello")],
        }
    )
    assert await insert_message(store, written) == written
    assert await find_message(store, written.id) == written
    assert await find_answer(store, asked.id) == written
    assert await find_message(store, new_id("ms")) is None


async def test_the_same_client_key_twice_at_once_is_kept_once(store: Store):
    conversation = await new_conversation(store)
    kept = await asyncio.gather(
        *(insert_message(store, question(conversation, 1, "k-000001")) for _ in range(8))
    )
    assert len({each.id for each in kept}) == 1
    assert await find_message_by_key(store, conversation.id, "k-000001") == kept[0]
    assert await find_newest_messages(store, conversation, 10) == [kept[0]]


async def test_a_client_key_means_its_own_conversation_only(store: Store):
    one, other = await new_conversation(store), await new_conversation(store)
    kept = await insert_message(store, question(one, 1, "k-000001"))
    assert await find_message_by_key(store, other.id, "k-000001") is None
    assert (await insert_message(store, question(other, 1, "k-000001"))).id != kept.id


@pytest.mark.parametrize("role", [Role.ASSISTANT, Role.AGENT, Role.SYSTEM])
@pytest.mark.parametrize("key", ["ho_0123456789:taken", "TCK-100042:2", "cs_0123456789"])
async def test_a_page_cannot_take_the_key_of_what_others_say(store: Store, role: Role, key: str):
    conversation = await new_conversation(store)
    asked = await insert_message(store, question(conversation, 1, key))
    line = question(conversation, 2, key).model_copy(update={"role": role})
    assert await insert_message(store, line) == line
    assert (await insert_message(store, question(conversation, 1, key))).id == asked.id
    again = line.model_copy(update={"id": new_id("ms"), "role": Role.SYSTEM})
    assert await insert_message(store, again) == line
    assert await find_message_by_key(store, conversation.id, key) == asked


async def test_numbers_are_given_without_gap_or_repeat_to_concurrent_writers(store: Store):
    conversation = await new_conversation(store)
    await asyncio.gather(*(insert_message(store, question(conversation)) for _ in range(5)))
    kept = await find_newest_messages(store, conversation, 10)
    assert [each.seq for each in kept] == [1, 2, 3, 4, 5]


async def test_an_answer_is_kept_once(store: Store):
    asked = await insert_message(store, question(await new_conversation(store)))
    first = await insert_message(store, answer(asked))
    assert await insert_message(store, answer(asked)) == first


async def test_a_write_repeated_after_a_lost_reply_is_kept_once(store: Store):
    asked = question(await new_conversation(store))
    await insert_message(store, asked)
    assert await insert_message(store, asked) == asked


async def test_replacing_changes_the_message_and_keeps_its_place(store: Store):
    asked = await insert_message(store, question(await new_conversation(store)))
    changed = asked.model_copy(update={"text": "changed"})
    assert await replace_message(store, changed)
    assert await find_message(store, asked.id) == changed
    assert not await replace_message(store, question(await new_conversation(store)))


async def test_windows_are_bounded_in_order_and_meet(store: Store):
    conversation = await new_conversation(store)
    for seq in range(1, 26):
        await insert_message(store, question(conversation, seq))
    lagging = conversation.model_copy(update={"last_seq": 23})
    newest = await find_newest_messages(store, lagging, 10)
    assert [each.seq for each in newest] == list(range(16, 26))
    earlier = await find_earlier_messages(store, conversation.id, newest[0].seq, 10)
    assert [each.seq for each in earlier] == list(range(6, 16))
    first = await find_earlier_messages(store, conversation.id, earlier[0].seq, 10)
    assert [each.seq for each in first] == list(range(1, 6))
