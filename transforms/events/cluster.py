"""Which articles of a tree are one event: average link on likeness less background."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster import hierarchy

from schemas.records import Described
from transforms.events.likeness import of_articles
from transforms.events.surroundings import Surroundings

_FARTHEST = 2.0
"""The likeness from which distances are measured: they have to be positive for the library, and that is all."""


def compared(articles: Sequence[Described], among: Surroundings) -> np.ndarray:
    """The likeness of all pairs of articles less both backgrounds, n x n; more where a step speaks for itself."""
    off = np.array([among.off(article.background) - among.own(article.step) for article in articles])
    return of_articles(articles) - off[:, None] - off[None, :]


def linked(alike: np.ndarray) -> np.ndarray:
    """The tree by which average link joins two articles or more, as SciPy has it."""
    distances = np.round(_FARTHEST - alike[np.triu_indices(len(alike), k=1)], 6)
    return hierarchy.linkage(distances, method="average")


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where average link brings two articles together: the mean likeness of two groups, and the places in each."""

    likeness: float
    left: tuple[int, ...]
    right: tuple[int, ...]


def meeting(alike: np.ndarray, one: int, other: int) -> Meeting:
    """How the articles of two places come together, ``one`` in the left group, whether or not it suffices."""
    groups: dict[int, tuple[int, ...]] = {place: (place,) for place in range(len(alike))}
    for number, (a, b, distance, _) in enumerate(linked(alike).tolist()):
        left, right = groups.pop(int(a)), groups.pop(int(b))
        if (one in left and other in right) or (one in right and other in left):
            mine, its = (left, right) if one in left else (right, left)
            return Meeting(round(_FARTHEST - distance, 6), tuple(sorted(mine)), tuple(sorted(its)))
        groups[len(alike) + number] = left + right
    raise ValueError(f"{one} and {other} are not two places of {len(alike)}")


def average_link(articles: Sequence[Described], among: Surroundings) -> list[list[Described]]:
    """Clusters whose average likeness, less background, reaches the threshold (Sokal and Michener 1958).

    Clusters are in order of their first article, articles in order of ids. The order in which they come does not
    matter: they are sorted first, and ties fall by that order.
    """
    ordered = sorted(articles, key=lambda article: article.article_id)
    if len(ordered) == 1:
        return [ordered]
    tree = linked(compared(ordered, among))
    numbers = hierarchy.fcluster(tree, t=_FARTHEST - among.threshold() + 1e-9, criterion="distance")
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
    labels = {article.event_label for article in labelled}
    if len(labels) < 2:
        key = f"label:{labels.pop()}" if labels else f"cluster:{min(article.article_id for article in cluster)}"
        for article in cluster:
            yield key, article
        return
    alike = of_articles([*labelled, *cluster])
    for at, article in enumerate(cluster):
        label = article.event_label
        if label is None:
            row = alike[len(labelled) + at, : len(labelled)]
            nearest = min(range(len(labelled)), key=lambda i: (-row[i], labelled[i].article_id))
            label = labelled[nearest].event_label
        yield f"label:{label}", article
