"""What is there, where a test knows that it must be."""

from typing import TypeVar

T = TypeVar("T")


def known(value: T | None) -> T:
    """Return what is not None, and fail on None."""
    assert value is not None
    return value
