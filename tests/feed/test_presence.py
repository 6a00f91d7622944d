import asyncio
from datetime import timedelta

import pytest

from ecocash_copilot.core.clock import now
from ecocash_copilot.core.tasks import cancel
from ecocash_copilot.feed import presence as module
from ecocash_copilot.feed.hub import Hub
from ecocash_copilot.feed.presence import RENEW, Look, PresenceDesk
from ecocash_copilot.store.client import Store
from ecocash_copilot.store.presence import find_presence, put_presence
from schemas.feed import Presence, PresenceKind
from tests.feed.reading import changes, reading

TICKET = "ticket:TCK-100042"
RUDO, FARAI = "staff:agent-1", "staff:supervisor-1"


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


async def test_who_looks_is_found_and_told_until_they_leave(store: Store) -> None:
    hub, desk = Hub(), PresenceDesk(store)
    async with reading(store, hub):
        panel = hub.subscribe([TICKET])
        await desk.show(TICKET, PresenceKind.VIEWING, RUDO, "Rudo")
        await desk.show(TICKET, PresenceKind.VIEWING, FARAI, "Farai")
        assert [each.who for each in await desk.find(TICKET)] == [RUDO, FARAI]
        await desk.clear(TICKET, PresenceKind.VIEWING, RUDO)
        assert [each.name for each in await desk.find(TICKET)] == ["Farai"]
        first, second, gone = await changes(panel, 3)
        assert [getattr(each.document, "who", None) for each in (first, second)] == [RUDO, FARAI]
        assert (gone.document, gone.id) == (None, f"{TICKET}|viewing|{RUDO}")
    await desk.aclose()
    assert await desk.find(TICKET) == []


async def test_each_tab_looks_for_itself(store: Store) -> None:
    desk = PresenceDesk(store)
    one, two = Look(TICKET, RUDO, "Rudo"), Look(TICKET, RUDO, "Rudo")
    async with desk.looking(one):
        async with desk.looking(two):
            assert {each.tab for each in await desk.find(TICKET)} == {one.tab, two.tab}
        assert [each.tab for each in await desk.find(TICKET)] == [one.tab]
    assert await desk.find(TICKET) == []


async def test_what_could_not_be_taken_back_is_at_the_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, left = PresenceDesk(store), asyncio.Event()

    async def never(*_: object) -> None:
        left.set()
        await asyncio.Event().wait()

    async def look() -> None:
        async with desk.looking(Look(TICKET, RUDO, "Rudo")):
            monkeypatch.setattr(module, "delete_presence", never)

    task = asyncio.create_task(look())
    await left.wait()
    await cancel(task)
    assert len(await desk.find(TICKET)) == 1
    monkeypatch.undo()
    await desk.aclose()
    assert await desk.find(TICKET) == []


async def test_it_is_written_only_when_it_is_news(store: Store) -> None:
    clock = Clock()
    hub, desk = Hub(), PresenceDesk(store, clock)
    async with reading(store, hub):
        panel = hub.subscribe([TICKET])
        for _ in range(20):
            await desk.show(TICKET, PresenceKind.TYPING, RUDO, "Rudo")
        clock.seconds += RENEW[PresenceKind.TYPING]
        await desk.show(TICKET, PresenceKind.TYPING, RUDO, "Rudo")
        # Nobody is told of what was renewed and taken back before the feed could look at it.
        found = await changes(panel, 2)
        await desk.clear(TICKET, PresenceKind.TYPING, RUDO)
        await desk.clear(TICKET, PresenceKind.TYPING, RUDO)
        await desk.show(TICKET, PresenceKind.TYPING, FARAI, "Farai")
        found += await changes(panel, 2)
        assert [each.document is None for each in found] == [False, False, True, False]
    await desk.aclose()


async def test_what_is_not_renewed_ends_by_itself(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(module.LASTS, PresenceKind.TYPING, 0.05)
    hub, desk = Hub(), PresenceDesk(store)
    async with reading(store, hub):
        panel = hub.subscribe([TICKET])
        await desk.show(TICKET, PresenceKind.TYPING, RUDO, "Rudo")
        _, gone = await changes(panel, 2)
        assert gone.document is None
    await desk.aclose()


async def test_what_has_run_out_is_not_found_before_the_server_deletes_it(store: Store) -> None:
    over = now() - timedelta(seconds=1)
    await put_presence(
        store,
        Presence(subject=TICKET, kind=PresenceKind.VIEWING, who=RUDO, expires_at=over),
    )
    assert await find_presence(store, TICKET) == []
