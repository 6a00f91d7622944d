"""What the states call: set once by the composition root, the same for every session."""

from dataclasses import dataclass, field
from functools import cached_property

from limits import RateLimitItemPerMinute
from limits.aio.storage import Storage

from ecocash_copilot.actions.sign_in import SignIn
from ecocash_copilot.actions.staff_sign_in import StaffSignIn
from ecocash_copilot.agent.assistant import Assistant
from ecocash_copilot.core.rate_limit import RateLimit
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.feed.presence import PresenceDesk
from ecocash_copilot.state.live_pages import LivePages
from ecocash_copilot.store.client import Store

EVENTS_PER_MESSAGE = 20
"""How many events of a customer's pages go with each message that they may send in a minute.

Taps, steps of forms, typing, pages that open again: more than fingers can do.
"""


def event_limit(storage: Storage, settings: Settings) -> RateLimit:
    """Return how many events of all their pages a customer may cause in a minute."""
    most = EVENTS_PER_MESSAGE * settings.messages_per_minute
    return RateLimit(storage, RateLimitItemPerMinute(most), "page_events")


@dataclass(frozen=True)
class Services:
    """The parts of a running product."""

    settings: Settings
    store: Store
    sign_in: SignIn
    staff_sign_in: StaffSignIn
    assistant: Assistant
    event_limit: RateLimit
    """Of each customer, by their id."""
    pages: LivePages = field(default_factory=LivePages)
    """The pages that show changes as they happen."""

    @cached_property
    def presence(self) -> PresenceDesk:
        """Who looks at what, and who types."""
        return PresenceDesk(self.store)


_installed: list[Services] = []


def install(services: Services) -> None:
    """Make the services known to the states. The newest call wins."""
    _installed[:] = [services]


def live_pages() -> LivePages | None:
    """Return the pages of the installed services; None while the product is not running."""
    return _installed[0].pages if _installed else None


def services() -> Services:
    """Return the installed services.

    Raises:
        RuntimeError: the product is not running.
    """
    if not _installed:
        raise RuntimeError("the product is not running")
    return _installed[0]
