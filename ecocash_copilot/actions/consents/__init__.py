"""Consents: asked, answered by the customer alone, and good for one call of one tool.

The life of one: ``ask_consent`` keeps the question, ``confirm`` or ``decline`` the customer's
answer, ``execute_consented`` does what was confirmed. Each step is one transaction that moves the
consent on from the state it was in and adds a line to the audit record, so that of any number of
taps, tabs and processes one moves it. The change itself is part of the last one: it is there, with
its consent marked executed, or neither is. A process that dies between the answer and the change
leaves the consent confirmed; whoever finds it carries it out again while it is in time
(``list_unfinished``), or expires it when it is late (``expire_if_due``).
"""

from ecocash_copilot.actions.consents.answers import access_consent, confirm, decline
from ecocash_copilot.actions.consents.asking import ask_consent, consent_limit
from ecocash_copilot.actions.consents.calls import (
    CONSENT_ARGUMENT,
    MutationCall,
    hash_arguments,
    read_call,
)
from ecocash_copilot.actions.consents.errors import (
    AlreadyExecuted,
    ConsentDecided,
    ConsentFailed,
    ConsentMissing,
    ConsentRefused,
)
from ecocash_copilot.actions.consents.execution import Work, execute_consented, list_unfinished
from ecocash_copilot.actions.consents.expiry import expire_due, expire_if_due

__all__ = [
    "CONSENT_ARGUMENT",
    "AlreadyExecuted",
    "ConsentDecided",
    "ConsentFailed",
    "ConsentMissing",
    "ConsentRefused",
    "MutationCall",
    "Work",
    "access_consent",
    "ask_consent",
    "confirm",
    "consent_limit",
    "decline",
    "execute_consented",
    "expire_due",
    "expire_if_due",
    "hash_arguments",
    "list_unfinished",
    "read_call",
]
