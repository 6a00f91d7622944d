"""Errors that the calling agent reads: what is wrong, and what to do instead."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from fastmcp.exceptions import NotFoundError, ToolError
from pydantic import ValidationError


class Refusal(ToolError):
    """The call was understood and turned down; its text is meant for the agent."""

    def __init__(self, message: str) -> None:
        """``message``: sentences an agent can act on, without secrets or internals."""
        # Our own middleware logs refusals; the framework need not log them again as errors.
        super().__init__(message, log_level=logging.DEBUG)


class BadArguments(Refusal):
    """An argument is missing, unknown or out of range."""


class TooManyCalls(Refusal):
    """The customer's allowance for the minute is used up."""


class NotSignedIn(Refusal):
    """No valid token came with the call."""

    def __init__(self) -> None:
        """Says nothing about what was wrong with the token."""
        super().__init__("Not signed in: the call needs a valid access token for this server.")


class ResultUnknown(ToolError):
    """A change broke off where nobody can say whether it was made."""

    def __init__(self) -> None:
        """Says how to find out."""
        super().__init__(
            "The wallet cannot answer right now, and it is not known whether this was done. Ask "
            "for the ticket's status, or try again with the same consent: it is never done twice.",
            log_level=logging.DEBUG,
        )


def outcome_of(error: BaseException | None) -> str:
    """Name how a call ended.

    One of ok, cancelled, refused, limited, not_signed_in, unknown_tool and failed.
    """
    match error:
        case None:
            return "ok"
        case asyncio.CancelledError():
            return "cancelled"
        case TooManyCalls():
            return "limited"
        case NotSignedIn():
            return "not_signed_in"
        case Refusal():
            return "refused"
        case NotFoundError():
            return "unknown_tool"
        case _:
            return "failed"


def explain(error: ValidationError, parameters: Mapping[str, Any]) -> BadArguments:
    """Say which arguments are wrong and what is allowed, without repeating what was sent.

    Args:
        parameters: the JSON schema of the tool's arguments.
    """
    properties: dict[str, Any] = parameters.get("properties", {})
    sentences: list[str] = []
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(each["loc"][0]) if each["loc"] else "arguments"
        if each["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
            allowed = ", ".join(properties) or "none"
            sentences.append(f"{name[:40]}: no such argument; allowed are: {allowed}")
        elif each["type"] in ("missing_argument", "missing_keyword_only_argument", "missing"):
            sentences.append(f"{name}: missing")
        else:
            examples = properties.get(name, {}).get("examples", [])
            hint = f", such as {examples[0]}" if examples else ""
            sentences.append(f"{name}: {each['msg'].removeprefix('Value error, ')}{hint}")
    return BadArguments(f"Bad arguments. {'; '.join(dict.fromkeys(sentences))}.")
