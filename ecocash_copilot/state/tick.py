"""A number for vars that a page's script watches: it matters that they change, not to what."""

import time


def tick() -> int:
    """Return a number that no state had before, also not one that a restart lost."""
    return time.time_ns() // 1_000_000
