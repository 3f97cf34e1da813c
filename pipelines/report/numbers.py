"""What a report counts: each table is read once, in short columns, and nothing is held but counts and the most of each."""

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.report import text
from pipelines.report.tally import Tally, doubling
from pipelines.tables import Tables
from schemas.index import ARTICLES_INDEX
from schemas.table import Table
from schemas.tables import EVENTS, FURNITURE, OCCURRENCES, PAGES, REJECTS, SEGMENTS

UNKNOWN = "not known"
_DAY = 86_400_000_000
"""Microseconds of a day."""
_EPOCH = date(1970, 1, 1).toordinal()
_MOST_COPIED = 10
_FURNITURE = 12
_EXAMPLES = 3
"""Rejects that are shown for each reason."""
_REASONS = 100
"""Reasons of rejects that have examples: the code knows some twenty."""
_STEPS_OF_LIKENESS = 20
"""Bars of the chart of likeness, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Example:
    """A reject as it is shown."""

    source: str
    message: str
    head: str


@dataclass(slots=True)
class Numbers:
    """What was counted. Dates are counted by ordinals of the calendar, sizes by their doubling bin."""

    events_by_size: Counter[int] = field(default_factory=Counter)
    events_of_one: int = 0
    events_named: int = 0
    events_in_languages: int = 0
    events_by_day: Counter[int] = field(default_factory=Counter)
    articles_by_day: Counter[int] = field(default_factory=Counter)
    articles_by_copies: Counter[int] = field(default_factory=Counter)
    articles_undated: int = 0
    words: int = 0
    languages: Tally = field(default_factory=Tally)
    outlets: Tally = field(default_factory=Tally)
    most_copied: list[dict[str, Any]] = field(default_factory=list)
    roles: Tally = field(default_factory=Tally)
    matches: Tally = field(default_factory=Tally)
    lost_by: Tally = field(default_factory=Tally)
    near_by_likeness: Counter[int] = field(default_factory=Counter)
    layouts: Tally = field(default_factory=Tally)
    encodings: Tally = field(default_factory=Tally)
    fixes: Tally = field(default_factory=Tally)
    warnings: Tally = field(default_factory=Tally)
    bytes_of_pages: int = 0
    signs_by_kind: Tally = field(default_factory=Tally)
    furniture: list[dict[str, Any]] = field(default_factory=list)
    rejects: Tally = field(default_factory=Tally)
    examples: dict[str, list[Example]] = field(default_factory=dict)


def count_all(tables: Tables) -> Numbers:
    """Reads every table once."""
    numbers = Numbers()
    for step in (_events, _articles, _occurrences, _pages, _segments, _furniture, _rejects):
        step(tables, numbers)
    return numbers


def _each(tables: Tables, table: Table, *columns: str) -> Iterator[pa.RecordBatch]:
    return tables.batches(table, columns)


def _tally(tally: Tally, values: pa.Array) -> None:
    for entry in pc.value_counts(values).to_pylist():
        name = entry["values"]
        tally.add(UNKNOWN if name is None else text.line(name, 100), entry["counts"])


def _days(days: Counter[int], times: pa.Array) -> int:
    """Counts times by day; gives how many there were."""
    micros = times.drop_null().cast(pa.int64()).to_numpy(zero_copy_only=False)
    found, counts = np.unique(micros // _DAY, return_counts=True)
    for day, count in zip(found.tolist(), counts.tolist(), strict=True):
        days[day + _EPOCH] += count
    return len(micros)


def _sizes(bins: Counter[int], sizes: pa.Array) -> None:
    for entry in pc.value_counts(sizes).to_pylist():
        bins[doubling(entry["values"])] += entry["counts"]


def _largest(kept: list[dict[str, Any]], batch: pa.RecordBatch, most: int, by: str, then: str) -> list[dict[str, Any]]:
    """The rows with the largest numbers, of those kept so far and of a batch; equal ones by the least name."""
    if len(kept) == most:
        batch = batch.filter(pc.greater_equal(batch.column(by), kept[-1][by]))
    return heapq.nsmallest(most, [*kept, *batch.to_pylist()], key=lambda row: (-row[by], row[then]))


def _events(tables: Tables, numbers: Numbers) -> None:
    for batch in _each(tables, EVENTS, "article_count", "external_id", "languages", "first_published_at"):
        _sizes(numbers.events_by_size, batch.column("article_count"))
        numbers.events_of_one += pc.sum(pc.equal(batch.column("article_count"), 1)).as_py()
        numbers.events_named += batch.num_rows - batch.column("external_id").null_count
        numbers.events_in_languages += pc.sum(pc.greater(pc.list_value_length(batch.column("languages")), 1)).as_py()
        _days(numbers.events_by_day, batch.column("first_published_at"))


def _articles(tables: Tables, numbers: Numbers) -> None:
    """From the index, which has few files: a file of articles for each event takes a hundred times as long."""
    columns = ("article_id", "title", "outlet", "language", "published_at", "word_count", "occurrence_count", "event_id")
    for batch in _each(tables, ARTICLES_INDEX, *columns):
        words = batch.column("word_count").fill_null(0)
        batch = batch.set_column(columns.index("word_count"), "word_count", words)
        _tally(numbers.languages, batch.column("language"))
        _tally(numbers.outlets, batch.column("outlet"))
        _sizes(numbers.articles_by_copies, batch.column("occurrence_count"))
        numbers.articles_undated += batch.num_rows - _days(numbers.articles_by_day, batch.column("published_at"))
        numbers.words += pc.sum(words.cast(pa.int64())).as_py()
        copied = batch.filter(pc.greater(batch.column("occurrence_count"), 1))
        numbers.most_copied = _largest(numbers.most_copied, copied, _MOST_COPIED, "occurrence_count", "article_id")


def _occurrences(tables: Tables, numbers: Numbers) -> None:
    for batch in _each(tables, OCCURRENCES, "role", "match", "lost_by", "similarity"):
        _tally(numbers.roles, batch.column("role"))
        _tally(numbers.matches, batch.column("match"))
        _tally(numbers.lost_by, batch.column("lost_by").drop_null())
        near = batch.filter(pc.equal(batch.column("match"), "near")).column("similarity").to_numpy(zero_copy_only=False)
        steps = np.clip(near * _STEPS_OF_LIKENESS, 0, _STEPS_OF_LIKENESS - 1).astype(int)
        numbers.near_by_likeness.update(steps.tolist())


def likeness_bins(counts: Counter[int]) -> list[tuple[str, int]]:
    """Counts of near copies by the lower end of their bin of likeness, from the first bin that is not empty."""
    first = min(counts, default=_STEPS_OF_LIKENESS)
    return [(f"{step / _STEPS_OF_LIKENESS:.2f}", counts[step]) for step in range(first, _STEPS_OF_LIKENESS)]


def _pages(tables: Tables, numbers: Numbers) -> None:
    for batch in _each(tables, PAGES, "layout", "encoding", "fixes", "warnings", "byte_count"):
        _tally(numbers.layouts, batch.column("layout"))
        _tally(numbers.encodings, batch.column("encoding"))
        _tally(numbers.fixes, pc.list_flatten(batch.column("fixes")))
        numbers.bytes_of_pages += pc.sum(batch.column("byte_count")).as_py()
        # What stands in quotes differs from page to page, and so do the numbers of articles.
        said = pc.replace_substring_regex(pc.list_flatten(batch.column("warnings")), r"'[^']*'|\"[^\"]*\"", "…")
        _tally(numbers.warnings, pc.replace_substring_regex(said, r"\d+", "…"))


def _segments(tables: Tables, numbers: Numbers) -> None:
    for batch in _each(tables, SEGMENTS, "kind", "char_start", "char_end"):
        lengths = pc.subtract(batch.column("char_end"), batch.column("char_start"))
        table = pa.table({"kind": batch.column("kind"), "length": lengths})
        for row in table.group_by("kind").aggregate([("length", "sum")]).to_pylist():
            numbers.signs_by_kind.add(text.line(row["kind"], 100), row["length_sum"])


def _furniture(tables: Tables, numbers: Numbers) -> None:
    for batch in _each(tables, FURNITURE, "site", "line", "surroundings"):
        numbers.furniture = _largest(numbers.furniture, batch, _FURNITURE, "surroundings", "line")


def _rejects(tables: Tables, numbers: Numbers) -> None:
    for batch in _each(tables, REJECTS, "source_uri", "error_type", "message", "payload"):
        _tally(numbers.rejects, batch.column("error_type"))
        for reason in pc.unique(batch.column("error_type")).to_pylist():
            if len(numbers.examples) >= _REASONS and reason not in numbers.examples:
                continue
            shown = numbers.examples.setdefault(text.line(reason, 100), [])
            found = batch.filter(pc.equal(batch.column("error_type"), reason)).slice(0, _EXAMPLES - len(shown)).to_pylist()
            shown += [Example(row["source_uri"], row["message"], text.head_of(row["payload"])) for row in found]
