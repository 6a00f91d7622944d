"""What the states call: set once by the composition root, the same for every session."""

from dataclasses import dataclass, field
from functools import cached_property

from ecocash_copilot.actions.sign_in import SignIn
from ecocash_copilot.actions.staff_sign_in import StaffSignIn
from ecocash_copilot.agent.assistant import Assistant
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.feed.presence import PresenceDesk
from ecocash_copilot.state.live_pages import LivePages
from ecocash_copilot.store.client import Store


@dataclass(frozen=True)
class Services:
    """The parts of a running product."""

    settings: Settings
    store: Store
    sign_in: SignIn
    staff_sign_in: StaffSignIn
    assistant: Assistant
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
