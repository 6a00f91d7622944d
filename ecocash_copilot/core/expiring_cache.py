"""A small cache whose entries run out."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class ExpiringCache(Generic[Key, Value]):
    """Keeps values until their time is over, at most ``size`` of them, oldest dropped first."""

    def __init__(self, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` counts seconds from any moment on."""
        self._size = size
        self._clock = clock
        self._entries: OrderedDict[Key, tuple[float, Value]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """Return the value under a key unless it has run out."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        until, value = entry
        if until <= self._clock():
            del self._entries[key]
            return None
        return value

    def put(self, key: Key, value: Value, seconds: float) -> None:
        """Keep a value for so many seconds; none at all if that is not above zero."""
        self._entries.pop(key, None)
        if seconds <= 0:
            return
        while len(self._entries) >= self._size:
            self._entries.popitem(last=False)
        self._entries[key] = (self._clock() + seconds, value)

    def drop_where(self, fits: Callable[[Value], bool]) -> None:
        """Forget every value that fits. Looks at all of them."""
        for key in [key for key, (_, value) in self._entries.items() if fits(value)]:
            del self._entries[key]

    def drop(self, key: Key) -> None:
        """Forget a value now."""
        self._entries.pop(key, None)
