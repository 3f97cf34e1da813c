"""Declaring a table: a frozen dataclass whose fields carry their Arrow type and description."""

import dataclasses
import functools
import operator
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

SCHEMA_VERSION = "1"
"""Stands in the metadata of every Parquet file and in the manifest. It rises when a column changes its meaning or its
type or goes, or comes without a value that older rows can be given (``added``); a whole number, as text."""

TIMESTAMP = pa.timestamp("us", tz="UTC")
STRINGS = pa.list_(pa.field("element", pa.string(), nullable=False))

_TABLE, _VERSION = "clipbook.table", "clipbook.schema_version"


class OtherSchema(Exception):
    """A dataset or a file of a schema that this Clipbook would misread. The message is one sentence that says what to do."""


def check_version(found: object, what: str, *, may_be_older: bool = False) -> None:
    """Refuses what was written with another schema.

    Args:
      found: the version that it names, of whatever kind; None where it names none.
      what: what names it, for the message: a path, mostly.
      may_be_older: whether an older one will do, since it is replaced and not read.

    Raises:
      OtherSchema: if it is another one.

    >>> check_version("1", "out", may_be_older=True)
    >>> check_version("9", "out")
    Traceback (most recent call last):
    schemas.table.OtherSchema: out was written by a newer Clipbook, with schema 9, and this one knows schema 1; ...
    """
    if found == SCHEMA_VERSION:
        return
    if not isinstance(found, str) or not re.fullmatch("[1-9][0-9]{0,5}", found):
        raise OtherSchema(f"{what} names no version of its schema, so it cannot be read; write it anew from its pages.")
    if int(found) > int(SCHEMA_VERSION):
        raise OtherSchema(
            f"{what} was written by a newer Clipbook, with schema {found}, and this one knows schema {SCHEMA_VERSION}; "
            "install the newer one, or give another --output."
        )
    if not may_be_older:
        raise OtherSchema(
            f"{what} was written by an older Clipbook, with schema {found}, and this one knows schema {SCHEMA_VERSION}; "
            "write it anew from its pages."
        )


def column(arrow_type: pa.DataType, description: str, *, null: bool = False, added: Any = None) -> Any:
    """A field of a row class.

    Args:
      arrow_type: the type in the Parquet file. Timestamps are held in rows as integers, microseconds since 1970 UTC.
      description: one sentence for the data dictionary.
      null: whether the column may be null.
      added: for a column that came later, the value that it has in files which were written before, if that is not null.
    """
    return dataclasses.field(metadata={"arrow": arrow_type, "description": description, "null": null, "added": added})


@dataclasses.dataclass(frozen=True)
class Table:
    """A dataset of Clipbook: its name, its row and the columns that order its rows.

    ``partition`` names a column that the path of a file holds in place of the file itself.
    """

    name: str
    row: type
    description: str
    sort_by: tuple[str, ...]
    partition: str | None = None

    def fields(self) -> tuple[dataclasses.Field[Any], ...]:
        return dataclasses.fields(self.row)

    @functools.cache  # noqa: B019  (tables are few and live as long as the process)
    def schema(self, *, with_partition: bool = False) -> pa.Schema:
        """The Arrow schema of the table's files.

        >>> from schemas.tables import EVENTS
        >>> EVENTS.schema().field("article_count").type
        DataType(int32)
        """
        return pa.schema(
            [
                pa.field(
                    field.name,
                    field.metadata["arrow"],
                    nullable=field.metadata["null"],
                    metadata={"description": field.metadata["description"]},
                )
                for field in self.fields()
                if with_partition or field.name != self.partition
            ],
            metadata={_TABLE: self.name, _VERSION: SCHEMA_VERSION},
        )

    def to_arrow(self, rows: Iterable[Any], *, with_partition: bool = False) -> pa.Table:
        """Rows as an Arrow table, in order of ``sort_by``: a total one, since those columns are the table's key."""
        return self.columns(self.in_order(rows), with_partition=with_partition)

    def in_order(self, rows: Iterable[Any]) -> list[Any]:
        return sorted(rows, key=operator.attrgetter(*self.sort_by))

    def columns(self, rows: Sequence[Any], *, with_partition: bool = False) -> pa.Table:
        """Rows as an Arrow table, as they stand: whoever makes it has brought them ``in_order``."""
        schema = self.schema(with_partition=with_partition)
        return _arrow({name: list(map(operator.attrgetter(name), rows)) for name in schema.names}, schema)

    def of_columns(self, columns: Mapping[str, Sequence[Any]]) -> pa.Table:
        """Rows as an Arrow table, from all their values by column: for rows that are many and small.

        Whoever makes them brings them in order of ``sort_by``.
        """
        return _arrow(columns, self.schema())

    def check_file(self, schema: pa.Schema, what: str) -> None:
        """Refuses a Parquet file that is none of this table, or was written with another schema.

        Args:
          schema: the file's.
          what: the file's path, for the message.

        Raises:
          OtherSchema: if it is refused.
        """
        metadata = {key.decode("utf-8", "replace"): value.decode("utf-8", "replace") for key, value in _metadata(schema)}
        if metadata.get(_TABLE) != self.name:
            raise OtherSchema(f"{what} is no file of the table {self.name} that Clipbook wrote.")
        check_version(metadata.get(_VERSION), what)

    def upgrade(self, found: pa.Table, what: str) -> pa.Table:
        """A file's rows in the columns of today: those that came later have the value that they were given for older rows.

        Columns that are not the table's are left out. What ``found`` lacks because only some columns were read is
        filled in as well; so read whole rows.

        Args:
          found: as it was read from one file, with the metadata of its schema.
          what: the file's path, for the message.

        Raises:
          OtherSchema: if the file is not of this table and schema, or a column is missing or of another type.
        """
        self.check_file(found.schema, what)
        schema = self.schema(with_partition=self.partition in found.column_names)
        columns = []
        for field in schema:
            if field.name in found.column_names:
                columns.append(found[field.name])
                fits = columns[-1].type == field.type
            else:
                value = self.added(field.name)
                fits = value is not None or field.nullable
                columns.append(pa.repeat(pa.scalar(value, field.type), found.num_rows))
            if not fits:
                raise OtherSchema(f"{what} has no column {field.name} of type {field.type}; write it anew from its pages.")
        return pa.Table.from_arrays(columns, schema=schema)

    def added(self, name: str) -> Any:
        """The value that a column has in files which were written before it came, None if that is null or it has none."""
        return next(field.metadata["added"] for field in self.fields() if field.name == name)


def _arrow(columns: Mapping[str, Sequence[Any]], schema: pa.Schema) -> pa.Table:
    arrays = [pa.array(columns[field.name], type=field.type, from_pandas=False) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _metadata(schema: pa.Schema) -> Iterable[tuple[bytes, bytes]]:
    return (schema.metadata or {}).items()
