"""Reading what earlier runs wrote: the files of a dataset's tables, by columns and by rows, never more than is asked for."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import apache_beam as beam
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems
from apache_beam.pvalue import AsSingleton, TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.index import PAGES_INDEX, IndexedArticle
from schemas.records import Version
from schemas.table import OtherSchema, Table
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count
from transforms.common.sieve import MakeSieve, Sieve, digest


@dataclass(frozen=True, slots=True)
class Earlier:
    """A dataset that stands there: its folder, the last run that added to it, its articles and its files.

    ``files`` are pairs of a table's name and a path below it, and the number of rows. ``partitioned`` says that articles
    have a folder per event.
    """

    folder: str
    run: int
    articles: int
    events: int
    partitioned: bool
    files: tuple[tuple[str, str, int], ...]

    def paths(self, table: Table) -> list[str]:
        """The paths of a table's files below the table, but for those without rows."""
        return [path for name, path, rows in self.files if name == table.name and rows]


def read_columns(path: str, columns: Sequence[str] | None = None) -> pa.Table:
    """A Parquet file, or some of its columns; times as whole numbers, microseconds since 1970 UTC.

    Raises:
      OSError: if it cannot be read, with its path.
    """
    with FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED) as stream:
        try:
            # Threads, which reading ahead needs too, take longer than a small file does; and each worker has one core.
            file = pq.ParquetFile(stream, pre_buffer=False)
            found = file.read(columns=None if columns is None else list(columns), use_threads=False)
        except (pa.ArrowException, OSError) as error:  # Arrow has both for damaged files
            # Without its cause, since the deepest one is what a user is told.
            raise OSError(
                f"{path} cannot be read: {error}; if it is damaged, write the dataset anew with --mode overwrite."
            ) from None
    for at, field in enumerate(found.schema):
        if pa.types.is_timestamp(field.type):
            found = found.set_column(at, field.name, found.column(at).cast(pa.int64()))
    return found


def _empty(field: dataclasses.Field[Any]) -> Any:
    """What stands in rows for a column that was not read."""
    if field.metadata["null"]:
        return None
    kind = field.metadata["arrow"]
    if pa.types.is_list(kind):
        return ()
    return b"" if pa.types.is_binary(kind) else "" if pa.types.is_string(kind) else 0


def to_rows(table: Table, found: pa.Table, without: Sequence[str] = (), **known: Any) -> Iterator[Any]:
    """The rows of a file as the table's records.

    Args:
      table: the table that the file is of.
      found: the file, but for columns that were not read.
      without: names of these; they are empty in the rows.
      known: values of all rows, by the column.

    Raises:
      OtherSchema: if the file has not a column that only later ones may lack.
    """
    values: dict[str, Any] = {}
    for field in table.fields():
        if field.name in without:
            values[field.name] = _empty(field)
        elif field.name not in found.column_names and field.name not in known:
            values[field.name] = table.added(field.name)
            if values[field.name] is None and not field.metadata["null"]:
                raise OtherSchema(f"A file of {table.name} has no column {field.name}; write it anew from its pages.")
    for row in found.to_pylist():
        yield table.row(**(row | values | known))


def gain(row: IndexedArticle, gained: Version) -> IndexedArticle:
    """An article with what new copies of it know: what was known stays, and what was not comes from them."""
    return replace(
        row,
        title=row.title or gained.title,
        outlet=row.outlet or gained.outlet,
        published_at=gained.published_at if row.published_at is None else row.published_at,
        event_label=row.event_label or gained.event_label,
        occurrence_count=row.occurrence_count + gained.occurrence_count,
    )


class ReadFile(beam.DoFn):
    """A file's path below its table to its rows, all or those whose column a sieve lets through.

    Args:
      folder: the dataset.
      table: the table that the file is of.
      key: the column that the sieve is for.
      without: columns that are not read, and empty in the rows.
    """

    def __init__(self, folder: str, table: Table, key: str = "", without: Sequence[str] = ()):
        self._folder, self._table, self._key = folder, table, key
        self._without = without
        self._columns = [field.name for field in table.fields() if field.name not in without] if without else None

    def process(self, path: str, sieve: Sieve | None = None) -> Iterator[Any]:
        found = read_columns(FileSystems.join(self._folder, self._table.name, *path.split("/")), self._columns)
        if sieve is not None:
            found = found.filter(pa.array(sieve.rows(found[self._key].to_pylist())))
        yield from to_rows(self._table, found, self._without)


def sieve_of(keys: beam.PCollection, label: str) -> AsSingleton:
    """A side input: the sieve of some strings."""
    return AsSingleton(
        keys
        | f"Digests of {label}" >> beam.Map(digest).with_output_types(int)
        | f"Sieve of {label}" >> beam.CombineGlobally(MakeSieve())
    )


class Paths(beam.PTransform):
    """The paths of a table's files, spread over the workers."""

    def __init__(self, earlier: Earlier, table: Table):
        super().__init__()
        self._paths = earlier.paths(table)

    def expand(self, begin: beam.pvalue.PBegin) -> beam.PCollection:
        return begin | beam.Create(self._paths, reshuffle=True).with_output_types(str)


class LookUp(beam.PTransform):
    """Keys, strings, to the rows of a table whose column may hold one of them; a few more rows come with them.

    Args:
      earlier: the dataset.
      table: its table.
      key: the column.
      without: columns that are not read.
    """

    def __init__(self, earlier: Earlier, table: Table, key: str, without: Sequence[str] = ()):
        super().__init__()
        self._earlier, self._table, self._key, self._without = earlier, table, key, without

    @no_annotations
    def expand(self, keys: beam.PCollection) -> beam.PCollection:
        read = ReadFile(self._earlier.folder, self._table, self._key, self._without)
        return (
            keys.pipeline
            | "Files" >> Paths(self._earlier, self._table)
            | "Rows" >> beam.ParDo(read, sieve_of(keys, "keys")).with_output_types(self._table.row)
        )


class NotKnown(beam.DoFn):
    """Pages that no earlier run has; those that one has are counted and, tagged, named."""

    KNOWN = "known"

    def process(self, page: Any, known: frozenset[str]) -> Iterator[Any]:
        if page.page_id in known:
            count("append", "pages_known")
            yield TaggedOutput(self.KNOWN, (page.source_uri, page.page_id))
        else:
            yield page


class KnownIds(beam.PTransform):
    """Ids of pages to the one set of those that an earlier run has: of what is new, which one worker may hold."""

    def __init__(self, earlier: Earlier):
        super().__init__()
        self._earlier = earlier

    def expand(self, ids: beam.PCollection) -> beam.PCollection:
        new = AsSingleton(ids | "New" >> beam.CombineGlobally(ToSet()))
        return (
            ids
            | "Look up" >> LookUp(self._earlier, PAGES_INDEX, "page_id")
            | "Id of row" >> beam.Map(lambda row: row.page_id).with_output_types(str)
            # A sieve that holds much lets strangers through, and these grow with the dataset.
            | "Exact" >> beam.Filter(lambda page_id, new: page_id in new, new)
            | "Set" >> beam.CombineGlobally(ToSet())
        )


class PassOverKnown(beam.PTransform):
    """Pages, with their ids, to those that no earlier run has, and the ``known`` ones as pairs of source and id."""

    def __init__(self, earlier: Earlier):
        super().__init__()
        self._earlier = earlier

    @no_annotations
    def expand(self, pages: beam.PCollection) -> dict[str, beam.PCollection]:
        ids = pages | "Ids" >> beam.Map(lambda page: page.page_id).with_output_types(str)
        known = AsSingleton(ids | "Known ids" >> KnownIds(self._earlier))
        told = pages | "Pass over" >> beam.ParDo(NotKnown(), known).with_outputs(NotKnown.KNOWN, main="pages")
        return {"pages": told.pages, "known": told[NotKnown.KNOWN]}


class ToSet(beam.CombineFn):
    """Combines strings to a set of them: of what is new, which one worker may hold."""

    def create_accumulator(self) -> set[str]:
        return set()

    def add_input(self, accumulator: set[str], element: str) -> set[str]:
        accumulator.add(element)
        return accumulator

    def merge_accumulators(self, accumulators: Any) -> set[str]:
        return set().union(*accumulators)

    def extract_output(self, accumulator: set[str]) -> frozenset[str]:
        return frozenset(accumulator)


def flattened(column: pa.ChunkedArray) -> tuple[np.ndarray, pa.Array]:
    """The values of a column of lists, and the row that each stands in."""
    lists = column.combine_chunks()
    return np.repeat(np.arange(len(lists)), lists.value_lengths().to_numpy(zero_copy_only=False)), lists.flatten()
