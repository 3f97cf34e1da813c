"""Which article of one dataset is which of the other, and what became of those that are none.

An article is first looked for by its id, which follows from its text; then, where its text has changed, by the places where
it stands: a headline that stands once on a page of both, else the number of the article on the page. The pair that shares
most places comes first.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipelines.compare.sides import NOWHERE, Digests, Numbers, Side, numbers_of, only_once

_MIX = np.uint64(0x9E3779B97F4A7C15)
"""An odd number of 64 bits (the golden ratio's), by which numbers are spread before they are added to a digest."""


@dataclass(frozen=True, slots=True)
class Matching:
    """``left`` and ``right`` are the numbers of articles that are one, in the order of the left side. ``right_of`` and
    ``left_of`` give the other side's number for each article, or NOWHERE.
    """

    left: Numbers
    right: Numbers
    right_of: Numbers
    left_of: Numbers


def match(left: Side, right: Side) -> Matching:
    """Pairs the articles of two datasets, each with one at most."""
    right_of = numbers_of(left.ids, right.ids)
    left_of = numbers_of(right.ids, left.ids)
    for key in ("headed", "position"):
        _match_by_places(left, right, key, right_of, left_of)
    paired = np.flatnonzero(right_of != NOWHERE)
    return Matching(paired, right_of[paired], right_of, left_of)


def _match_by_places(left: Side, right: Side, key: str, right_of: Numbers, left_of: Numbers) -> None:
    """Pairs articles without a partner that share places by a key."""
    ones, others = _places(left, key, right_of), _places(right, key, left_of)
    keys, other_keys = getattr(left, key)[ones], getattr(right, key)[others]
    shared = numbers_of(keys, other_keys)
    here = shared != NOWHERE
    pairs = np.stack([left.article[ones][here], right.article[others][shared[here]]], axis=1)
    if not len(pairs):
        return
    pairs, votes = np.unique(pairs, axis=0, return_counts=True)
    # Digests of ids decide between equal votes: they follow neither from the order of a file nor from which side is which.
    ids = np.stack([left.ids[pairs[:, 0]], right.ids[pairs[:, 1]]])
    order = np.lexsort((ids.max(axis=0), ids.min(axis=0), -votes))
    for one, other in pairs[order].tolist():
        if right_of[one] == NOWHERE and left_of[other] == NOWHERE:
            right_of[one], left_of[other] = other, one


def _places(side: Side, key: str, partner: Numbers) -> Numbers:
    """The places of articles without a partner, of keys that stand once: equal headlines are not paired with each other."""
    open_places = np.flatnonzero((side.article != NOWHERE) & (partner[side.article] == NOWHERE))
    once = only_once(getattr(side, key)[open_places])
    return open_places[once]


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of the articles that have no partner on the other side: their numbers, and for each of them ``into``, the
    number of the article there that now stands in its places, or NOWHERE; and whether any of its pages is there.
    """

    articles: Numbers
    into: Numbers
    page_there: npt.NDArray[np.bool_]


def fates(side: Side, other: Side, partner: Numbers, partner_there: Numbers) -> Fates:
    """What became of the articles of a side that have no partner, in the order of the side.

    An article at the same place of the other side has taken it in if the headline is the same, or if that article did not
    stand on this page before: else it has only moved up.
    """
    lost = np.flatnonzero(partner == NOWHERE)
    places = np.flatnonzero((side.article != NOWHERE) & (partner[side.article] == NOWHERE))
    at_headline = _article_at(other, "headed", side.headed[places])
    at_position = _article_at(other, "position", side.position[places])
    before = _take(partner_there, at_position)
    stood = np.isin(mixed(side.page[places], before), mixed(side.page, side.article)) & (before != NOWHERE)
    at = np.where(at_headline != NOWHERE, at_headline, np.where(stood, NOWHERE, at_position))
    into = np.full(len(side.ids), NOWHERE, np.int64)
    taken = at != NOWHERE
    if taken.any():
        pairs, votes = np.unique(np.stack([side.article[places][taken], at[taken]], axis=1), axis=0, return_counts=True)
        for one, one_into in pairs[np.lexsort((other.ids[pairs[:, 1]], -votes))][::-1].tolist():
            into[one] = one_into  # the one with most places comes last, and stays
    there = np.zeros(len(side.ids), bool)
    there[side.article[places[np.isin(side.page[places], other.pages)]]] = True
    return Fates(lost, into[lost], there[lost])


def _article_at(side: Side, key: str, wanted: Digests) -> Numbers:
    """The article of a side that stands at a key, where just one place has that key."""
    once = only_once(getattr(side, key))
    return _take(side.article[once], numbers_of(wanted, getattr(side, key)[once]))


def _take(values: Numbers, at: Numbers) -> Numbers:
    """The values at some numbers, and NOWHERE for NOWHERE."""
    taken = np.full(len(at), NOWHERE, np.int64)
    taken[at != NOWHERE] = values[at[at != NOWHERE]]
    return taken


def mixed(digests: Digests, numbers: Numbers) -> Digests:
    """Digests of things that have a digest and a number, such as an article on a page."""
    return digests + numbers.astype(np.uint64) * _MIX
