"""Whether the in-process engine will find the memory that an input takes: asked before anything is read.

That engine writes most of what crosses the shuffles to disk (``pipelines.spill``). With 80 MB of aggregators' pages it took
1.4 GB of memory, with 1,020 MB of them 2.1 to 2.6 GB; with a Beam that is not known (``pipelines.engine``) it was 22 times
the text of 280 MB, and more of fewer.
"""

from pathlib import Path

import psutil

from pipelines.engine import KNOWN
from pipelines.usage import UsageError

GIGABYTE = 10**9
_AT_FIRST = 1_500_000_000 if KNOWN else 0
"""Bytes of memory for libraries, language profiles, and writing one shard, however little text there is."""
_FOR_EACH_BYTE = 2 if KNOWN else 25
"""Bytes of memory for each byte of text; twice what was seen, as other pages hold more texts or more that are rare."""
_NEVER_ASKED = 100_000_000
"""Bytes of text that any machine holds which runs Python and its libraries at all."""
_CONTAINERS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""Where Linux says how much a container may take, by either version of its control groups."""


def available() -> int:
    """Bytes that are free on this machine, or that its container may still take if those are fewer."""
    free: int = psutil.virtual_memory().available
    for file in _CONTAINERS:
        limit = file.read_text("ascii").strip() if file.exists() else ""
        if limit.isdigit():
            free = min(free, int(limit))
    return free


def needed(text_bytes: int) -> int:
    """Bytes of memory that one process takes for so many of text."""
    return _AT_FIRST + text_bytes * _FOR_EACH_BYTE


def check(text_bytes: int, allowed: int | None = None) -> None:
    """Refuses an input that will not fit.

    Args:
      text_bytes: about how much text the input holds, decompressed, without markup.
      allowed: bytes that the run may take; what is free where the user does not say.

    Raises:
      UsageError: if it will not fit; the message says what to do.
    """
    room = available() if allowed is None else allowed
    wanted = needed(text_bytes)
    if text_bytes > _NEVER_ASKED and wanted > room:
        raise UsageError(
            f"The input holds about {text_bytes / GIGABYTE:.1f} GB of text, for which the engine in this process needs some "
            f"{wanted / GIGABYTE:.0f} GB of memory, and {room / GIGABYTE:.0f} GB are there; give another engine with "
            "--runner, read less at a time, or say with --memory_gb how much it may take."
        )
