"""How often Python looks for cyclic garbage."""

import gc

_YOUNGEST = 20_000
"""Allocations between two looks at the youngest objects; Python's own 700 fits small programs."""

_MIDDLE, _OLDEST = 20, 50


def settle_garbage_collection() -> None:
    """Leave what start-up loaded out of every collection, and collect less often.

    Modules, schemas and the trained classifier live as long as the process, and looking through
    them again and again took about a quarter of a turn's time (``make bench``, part ``crowd``).
    Call it once, when everything is loaded.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNGEST, _MIDDLE, _OLDEST)
