"""Many small values by key, carried as few: the keys are dealt to parts, and each part is sorted by one worker at a time.

What is grouped by keys of which every text has dozens (bands, runs of words, terms) would cost a shuffle more than the work
that is done with it. So a text sends to each part one value with all of its keys that are dealt there, and the worker that
gets a part brings equal keys together. The number of parts grows with the shards of pages: what a part holds does not grow
with the corpus, and a corpus of a thousand shards travels as it would by key. No result depends on the number.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from transforms.common.ids import ID_LENGTH

_SHARDS = 4
"""Shards of pages whose keys one part holds, some 40 MB of them: each value that is sent costs as much as dozens of keys do.
Up to this number there are as many parts as shards, so that as many workers have something to do; further ones wait."""


def parts_for(shards: int) -> int:
    """The number of parts for the texts of so many shards of pages.

    >>> [parts_for(shards) for shards in (1, 3, 9, 16, 17, 1000)]
    [1, 3, 4, 4, 5, 250]
    """
    return min(shards, max(_SHARDS, -(-shards // _SHARDS)))


def deal(keys: np.ndarray, parts: int) -> Iterator[tuple[int, np.ndarray]]:
    """The parts that some keys (64 bits each) are dealt to, each with the places of its keys.

    >>> [(part, places.tolist()) for part, places in deal(np.array([4, 7, 6], dtype=np.uint64), 2)]
    [(0, [0, 2]), (1, [1])]
    """
    if parts == 1:
        if len(keys):
            yield 0, np.arange(len(keys))
        return
    of_key = keys % np.uint64(parts)
    order = np.argsort(of_key, kind="stable")
    begins, sizes = runs(of_key[order])
    for part, begin, size in zip(of_key[order[begins]].tolist(), begins.tolist(), sizes.tolist(), strict=True):
        yield part, order[begin : begin + size]


def addressed(text_id: str, rows: np.ndarray) -> bytes:
    """Rows of one text as they travel."""
    return text_id.encode() + rows.tobytes()


@dataclass(frozen=True)
class Part:
    """The rows that texts sent to one part. ``ids`` is sorted; ``sender`` has the place in it of each row's text."""

    ids: list[str]
    sender: np.ndarray
    rows: np.ndarray


def gather(values: Iterable[bytes], of: np.dtype) -> Part:
    """What ``addressed`` made, in order of ids, whatever the order of the values."""
    ordered = sorted(values)
    rows = [value[ID_LENGTH:] for value in ordered]
    sender = np.repeat(np.arange(len(ordered)), [len(row) // of.itemsize for row in rows])
    return Part([value[:ID_LENGTH].decode() for value in ordered], sender, np.frombuffer(b"".join(rows), dtype=of))


def by_sender(part: Part, places: np.ndarray, rows: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Rows, with the place in ``part.rows`` that each answers, by the ids of their texts."""
    sender = part.sender[places]
    order = np.argsort(sender, kind="stable")
    bounds = np.flatnonzero(np.diff(sender[order])) + 1
    for of_text in np.split(order, bounds):
        if len(of_text):
            yield part.ids[sender[of_text[0]]], rows[of_text]


def runs(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each run of equal keys begins in a sorted array, and how long it is.

    >>> [found.tolist() for found in runs(np.array([3, 3, 5]))]
    [[0, 2], [2, 1]]
    """
    if not len(keys):
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    begins = np.concatenate([[0], np.flatnonzero(keys[1:] != keys[:-1]) + 1])
    return begins, np.diff(np.append(begins, len(keys)))
