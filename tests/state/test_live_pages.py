"""Watches belong to a websocket: what comes late of an old one leaves the new one's alone."""

from collections.abc import AsyncIterator

import pytest

from ecocash_copilot.feed.hub import Subscription
from ecocash_copilot.state.live_pages import LivePages, WatchKey

KEY: WatchKey = ("token", "state", "item")


async def to_its_end(subscription: Subscription) -> None:
    while not subscription.closed:
        await subscription.ready()


@pytest.fixture
async def pages() -> AsyncIterator[LivePages]:
    pages = LivePages()
    yield pages
    await pages.aclose()


async def test_one_that_begins_after_its_websocket_closed_ends_no_other(pages: LivePages):
    pages.socket_opened("old")
    pages.socket_closed("old")
    pages.socket_opened("new")
    assert pages.start(KEY, "new", ["t"], to_its_end)
    running = pages.find(KEY)
    assert not pages.start(KEY, "old", ["t"], to_its_end)
    assert running is not None
    assert pages.find(KEY) is running
    assert not running.closed


async def test_one_of_the_same_websocket_takes_the_place_of_the_last(pages: LivePages):
    pages.socket_opened("one")
    assert pages.start(KEY, "one", ["t"], to_its_end)
    before = pages.find(KEY)
    assert pages.start(KEY, "one", ["t"], to_its_end)
    assert before is not None
    assert before.closed
    assert pages.find(KEY) is not before
