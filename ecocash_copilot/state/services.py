"""What the states call: set once by the composition root, the same for every session."""

from dataclasses import dataclass

from ecocash_copilot.actions.sign_in import SignIn
from ecocash_copilot.agent.assistant import Assistant
from ecocash_copilot.core.settings import Settings
from ecocash_copilot.store.client import Store


@dataclass(frozen=True)
class Services:
    """The parts of a running product."""

    settings: Settings
    store: Store
    sign_in: SignIn
    assistant: Assistant


_installed: list[Services] = []


def install(services: Services) -> None:
    """Make the services known to the states. The newest call wins."""
    _installed[:] = [services]


def services() -> Services:
    """Return the installed services.

    Raises:
        RuntimeError: the product is not running.
    """
    if not _installed:
        raise RuntimeError("the product is not running")
    return _installed[0]
