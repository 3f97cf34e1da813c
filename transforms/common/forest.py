"""Components of weighted pairs, by a maximum spanning forest that any grouping of the pairs builds alike.

The forest of a union is the forest of the forests (the cycle property: an edge that is the lightest on a cycle of a
part is the lightest on that cycle of the whole), so the combine is exact for every way in which a runner groups the
pairs, in one pass. Ties of weight are broken by the ids. Kruskal's algorithm with union-find.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam

Edge = tuple[int, str, str]
"""Weight, higher for more alike, and two ids, the lesser one first."""

_COMPACT_AT = 100_000


class TooManyIds(RuntimeError):
    """More ids have partners than one worker is allowed to hold."""


class Partition:
    """Disjoint sets of ids, each named by its least member (union-find with path halving)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, item: str) -> str:
        parent = self._parent
        parent.setdefault(item, item)
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def union(self, left: str, right: str) -> bool:
        """Joins two sets; False where they were one already."""
        a, b = self.find(left), self.find(right)
        if a == b:
            return False
        low, high = min(a, b), max(a, b)
        self._parent[high] = low
        return True

    def sets(self) -> Iterator[tuple[str, str]]:
        """Every id with the least id of its set, in order of ids."""
        for item in sorted(self._parent):
            yield item, self.find(item)

    def __len__(self) -> int:
        return len(self._parent)


def edge(weight: int, left: str, right: str) -> Edge:
    return (weight, left, right) if left <= right else (weight, right, left)


def spanning_forest(edges: Iterable[Edge]) -> list[Edge]:
    """The edges of the maximum spanning forest, heaviest first.

    >>> spanning_forest([(5, "a", "b"), (3, "a", "c"), (4, "b", "c")])
    [(5, 'a', 'b'), (4, 'b', 'c')]
    """
    sets = Partition()
    ordered = sorted(set(edges), key=lambda e: (-e[0], e[1], e[2]))
    return [e for e in ordered if sets.union(e[1], e[2])]


def components(edges: Iterable[Edge]) -> Iterator[tuple[str, str]]:
    """Every id that has an edge, with the least id of its component.

    >>> list(components([(1, "a", "b"), (1, "b", "c"), (1, "x", "y")]))
    [('a', 'a'), ('b', 'a'), ('c', 'a'), ('x', 'x'), ('y', 'x')]
    """
    sets = Partition()
    for _, left, right in edges:
        sets.union(left, right)
    return sets.sets()


@dataclass(slots=True)
class Gathered:
    """Edges on the way to a forest, and the number of them at which they are reduced to one."""

    edges: list[Edge]
    compact_at: int


@dataclass(eq=False)
class SpanningForest(beam.CombineFn):
    """Combines edges to the list of the edges of their maximum spanning forest.

    Args:
      id_limit: the ids that a worker may hold.
      what: names the ids in the error.

    Raises:
      TooManyIds: beyond the limit.
    """

    id_limit: int
    what: str

    def _compact(self, edges: list[Edge]) -> list[Edge]:
        forest = spanning_forest(edges)
        # A forest of n edges joins at least n + 1 ids.
        if len(forest) >= self.id_limit:
            raise TooManyIds(
                f"More than {self.id_limit:,} {self.what}; run the job in parts, or raise --max_linked_ids "
                "if a worker has about 500 bytes of memory for each."
            )
        return forest

    def create_accumulator(self) -> Gathered:
        return Gathered([], _COMPACT_AT)

    def add_input(self, accumulator: Gathered, element: Edge) -> Gathered:
        accumulator.edges.append(element)
        return self.compact(accumulator)

    def merge_accumulators(self, accumulators: Iterable[Gathered]) -> Gathered:
        merged = self.create_accumulator()
        for accumulator in accumulators:
            merged.edges.extend(accumulator.edges)
            merged.compact_at = max(merged.compact_at, accumulator.compact_at)
            self.compact(merged)
        return merged

    def compact(self, accumulator: Gathered) -> Gathered:
        if len(accumulator.edges) >= accumulator.compact_at:
            accumulator.edges = self._compact(accumulator.edges)
            # Twice what is left: so each edge is sorted a bounded number of times.
            accumulator.compact_at = max(_COMPACT_AT, 2 * len(accumulator.edges))
        return accumulator

    def extract_output(self, accumulator: Gathered) -> list[Edge]:
        return self._compact(accumulator.edges)
