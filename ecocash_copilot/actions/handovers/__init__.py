"""Handovers: a person takes a conversation over from the assistant, and hands it back.

``Conversation.speaker`` decides who answers: the assistant, nobody yet, or an agent. It moves only
together with the handover, in one transaction, and with it the line that says so in the chat. Each
conversation has one open handover at most.

In business hours a customer who asks for a person waits in silence (``QUEUE``). Outside them the
handover waits for the morning, and the assistant goes on helping meanwhile.
"""

from ecocash_copilot.actions.handovers.agents import (
    access_handover,
    hand_back,
    list_handover_messages,
    list_handovers,
    say_as_agent,
    take,
)
from ecocash_copilot.actions.handovers.customers import (
    ask_for_person,
    end_by_customer,
    find_open_handover,
    people_are_back_at,
    say_waiting,
)
from ecocash_copilot.actions.handovers.expiry import (
    LONGEST_SILENCE,
    LONGEST_WAIT,
    expire_handovers,
)

__all__ = [
    "LONGEST_SILENCE",
    "LONGEST_WAIT",
    "access_handover",
    "ask_for_person",
    "end_by_customer",
    "expire_handovers",
    "find_open_handover",
    "hand_back",
    "list_handover_messages",
    "list_handovers",
    "people_are_back_at",
    "say_as_agent",
    "say_waiting",
    "take",
]
