"""Which events the articles of a tree belong to, where some of them have had one since an earlier run.

The tree is clustered as if all of it were new, so that what was decided on less is not carried on. Then every earlier event
goes, as a whole, to the cluster that most of its articles are in; new articles are of the event that went to their cluster.
Where several went to one, they become one event if a new article is in it. So no event is ever divided, and an article
that was filed wrongly draws no others after it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from schemas.records import Described

LABEL = "label:"


def homes(keyed: Iterable[tuple[str, Described]], event_of: Mapping[str, str]) -> dict[str, str]:
    """For each earlier event the key of the cluster that most of its articles are in, of equal ones the least."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for key, article in keyed:
        event = event_of.get(article.article_id)
        if event is not None:
            votes[event][key] += 1
    return {event: min(found, key=lambda key: (-found[key], key)) for event, found in sorted(votes.items())}


def reconcile(keyed: Iterable[tuple[str, Described]], event_of: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The key of every earlier event, and that of every new article.

    Args:
      keyed: the articles with the keys of their clusters.
      event_of: the earlier events of those that have one.
    """
    keyed = list(keyed)
    home = homes(keyed, event_of)
    new = {article.article_id: key for key, article in keyed if article.article_id not in event_of}
    joined = set(new.values())
    gathered: dict[str, list[str]] = defaultdict(list)
    for event, key in home.items():
        gathered[key].append(event)
    final: dict[str, str] = {}
    of_events: dict[str, str] = {}
    for key, events in gathered.items():
        together = key in joined or key.startswith(LABEL)
        for event in events:
            of_events[event] = key if key.startswith(LABEL) else f"event:{min(events) if together else event}"
        final[key] = of_events[events[0]]
    return of_events, {article: final.get(key, key) for article, key in new.items()}
