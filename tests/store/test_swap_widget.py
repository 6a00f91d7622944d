"""A widget changed where it stands."""

import asyncio

from ecocash_copilot.store.client import Store
from ecocash_copilot.store.messages import find_message, insert_message, swap_widget
from schemas.widgets import Notice, NoticeTone, TicketForm
from tests.store.make import answer, new_conversation, question


async def test_a_widget_takes_the_place_of_the_one_with_its_id(store: Store):
    to = await insert_message(store, question(await new_conversation(store)))
    cards = [TicketForm(id="w-1"), Notice(id="w-2", tone=NoticeTone.INFO, text="one")]
    kept = await insert_message(store, answer(to).model_copy(update={"widgets": cards}))

    changed = Notice(id="w-2", tone=NoticeTone.ERROR, text="two")
    assert await swap_widget(store, kept.id, changed)
    assert not await swap_widget(store, kept.id, Notice(id="w-3", tone=NoticeTone.INFO, text="x"))
    assert not await swap_widget(store, to.id, changed)

    found = await find_message(store, kept.id)
    assert found == kept.model_copy(update={"widgets": [cards[0], changed]})


async def test_of_many_changes_of_one_revision_one_is_kept(store: Store):
    to = await insert_message(store, question(await new_conversation(store)))
    other = TicketForm(id="w-0", revision=7)
    cards = [other, TicketForm(id="w-1", revision=6)]
    kept = await insert_message(store, answer(to).model_copy(update={"widgets": cards}))

    swapped = await asyncio.gather(
        *(
            swap_widget(
                store, kept.id, TicketForm(id="w-1", revision=7, description=f"{number}"), 6
            )
            for number in range(20)
        )
    )
    assert sum(swapped) == 1
    assert not await swap_widget(store, kept.id, TicketForm(id="w-1", revision=7), 6)

    found = await find_message(store, kept.id)
    assert found is not None
    assert found.widgets == [
        other,
        TicketForm(id="w-1", revision=7, description=str(swapped.index(True))),
    ]
