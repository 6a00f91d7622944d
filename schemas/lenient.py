"""Reads what models and people type as it is meant: forgiving about form, not about values.

Models often send an empty string for an argument they mean to leave out.
"""

from typing import Any

from pydantic import BeforeValidator


def blank_to_none(value: Any) -> Any:
    """Return None for a string without anything in it."""
    return None if isinstance(value, str) and not value.strip() else value


def upper(value: Any) -> Any:
    """Return a string in capitals, without the space around it."""
    return value.strip().upper() if isinstance(value, str) else value


def lower(value: Any) -> Any:
    """Return a string in small letters, without the space around it."""
    return value.strip().lower() if isinstance(value, str) else value


Blank = BeforeValidator(blank_to_none)
