"""How events have changed, by the articles that both datasets have.

Two events belong together if they share an article. What hangs together so is a change: of one event on each side, articles
that came or went; of one and several, a split; of several and one, a merger; else articles have moved between events.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from pipelines.compare.articles import Matching
from pipelines.compare.sides import NOWHERE, Numbers, Side, numbers_of

SAME, SIZE, SPLIT, MERGED, MOVED, APPEARED, GONE = "same", "size", "split", "merged", "moved", "appeared", "gone"
KINDS = (SAME, SIZE, SPLIT, MERGED, MOVED, APPEARED, GONE)


@dataclass(frozen=True, slots=True)
class Change:
    """Events that hang together: their numbers on both sides, and how many articles each pair of them shares.

    ``articles`` counts those that changed their event: all that a pairing of the events, the largest overlap first, does not
    explain, those that came, and those that went.
    """

    kind: str
    left: list[int]
    right: list[int]
    shared: list[tuple[int, int, int]] = field(default_factory=list)
    articles: int = 0


@dataclass(frozen=True, slots=True)
class EventChanges:
    """All changes, the largest first, and of the articles that both datasets have, the pairs that are in one event.

    ``other_id`` and ``other_label`` count events with the same articles that have another id or label.
    """

    changes: list[Change]
    same: int
    other_id: int
    other_label: int
    pairs_left: int
    pairs_right: int
    pairs_both: int


def compare(left: Side, right: Side, matching: Matching) -> EventChanges:
    """Compares the events of two datasets."""
    ones = numbers_of(left.events[matching.left], left.event_ids)
    others = numbers_of(right.events[matching.right], right.event_ids)
    known = (ones != NOWHERE) & (others != NOWHERE)
    ones, others = ones[known], others[known]
    overlaps, shared = np.unique(np.stack([ones, others], axis=1), axis=0, return_counts=True)
    same = (shared == left.event_sizes[overlaps[:, 0]]) & (shared == right.event_sizes[overlaps[:, 1]])
    kept = overlaps[same]
    changes = [
        _change(left, right, *connected)
        for connected in _connected(
            np.setdiff1d(np.arange(len(left.event_ids)), kept[:, 0]),
            np.setdiff1d(np.arange(len(right.event_ids)), kept[:, 1]),
            overlaps[~same],
            shared[~same],
        )
    ]
    changes.sort(key=lambda change: (-change.articles, KINDS.index(change.kind), _name(left, right, change)))
    return EventChanges(
        changes,
        same=len(kept),
        other_id=int((left.event_ids[kept[:, 0]] != right.event_ids[kept[:, 1]]).sum()),
        other_label=int((left.labels[kept[:, 0]] != right.labels[kept[:, 1]]).sum()),
        pairs_left=_pairs(np.bincount(ones)),
        pairs_right=_pairs(np.bincount(others)),
        pairs_both=_pairs(shared),
    )


def _pairs(sizes: Numbers) -> int:
    """How many pairs there are within groups of some sizes."""
    return int((sizes * (sizes - 1) // 2).sum())


def _connected(
    ones: Numbers, others: Numbers, overlaps: Numbers, shared: Numbers
) -> list[tuple[list[int], list[int], list[tuple[int, int, int]]]]:
    """Events of both sides, given in ascending order, and their overlaps, by what hangs together."""
    nodes = len(ones) + len(others)
    starts = np.searchsorted(ones, overlaps[:, 0])
    ends = np.searchsorted(others, overlaps[:, 1]) + len(ones)
    count, labels = connected_components(coo_matrix((shared, (starts, ends)), shape=(nodes, nodes)), directed=False)
    found: list[tuple[list[int], list[int], list[tuple[int, int, int]]]] = [([], [], []) for _ in range(count)]
    for side, events, of in ((0, ones, labels[: len(ones)]), (1, others, labels[len(ones) :])):
        for event, label in zip(events.tolist(), of.tolist(), strict=True):
            found[label][side].append(event)
    for (one, other), articles, label in zip(overlaps.tolist(), shared.tolist(), labels[starts].tolist(), strict=True):
        found[label][2].append((one, other, articles))
    return found


def _change(left: Side, right: Side, ones: list[int], others: list[int], pairs: list[tuple[int, int, int]]) -> Change:
    if not others:
        kind = GONE
    elif not ones:
        kind = APPEARED
    elif len(ones) == len(others) == 1:
        kind = SIZE
    elif len(ones) == 1:
        kind = SPLIT
    else:
        kind = MERGED if len(others) == 1 else MOVED
    in_both = sum(articles for *_, articles in pairs)
    came = int(right.event_sizes[others].sum()) - in_both
    went = int(left.event_sizes[ones].sum()) - in_both
    ranked = sorted(pairs, key=lambda pair: (-pair[2], left.event_ids[pair[0]], right.event_ids[pair[1]]))
    kept = set(left.event_ids[ones].tolist()) & set(right.event_ids[others].tolist())
    ranked_ones = _ranked(left, ones, kept)
    ranked_others = _ranked(right, others, kept)
    return Change(kind, ranked_ones, ranked_others, ranked, in_both - _stayed(ranked) + came + went)


def _ranked(side: Side, events: list[int], kept: set[int]) -> list[int]:
    """The largest events first; of equal ones those whose id both sides have, then by the digest of the id."""
    return sorted(events, key=lambda n: (-side.event_sizes[n], int(side.event_ids[n]) not in kept, side.event_ids[n]))


def _stayed(ranked: list[tuple[int, int, int]]) -> int:
    """Articles of pairs of events, each event in one pair at most, the largest overlap first."""
    stayed, taken = 0, set()
    for one, other, articles in ranked:
        if ("one", one) not in taken and ("other", other) not in taken:
            taken |= {("one", one), ("other", other)}
            stayed += articles
    return stayed


def _name(left: Side, right: Side, change: Change) -> int:
    """What orders changes of equal size: the least digest of an event's id."""
    return min([int(left.event_ids[one]) for one in change.left] + [int(right.event_ids[one]) for one in change.right])
