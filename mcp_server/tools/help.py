"""The tool that searches the help centre."""

from typing import Annotated, Protocol

from fastmcp import FastMCP
from fastmcp.tools.base import ToolResult
from pydantic import Field

from mcp_server.answers import answer
from mcp_server.help import HelpHit
from mcp_server.identity import CALLER
from mcp_server.tools.arguments import LanguageArgument
from mcp_server.tools.registration import add_tool
from schemas.help import HelpResults
from schemas.identity import Customer, Locale


class HelpSearch(Protocol):
    """Finds help articles."""

    def search(self, query: str, language: Locale, limit: int = 3) -> list[HelpHit]:
        """Return up to ``limit`` articles in ``language``, best first."""
        ...


class HelpToolset:
    """The help tool over one help centre."""

    def __init__(self, centre: HelpSearch) -> None:
        """``centre`` is loaded once and shared."""
        self._centre = centre

    def register(self, server: FastMCP) -> None:
        """Add the tool to ``server``."""
        add_tool(
            server,
            self.search_help,
            name="eco_search_help",
            title="Help articles",
            result=HelpResults,
        )

    async def search_help(
        self,
        query: Annotated[
            str,
            Field(
                min_length=1,
                max_length=300,
                description="What the customer wants to know, in their own words and language.",
            ),
        ],
        language: LanguageArgument = None,
        limit: Annotated[int, Field(ge=1, le=5, description="How many articles at most.")] = 3,
        *,
        caller: Customer = CALLER,
    ) -> ToolResult:
        """Search EcoCash's help articles, best first.

        They cover fees, limits, reversals, PIN, wrong numbers, airtime, banks, ZiG and USD. The
        query may be in English, Shona or Ndebele, or mixed. An empty list means that no article
        fits: then say so, and do not answer from memory.
        """
        hits = self._centre.search(query, language or caller.locale, limit)
        return answer(HelpResults(query=query, articles=[hit.article for hit in hits]))
