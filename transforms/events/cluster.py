"""Which articles of a tree are one event: average link on likeness less background."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.cluster import hierarchy

from schemas.records import Described
from transforms.events.likeness import of_articles
from transforms.events.surroundings import Surroundings


def average_link(articles: Sequence[Described], among: Surroundings) -> list[list[Described]]:
    """Clusters whose average likeness, less background, reaches the threshold (Sokal and Michener 1958).

    Clusters are in order of their first article, articles in order of ids. The order in which they come does not
    matter: they are sorted first, and ties fall by that order.
    """
    ordered = sorted(articles, key=lambda article: article.article_id)
    if len(ordered) == 1:
        return [ordered]
    off = np.array([among.off(article.background) for article in ordered])
    alike = of_articles(ordered) - off[:, None] - off[None, :]
    # Distances have to be positive for the library; how far they are moved does not matter.
    farthest = 2.0
    tree = hierarchy.linkage(np.round(farthest - alike[np.triu_indices(len(ordered), k=1)], 6), method="average")
    numbers = hierarchy.fcluster(tree, t=farthest - among.threshold() + 1e-9, criterion="distance")
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
