"""The help centre as shipped, loaded once."""

import pytest

from mcp_server.help import HelpCentre, load_help_centre


@pytest.fixture(scope="session")
def centre() -> HelpCentre:
    return load_help_centre()
