"""A few pages as they were cut: what a reader needs to see whether the cutting is any good."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.report.stories import Story, matching
from pipelines.tables import TEXT_ROWS, Tables
from schemas.tables import OCCURRENCES, PAGES, SEGMENTS

_SAMPLES = 3
_ARTICLES = 8
"""A page with more articles is no example that one reads through."""
_BYTES = range(800, 24_000)
"""Lengths of pages that one reads through."""
_CANDIDATES = 200
"""Pages with many articles that are thought of; not all of them have a good length."""
_SIGNS = 16_000
"""Of a page's text so many are shown; pages that were asked for may be longer."""
_SEGMENTS = 600
"""Of a page's segments so many are shown: a page of single letters must not make the report long."""

Row = dict[str, Any]


class NoPage(LookupError):
    """There is no page of this id."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment as it is shown: its kind, the article that it belongs to, its text, and whether it recurs on the site."""

    kind: str
    article_index: int | None
    text: str
    recurs: int | None


@dataclass(slots=True)
class Sample:
    """A page, its articles in their order, and its segments without the blank ones; ``left_out`` counts those not shown."""

    page: Row
    articles: list[Row] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    left_out: int = 0


def sample_pages(tables: Tables, stories: Sequence[Story], asked: Sequence[str] = ()) -> list[Sample]:
    """Pages to be shown: those asked for; else the page of the largest event, that with the most articles, and one more that
    was split by another layout; of those that have a length for it.

    Args:
      stories: the largest events.
      asked: ids of pages.

    Raises:
      NoPage: if there is none of an id that was asked for.
    """
    samples = {page["page_id"]: Sample(page) for page in _chosen(tables, stories, asked)}
    columns = ("page_id", "article_index", "article_id", "role", "title", "outlet", "age_text", "published_at", "match")
    for batch in tables.batches(OCCURRENCES, columns):
        for row in matching(batch, "page_id", samples):
            samples[row["page_id"]].articles.append(row)
    for sample in samples.values():
        sample.articles.sort(key=lambda row: row["article_index"])
    texts = _texts(tables, samples)
    for batch in tables.batches(SEGMENTS, ("page_id", "article_index", "kind", "char_start", "char_end", "recurs")):
        for row in matching(batch, "page_id", samples):
            sample, whole = samples[row["page_id"]], texts[row["page_id"]]
            if row["kind"] == "blank":
                continue
            if row["char_end"] > _SIGNS or len(sample.pieces) >= _SEGMENTS:
                sample.left_out += 1
            else:
                piece = whole[row["char_start"] : row["char_end"]]
                sample.pieces.append(Piece(row["kind"], row["article_index"], piece, row["recurs"]))
    return list(samples.values())


def _chosen(tables: Tables, stories: Sequence[Story], asked: Sequence[str]) -> list[Row]:
    if asked:
        found = {page["page_id"]: page for page in _pages(tables, asked)}
        for page_id in asked:
            if page_id not in found:
                raise NoPage(page_id)
        return [found[page_id] for page_id in dict.fromkeys(asked)]
    rich = _with_most_articles(tables)
    leading = [story.articles[0]["page_id"] for story in stories if story.articles][:_CANDIDATES]
    by_id = {page["page_id"]: page for page in _pages(tables, [*rich, *leading]) if page["byte_count"] in _BYTES}
    lists = [[by_id[page_id] for page_id in listed if page_id in by_id] for listed in (leading, rich)]
    chosen = [listed[0] for listed in lists if listed]
    layouts = {page["layout"] for page in chosen}
    chosen += [page for page in itertools.chain(*lists) if page["layout"] not in layouts][:1]
    chosen += list(itertools.chain(*lists))
    return list({page["page_id"]: page for page in chosen}.values())[:_SAMPLES]


def _pages(tables: Tables, wanted: Sequence[str]) -> Iterator[Row]:
    columns = [name for name in PAGES.schema().names if name != "text"]
    for batch in tables.batches(PAGES, columns):
        yield from matching(batch, "page_id", wanted)


def _with_most_articles(tables: Tables) -> list[str]:
    """Ids of pages with many articles, but not too many; the rows of a page stand together in its file."""
    best: list[tuple[int, str]] = []
    ids = (page_id for batch in tables.batches(OCCURRENCES, ("page_id",)) for page_id in batch.column("page_id").to_pylist())
    for page_id, same in itertools.groupby(ids):
        articles = sum(1 for _ in same)
        if articles <= _ARTICLES:
            best.append((-articles, page_id))
        if len(best) > 10 * _CANDIDATES:
            best = sorted(best)[:_CANDIDATES]
    return [page_id for _, page_id in sorted(best)[:_CANDIDATES]]


def _texts(tables: Tables, samples: dict[str, Sample]) -> dict[str, str]:
    """The texts of a few pages; only the files that hold them are read."""
    texts: dict[str, str] = {}
    for path in tables.paths(PAGES):
        held = {
            row["page_id"]
            for batch in tables.batches(PAGES, ("page_id",), [path])
            for row in matching(batch, "page_id", samples)
        }
        for batch in tables.batches(PAGES, ("page_id", "text"), [path], TEXT_ROWS) if held else ():
            texts |= {row["page_id"]: row["text"][:_SIGNS] for row in matching(batch, "page_id", held)}
    return texts
