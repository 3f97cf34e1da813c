"""Whether the in-process engine will find the memory that an input takes: asked before anything is read.

That engine holds in memory what crosses the shuffles. What it took on this project's corpora was 16 to 22 times their text;
others write to disk what they cannot hold.
"""

from pathlib import Path

import psutil

from pipelines.usage import UsageError

GIGABYTE = 10**9
_FOR_EACH_BYTE = 25
"""Bytes of memory for each byte of text, with some to spare."""
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


def check(text_bytes: int, allowed: int | None = None) -> None:
    """Refuses an input that will not fit.

    Args:
      text_bytes: about how much text the input holds, decompressed, without markup.
      allowed: bytes that the run may take; what is free where the user does not say.

    Raises:
      UsageError: if it will not fit; the message says what to do.
    """
    room = available() if allowed is None else allowed
    needed = text_bytes * _FOR_EACH_BYTE
    if text_bytes > _NEVER_ASKED and needed > room:
        raise UsageError(
            f"The input holds about {text_bytes / GIGABYTE:.1f} GB of text, for which the engine in this process needs some "
            f"{needed / GIGABYTE:.0f} GB of memory, and {room / GIGABYTE:.0f} GB are there; give another engine with "
            "--runner, read less at a time, or say with --memory_gb how much it may take."
        )
