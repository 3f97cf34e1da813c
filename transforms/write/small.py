"""WriteSmallRows: the tables of small rows to files, all at once: a step costs a run as much as a thousand rows do."""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam import coders
from apache_beam.typehints.decorators import no_annotations

from schemas.index import ARTICLES_INDEX, LINES_INDEX, PAGES_INDEX, PASSAGES_INDEX, SITES_INDEX, TEXTS_INDEX
from schemas.records import WrittenFile
from schemas.table import Table
from schemas.tables import EVENT_CHANGES, EVENTS, FURNITURE, OVERRIDES, REJECTS
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count
from transforms.common.ids import shard_of
from transforms.write.layout import part_name, row_shards
from transforms.write.parquet import write_rows

SMALL: dict[str, tuple[Table, str]] = {
    table.name: (table, column)
    for table, column in (
        (EVENTS, "event_id"),
        (FURNITURE, "line"),
        (REJECTS, "source_uri"),
        (EVENT_CHANGES, "event_id"),
        (OVERRIDES, "override"),
        (TEXTS_INDEX, "text_id"),
        (ARTICLES_INDEX, "article_id"),
        (PAGES_INDEX, "page_id"),
        (PASSAGES_INDEX, "digest"),
        (SITES_INDEX, "site"),
        (LINES_INDEX, "site"),
    )
}
"""The tables, each with the column by which a row goes to a file."""
BY_RUN = frozenset(table.name for table in (TEXTS_INDEX, ARTICLES_INDEX, PAGES_INDEX))
"""Those to which each run adds files of its own. The others are written as a whole."""

Packed = tuple[str, tuple[str, bytes]]
"""A row as it travels: the name of its table, what it goes to a file by, and itself."""


class Pack(beam.DoFn):
    """The rows of a table as they travel with those of others."""

    def __init__(self, table: str):
        self._table = table

    def setup(self) -> None:
        table, self._column = SMALL[self._table]
        self._encode = coders.registry.get_coder(table.row).encode

    def process(self, row: Any) -> Iterator[Packed]:
        by = getattr(row, self._column)
        yield self._table, (by if isinstance(by, str) else by.hex(), self._encode(row))


def file_of(packed: Packed, rows: dict[str, int], run: int) -> tuple[tuple[str, str], bytes]:
    """A row by its table and the file below it, from the number of rows of each table."""
    name, (by, row) = packed
    shards = row_shards(rows[name])
    return (name, part_name(shard_of(by, shards), shards, run if name in BY_RUN else 1)), row


class WriteFile(beam.DoFn):
    """Writes a file of a table of small rows."""

    def __init__(self, folder: str):
        self._folder = folder

    def process(self, element: tuple[tuple[str, str], Iterable[bytes]]) -> Iterator[WrittenFile]:
        (name, path), rows = element
        table, _ = SMALL[name]
        written = write_rows(self._folder, table, path, map(coders.registry.get_coder(table.row).decode, rows))
        count("write", f"rows.{name}", written.rows)
        yield written


class WriteSmallRows(beam.PTransform):
    """Rows by the names of their tables to files, which are as many as there are rows for.

    Args:
      folder: where the tables go.
      run: the number of the run.
    """

    def __init__(self, folder: str, run: int = 1):
        super().__init__()
        self._folder, self._run = folder, run

    @no_annotations
    def expand(self, tables: dict[str, beam.PCollection]) -> beam.PCollection:
        packed = (
            tuple(rows | f"Pack {name}" >> beam.ParDo(Pack(name)).with_output_types(Packed) for name, rows in tables.items())
            | "Rows" >> beam.Flatten()
        )
        counts = packed | "Tables" >> beam.Keys() | "Count" >> beam.combiners.Count.PerElement()
        return (
            packed
            | "By file"
            >> beam.Map(file_of, beam.pvalue.AsDict(counts), self._run).with_output_types(tuple[tuple[str, str], bytes])
            | "Group" >> beam.GroupByKey()
            | "Write" >> beam.ParDo(WriteFile(self._folder)).with_output_types(WrittenFile)
        )
