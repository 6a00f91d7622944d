"""Why something that was agreed to could not be done, in the customer's language."""

import re

from ecocash_copilot.core.i18n import Translate

_TICKET = re.compile(r"TCK-\d+")

FAILURE_TEXTS = {
    "There is no such ticket.": "There is no such ticket.",
    "There is no such transaction in this wallet.": "There is no such transaction in this wallet.",
    "There is a ticket about this transaction already: {ticket}.": (
        "There is a ticket about this transaction already: {ticket}."
    ),
    "There is an open ticket about this already.": "There is an open ticket about this already.",
    "Another ticket about this transaction is open.": "There is an open ticket about this already.",
    "This ticket is with a senior colleague already.": (
        "This ticket is with a senior colleague already."
    ),
    "This ticket is closed already.": "This ticket is closed.",
    "This ticket is closed.": "This ticket is closed.",
    "This ticket is not about a transaction.": "This ticket is not about a transaction.",
    "This ticket is not open any more.": "This ticket is not open any more.",
    "This ticket goes on in {ticket}.": "This ticket goes on in {ticket}.",
    "A reversal has been requested already.": "A reversal has been requested already.",
    "There is no such file.": "A file is not there any more. Please add it again.",
    "A file is not there any more. Please add it again.": (
        "A file is not there any more. Please add it again."
    ),
    "A ticket holds 12 files at most.": "A ticket holds 12 files at most.",
}
"""What actions say when they refuse, ``{ticket}`` in the place of its number, and what is shown."""

_OTHER = "This did not work. Nothing was changed."


def failure_text(failure: str, t: Translate) -> str:
    """Return a consent's ``failure`` as its customer reads it."""
    found = _TICKET.search(failure)
    said = _TICKET.sub("{ticket}", failure)
    return t(FAILURE_TEXTS.get(said, _OTHER), ticket=found[0] if found else "")
