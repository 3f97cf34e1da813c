"""The articles that an article is most like, found block by block, and what they tell of its surroundings."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

import apache_beam as beam
import numpy as np

from schemas.records import Vector
from transforms.common.parts import runs
from transforms.events.likeness import MILLION, of_pairs

NEAREST = 7
"""Neighbours that tell of an article's surroundings: the first may be of its own event, the mean of the others is
its background."""
LEADERS = 6
"""Earlier neighbours that an article may be led by."""
COMPARED = 400
"""Articles of a block that are compared with each other; of a dense block, those that all others are compared with."""
_PAIRS_AT_ONCE = 1 << 18
"""Pairs of a part's blocks that are looked at together, in some 50 MB."""
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


def of_part(
    values: Iterable[Vector],
    on_dense: Callable[[], None] = lambda: None,
    is_wanted: Callable[[str], bool] = lambda _: True,
) -> Iterator[tuple[str, Neighbourhood]]:
    """The neighbourhoods of those articles that are wanted, by id, within the blocks of one part.

    A block of more than ``COMPARED`` articles is dense: there every article is compared with a sample of so many, those
    of least ids, so that the block costs what its articles cost; ``on_dense`` is called. Two articles are compared once,
    or once from each side, however many blocks they share.
    """
    articles = sorted(values, key=lambda article: founding_order(article.published_at, article.article_id))
    by_id = np.argsort(np.argsort([article.article_id for article in articles]))
    keys = [np.frombuffer(article.blocks, dtype=np.uint64) for article in articles]
    owners = np.repeat(np.arange(len(articles)), [len(of_article) for of_article in keys])
    blocks = np.concatenate([np.zeros(0, dtype=np.uint64), *keys])
    order = np.lexsort((by_id[owners], blocks))
    members = owners[order]
    begins, sizes = runs(blocks[order])
    for _ in range(int((sizes > COMPARED).sum())):
        on_dense()
    # Of each place in a block: whose it is, where the sample of the block begins among the members, and how long that is.
    wanted = np.array([is_wanted(article.article_id) for article in articles], dtype=bool)
    several = np.repeat(sizes > 1, sizes) & wanted[members]
    by_owner = np.argsort(members[several], kind="stable")
    own = members[several][by_owner]
    first = np.repeat(begins, sizes)[several][by_owner]
    number = np.minimum(np.repeat(sizes, sizes), COMPARED)[several][by_owner]
    for some in _slices(own, number):
        where = np.arange(number[some].sum()) - np.repeat(np.cumsum(number[some]) - number[some], number[some])
        other = members[np.repeat(first[some], number[some]) + where]
        yield from _neighbourhoods(articles, by_id, np.repeat(own[some], number[some]), other)


def _slices(own: np.ndarray, number: np.ndarray) -> Iterator[slice]:
    """Cuts places, sorted by whose they are, where enough pairs have come together, but never between two of one article."""
    last = np.flatnonzero(np.diff(own, append=-1))
    pairs = np.cumsum(number)[last]
    begin = 0
    while begin < len(own):
        done = pairs[last < begin][-1] if begin else 0
        end = max(np.searchsorted(pairs, done + _PAIRS_AT_ONCE, side="right") - 1, np.searchsorted(last, begin))
        yield slice(begin, int(last[end]) + 1)
        begin = int(last[end]) + 1


def _neighbourhoods(
    articles: Sequence[Vector], by_id: np.ndarray, own: np.ndarray, other: np.ndarray
) -> Iterator[tuple[str, Neighbourhood]]:
    """The neighbourhoods of articles among the others that they are paired with.

    ``own`` and ``other`` are places in ``articles``, which are in founding order; ``by_id`` has the rank of each by its id.
    """
    count = len(articles)
    own, other = np.divmod(np.unique(own * count + other), count)
    own, other = own[own != other], other[own != other]
    if not len(own):
        return
    # Where both have neighbourhoods here, their pair is looked at from the earlier one alone.
    here = np.zeros(count, dtype=bool)
    here[own] = True
    turned = (other < own) & here[other]
    pairs, place = np.unique(np.where(turned, other * count + own, own * count + other), return_inverse=True)
    alike = np.rint(of_pairs(articles, *np.divmod(pairs, count)) * MILLION).astype(np.int64)[place]
    order = np.lexsort((by_id[other], -alike, own))
    order = order[alike[order] > 0]
    nearest = _first(articles, own, other, alike, order, NEAREST)
    earlier = _first(articles, own, other, alike, order[other[order] < own[order]], LEADERS)
    for place_of, found in nearest.items():
        yield articles[place_of].article_id, (found, earlier.get(place_of, ()))


def _first(
    articles: Sequence[Vector], own: np.ndarray, other: np.ndarray, alike: np.ndarray, order: np.ndarray, number: int
) -> dict[int, tuple[Neighbour, ...]]:
    """The first neighbours of each article in order."""
    begins, sizes = runs(own[order])
    rank = np.arange(len(order)) - np.repeat(begins, sizes)
    kept = order[rank < number]
    found: dict[int, tuple[Neighbour, ...]] = {}
    rows = zip(own[kept].tolist(), (-alike[kept]).tolist(), other[kept].tolist(), strict=True)
    for article, group in itertools.groupby(rows, key=lambda row: row[0]):
        found[article] = tuple((unlike, articles[at].article_id) for _, unlike, at in group)
    return found


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
