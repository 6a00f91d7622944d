import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from typing import cast

import pytest

from ecocash_copilot.state.batches import batches

LONG, SHORT = 60.0, 0.01


async def numbers(count: int) -> AsyncIterator[int]:
    for number in range(count):
        yield number


def closable(source: AsyncIterator[int]) -> AsyncGenerator[list[int]]:
    return cast("AsyncGenerator[list[int]]", batches(source, SHORT))


async def test_what_comes_at_once_is_one_batch_and_its_end_is_not_waited_for():
    async with asyncio.timeout(5):
        assert [batch async for batch in batches(numbers(100), LONG)] == [list(range(100))]


async def test_nothing_gives_nothing():
    assert [batch async for batch in batches(numbers(0), LONG)] == []


async def test_what_comes_later_is_a_batch_of_its_own():
    seen = asyncio.Event()

    async def source() -> AsyncIterator[int]:
        yield 1
        yield 2
        await seen.wait()
        yield 3

    got: list[list[int]] = []
    async for batch in batches(source(), SHORT):
        got.append(batch)
        seen.set()
    assert got == [[1, 2], [3]]


async def test_a_batch_is_held_no_longer_than_its_interval_however_much_comes():
    async def source() -> AsyncIterator[int]:
        for number in range(40):
            yield number
            await asyncio.sleep(SHORT / 4)

    got = [batch async for batch in batches(source(), SHORT)]
    assert [number for batch in got for number in batch] == list(range(40))
    assert len(got) >= 4


async def test_an_error_of_the_source_comes_after_what_it_gave():
    async def source() -> AsyncIterator[int]:
        yield 1
        raise ZeroDivisionError

    reader = batches(source(), LONG)
    assert await anext(reader) == [1]
    with pytest.raises(ZeroDivisionError):
        await anext(reader)


async def test_a_source_that_swallows_the_end_once_is_ended_all_the_same():
    closed = asyncio.Event()

    async def source() -> AsyncIterator[int]:
        try:
            yield 1
            # So does the database driver at times.
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            await asyncio.Event().wait()
        finally:
            closed.set()

    async with asyncio.timeout(5), aclosing(closable(source())) as reader:
        assert await anext(reader) == [1]
    assert closed.is_set()


async def test_a_reader_that_leaves_ends_the_source():
    closed = asyncio.Event()

    async def source() -> AsyncIterator[int]:
        try:
            while True:
                yield 1
                await asyncio.sleep(0)
        finally:
            closed.set()

    async with aclosing(closable(source())) as reader:
        async for _ in reader:
            break
    async with asyncio.timeout(5):
        await closed.wait()


async def test_a_cancelled_reader_ends_the_source():
    started, closed = asyncio.Event(), asyncio.Event()

    async def source() -> AsyncIterator[int]:
        try:
            started.set()
            await asyncio.Event().wait()
            yield 1
        finally:
            closed.set()

    async def read() -> None:
        async for _ in batches(source(), SHORT):
            pass

    task = asyncio.create_task(read())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5):
        await closed.wait()
