"""Pages that all show the same take turns."""

import asyncio

from ecocash_copilot.state.lane import Lane


async def test_one_at_a_time_and_others_in_between():
    lane, order = Lane(), list[str]()

    async def page(name: str) -> None:
        async with lane.turn():
            order.append(name)
            asyncio.get_running_loop().call_soon(order.append, f"after {name}")

    async with asyncio.TaskGroup() as group:
        for name in "abc":
            group.create_task(page(name))
    assert [each for each in order if each in "abc"] == ["a", "b", "c"]
    assert order.index("after a") < order.index("b")
    assert order.index("after b") < order.index("c")


async def test_a_turn_that_fails_lets_the_next_go():
    lane = Lane()
    try:
        async with lane.turn():
            raise RuntimeError
    except RuntimeError:
        pass
    async with asyncio.timeout(1), lane.turn():
        pass
