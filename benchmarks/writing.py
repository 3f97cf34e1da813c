"""What does it cost to file articles under many events? ``python -m benchmarks.writing [--articles N] [--corpus FOLDER]``.

The same made-up articles are written as the ``articles`` table of a dataset, in 100, 1,000 and 10,000 events, a folder for
each, and once more in 10,000 events as they are laid out beyond ``--max_partitions``: in buckets. The time is that of
grouping them by file and writing the files (``transforms.write``), in one process, the least of several rounds, and of
publishing the dataset. Beside it stands what one of ten thousand files takes by itself: the calls of the system, and pyarrow
for its two rows, with the settings that cost least. Then DuckDB reads one event of each dataset; printed is how much of the
table it reads for it.

With ``--whole_job`` nothing but the whole job is measured, over pages of one article each, whose labels name 100 events, and
10,000.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import apache_beam as beam
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from benchmarks.article_sources import sources
from benchmarks.articles import Corpus
from benchmarks.data import table
from benchmarks.measure import run_job, write_pages
from schemas.articles import Article
from schemas.records import WrittenFile
from schemas.tables import ARTICLES
from transforms.common import ids
from transforms.common.times import to_micros
from transforms.common.words import word_count
from transforms.write.layout import ArticleLayout
from transforms.write.publish import open_dataset
from transforms.write.transform import InBatch, InFile, WriteArticles, article_file

_EVENTS = (100, 1_000, 10_000)
_ROUNDS = 3
"""Times that each is written; the least of what they took is told, since other work on the machine only adds to it."""
_SAMPLE = 500
"""Files of which the least that one can take is measured."""
_QUERIES = 20
"""Events that are asked for, one after another; what is printed is the mean."""


@dataclass(frozen=True, slots=True)
class Written:
    """A dataset, how it is laid out, and what it took: seconds on the clock and of the processor."""

    name: str
    folder: Path
    files: int
    seconds: float
    cpu_seconds: float
    publishing: float
    publishing_cpu: float


def rows(corpus: Corpus, count: int) -> list[Article]:
    """Articles as rows; their event is filled in later."""
    made = []
    for number, article in enumerate(corpus.articles(count)):
        made.append(
            Article(
                article_id=ids.article_id(str(number)),
                event_id="",
                title=article.title,
                outlet=f"Outlet {number % 97}",
                bylines=(),
                published_at=to_micros(article.published_at),
                published_precision="second",
                body=article.text,
                language="en",
                language_confidence=0.99,
                word_count=word_count(article.text),
                occurrence_count=1,
                page_id=ids.page_id("id", str(number), b""),
                article_index=0,
                background=None,
            )
        )
    return made


def in_events(articles: Sequence[Article], events: int) -> Iterator[tuple[Article, int]]:
    """The articles dealt to so many events in turn, each with the number of articles of its event."""
    names = [ids.event_id(str(event)) for event in range(events)]
    for number, article in enumerate(articles):
        event = number % events
        values = {name: getattr(article, name) for name in Article.__dataclass_fields__}
        size = len(articles) // events + (event < len(articles) % events)
        yield Article(**{**values, "event_id": names[event]}), size


_HELD: list[tuple[Article, int]] = []
"""What is written next. In the job, too, articles come from the step before, in the same process."""


def _held(_: None) -> list[tuple[Article, int]]:
    return _HELD


def _none(_element: tuple[int, Iterable[InFile]]) -> Iterator[WrittenFile]:
    return iter(())


def write(articles: Sequence[tuple[Article, int]], layout: ArticleLayout, folder: str | None) -> None:
    """Groups articles by file and writes the files; without a folder it only groups them."""
    _HELD[:] = articles
    last: Any = beam.FlatMap(_none) if folder is None else beam.ParDo(WriteArticles(folder), layout)
    with beam.Pipeline(runner=FnApiRunner(), options=PipelineOptions([])) as pipeline:
        _ = (
            pipeline
            | beam.Create([None])
            | "Articles" >> beam.FlatMap(_held)
            | "By file" >> beam.Map(article_file, layout).with_output_types(InBatch)
            | beam.GroupByKey()
            | "Write" >> last.with_output_types(WrittenFile)
        )


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock and of the processor."""
    clock, cpu = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - clock, time.process_time() - cpu


def dataset(name: str, articles: Sequence[Article], events: int, layout: ArticleLayout, folder: Path) -> Written:
    """Writes and publishes a dataset, and says what that took."""
    dealt = list(in_events(articles, events))
    published = open_dataset(str(folder / name), name)
    seconds, cpu = timed(lambda: write(dealt, layout, published.staging))
    written = Path(published.staging, "articles")
    files = sorted(written.rglob("*.parquet"))
    sizes = {str(file.relative_to(written)): file.stat().st_size for file in files}
    listed = [{"table": "articles", "path": path, "rows": 1, "bytes": size} for path, size in sizes.items()]
    publishing, publishing_cpu = timed(lambda: published.publish({"run": name, "files": listed}))
    print(f"{name}: {seconds:.1f} s", file=sys.stderr)
    return Written(name, folder / name, len(files), seconds, cpu, publishing, publishing_cpu)


def again(name: str, articles: Sequence[Article], events: int, layout: ArticleLayout, folder: Path) -> tuple[float, float]:
    """Writes a dataset once more, which nobody publishes, and says what that took."""
    dealt = list(in_events(articles, events))
    return timed(lambda: write(dealt, layout, str(folder / f"{name}, again")))


def alone(articles: Sequence[Article], events: int, folder: Path) -> list[list[str]]:
    """Microseconds of the processor for one file of so many: the system's calls, and pyarrow."""
    names = [ids.event_id(str(event)) for event in range(_SAMPLE)]
    tables = [ARTICLES.to_arrow(articles[event::events]) for event in range(_SAMPLE)]
    content = bytes(4_000)

    def calls(to: Path) -> None:
        for name in names:
            with open(to / "first", "wb", buffering=0) as file:
                file.write(content)
            os.mkdir(to / name)
            os.rename(to / "first", to / name / "last")

    def arrow(_: Path) -> None:
        for each in tables:
            pq.write_table(each, pa.BufferOutputStream(), compression="none", use_dictionary=False, write_statistics=False)

    found = []
    for what, act in (("mkdir, open, write, rename", calls), ("pyarrow, of Arrow's columns", arrow)):
        best = float("inf")
        for number in range(_ROUNDS):
            to = folder / f"{act.__name__} {number}"
            to.mkdir(parents=True)
            best = min(best, timed(lambda act=act, to=to: act(to))[1])  # type: ignore[misc]
        found.append([what, f"{best / _SAMPLE * 1e6:.0f}"])
    return found


def _read_bytes() -> int:
    """Bytes that this process has asked the system to read so far, cached or not."""
    return int(Path("/proc/self/io").read_text("ascii").split()[1])


def one_event(found: Written) -> list[str]:
    """How much DuckDB reads of a table for one event's articles, and how much there is."""
    files = sorted(Path(found.folder, "articles").resolve().rglob("*.parquet"))
    total = sum(file.stat().st_size for file in files)
    query = (
        f"SELECT * FROM read_parquet('{found.folder}/articles/**/*.parquet', hive_partitioning = true) WHERE event_id = ?"
    )
    read, seconds, groups, hits = 0, 0.0, 0, 0
    ranges = []
    for file in files if "bucket" in files[0].parent.name else ():
        metadata = pq.read_metadata(file)
        at = metadata.schema.to_arrow_schema().get_field_index("event_id")
        for group in range(metadata.num_row_groups):
            statistics = metadata.row_group(group).column(_leaf(metadata, at)).statistics
            ranges.append((statistics.min, statistics.max))
    with duckdb.connect(config={"threads": 1}) as session:
        for event in range(_QUERIES):
            name = ids.event_id(str(event))
            before = _read_bytes()
            seconds += timed(lambda name=name: session.execute(query, [name]).fetchall())[0]  # type: ignore[misc]
            read += _read_bytes() - before
            groups += len(ranges)
            hits += sum(least <= name <= greatest for least, greatest in ranges)
    read //= _QUERIES
    pruned = f"{hits / _QUERIES:.1f} of {groups // _QUERIES:,}" if ranges else f"1 of {len(files):,}"
    share = [f"{total / 1e6:.1f}", f"{read / 1e3:,.0f}", f"{read / total:.1%}", f"{seconds / _QUERIES * 1e3:.0f}"]
    return [found.name, f"{len(files):,}", pruned, *share]


def _leaf(metadata: pq.FileMetaData, field: int) -> int:
    """The Parquet column of a field that holds no list."""
    name = metadata.schema.to_arrow_schema().names[field]
    return next(at for at in range(metadata.num_columns) if metadata.schema.column(at).path == name)


def whole_job(corpus: Corpus, count: int, folder: Path) -> str:
    """What the job takes for the same articles, copies left out, that are labelled with few events and with many."""
    found = islice((article for article in corpus.articles(2 * count) if article.copy_of is None), count)
    articles = [(f"{article.title}\n\n{article.text}", article.published_at.isoformat()) for article in found]
    lines = [["labels", "articles", "events", "seconds", "CPU s", "ratio"]]
    least = 0.0
    for events in (_EVENTS[0], _EVENTS[-1]):
        pages = folder / f"{events} labels"
        records = (
            {"id": str(number), "text": text, "published_at": published, "event_label": f"Event {number % events}"}
            for number, (text, published) in enumerate(articles)
        )
        write_pages(records, pages)
        took = run_job(pages, folder / f"{events} events")
        least = least or took.cpu_seconds
        counts = [f"{events:,}", f"{took.rows['articles']:,}", f"{took.rows['events']:,}"]
        lines.append([*counts, f"{took.seconds:.1f}", f"{took.cpu_seconds:.1f}", f"{took.cpu_seconds / least:.2f}"])
    return table(lines)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.writing", description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000, help="articles, the same in every run (default: 20000)")
    parser.add_argument("--corpus", metavar="FOLDER", help="a folder of data; without it stories drawn from word lists")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--whole_job", action="store_true", help="measure the whole job in place of writing alone")
    given = parser.parse_args(arguments)
    corpus = Corpus(sources(given.corpus, given.seed), given.seed)
    if given.whole_job:
        with tempfile.TemporaryDirectory() as folder:
            print(whole_job(corpus, given.articles, Path(folder)))
        return
    made = rows(corpus, given.articles)
    buckets = ArticleLayout.for_counts(_EVENTS[-1], len(made), 1)
    write(list(in_events(made[:100], 10)), buckets, None)  # what is loaded by the first run is nobody's
    with tempfile.TemporaryDirectory() as folder:
        dealt = list(in_events(made, _EVENTS[0]))
        folders = ArticleLayout.for_counts(_EVENTS[0], len(made), _EVENTS[0])
        grouped = timed(lambda: write(dealt, folders, None))
        cases = [(f"{n:,} events", made, n, folders) for n in _EVENTS]
        cases.append((f"{_EVENTS[-1]:,} events in buckets", made, _EVENTS[-1], buckets))
        found = [dataset(*case, Path(folder)) for case in cases]
        for number in range(1, _ROUNDS):
            took = [again(*case, Path(folder, str(number))) for case in cases]
            found = [
                replace(each, seconds=min(each.seconds, seconds), cpu_seconds=min(each.cpu_seconds, cpu))
                for each, (seconds, cpu) in zip(found, took, strict=True)
            ]
        print(f"{len(made):,} articles, {sum(len(row.body.encode()) for row in made) / 1e6:.1f} MB of text")
        print(f"only grouped by file: {grouped[0]:.1f} s, {grouped[1]:.1f} CPU s\n")
        print(costs(found))
        print(f"\n{table([['one file alone', 'us of CPU'], *alone(made, _EVENTS[-1], Path(folder, 'alone'))])}")
        head = ["one event", "files", "row groups or files", "MB in all", "kB read", "share", "ms"]
        print(f"\n{table([head, *map(one_event, found)])}")


def costs(found: Sequence[Written]) -> str:
    """What writing took, and that by the first."""
    lines = [["", "files", "seconds", "CPU s", "ratio", "us a file", "publishing s", "CPU s", "CPU with it, ratio"]]
    first = found[0]
    for each in found:
        more = (each.cpu_seconds - first.cpu_seconds) / max(1, each.files - first.files) * 1e6
        ratio = (each.cpu_seconds + each.publishing_cpu) / (first.cpu_seconds + first.publishing_cpu)
        took = [f"{each.seconds:.1f}", f"{each.cpu_seconds:.1f}", f"{each.cpu_seconds / first.cpu_seconds:.2f}"]
        publishing = [f"{each.publishing:.1f}", f"{each.publishing_cpu:.1f}", f"{ratio:.2f}"]
        lines.append([each.name, f"{each.files:,}", *took, f"{more:,.0f}" if each.files > first.files else "", *publishing])
    return table(lines)


if __name__ == "__main__":
    from benchmarks import writing  # what stands in this module as ``__main__`` would travel as a copy

    writing.main(sys.argv[1:])
