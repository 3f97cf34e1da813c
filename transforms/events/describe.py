"""An event as a row: its lasting id, a label, keywords, outlets, languages and its most central article."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import regex

from schemas.events import Event
from schemas.records import Described, InEvent
from transforms.common import ids
from transforms.events.likeness import MILLION
from transforms.events.neighbours import founding_order
from transforms.events.terms import tokens

KEYWORDS = 8
LISTED = 20
"""Outlets and languages that are named."""
_LABEL = 300
"""Characters of a label; longer headlines are none."""
UNNAMED = "(no headline, no text)"
_LABEL_TAIL = regex.compile(r"\s+(?:[|–—]|-)\s+([^|–—]{2,40})$")
_ADDRESS = regex.compile(r"(?:[\p{L}\p{N}-]{1,40}\.){1,4}\p{L}{2,10}")


def _ranked(counts: Counter[str]) -> tuple[str, ...]:
    return tuple(name for name, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:LISTED])


def clean_label(title: str, outlets: frozenset[str], tails: frozenset[str] = frozenset()) -> str:
    """A headline without the outlet behind it.

    What stands behind the last bar or dash is an outlet if its name is known so, if it is a site's address, or if it
    stands so behind several headlines of the event.

    >>> clean_label("Fire at harbour - Harbour Post", frozenset({"harbour post"}))
    'Fire at harbour'
    >>> clean_label("Fire at harbour | post.example", frozenset())
    'Fire at harbour'
    """
    found = _LABEL_TAIL.search(title)
    tail = found[1].casefold() if found else ""
    if found and (tail in outlets or tail in tails or _ADDRESS.fullmatch(tail)):
        return title[: found.start()].rstrip(" |–—-") or title
    return title


@dataclass(slots=True)
class _Sums:
    """What is added up of an event's articles."""

    articles: int = 0
    occurrences: int = 0
    founding: tuple[int, str] | None = None
    first: int | None = None
    last: int | None = None
    outlets: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    tails: Counter[str] = field(default_factory=Counter)
    centre: Counter[str] = field(default_factory=Counter)

    def add(self, article: Described) -> None:
        self.articles += 1
        self.occurrences += article.occurrence_count
        order = founding_order(article.published_at, article.article_id)
        self.founding = min(self.founding or order, order)
        if article.published_at is not None:
            self.first = article.published_at if self.first is None else min(self.first, article.published_at)
            self.last = article.published_at if self.last is None else max(self.last, article.published_at)
        if article.outlet:
            self.outlets[article.outlet] += 1
        if article.language:
            self.languages[article.language] += 1
        if article.title and (tail := _LABEL_TAIL.search(article.title)):
            self.tails[tail[1].casefold()] += 1
        # Whole numbers add up to the same sum in every order.
        weights = [round(weight * MILLION) for weight in article.weights]
        self.centre.update(dict(zip(article.terms, weights, strict=True)))

    def centrality(self, article: Described) -> int:
        """How much the article has of what the event is about; nothing is to be told of an only one."""
        if self.articles == 1:
            return 0
        return sum(self.centre[t] * round(w * MILLION) for t, w in zip(article.terms, article.weights, strict=True))

    def headline_worth(self, title: str) -> int:
        """How much of what the event is about a headline says, for its length; of an only one likewise."""
        if self.articles == 1:
            return 0
        said = set(tokens(title))
        return round(sum(self.centre[term] for term in said) / math.sqrt(len(said))) if said else 0


def describe_event(
    external_id: str | None,
    label: str | None,
    articles: Callable[[], Iterable[Described]],
    event_id: str | None = None,
    created_run: int = 1,
) -> Event:
    """The row of an event.

    Args:
      external_id: the user's own name for it, if any.
      label: the user's own headline for it, if any.
      articles: gives the articles anew at each call, in any order; they are read twice and not held.
      event_id: its id where it has one already; else it is made from the founding article.
      created_run: the run that founded it.
    """
    sums = _Sums()
    for article in articles():
        sums.add(article)
    if sums.founding is None:
        raise ValueError("an event has at least one article")
    names = frozenset(name.casefold() for name in sums.outlets)
    tails = frozenset(tail for tail, times in sums.tails.items() if times > 1)

    most = next(iter(_ranked(sums.languages)), None)
    central: tuple[int, int, tuple[int, str]] | None = None
    headline: tuple[bool, bool, int, tuple[int, str], str] | None = None
    for article in articles():
        order = founding_order(article.published_at, article.article_id)
        central = min(filter(None, [central, (-sums.centrality(article), -article.occurrence_count, order)]))
        text = clean_label(article.title, names, tails) if article.title else article.lead or article.outlet or UNNAMED
        text = text if len(text) <= _LABEL else f"{text[:_LABEL]}…"
        spoken = most is None or article.language == most
        candidate = (article.title is None, not spoken, -sums.headline_worth(text), order, text)
        headline = min(filter(None, [headline, candidate]))
    own = {term for name in names for term in tokens(name)}
    telling = [(term, weight) for term, weight in sums.centre.items() if term not in own and not term.isdigit()]
    keywords = sorted(telling, key=lambda pair: (-pair[1], pair[0]))[:KEYWORDS]
    return Event(
        event_id=event_id or ids.event_id(sums.founding[1]),
        external_id=external_id,
        label=label or (headline[-1] if headline else UNNAMED),
        keywords=tuple(term for term, _ in keywords),
        outlets=_ranked(sums.outlets),
        languages=_ranked(sums.languages),
        article_count=sums.articles,
        occurrence_count=sums.occurrences,
        first_published_at=sums.first,
        last_published_at=sums.last,
        representative_article_id=central[-1][1] if central else "",
        created_run=created_run,
    )


def assignments(event: Event, articles: Iterable[Described]) -> Iterator[tuple[str, InEvent]]:
    """Every article of an event with the event's id, by article."""
    for article in articles:
        yield article.article_id, InEvent(article.article_id, event.event_id, event.article_count, article.background)
