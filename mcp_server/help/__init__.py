"""The help centre: articles in three languages, their changing facts, and search over them."""

from mcp_server.help.centre import HelpCentre, load_help_centre
from mcp_server.help.errors import HelpContentError
from mcp_server.help.search import HelpHit

__all__ = ["HelpCentre", "HelpContentError", "HelpHit", "load_help_centre"]
