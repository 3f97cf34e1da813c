"""Lists the events of a dataset, the largest first; with an ID, shows one event and its articles.

All filters must hold at once. An event's dates are those of its first and its last article; an event without any date is in
no span of time. ID is an event's id, the beginning of one, or your own name of it.
"""

import heapq
from argparse import Namespace
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pyarrow.dataset as ds

from pipelines.published import Published, open_published
from pipelines.screen import Screen, clean
from pipelines.usage import Parser, UsageError, did_you_mean, moment, positive
from schemas.tables import ARTICLES, EVENTS, OCCURRENCES, PAGES
from transforms.common.times import from_micros

EXAMPLES = """\
clipbook events output
clipbook events output --about earthquake --language es
clipbook events output --from 2025-06-09 --to 2025-06-15 --sort first
clipbook events output --outlet 'Harbour Post' --min_articles 2 --limit 5
clipbook events output --limit 0 --json > events.jsonl
clipbook events output ew5545 --pages
clipbook events output ew5545 --text | less -R
"""

_SHOWN = 20
_SHORTEST_ID = 3
"""Characters of an id that are enough to look for it."""
_END_OF_TIME = datetime.max.isoformat()

SORTS: dict[str, Callable[[dict[str, Any]], tuple[Any, ...]]] = {
    "articles": lambda event: (-event["article_count"], event["event_id"]),
    "occurrences": lambda event: (-event["occurrence_count"], event["event_id"]),
    "first": lambda event: (_when(event["first_published_at"]), event["event_id"]),
    "last": lambda event: (event["last_published_at"] is None, _newest(event["last_published_at"]), event["event_id"]),
    "label": lambda event: (event["label"].casefold(), event["event_id"]),
}


def _when(date: datetime | None) -> str:
    return _END_OF_TIME if date is None else date.isoformat()


def _newest(date: datetime | None) -> float:
    return 0.0 if date is None else -date.timestamp()


def add_arguments(parser: Parser) -> None:
    parser.add_argument("dataset", metavar="DIR", help="the dataset's folder or URI")
    parser.add_argument("id", nargs="?", metavar="ID", help="show this event and its articles")
    which = parser.add_argument_group("which events")
    which.add_argument("--about", metavar="WORDS", help="whose label or keywords hold each of these words")
    which.add_argument("--from", dest="since", type=moment, metavar="DATE", help="with an article of that day or later")
    which.add_argument("--to", dest="until", type=moment, metavar="DATE", help="with an article of that day or earlier")
    which.add_argument("--outlet", metavar="NAME", help="that this outlet reported")
    which.add_argument("--language", metavar="CODE", help="with an article in this language, such as en")
    which.add_argument("--min_articles", type=positive, default=1, metavar="N", help="of at least so many articles")
    how = parser.add_argument_group("how they are shown")
    how.add_argument("--sort", choices=list(SORTS), default="articles", help="the order (default: articles)")
    how.add_argument(
        "--limit", type=_limit, default=_SHOWN, metavar="N", help=f"how many at most, 0 for all (default: {_SHOWN})"
    )
    how.add_argument("--json", action="store_true", help="print each event as a line of JSON, of one event each article")
    how.add_argument("--text", action="store_true", help="of one event, print the articles' texts too")
    how.add_argument("--pages", action="store_true", help="of one event, print where each article was found too")


def _limit(text: str) -> int:
    return 0 if text == "0" else positive(text)


def run(arguments: Namespace) -> int:
    """Shows events, or one.

    Raises:
      UsageError: if there is no dataset, or nothing in it by the name that was given.
    """
    dataset = open_published(arguments.dataset)
    if arguments.id is not None:
        return _run_one(dataset, arguments)
    if arguments.text or arguments.pages:
        raise UsageError("--text and --pages are of one event; give its ID too.")
    return _run_list(dataset, arguments)


# The list.


def matching(dataset: Published, wanted: Namespace) -> Iterator[dict[str, Any]]:
    """The events that all filters let through, in no order, read as a stream."""
    condition = ds.field("article_count") >= wanted.min_articles
    if wanted.since is not None:
        condition &= ds.field("last_published_at") >= from_micros(wanted.since)
    if wanted.until is not None:
        # A day is meant as a whole; a time of day as it stands.
        day = from_micros(wanted.until)
        condition &= ds.field("first_published_at") < (day + timedelta(days=1) if _is_midnight(day) else day)
    words = wanted.about.casefold().split() if wanted.about else []
    outlet = wanted.outlet.casefold() if wanted.outlet else None
    for batch in dataset.table(EVENTS).to_batches(filter=condition):
        for event in batch.to_pylist():
            text = " ".join([event["label"], *event["keywords"], event["external_id"] or ""]).casefold()
            if not all(word in text for word in words):
                continue
            if outlet is not None and outlet not in map(str.casefold, event["outlets"]):
                continue
            if wanted.language is None or wanted.language.casefold() in event["languages"]:
                yield event


def _is_midnight(day: datetime) -> bool:
    return (day.hour, day.minute, day.second, day.microsecond) == (0, 0, 0, 0)


def _run_list(dataset: Published, wanted: Namespace) -> int:
    total = 0

    def counted() -> Iterator[dict[str, Any]]:
        nonlocal total
        for event in matching(dataset, wanted):
            total += 1
            yield event

    key = SORTS[wanted.sort]
    found = heapq.nsmallest(wanted.limit, counted(), key=key) if wanted.limit else sorted(counted(), key=key)
    screen = Screen()
    if wanted.json:
        for event in found:
            screen.json(_plain(event))
        return 0
    if not found:
        screen.line(f"No event of {clean(dataset.name)} fits.{_near_name(dataset, wanted)}")
        return 0
    screen.table(
        ("event", "articles", "first", "last", "languages", "label"),
        [
            (
                event["event_id"],
                f"{event['article_count']:,}",
                _day(event["first_published_at"]),
                _day(event["last_published_at"]),
                " ".join(event["languages"][:4]) + (" …" if len(event["languages"]) > 4 else ""),
                event["label"],
            )
            for event in found
        ],
        right=(1,),
    )
    if total > len(found):
        screen.line(screen.dim(f"{len(found):,} of {total:,} events; --limit 0 shows all."))
    return 0


def _near_name(dataset: Published, wanted: Namespace) -> str:
    """What an outlet or a language that no event has was perhaps meant to be."""
    for given, column in ((wanted.outlet, "outlets"), (wanted.language, "languages")):
        if given is None:
            continue
        names: set[str] = set()
        for batch in dataset.table(EVENTS).to_batches(columns=[column]):
            names.update(batch.column(0).flatten().to_pylist())
        if given.casefold() not in map(str.casefold, names):
            return f" There is none with {column[:-1]} {clean(given)!r}; {did_you_mean(given, names, 'look at the others.')}"
    return ""


def _day(date: datetime | None) -> str:
    return "" if date is None else f"{date:%Y-%m-%d}"


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


# One event.


def find_event(dataset: Published, name: str) -> dict[str, Any]:
    """The event of an id, of the only id that begins so, or of a user's own name.

    Raises:
      UsageError: if there is none, or several.
    """
    ids: list[str] = []
    for batch in dataset.table(EVENTS).to_batches():
        for event_id, external_id in zip(batch["event_id"].to_pylist(), batch["external_id"].to_pylist(), strict=True):
            if name in (event_id, external_id):
                return _event(dataset, event_id)
            if len(name) >= _SHORTEST_ID and event_id.startswith(name.lower()):
                ids.append(event_id)
    if len(ids) == 1:
        return _event(dataset, ids[0])
    if ids:
        raise UsageError(
            f"{len(ids)} events of {dataset.name} begin with {name!r}: {', '.join(ids[:3])} …; give more of one."
        )
    raise UsageError(f"{dataset.name} has no event {name!r}; list them with clipbook events {dataset.name}.")


def _event(dataset: Published, event_id: str) -> dict[str, Any]:
    return dict(dataset.table(EVENTS).to_table(filter=ds.field("event_id") == event_id).to_pylist()[0])


def articles_of(dataset: Published, event_id: str) -> list[dict[str, Any]]:
    """The articles of an event, the earliest first, those without a date last."""
    rows = dataset.table(ARTICLES).to_table(filter=ds.field("event_id") == event_id).to_pylist()
    return sorted(rows, key=lambda row: (_when(row["published_at"]), row["article_id"]))


def _places(dataset: Published, articles: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Where articles were found, by article: rows of occurrences, with the address or source of the page."""
    ids = [article["article_id"] for article in articles]
    columns = ["article_id", "page_id", "article_index", "role", "match"]
    found = dataset.table(OCCURRENCES).to_table(columns=columns, filter=ds.field("article_id").isin(ids)).to_pylist()
    pages = sorted({row["page_id"] for row in found})
    named = dataset.table(PAGES).to_table(columns=["page_id", "source_uri", "url"], filter=ds.field("page_id").isin(pages))
    sources = {row["page_id"]: row for row in named.to_pylist()}
    places: dict[str, list[dict[str, Any]]] = {article_id: [] for article_id in ids}
    for row in sorted(found, key=lambda row: (row["page_id"], row["article_index"])):
        places[row["article_id"]].append(row | sources.get(row["page_id"], {"source_uri": None, "url": None}))
    return places


def _run_one(dataset: Published, wanted: Namespace) -> int:
    event = find_event(dataset, wanted.id)
    articles = articles_of(dataset, event["event_id"])
    places = _places(dataset, articles) if wanted.pages else {}
    screen = Screen()
    if wanted.json:
        for article in articles:
            more = {"found": places[article["article_id"]]} if wanted.pages else {}
            screen.json(_plain(article) | more)
        return 0
    _show_head(event, screen)
    if not (wanted.text or wanted.pages):
        screen.table(
            ("article", "published", "language", "outlet", "words", "found", "title"),
            [_columns(article) for article in articles],
            right=(4, 5),
        )
        return 0
    for article in articles:
        article_id, published, language, outlet, words, found, title = _columns(article)
        screen.line(screen.bold(clean(title)))
        facts = (article_id, published, language, clean(outlet), f"{words} words", f"found {found}×")
        screen.line(screen.dim("  " + " · ".join(fact for fact in facts if fact)))
        for place in places.get(article_id, ()):
            screen.line(f"  {place['match']:<5} {place['role']:<7} {clean(place['url'] or place['source_uri'] or '')}")
        for paragraph in article["body"].split("\n\n") if wanted.text else ():
            screen.line(f"\n{clean(paragraph)}")
        screen.line()
    return 0


def _show_head(event: dict[str, Any], screen: Screen) -> None:
    screen.line(screen.bold(clean(event["label"])))
    first, last = _day(event["first_published_at"]), _day(event["last_published_at"])
    facts = [
        event["event_id"],
        event["external_id"],
        first if first == last else f"{first} to {last}",
        f"{event['article_count']:,} articles, found {event['occurrence_count']:,} times",
        ", ".join(event["languages"]),
    ]
    screen.line("  " + clean(" · ".join(fact for fact in facts if fact)))
    for name in ("outlets", "keywords"):
        if event[name]:
            screen.line(f"  {name}: {clean(', '.join(event[name]))}")
    screen.line()


_SHOWN_AS = {"second": "%Y-%m-%d %H:%M", "minute": "%Y-%m-%d %H:%M", "hour": "%Y-%m-%d %H h", "month": "%Y-%m", "year": "%Y"}


def _columns(article: dict[str, Any]) -> tuple[str, ...]:
    published = article["published_at"]
    return (
        article["article_id"],
        "" if published is None else published.strftime(_SHOWN_AS.get(article["published_precision"], "%Y-%m-%d")),
        article["language"] or "",
        article["outlet"] or "",
        f"{article['word_count']:,}",
        f"{article['occurrence_count']:,}",
        article["title"] or "(no headline)",
    )
