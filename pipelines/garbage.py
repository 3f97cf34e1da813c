"""Python's search for garbage that refers to itself, which the processes of a run make none of.

Importing anything of ``pipelines`` makes it seldom in the whole process.
"""

import gc

_UNTIL_LOOKED_FOR_CYCLES = 50_000
"""Objects that are made until Python looks for cycles among them. Modules and rows make millions of objects and no cycles:
at Python's 700 an eighth of the time of imports went into looking, and a twentieth of a run."""


def collect_seldom() -> None:
    """Sets how often this process looks for garbage that refers to itself."""
    gc.set_threshold(_UNTIL_LOOKED_FOR_CYCLES, 20, 50)


def keep_what_is_there() -> None:
    """Leaves out of the search what was made so far: modules, which stay until the process ends."""
    if not gc.get_freeze_count():  # once a process: what a run has left is no module
        gc.freeze()
