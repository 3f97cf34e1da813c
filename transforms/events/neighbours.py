"""The articles that an article is most like, found block by block, and what they tell of its surroundings."""

import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

import apache_beam as beam
import numpy as np

from schemas.records import Vector
from transforms.events.likeness import MILLION, of_vectors

NEAREST = 7
"""Neighbours that tell of an article's surroundings: the first may be of its own event, the mean of the others is
its background."""
LEADERS = 6
"""Earlier neighbours that an article may be led by."""
COMPARED = 400
"""Articles of a block that are compared with each other; of a dense block, those that all others are compared with."""
_NEVER = 2**63


Neighbour = tuple[int, str]
"""Likeness in millionths, negated, and the id of an article that another one is like: sorts the most alike first."""
Neighbourhood = tuple[tuple[Neighbour, ...], tuple[Neighbour, ...]]
"""The most alike articles of all, and the most alike of those that are earlier; both sorted."""
NONE: Neighbourhood = ((), ())


def likeness_of(neighbourhood: Neighbourhood, rank: int) -> int:
    """Likeness of the neighbour of a rank, 1 for the most alike, in millionths; 0 where there are not so many."""
    nearest, _ = neighbourhood
    return -nearest[rank - 1][0] if len(nearest) >= rank else 0


def background(neighbourhood: Neighbourhood) -> int:
    """Mean likeness of the neighbours after the first, in millionths; those that are missing count as nothing.

    >>> background((((-600_000, "a"), (-60_000, "b")), ()))
    10000
    """
    nearest, _ = neighbourhood
    return -sum(unlike for unlike, _ in nearest[1:]) // (NEAREST - 1)


def step(neighbourhood: Neighbourhood) -> int:
    """How much more alike the first neighbour is than the last one, in millionths."""
    return likeness_of(neighbourhood, 1) - likeness_of(neighbourhood, NEAREST)


def figures(article_id: str, neighbourhood: Neighbourhood) -> tuple[str, tuple[int, int]]:
    """An article with its step and its background, of which the figures of the corpus are the means."""
    return article_id, (step(neighbourhood), background(neighbourhood))


def founding_order(published_at: int | None, article_id: str) -> tuple[int, str]:
    """Earlier before later, undated last, then by id: the order in which articles found events and lead others."""
    return (_NEVER if published_at is None else published_at, article_id)


def of_block(articles: Iterable[Vector], on_dense: Callable[[], None] = lambda: None) -> Iterator[tuple[str, Neighbourhood]]:
    """The neighbourhood of every article of one block within it, by id.

    A block of more than ``COMPARED`` articles is dense: there every article is compared with a sample of so many, those
    of least ids, so that the block costs what its articles cost, and no more of them are held at once than twice as
    many. ``articles`` is read twice then, and ``on_dense`` called.
    """
    sample = heapq.nsmallest(COMPARED, articles, key=lambda article: article.article_id)
    if len(sample) > 1:
        yield from _among(sample, sample)
    if len(sample) < COMPARED:
        return
    on_dense()
    last = sample[-1].article_id
    others = (article for article in articles if article.article_id > last)
    while chunk := list(itertools.islice(others, COMPARED)):
        yield from _among(sample, chunk)


def _among(sample: Sequence[Vector], wanted: Sequence[Vector]) -> Iterator[tuple[str, Neighbourhood]]:
    """The neighbourhoods of some articles among those of a sample, whatever else is wanted at the same time."""
    both = {article.article_id: article for article in (*sample, *wanted)}.values()
    ordered = sorted(both, key=lambda article: founding_order(article.published_at, article.article_id))
    alike = of_vectors(ordered)
    np.fill_diagonal(alike, 0.0)
    ids = [article.article_id for article in ordered]
    compared = {article.article_id for article in sample}
    alike[:, [article_id not in compared for article_id in ids]] = 0.0
    chosen = {article.article_id for article in wanted}
    before = np.tril(alike, k=-1)
    for own, nearest, earlier in zip(ids, _most(alike, NEAREST, ids), _most(before, LEADERS, ids), strict=True):
        if nearest and own in chosen:
            yield own, (nearest, earlier)


def _most(alike: np.ndarray, number: int, ids: Sequence[str]) -> Iterator[tuple[Neighbour, ...]]:
    """For each row its greatest values above nothing, as neighbours in order."""
    columns = np.argsort(-alike, axis=1, kind="stable")[:, :number]
    values = np.rint(np.take_along_axis(alike, columns, axis=1) * MILLION).astype(np.int64)
    for row, of_row in zip(values.tolist(), columns.tolist(), strict=True):
        yield tuple(sorted((-value, ids[at]) for value, at in zip(row, of_row, strict=True) if value > 0))


class MergeNeighbourhoods(beam.CombineFn):
    """Combines the neighbourhoods of one article in several blocks to one. A neighbour may stand in many of them."""

    def create_accumulator(self) -> Neighbourhood:
        return NONE

    def add_input(self, accumulator: Neighbourhood, element: Neighbourhood) -> Neighbourhood:
        return self.merge_accumulators([accumulator, element])

    def merge_accumulators(self, accumulators: Iterable[Neighbourhood]) -> Neighbourhood:
        nearest: set[Neighbour] = set()
        earlier: set[Neighbour] = set()
        for accumulator in accumulators:
            nearest.update(accumulator[0])
            earlier.update(accumulator[1])
        return tuple(sorted(nearest)[:NEAREST]), tuple(sorted(earlier)[:LEADERS])

    def extract_output(self, accumulator: Neighbourhood) -> Neighbourhood:
        return accumulator
