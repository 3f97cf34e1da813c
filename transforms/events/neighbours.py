"""The articles that an article is most like, found block by block, and what they tell of its surroundings."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

import apache_beam as beam
import numpy as np

from schemas.records import Figures, Vector
from transforms.common.parts import runs
from transforms.events.likeness import MILLION, of_blocks
from transforms.events.products import in_turn

NEAREST = 7
"""Neighbours that tell of an article's surroundings: the first may be of its own event, the mean of the others is
its background."""
LEADERS = 6
"""Earlier neighbours that an article may be led by."""
COMPARED = 400
"""Articles of a block that are compared with each other; of a dense block, those that all others are compared with."""
_AT_ONCE = 1 << 19
"""Pairs of a part's blocks, and terms of their articles, that are looked at together, in some 100 MB."""
_BYTES_OF_TERM = 4
_BITS_OF_LIKENESS = 21
"""Of likeness in millionths, which the rounding of weights may take a little above one million."""
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


def figures(article_id: str, neighbourhood: Neighbourhood) -> tuple[str, Figures]:
    """An article with its figures."""
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
    by_id = np.argsort([article.article_id for article in articles])
    ranks = np.argsort(by_id)
    keys = [np.frombuffer(article.blocks, dtype=np.uint64) for article in articles]
    owners = np.repeat(np.arange(len(articles)), [len(of_article) for of_article in keys])
    blocks = np.concatenate([np.zeros(0, dtype=np.uint64), *keys])
    order = np.lexsort((ranks[owners], blocks))
    members, blocks = owners[order], blocks[order]
    begins, sizes = runs(blocks)
    for _ in range(int((sizes > COMPARED).sum())):
        on_dense()
    wanted = np.array([is_wanted(article.article_id) for article in articles], dtype=bool)
    answers = np.arange(len(members)) - np.repeat(begins, sizes) < COMPARED
    asks = wanted[members] & np.repeat(sizes > 1, sizes)
    terms = np.array([len(article.terms) // _BYTES_OF_TERM for article in articles], dtype=np.int64)
    costs = np.repeat(np.minimum(sizes, COMPARED), sizes) + terms[members]
    # Those that only answer are laid out with the first that asks in their block.
    block, asking = np.repeat(np.arange(len(begins)), sizes), np.flatnonzero(asks)
    of_block, first = np.unique(block[asking], return_index=True)
    silent = np.bincount(block, weights=np.where(answers & ~asks, terms[members], 0), minlength=len(begins))
    costs[asking[first]] += silent[of_block].astype(np.int64)
    likeness, nearest = of_blocks(articles), _Nearest(ranks, by_id)
    for some in in_turn(blocks, members, asks, answers, costs, _AT_ONCE):
        nearest.add(some.left, some.right, np.rint(likeness(some) * MILLION).astype(np.int64))
    yield from nearest.of(articles)


class _Nearest:
    """The nearest neighbours so far of each article, and its nearest earlier ones, as three arrays of one length.

    Articles are known by their places in founding order.

    Args:
      ranks: the rank of each article by its id.
      by_id: the article of each rank.
    """

    def __init__(self, ranks: np.ndarray, by_id: np.ndarray):
        self._ranks, self._by_id = ranks, by_id
        self._bits = max(1, len(ranks) - 1).bit_length()
        self._found = [(np.zeros(0, dtype=np.int64),) * 3]
        self._size, self._enough = 0, _AT_ONCE

    def add(self, own: np.ndarray, other: np.ndarray, alike: np.ndarray) -> None:
        """Adds neighbours, of which those stay that are among the first; one may be added several times."""
        kept = (alike > 0) & (own != other)
        self._found.append(self._first(own[kept], other[kept], alike[kept]))
        self._size += len(self._found[-1][0])
        if self._size > self._enough:
            self._merge()
            # Not with each addition, however many there are.
            self._enough = 2 * self._size + _AT_ONCE

    def of(self, articles: Sequence[Vector]) -> Iterator[tuple[str, Neighbourhood]]:
        """The neighbourhoods of those articles that have one."""
        self._merge()
        rows = zip(*(column.tolist() for column in self._found[0]), strict=True)
        for own, group in itertools.groupby(rows, key=lambda row: row[0]):
            found = [(other, (-alike, articles[other].article_id)) for _, other, alike in group]
            earlier = [neighbour for other, neighbour in found if other < own]
            nearest = [neighbour for _, neighbour in found]
            yield articles[own].article_id, (tuple(nearest[:NEAREST]), tuple(earlier[:LEADERS]))

    def _merge(self) -> None:
        own, other, alike = (np.concatenate(column) for column in zip(*self._found, strict=True))
        self._found = [self._first(own, other, alike)]
        self._size = len(self._found[0][0])

    def _first(self, own: np.ndarray, other: np.ndarray, alike: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Those neighbours, each once, that are among the first of all or among the first of those that are earlier."""
        own, other, alike = self._sorted(own, other, alike)
        earlier = other < own
        kept = _rank(own) < NEAREST
        kept[earlier] |= _rank(own[earlier]) < LEADERS
        return own[kept], other[kept], alike[kept]

    def _sorted(self, own: np.ndarray, other: np.ndarray, alike: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Neighbours, each once, by whose they are, the most alike first, by id among equals."""
        bits, rank = self._bits, self._ranks[other]
        if 2 * bits + _BITS_OF_LIKENESS > 63:
            order = np.lexsort((rank, -alike, own))
            again = np.zeros(len(own), dtype=bool)
            again[1:] = (np.diff(own[order]) == 0) & (np.diff(other[order]) == 0)
            return own[order[~again]], other[order[~again]], alike[order[~again]]
        # As single numbers they are sorted ten times as fast.
        unlike = (1 << _BITS_OF_LIKENESS) - 1 - alike
        packed = np.sort(((own << _BITS_OF_LIKENESS | unlike) << bits) | rank)
        packed = packed[np.diff(packed, prepend=-1) != 0]
        alike = (1 << _BITS_OF_LIKENESS) - 1 - (packed >> bits & (1 << _BITS_OF_LIKENESS) - 1)
        return packed >> _BITS_OF_LIKENESS + bits, self._by_id[packed & (1 << bits) - 1], alike


def _rank(own: np.ndarray) -> np.ndarray:
    """The place of each among those of one article, which stand beside each other."""
    begins, sizes = runs(own)
    return np.arange(len(own)) - np.repeat(begins, sizes)


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
