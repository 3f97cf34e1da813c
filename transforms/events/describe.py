"""An event as a row: its lasting id, a label, keywords, outlets, languages and its most central article."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

from schemas.events import Event
from schemas.records import Described, InEvent
from transforms.common import ids
from transforms.events.terms import clean_label

KEYWORDS = 8
LISTED = 20
"""Outlets and languages that are named."""
UNNAMED = "(no headline, no text)"
_WEIGHT = 1_000_000
_NEVER = 2**63


def _ranked(counts: Counter[str]) -> tuple[str, ...]:
    return tuple(name for name, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:LISTED])


def _founding_order(article: Described) -> tuple[int, str]:
    return (_NEVER if article.published_at is None else article.published_at, article.article_id)


def describe_event(external_id: str | None, articles: Callable[[], Iterable[Described]]) -> Event:
    """The row of an event.

    Args:
      external_id: the user's own name for it, if any.
      articles: gives the articles anew at each call, in any order; they are read twice and not held.
    """
    centre: defaultdict[str, int] = defaultdict(int)
    outlets: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    count = occurrences = 0
    founding: tuple[int, str] | None = None
    first = last = None
    for article in articles():
        count += 1
        occurrences += article.occurrence_count
        founding = min(founding or _founding_order(article), _founding_order(article))
        if article.published_at is not None:
            first = article.published_at if first is None else min(first, article.published_at)
            last = article.published_at if last is None else max(last, article.published_at)
        if article.outlet:
            outlets[article.outlet] += 1
        if article.language:
            languages[article.language] += 1
        # Whole numbers add up to the same sum in every order.
        for term, weight in zip(article.terms, article.weights, strict=True):
            centre[term] += round(weight * _WEIGHT)
    if founding is None:
        raise ValueError("an event has at least one article")

    best: tuple[int, bool, int, tuple[int, str]] | None = None
    label = ""
    names = frozenset(name.casefold() for name in outlets)
    for article in articles():
        central = sum(centre[t] * round(w * _WEIGHT) for t, w in zip(article.terms, article.weights, strict=True))
        order = (-central, article.title is None, -article.occurrence_count, _founding_order(article))
        if best is None or order < best:
            best = order
            label = clean_label(article.title, names) if article.title else article.lead or article.outlet or UNNAMED
    keywords = sorted(centre.items(), key=lambda pair: (-pair[1], pair[0]))[:KEYWORDS]
    return Event(
        event_id=ids.event_id(founding[1]),
        external_id=external_id,
        label=label,
        keywords=tuple(term for term, _ in keywords),
        outlets=_ranked(outlets),
        languages=_ranked(languages),
        article_count=count,
        occurrence_count=occurrences,
        first_published_at=first,
        last_published_at=last,
        representative_article_id=best[3][1] if best else "",
    )


def assignments(event: Event, articles: Iterable[Described]) -> Iterator[tuple[str, InEvent]]:
    """Every article of an event with the event's id, by article."""
    for article in articles:
        yield article.article_id, InEvent(article.article_id, event.event_id, event.article_count)
