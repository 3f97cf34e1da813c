"""Declaring a table: a frozen dataclass whose fields carry their Arrow type and description."""

import dataclasses
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

SCHEMA_VERSION = "1"
"""Stands in the metadata of every Parquet file. It rises when a column changes its meaning, its type or goes."""

TIMESTAMP = pa.timestamp("us", tz="UTC")
STRINGS = pa.list_(pa.field("element", pa.string(), nullable=False))


def column(arrow_type: pa.DataType, description: str, *, null: bool = False) -> Any:
    """A field of a row class.

    Args:
      arrow_type: the type in the Parquet file. Timestamps are held in rows as integers, microseconds since 1970 UTC.
      description: one sentence for the data dictionary.
      null: whether the column may be null.
    """
    return dataclasses.field(metadata={"arrow": arrow_type, "description": description, "null": null})


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
            metadata={"clipbook.table": self.name, "clipbook.schema_version": SCHEMA_VERSION},
        )

    def order(self, row: Any) -> tuple[Any, ...]:
        """The key by which rows stand in a file: total, since ``sort_by`` is the table's key."""
        return tuple(getattr(row, name) for name in self.sort_by)

    def to_arrow(self, rows: Iterable[Any], *, with_partition: bool = False) -> pa.Table:
        """Rows as an Arrow table, in the table's order."""
        ordered = sorted(rows, key=self.order)
        schema = self.schema(with_partition=with_partition)
        arrays = [
            pa.array([getattr(row, field.name) for row in ordered], type=field.type, from_pandas=False) for field in schema
        ]
        return pa.Table.from_arrays(arrays, schema=schema)
