"""Python's search for garbage that refers to itself, which the processes of a run make none of."""

import gc

_UNTIL_LOOKED_FOR_CYCLES = 50_000
"""Objects that are made until Python looks for cycles among them. Rows make millions of objects and no cycles: at Python's
700 a twentieth of the time went into looking."""


def collect_seldom() -> None:
    """Sets how often this process looks for garbage that refers to itself."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_UNTIL_LOOKED_FOR_CYCLES, 20, 50)
