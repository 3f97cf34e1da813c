"""WriteDataset: pages, verdicts, kept articles, events and rejects to the files of a dataset."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.articles import Article
from schemas.records import InEvent, KeptArticle, Resolved, SplitPage, Version, WrittenFile
from schemas.rejects import Reject
from schemas.tables import ARTICLES, EVENTS, FURNITURE, OCCURRENCES, OVERRIDES, PAGES, REJECTS, SEGMENTS
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count
from transforms.common.join import Group, Join
from transforms.write.index import IndexRows
from transforms.write.layout import ArticleLayout, part_name
from transforms.write.parquet import write_columns, write_files, write_rows
from transforms.write.rows import shard_rows
from transforms.write.small import WriteSmallRows


def _kept_article(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, KeptArticle]]:
    group = Group(element[1], [Version, InEvent])
    version, assignment = next(group.of(0)), next(group.of(1))
    yield version.shard, KeptArticle(version, assignment.event_id, assignment.article_count, assignment.background)


InFile = tuple[str, Article]
"""An article, and the path of its file below its table."""
InBatch = tuple[int, InFile]
"""The same, with the batch in which the file is written."""


class WriteShard(beam.DoFn):
    """Writes a shard's pages, segments and occurrences, and passes on its articles and rejects."""

    ARTICLES, REJECTS = "articles", "rejects"

    def __init__(self, folder: str, run: int = 1):
        self._folder, self._run = folder, run

    def process(
        self, element: tuple[str, Iterable[bytes]], shards: int
    ) -> Iterator[
        WrittenFile | TaggedOutput[Literal["articles"], tuple[Article, int]] | TaggedOutput[Literal["rejects"], Reject]
    ]:
        shard, values = element
        group = Group(values, [SplitPage, Resolved, KeptArticle])
        rows = shard_rows(group.of(0), group.of(1), group.of(2))
        name = part_name(int(shard), shards, self._run)
        for written in (
            write_rows(self._folder, PAGES, name, rows.pages),
            write_columns(self._folder, SEGMENTS, name, rows.segments),
            write_rows(self._folder, OCCURRENCES, name, rows.occurrences),
        ):
            count("write", f"rows.{written.table}", written.rows)
            yield written
        for reject in rows.rejects:
            count("deduplicate", f"rejects.{reject.error_type}")
            yield TaggedOutput(self.REJECTS, reject)
        for article in rows.articles:
            yield TaggedOutput(self.ARTICLES, article)


class WriteArticles(beam.DoFn):
    """Writes a batch of files of articles and, tagged, says of each article in which of them it stands."""

    PLACES = "places"

    def __init__(self, folder: str):
        self._folder = folder

    def process(
        self, element: tuple[int, Iterable[InFile]], layout: ArticleLayout
    ) -> Iterator[WrittenFile | TaggedOutput[Literal["places"], tuple[str, str]]]:
        files: defaultdict[str, list[Article]] = defaultdict(list)
        occurrences = 0
        for path, article in element[1]:
            files[path].append(article)
            occurrences += article.occurrence_count
            yield TaggedOutput(self.PLACES, (article.article_id, path))
        written = write_files(self._folder, ARTICLES, files, with_partition=not layout.partitioned)
        count("write", "rows.articles", sum(file.rows for file in written))
        count("write", "occurrences_of_articles", occurrences)
        yield from written


def article_file(pair: tuple[Article, int], layout: ArticleLayout) -> InBatch:
    article, articles_of_event = pair
    return in_batch(layout.path(article, articles_of_event), article, layout)


def in_batch(path: str, article: Article, layout: ArticleLayout) -> InBatch:
    """An article of a file as it travels to where that is written."""
    return layout.batch(path), (path, article)


class WritePages(beam.PTransform):
    """Pages, what became of their articles, and kept articles with their events, to the files of pages.

    Gives the ``files``, and the rows of ``articles``, each with the number of its event's articles, and of ``rejects``.

    Args:
      folder: where the tables go.
      shards: a side input, the number of shards of pages.
      run: the number of the run.
    """

    def __init__(self, folder: str, shards: beam.pvalue.AsSideInput, run: int = 1):
        super().__init__()
        self._folder, self._shards, self._run = folder, shards, run

    @no_annotations
    def expand(self, inputs: dict[str, beam.PCollection]) -> Any:
        kept = (
            (
                inputs["articles"]
                | "Key articles" >> beam.Map(lambda v: (v.text_id, v)).with_output_types(tuple[str, Version]),
                inputs["assignments"],
            )
            | "Join events" >> Join(Version, InEvent)
            | "By page shard" >> beam.FlatMap(_kept_article).with_output_types(tuple[str, KeptArticle])
        )
        return (
            (inputs["pages"], inputs["occurrences"], kept)
            | "Join pages" >> Join(SplitPage, Resolved, KeptArticle)
            | "Write pages"
            >> beam.ParDo(WriteShard(self._folder, self._run), self._shards).with_outputs(
                WriteShard.ARTICLES, WriteShard.REJECTS, main="files"
            )
        )


class WriteDataset(beam.PTransform):
    """Writes all tables below a folder, and the index of what was found; gives a ``WrittenFile`` for each file.

    Args:
      folder: where the tables go; not yet the published place.
      shards: a side input, the number of shards of pages.
      max_partitions: with more events, articles are laid out in buckets.
    """

    def __init__(self, folder: str, shards: beam.pvalue.AsSideInput, max_partitions: int):
        super().__init__()
        self._folder, self._shards, self._max_partitions = folder, shards, max_partitions

    @no_annotations
    def expand(self, inputs: dict[str, beam.PCollection]) -> beam.PCollection:
        shards = inputs | "Pages" >> WritePages(self._folder, self._shards)
        layout = beam.pvalue.AsSingleton(
            inputs["events"]
            | "Count events" >> beam.combiners.Count.Globally().without_defaults()
            | "Lay out"
            >> beam.Map(
                ArticleLayout.for_counts,
                inputs["articles"]
                | "Count articles" >> beam.CombineGlobally(beam.combiners.CountCombineFn()).as_singleton_view(),
                self._max_partitions,
                self._shards,
            ),
            ArticleLayout.for_counts(0, 0, self._max_partitions),
        )
        articles = (
            shards[WriteShard.ARTICLES]
            | "By article file" >> beam.Map(article_file, layout).with_output_types(InBatch)
            | "Group batches of files" >> beam.GroupByKey()
            | "Write articles"
            >> beam.ParDo(WriteArticles(self._folder), layout).with_outputs(WriteArticles.PLACES, main="files")
        )
        rejects = (inputs["rejects"], shards[WriteShard.REJECTS]) | "All rejects" >> beam.Flatten()
        found = inputs | {"rejects": rejects, "files_of_articles": articles[WriteArticles.PLACES]}
        whole = {table.name: found[table.name] for table in (EVENTS, FURNITURE, REJECTS, OVERRIDES) if table.name in found}
        index = found | "Index" >> IndexRows(self._shards)
        return (
            shards.files,
            articles.files,
            (whole | index) | "Tables" >> WriteSmallRows(self._folder),
        ) | "Files" >> beam.Flatten()
