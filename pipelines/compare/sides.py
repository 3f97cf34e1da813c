"""A dataset as it is compared: digests of ids and texts in arrays, no text.

An article takes 40 bytes, a place where it stands 32, an event 24, a page 8; so a million articles with five places each are
some 200 MB a side, and twice that while they are read. Digests have 64 bits: that any two of ten million ids share one has a
chance of 3 in a million.
"""

import hashlib
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.tables import ROWS, TEXT_ROWS, Tables
from schemas.table import Table
from schemas.tables import ARTICLES, EVENTS, OCCURRENCES, PAGES

Digests = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]

_FACTS = ("title", "outlet", "published_at", "published_precision", "language")
"""What is told of an article besides its text, and may change while that stays."""
NOWHERE = -1
"""In place of a number, where there is none."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two datasets. What is said of one kind of thing stands in arrays of one order, that of its table.

    Of articles: ``ids``, ``events`` (the digest of the event's id), ``bodies``, ``facts`` and ``words``.
    Of places where articles stand: ``article`` (its number among the articles), ``page``, ``position`` (the page and the
    number of the article there) and ``headed`` (the page and the headline, or the position where there is no headline).
    Of events: ``event_ids``, ``labels`` and ``event_sizes`` (articles). ``pages`` are ids of pages.
    """

    ids: Digests
    events: Digests
    bodies: Digests
    facts: Digests
    words: Numbers
    article: Numbers
    page: Digests
    position: Digests
    headed: Digests
    event_ids: Digests
    labels: Digests
    event_sizes: Numbers
    pages: Digests


def digest(*parts: object) -> int:
    """64 bits of a digest of values, each apart from the next, and None apart from an empty text.

    >>> len({digest("a", "b"), digest("ab"), digest("ab", None), digest("ab", "")})
    4
    """
    text = "\0".join("" if part is None else f"={part}" for part in parts)  # no text of a dataset holds a NUL
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest(), "big")


def _read(
    tables: Tables, table: Table, columns: Sequence[str], kept: Callable[[dict[str, Any]], tuple[int, ...]], rows: int = ROWS
) -> list[Digests]:
    """What is kept of the rows of a table, an array for each number that is kept of a row."""
    width, numbers = 0, array("Q")
    for batch in tables.batches(table, columns, size=rows):
        for row in batch.to_pylist():
            found = kept(row)
            width = len(found)
            numbers.extend(found)
    every = np.frombuffer(numbers, np.uint64).reshape(-1, width) if width else np.zeros((0, 8), np.uint64)
    return [np.ascontiguousarray(column) for column in every.T]


def load(tables: Tables) -> Side:
    """Reads a dataset, each table once; bodies pass by in small batches, and only their digests stay."""
    articles = _read(
        tables,
        ARTICLES,
        ("article_id", "event_id", "word_count", "body", *_FACTS),
        lambda row: (
            digest(row["article_id"]),
            digest(row["event_id"]),
            digest(row["body"]),
            digest(*(row[name] for name in _FACTS)),
            row["word_count"],
        ),
        TEXT_ROWS,
    )
    places = _read(tables, OCCURRENCES, ("article_id", "page_id", "article_index", "title"), _place)
    events = _read(
        tables,
        EVENTS,
        ("event_id", "label", "article_count"),
        lambda row: (digest(row["event_id"]), digest(row["label"]), row["article_count"]),
    )
    pages = _read(tables, PAGES, ("page_id",), lambda row: (digest(row["page_id"]),))
    return Side(
        ids=articles[0],
        events=articles[1],
        bodies=articles[2],
        facts=articles[3],
        words=articles[4].astype(np.int64),
        article=numbers_of(places[0], articles[0]),
        page=places[1],
        position=places[2],
        headed=places[3],
        event_ids=events[0],
        labels=events[1],
        event_sizes=events[2].astype(np.int64),
        pages=pages[0],
    )


def _place(row: dict[str, Any]) -> tuple[int, ...]:
    page, index, title = row["page_id"], row["article_index"], row["title"]
    position = digest(page, index)
    return digest(row["article_id"]), digest(page), position, position if title is None else digest(page, None, title)


def numbers_of(wanted: Digests, known: Digests) -> Numbers:
    """For each digest its number among the known ones, which differ; NOWHERE where it is none of them.

    >>> numbers_of(np.array([7, 5, 7], np.uint64), np.array([5, 6, 7], np.uint64)).tolist()
    [2, 0, 2]
    """
    if not len(known):
        return np.full(len(wanted), NOWHERE, np.int64)
    order = np.argsort(known, kind="stable")
    at = np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)
    found = order[at].astype(np.int64)
    return np.where(known[found] == wanted, found, NOWHERE)


def only_once(keys: Digests) -> Numbers:
    """The numbers of the digests that no other one equals, ascending.

    >>> only_once(np.array([3, 1, 3, 2], np.uint64)).tolist()
    [1, 3]
    """
    _, first, counts = np.unique(keys, return_index=True, return_counts=True)
    return np.sort(first[counts == 1]).astype(np.int64)
