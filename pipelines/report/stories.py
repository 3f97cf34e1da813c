"""The largest events of a dataset, each with its articles and the pages that these came from."""

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.tables import TEXT_ROWS, Tables
from schemas.tables import ARTICLES, EVENTS, OCCURRENCES, PAGES

EVENTS_SHOWN = 40
"""Events in a report: what a person may read through, and so few that the file stays small whatever the corpus."""
_OF_ONE = 10
"""Events in a report where none has a second article."""
ARTICLES_SHOWN = 8
"""Articles of an event."""
PAGES_SHOWN = 4
"""Pages of an article."""
_LEAD = 280
"""Signs of a body."""

Row = dict[str, Any]


@dataclass(slots=True)
class Story:
    """An event; its articles, the representative one first, then those that were found most often."""

    event: Row
    articles: list[Row] = field(default_factory=list)


def largest_events(tables: Tables) -> list[Story]:
    """The events with the most articles; equal ones by how often they were found, then by id.

    An article gets ``lead``, the first signs of its body, and ``found``, some of the places where it stands, its own first.
    """
    stories = {event["event_id"]: Story(event) for event in _largest(tables)}
    _add_articles(tables, stories)
    articles = {article["article_id"]: article for story in stories.values() for article in story.articles}
    _add_leads(tables, stories, articles)
    _add_places(tables, articles)
    return list(stories.values())


def _largest(tables: Tables) -> list[Row]:
    columns = list(EVENTS.schema().names)
    best: list[Row] = []
    for batch in tables.batches(EVENTS, columns):
        if len(best) == EVENTS_SHOWN:
            batch = batch.filter(pc.greater_equal(batch.column("article_count"), best[-1]["article_count"]))
        best = heapq.nsmallest(EVENTS_SHOWN, [*best, *batch.to_pylist()], key=_largest_first)
    return [event for event in best if event["article_count"] > 1] or best[:_OF_ONE]


def _largest_first(event: Row) -> tuple[int, int, str]:
    return -event["article_count"], -event["occurrence_count"], event["event_id"]


def matching(batch: pa.RecordBatch, column: str, values: Iterable[str]) -> list[Row]:
    """The rows of a batch whose column holds one of the values."""
    return batch.filter(pc.is_in(batch.column(column), pa.array(sorted(values), pa.string()))).to_pylist()


def _files_of(tables: Tables, stories: dict[str, Story]) -> list[str]:
    """The files that may hold articles of the events: their own, where every event has a folder."""
    return [path for path in tables.paths(ARTICLES) if not path.startswith("event_id=") or _folder(path) in stories]


def _folder(path: str) -> str:
    return path.partition("/")[0].partition("=")[2]


def _add_articles(tables: Tables, stories: dict[str, Story]) -> None:
    columns = [name for name in ARTICLES.schema(with_partition=True).names if name != "body"]
    for batch in tables.batches(ARTICLES, columns, _files_of(tables, stories)):
        for row in matching(batch, "event_id", stories):
            story = stories[row["event_id"]]
            story.articles.append(row | {"found": []})
            if len(story.articles) > 50 * ARTICLES_SHOWN:
                _rank(story)
    for story in stories.values():
        _rank(story)


def _rank(story: Story) -> None:
    first = story.event["representative_article_id"]
    story.articles = heapq.nsmallest(
        ARTICLES_SHOWN,
        story.articles,
        key=lambda row: (row["article_id"] != first, -row["occurrence_count"], row["article_id"]),
    )


def _add_leads(tables: Tables, stories: dict[str, Story], articles: dict[str, Row]) -> None:
    for batch in tables.batches(ARTICLES, ("article_id", "body"), _files_of(tables, stories), TEXT_ROWS):
        for row in matching(batch, "article_id", articles):
            articles[row["article_id"]]["lead"] = row["body"][:_LEAD]


def _add_places(tables: Tables, articles: dict[str, Row]) -> None:
    columns = ("page_id", "article_index", "article_id", "role", "title", "outlet", "match", "similarity", "lost_by")
    places: defaultdict[str, list[Row]] = defaultdict(list)
    for batch in tables.batches(OCCURRENCES, columns):
        for row in matching(batch, "article_id", articles):
            found = places[row["article_id"]]
            found.append(row)
            if len(found) > 50 * PAGES_SHOWN:
                places[row["article_id"]] = _first_places(found)
    for article_id, found in places.items():
        articles[article_id]["found"] = _first_places(found)
    shown = [place for article in articles.values() for place in article["found"]]
    pages = dict.fromkeys(place["page_id"] for place in shown)
    of: dict[str, Row] = {}
    for batch in tables.batches(PAGES, ("page_id", "source_uri", "url", "fetched_at")):
        of |= {row["page_id"]: row for row in matching(batch, "page_id", pages)}
    for place in shown:
        place["page"] = of[place["page_id"]]


def _first_places(found: list[Row]) -> list[Row]:
    """The kept copy, then copies by their page."""
    return heapq.nsmallest(
        PAGES_SHOWN, found, key=lambda row: (row["match"] != "kept", row["page_id"], row["article_index"])
    )
