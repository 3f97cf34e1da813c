"""Which articles are one event: likeness within blocks, then average link within components."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse
from scipy.cluster import hierarchy

from schemas.records import Described
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


def likeness(articles: Sequence[Described]) -> np.ndarray:
    """The likeness of all pairs, n x n: cosine of their terms, less for the days between them where both are dated."""
    vocabulary = {term: column for column, term in enumerate(sorted({t for article in articles for t in article.terms}))}
    pointers = [0]
    columns: list[int] = []
    weights: list[float] = []
    for article in articles:
        columns.extend(vocabulary[term] for term in article.terms)
        weights.extend(article.weights)
        pointers.append(len(columns))
    matrix = sparse.csr_matrix((weights, columns, pointers), shape=(len(articles), len(vocabulary)))
    cosine = (matrix @ matrix.T).toarray()
    dates = np.array([math.nan if article.published_at is None else article.published_at / _DAY for article in articles])
    days = np.abs(dates[:, None] - dates[None, :])
    cost = np.where(np.isnan(days), 0.0, _DAYS_COST * np.log1p(np.maximum(0.0, days - _FREE_DAYS)))
    # Rounded, so that no library's order of additions shows in a decision.
    return np.round(cosine - cost, 6)


def block_edges(block: str, articles: Sequence[Described], least: float) -> Iterator[Edge]:
    """Edges between the articles of one block that are alike enough. A pair that shares blocks is looked at in the first."""
    ordered = sorted(articles, key=lambda article: article.article_id)
    alike = likeness(ordered)
    for row, column in zip(*np.nonzero(np.triu(alike >= least, k=1)), strict=True):
        left, right = ordered[row], ordered[column]
        if min(set(left.blocks) & set(right.blocks)) == block:
            yield edge(round(float(alike[row, column]) * WEIGHT), left.article_id, right.article_id)


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
