"""Which articles are one event: likeness within blocks, then average link within components."""

import math
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse
from scipy.cluster import hierarchy

from schemas.records import Described, Vector
from transforms.common.forest import Edge, edge

WEIGHT = 1_000_000
PRUNE = 0.7
"""Pairs below this share of the threshold make no edge."""
MAX_COMPONENT = 1_500
"""Articles that are clustered together at most. Edges join components in order of likeness while they fit."""
_DAY = 86_400_000_000
_FREE_DAYS = 3.0
_DAYS_COST = 0.05
"""Likeness that is lost with each unit of ln(1 + days) between two articles, beyond the free days."""

_SMALL, _SMALL_THRESHOLD = 40, 0.21
_LARGE, _LARGE_THRESHOLD = 9_000, 0.26


def threshold(articles: int) -> float:
    """The average likeness at which articles are one event. That of chance pairs grows with the corpus.

    >>> threshold(14), round(threshold(600), 3), threshold(10**6)
    (0.21, 0.235, 0.26)
    """
    if articles <= _SMALL:
        return _SMALL_THRESHOLD
    slope = (_LARGE_THRESHOLD - _SMALL_THRESHOLD) / math.log(_LARGE / _SMALL)
    return min(_LARGE_THRESHOLD, _SMALL_THRESHOLD + slope * math.log(articles / _SMALL))


def pack(article: Described) -> Vector:
    """What of an article travels to each of its blocks."""
    hashes = np.array([zlib.crc32(term.encode()) for term in article.terms], dtype=np.uint32)
    weights = np.array(article.weights, dtype=np.float32)
    return Vector(article.article_id, article.published_at, hashes.tobytes(), weights.tobytes(), article.blocks)


def block_edges(block: str, articles: Sequence[Vector], least: float) -> Iterator[Edge]:
    """Edges between the articles of one block that are alike enough. A pair that shares blocks is looked at in the first."""
    ordered = sorted(articles, key=lambda article: article.article_id)
    alike = _likeness(
        [np.frombuffer(article.terms, dtype=np.uint32) for article in ordered],
        [np.frombuffer(article.weights, dtype=np.float32).astype(np.float64) for article in ordered],
        [article.published_at for article in ordered],
    )
    for row, column in zip(*np.nonzero(np.triu(alike >= least, k=1)), strict=True):
        left, right = ordered[row], ordered[column]
        if min(set(left.blocks) & set(right.blocks)) == block:
            yield edge(round(float(alike[row, column]) * WEIGHT), left.article_id, right.article_id)


def likeness(articles: Sequence[Described]) -> np.ndarray:
    """The likeness of all pairs, n x n: cosine of their terms, less for the days between them where both are dated."""
    numbers = {term: number for number, term in enumerate(sorted({t for article in articles for t in article.terms}))}
    return _likeness(
        [np.array([numbers[term] for term in article.terms], dtype=np.int64) for article in articles],
        [np.array(article.weights, dtype=np.float64) for article in articles],
        [article.published_at for article in articles],
    )


def _likeness(terms: Sequence[np.ndarray], weights: Sequence[np.ndarray], published: Sequence[int | None]) -> np.ndarray:
    """Cosines less the cost of days, from each article's numbered terms, their weights, and when it was published."""
    vocabulary, columns = np.unique(np.concatenate(terms), return_inverse=True)
    pointers = np.cumsum([0, *map(len, terms)])
    matrix = sparse.csr_matrix((np.concatenate(weights), columns, pointers), shape=(len(terms), len(vocabulary)))
    cosine = (matrix @ matrix.T).toarray()
    dates = np.array([math.nan if moment is None else moment / _DAY for moment in published])
    days = np.abs(dates[:, None] - dates[None, :])
    cost = np.where(np.isnan(days), 0.0, _DAYS_COST * np.log1p(np.maximum(0.0, days - _FREE_DAYS)))
    # Rounded, so that no library's order of additions shows in a decision.
    return np.round(cosine - cost, 6)


def average_link(articles: Sequence[Described], least: float) -> list[list[Described]]:
    """Clusters of average likeness at least ``least`` (Sokal and Michener 1958), each in order of ids.

    The order in which articles come does not matter: they are sorted first, and ties fall by that order.
    """
    ordered = sorted(articles, key=lambda article: article.article_id)
    if len(ordered) == 1:
        return [ordered]
    alike = likeness(ordered)
    distances = 1.0 - alike[np.triu_indices(len(ordered), k=1)]
    tree = hierarchy.linkage(np.round(distances, 6), method="average")
    numbers = hierarchy.fcluster(tree, t=1.0 - least + 1e-9, criterion="distance")
    clusters: dict[int, list[Described]] = defaultdict(list)
    for article, number in zip(ordered, numbers, strict=True):
        clusters[int(number)].append(article)
    return sorted(clusters.values(), key=lambda cluster: cluster[0].article_id)


def event_keys(cluster: Sequence[Described]) -> Iterator[tuple[str, Described]]:
    """The articles of a cluster by the key of their event: the user's label where one names it, else the least id.

    Where articles of a cluster carry several labels, each keeps its own, and an article without one follows the
    labelled article that it is most alike.
    """
    labelled = [article for article in cluster if article.event_label is not None]
    if not labelled:
        key = f"cluster:{min(article.article_id for article in cluster)}"
        for article in cluster:
            yield key, article
        return
    alike = likeness([*labelled, *cluster])
    for at, article in enumerate(cluster):
        label = article.event_label
        if label is None:
            row = alike[len(labelled) + at, : len(labelled)]
            nearest = min(range(len(labelled)), key=lambda i: (-row[i], labelled[i].article_id))
            label = labelled[nearest].event_label
        yield f"label:{label}", article
