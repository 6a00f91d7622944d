import asyncio
import time

import pytest

from ecocash_copilot.core.metrics import REGISTRY
from ecocash_copilot.feed.changes import Change, ChangeKind, Refresh, Step, is_newer, step
from ecocash_copilot.feed.hub import Hub
from tests.feed.reading import changes, news


def change(number: int, *topics: str) -> Change:
    return Change(topics or ("board",), ChangeKind.TICKET, str(number), None)


def numbers(found: list[Change] | Refresh) -> list[str]:
    assert isinstance(found, list)
    return [each.id for each in found]


async def test_everybody_who_watches_a_topic_gets_one_and_the_same_change() -> None:
    hub = Hub()
    board, both, other = hub.subscribe(["board"]), hub.subscribe(["board", "x"]), hub.subscribe("y")
    published = change(1, "board", "x")
    hub.publish(published)
    hub.publish(change(2, "x"))
    assert await news(board) == [published]
    found = await news(both)
    assert numbers(found) == ["1", "2"]
    assert isinstance(found, list)
    assert found[0] is published
    hub.publish(change(3, "y"))
    assert numbers(await news(other)) == ["3"]


async def test_what_is_waiting_comes_at_once_and_in_order() -> None:
    hub = Hub()
    reader = hub.subscribe(["board"])
    waiting = asyncio.create_task(news(reader))
    await asyncio.sleep(0)
    for number in range(5):
        hub.publish(change(number))
    assert numbers(await waiting) == ["0", "1", "2", "3", "4"]


async def test_being_ready_takes_nothing() -> None:
    hub = Hub()
    reader = hub.subscribe(["board"])
    waiting = asyncio.create_task(reader.ready())
    await asyncio.sleep(0)
    assert not waiting.done()
    hub.publish(change(1))
    await waiting
    hub.publish(change(2))
    await reader.ready()
    assert numbers(await news(reader)) == ["1", "2"]
    reader.close()
    await reader.ready()


async def test_a_reader_that_falls_behind_must_read_anew_and_then_goes_on() -> None:
    hub = Hub()
    reader, quick = hub.subscribe(["board"], limit=3), hub.subscribe(["board"])
    for number in range(5):
        hub.publish(change(number))
    assert await news(reader) == Refresh("overflow")
    assert len(numbers(await news(quick))) == 5
    hub.publish(change(9))
    assert numbers(await news(reader)) == ["9"]


async def test_a_refresh_replaces_what_is_waiting() -> None:
    hub = Hub()
    reader = hub.subscribe(["board"])
    hub.publish(change(1))
    hub.refresh(Refresh("opened"))
    hub.publish(change(2))
    assert await news(reader) == Refresh("opened")
    hub.publish(change(3))
    assert numbers(await news(reader)) == ["3"]


async def test_topics_come_and_go() -> None:
    hub = Hub()
    reader = hub.subscribe(["a"])
    reader.watch("b", "b")
    hub.publish(change(1, "b"))
    reader.unwatch("a", "never")
    hub.publish(change(2, "a"))
    hub.publish(change(3, "b"))
    assert numbers(await news(reader)) == ["1", "3"]
    assert not hub.is_watched("a")


async def test_closing_ends_a_waiting_reader_and_leaves_nothing_behind() -> None:
    hub = Hub()
    before = REGISTRY.get_sample_value("copilot_feed_subscribers")
    readers = [hub.subscribe(["board", f"ticket:{number}"]) for number in range(50)]
    waiting = [asyncio.create_task(anext(reader, None)) for reader in readers]
    await asyncio.sleep(0)
    for reader in readers[:25]:
        reader.close()
        reader.close()
    hub.close()
    assert await asyncio.gather(*waiting) == [None] * 50
    assert hub.size == 0
    assert not hub.is_watched("board")
    readers[0].watch("late")
    assert not hub.is_watched("late")
    assert REGISTRY.get_sample_value("copilot_feed_subscribers") == before


async def test_two_hundred_readers_cost_little() -> None:
    hub = Hub()
    readers = [hub.subscribe(["board"], limit=1000) for _ in range(200)]
    begun = time.perf_counter()
    for number in range(100):
        hub.publish(change(number))
    seconds = (time.perf_counter() - begun) / 100
    assert [len(await changes(reader, 100)) for reader in readers] == [100] * 200
    assert seconds < 0.005


@pytest.mark.parametrize(
    ("known", "number", "expected"),
    [
        (0, 1, Step.NEXT),
        (4, 5, Step.NEXT),
        (4, 4, Step.OLDER),
        (4, 1, Step.OLDER),
        (4, 6, Step.GAP),
    ],
)
def test_the_rule_for_numbered_things(known: int, number: int, expected: Step) -> None:
    assert step(known, number) is expected


def test_the_rule_for_whole_documents() -> None:
    assert is_newer(None, 1)
    assert is_newer(1, 7)
    assert not is_newer(2, 2)
    assert not is_newer(2, 1)
