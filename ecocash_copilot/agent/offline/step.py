"""What a turn may do next beside answering: call a tool."""

from dataclasses import dataclass, field
from typing import Any

from schemas.wallet import TransactionFilter


@dataclass(frozen=True, slots=True)
class Call:
    """A tool to call."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])


def filter_arguments(wanted: TransactionFilter, **more: Any) -> dict[str, Any]:
    """Return a filter as a tool takes it, with further arguments; what is None is left out."""
    given = wanted.model_dump(mode="json", exclude_none=True)
    return {**given, **{key: value for key, value in more.items() if value is not None}}


def is_narrow(wanted: TransactionFilter) -> bool:
    """Whether a filter names more than a direction."""
    return wanted.model_copy(update={"direction": None}) != TransactionFilter()
