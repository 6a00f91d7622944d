"""A process that hands conversations over and back without end, to be killed at any moment.

It prints a line after each step. Arguments: the database's URI and name.
"""

import asyncio
import sys
from datetime import UTC, datetime

from ecocash_copilot.actions.conversations import open_conversation
from ecocash_copilot.actions.handovers import (
    ask_for_person,
    hand_back,
    say_as_agent,
    say_waiting,
    take,
)
from ecocash_copilot.actions.messages import accept_message
from ecocash_copilot.store.client import open_store
from schemas.handover import HandoverReason
from schemas.identity import Customer
from schemas.staff import Staff, StaffRole

CUSTOMER = Customer(id="c-1", name="Tariro Dube")
RUDO = Staff(id="agent-1", name="Rudo", roles=frozenset({StaffRole.AGENT}))
MONDAY_10 = datetime(2026, 11, 23, 8, tzinfo=UTC)


async def main(uri: str, name: str) -> None:
    async with open_store(uri, name, embedded=True) as store:
        while True:
            conversation = await open_conversation(store, CUSTOMER)
            for number in range(3):
                handover = await ask_for_person(
                    store, CUSTOMER, conversation, HandoverReason.ASKED, MONDAY_10
                )
                print("asked", flush=True)
                key = f"key-{number}-0000"
                kept = await accept_message(store, CUSTOMER, conversation, "hello", key)
                await say_waiting(store, kept.conversation)
                print("waited", flush=True)
                await take(store, RUDO, handover.id)
                print("taken", flush=True)
                await say_as_agent(store, RUDO, conversation.id, "Mhoro", key)
                print("said", flush=True)
                await hand_back(store, RUDO, handover.id)
                print("returned", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
