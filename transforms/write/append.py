"""WriteAppended: what an append adds to a dataset, in files beside the earlier ones; and the few files that it writes anew.

Pages, segments and occurrences only gain files. Of articles, those files are written anew that hold an article of which
something has changed, or, where each event has a folder, one of an event that has gained an article. The other tables hold
no texts: events, furniture, rejects and changes of events are written as a whole, from the earlier rows and the new ones.
All other files of the earlier dataset are passed on unread.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Literal

import apache_beam as beam
import pyarrow as pa
import pyarrow.compute as pc
from apache_beam.io.filesystems import FileSystems
from apache_beam.pvalue import AsSingleton, TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.articles import Article
from schemas.furniture import Furniture
from schemas.index import ARTICLES_INDEX, IndexedArticle
from schemas.records import Patch, WrittenFile
from schemas.rejects import Reject
from schemas.table import Table
from schemas.tables import ARTICLES, EVENT_CHANGES, EVENTS, FURNITURE, OVERRIDES, REJECTS
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count
from transforms.common.earlier import Earlier, Paths, ReadFile, gain, read_columns, sieve_of, to_rows
from transforms.common.ids import digest
from transforms.common.join import Group, Join
from transforms.common.sieve import Sieve
from transforms.write.index import IndexRows
from transforms.write.layout import ArticleLayout
from transforms.write.parquet import write_rows
from transforms.write.small import WriteSmallRows
from transforms.write.transform import InBatch, WriteArticles, WritePages, WriteShard, article_file, in_batch

GONE = -1
"""The rows of a file of the earlier dataset that the new one has no more."""
REWRITTEN: tuple[Table, ...] = (EVENTS, EVENT_CHANGES, FURNITURE, REJECTS)
"""Tables of which no file is passed on; nor is one of those of the index that each run writes anew."""


def patched(article: Article, patch: Patch) -> Article:
    """An article with what has changed: what was known stays, and what was not comes from its new copies."""
    for gained in patch.gains:
        if article.published_at is None and gained.published_at is not None:
            article = replace(article, published_at=gained.published_at, published_precision=gained.published_precision)
        article = replace(
            article,
            title=article.title or gained.title,
            outlet=article.outlet or gained.outlet,
            bylines=article.bylines or gained.bylines,
            occurrence_count=article.occurrence_count + gained.occurrence_count,
        )
    return replace(article, event_id=patch.event_id)


def by_article(patches: Iterable[Patch]) -> dict[str, Patch]:
    """The patch of each article. Of two, that counts which changes more, so that their order makes no difference."""
    chosen: dict[str, Patch] = {}
    for patch in patches:
        chosen[patch.article_id] = max(chosen.get(patch.article_id, patch), patch, key=_weight)
    return chosen


def _weight(patch: Patch) -> tuple[bool, bool, int]:
    return bool(patch.gains), patch.moved, patch.article_count


class ReadArticles(beam.DoFn):
    """A file of articles of which something has changed, to its articles by the batches of the files that they go to.

    Args:
      folder: the earlier dataset.
      partitioned: whether it has a folder for each event.
    """

    GONE = "gone"

    def __init__(self, folder: str, partitioned: bool):
        self._folder, self._partitioned = folder, partitioned

    def process(
        self, element: tuple[str, Iterable[Patch]], layout: ArticleLayout
    ) -> Iterator[InBatch | TaggedOutput[Literal["gone"], str]]:
        path, values = element
        patches = by_article(values)  # of one file of articles
        event_id = path.partition("/")[0].removeprefix("event_id=")
        known: dict[str, Any] = {"event_id": event_id} if self._partitioned else {}
        found = read_columns(FileSystems.join(self._folder, ARTICLES.name, *path.split("/")))
        stays = False
        for article in to_rows(ARTICLES, found, **known):
            of_article = patches.get(article.article_id)
            changed = patched(article, of_article) if of_article else article
            to = path
            if of_article and (self._partitioned or (not layout.partitioned and layout.run == 1)):
                to = layout.path(changed, of_article.article_count)
            stays = stays or to == path
            yield in_batch(to, changed, layout)
        if not stays:
            yield TaggedOutput(self.GONE, path)


def _is_read(element: tuple[str, Patch], partitioned: bool) -> bool:
    """Whether a file has to be read for a patch: where each event has a folder, its files are written together."""
    return partitioned or element[1].moved or bool(element[1].gains)


def _new_layout(
    events: int, new: int, shards: int, earlier: int, partitioned: bool, run: int, max_partitions: int
) -> ArticleLayout:
    """The layout of the dataset, which only changes where there come to be too many events for folders."""
    if partitioned and events > max_partitions:
        return ArticleLayout.for_counts(events, earlier + new, max_partitions, shards)
    return ArticleLayout.of_append(partitioned, new, earlier, run, max_partitions, shards)


class AllPatches(beam.DoFn):
    """A file of the index to patches that change nothing, by the files of its articles, where all are laid out anew."""

    def __init__(self, folder: str, partitioned: bool):
        self._folder, self._partitioned = folder, partitioned

    def process(self, path: str, layout: ArticleLayout) -> Iterator[tuple[str, Patch]]:
        if not self._partitioned or layout.partitioned:
            return
        found = read_columns(
            FileSystems.join(self._folder, ARTICLES_INDEX.name, *path.split("/")), ("article_id", "event_id", "file")
        )
        for row in found.to_pylist():
            yield row["file"], Patch(row["article_id"], row["event_id"], 1, False)


class WriteAppendedArticles(beam.PTransform):
    """New articles with their events, and patches of earlier ones, to files; and every article written with its file."""

    def __init__(self, folder: str, shards: beam.pvalue.AsSideInput, earlier: Earlier, run: int, max_partitions: int):
        super().__init__()
        self._folder, self._shards, self._earlier = folder, shards, earlier
        self._run, self._max_partitions = run, max_partitions

    @no_annotations
    def expand(self, found: dict[str, beam.PCollection]) -> dict[str, beam.PCollection]:
        new, patches = found["new"], found["patches"]
        dataset = self._earlier.folder, self._earlier.partitioned
        layout = AsSingleton(
            found["events"]
            | "Count events" >> beam.combiners.Count.Globally()
            | "Lay out"
            >> beam.Map(
                _new_layout,
                AsSingleton(new | "Count new" >> beam.combiners.Count.Globally()),
                self._shards,
                self._earlier.articles,
                self._earlier.partitioned,
                self._run,
                self._max_partitions,
            )
        )
        others = (
            new.pipeline
            | "Files of index" >> Paths(self._earlier, ARTICLES_INDEX)
            | "If laid out anew" >> beam.ParDo(AllPatches(*dataset), layout).with_output_types(tuple[str, Patch])
        )
        changed = patches | "Changed" >> beam.Filter(_is_read, self._earlier.partitioned)
        old = (
            (changed, others)
            | "Patches" >> beam.Flatten()
            | "Group patches" >> beam.GroupByKey()
            | "Read" >> beam.ParDo(ReadArticles(*dataset), layout).with_outputs(ReadArticles.GONE, main="articles")
        )
        written = (
            (
                old.articles | "Old" >> beam.Map(lambda p: p).with_output_types(InBatch),
                new | "By file" >> beam.Map(article_file, layout).with_output_types(InBatch),
            )
            | "Articles" >> beam.Flatten()
            | "Group batches of files" >> beam.GroupByKey()
            | "Write" >> beam.ParDo(WriteArticles(self._folder), layout).with_outputs(WriteArticles.PLACES, main="files")
        )
        gone = old[ReadArticles.GONE] | "Gone" >> beam.Map(lambda path: WrittenFile(ARTICLES.name, path, GONE, 0))
        return {
            "files": (written.files, gone) | "Files" >> beam.Flatten(),
            "files_of_articles": written[WriteArticles.PLACES]
            | "Places" >> beam.Map(lambda p: p).with_output_types(tuple[str, str]),
        }


def _either(element: tuple[str, Iterable[bytes]], row: type) -> Iterator[Any]:
    """The new rows of a key, else the old ones."""
    group = Group(element[1], [row, row])
    rows = list(group.of(1)) or list(group.of(0))
    yield from rows[:1]


def _more(element: tuple[str, Iterable[bytes]]) -> Iterator[Reject]:
    """A reject as often as earlier runs or this one had it: what is delivered again is refused once."""
    group = Group(element[1], [Reject, Reject])
    old, new = list(group.of(0)), list(group.of(1))  # of one record
    yield from new if len(new) > len(old) else old


def _key_of_line(row: Furniture) -> tuple[str, Furniture]:
    return digest(row.site, row.line), row


def _key_of_reject(row: Reject) -> tuple[str, Reject]:
    return digest(row.source_uri, row.stage, row.error_type, row.message, row.payload), row


def _counted(row: Furniture) -> Furniture:
    count("write", "furniture_in_all")
    return row


class AddToTables(beam.PTransform):
    """The rows of the tables that are written as a whole, those of earlier runs among them, by these tables."""

    def __init__(self, earlier: Earlier):
        super().__init__()
        self._earlier = earlier

    def _old(self, begin: beam.Pipeline, table: Table) -> beam.PCollection:
        return (
            begin
            | f"Files of {table.name}" >> Paths(self._earlier, table)
            | f"Old {table.name}" >> beam.ParDo(ReadFile(self._earlier.folder, table)).with_output_types(table.row)
        )

    @no_annotations
    def expand(self, found: dict[str, beam.PCollection]) -> dict[str, beam.PCollection]:
        begin = found["events"].pipeline
        furniture = (
            tuple(
                rows | f"Key lines {n}" >> beam.Map(_key_of_line).with_output_types(tuple[str, Furniture])
                for n, rows in enumerate((self._old(begin, FURNITURE), found["furniture"]))
            )
            | "Join lines" >> Join(Furniture, Furniture)
            | "Newest line" >> beam.FlatMap(_either, Furniture).with_output_types(Furniture)
            | "Count lines" >> beam.Map(_counted).with_output_types(Furniture)
        )
        rejects = (
            tuple(
                rows | f"Key rejects {n}" >> beam.Map(_key_of_reject).with_output_types(tuple[str, Reject])
                for n, rows in enumerate((self._old(begin, REJECTS), found["rejects"]))
            )
            | "Join rejects" >> Join(Reject, Reject)
            | "Each reject" >> beam.FlatMap(_more).with_output_types(Reject)
        )
        changes = (self._old(begin, EVENT_CHANGES), found["changes"]) | "Changes" >> beam.Flatten()
        told = {OVERRIDES.name: found["overrides"]} if "overrides" in found else {}
        return told | {
            EVENTS.name: found["events"],
            FURNITURE.name: furniture,
            REJECTS.name: rejects,
            EVENT_CHANGES.name: changes,
        }


class FindRows(beam.DoFn):
    """A file of the index to those of its rows that have changed, with the file."""

    def __init__(self, folder: str):
        self._folder = folder

    def process(self, path: str, sieve: Sieve) -> Iterator[tuple[str, tuple[str, IndexedArticle]]]:
        found = read_columns(FileSystems.join(self._folder, ARTICLES_INDEX.name, *path.split("/")))
        for row in to_rows(ARTICLES_INDEX, found.filter(pa.array(sieve.rows(found["article_id"].to_pylist())))):
            yield row.article_id, (path, row)


def _renewed(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, IndexedArticle]]:
    """A row of the index with its article's event, file, and what it gained, by the file of the index; if it changed."""
    group = Group(element[1], [tuple[str, IndexedArticle], Patch, str])
    patch, file = next(group.of(1), None), next(group.of(2), None)
    for path, row in group.of(0):
        renewed = row
        if patch:
            for gained in patch.gains:
                renewed = gain(renewed, gained)
            renewed = replace(renewed, event_id=patch.event_id)
        renewed = replace(renewed, file=file or renewed.file)
        if renewed != row:
            yield path, renewed


class WriteRenewed(beam.DoFn):
    """A file of the index with those of its rows that have changed."""

    def __init__(self, folder: str, earlier: str):
        self._folder, self._earlier = folder, earlier

    def process(self, element: tuple[str, Iterable[IndexedArticle]]) -> Iterator[WrittenFile]:
        path, rows = element
        changed = {row.article_id: row for row in rows}
        found = read_columns(FileSystems.join(self._earlier, ARTICLES_INDEX.name, *path.split("/")))
        same = found.filter(pc.invert(pc.is_in(found["article_id"], pa.array(sorted(changed), pa.string()))))
        rest = to_rows(ARTICLES_INDEX, same)
        yield write_rows(self._folder, ARTICLES_INDEX, path, [*rest, *changed.values()])


class RenewIndex(beam.PTransform):
    """Patches, and the files of articles that were written, to the files of the index that hold these articles' rows."""

    def __init__(self, folder: str, earlier: Earlier):
        super().__init__()
        self._folder, self._earlier = folder, earlier

    @no_annotations
    def expand(self, found: dict[str, beam.PCollection]) -> beam.PCollection:
        patches = found["patches"] | "Key patches" >> beam.Map(lambda p: (p[1].article_id, p[1])).with_output_types(
            tuple[str, Patch]
        )
        files = found["files_of_articles"]
        ids = (patches | beam.Keys(), files | "Ids" >> beam.Keys()) | "Changed ids" >> beam.Flatten()
        rows = (
            files.pipeline
            | "Files" >> Paths(self._earlier, ARTICLES_INDEX)
            | "Rows"
            >> beam.ParDo(
                FindRows(self._earlier.folder), sieve_of(ids | "As text" >> beam.Map(str).with_output_types(str), "changed")
            ).with_output_types(tuple[str, tuple[str, IndexedArticle]])
        )
        return (
            (rows, patches, files)
            | "Join" >> Join(tuple[str, IndexedArticle], Patch, str)
            | "Renewed" >> beam.FlatMap(_renewed).with_output_types(tuple[str, IndexedArticle])
            | "Group files" >> beam.GroupByKey()
            | "Write" >> beam.ParDo(WriteRenewed(self._folder, self._earlier.folder)).with_output_types(WrittenFile)
        )


class WriteAppended(beam.PTransform):
    """Writes what an append adds and changes below a folder; gives a ``WrittenFile`` for each file.

    Args:
      folder: where the tables go; not yet the published place.
      shards: a side input, the number of shards of new pages.
      earlier: the dataset that is added to.
      run: the number of this run.
      max_partitions: with more events, articles are laid out in buckets.
    """

    def __init__(self, folder: str, shards: beam.pvalue.AsSideInput, earlier: Earlier, run: int, max_partitions: int):
        super().__init__()
        self._folder, self._shards, self._earlier = folder, shards, earlier
        self._run, self._max_partitions = run, max_partitions

    @no_annotations
    def expand(self, inputs: dict[str, beam.PCollection]) -> beam.PCollection:
        shards = inputs | "Pages" >> WritePages(self._folder, self._shards, self._run)
        new = shards[WriteShard.ARTICLES] | "New" >> beam.Map(lambda p: p).with_output_types(tuple[Article, int])
        writing = WriteAppendedArticles(self._folder, self._shards, self._earlier, self._run, self._max_partitions)
        articles = (inputs | {"new": new}) | "Articles" >> writing
        rejects = (inputs["rejects"], shards[WriteShard.REJECTS]) | "All rejects" >> beam.Flatten()
        found = inputs | articles | {"rejects": rejects}
        whole = found | "Whole tables" >> AddToTables(self._earlier)
        index = found | "Index rows" >> IndexRows(self._shards, self._run)
        return (
            shards.files,
            articles["files"],
            found | "Renew index" >> RenewIndex(self._folder, self._earlier),
            (whole | index) | "Tables" >> WriteSmallRows(self._folder, self._run),
        ) | "Files" >> beam.Flatten()
