"""Writing one Parquet file: sorted rows, in a form that follows from their number and their columns."""

import functools
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.records import WrittenFile
from schemas.table import Table
from transforms.write.placing import place

_ROW_GROUP = 20_000
_PRUNED_ROW_GROUP = 1_000
"""Rows of a group where one event is looked for among many."""

_FEW = 20
"""Rows of a file below which dictionaries of repeated values, and compressing columns of short values, cost more than they
save: half of the time of a file of two rows, where there may be ten thousand of them."""
_PROSE = ("body", "text")
"""Columns that are compressed in every file, and in which nobody looks for what lies between two values; the least and the
greatest would be stored whole."""


@functools.cache
def _format(names: tuple[str, ...], few: bool) -> dict[str, Any]:
    """How a file of such columns is written."""
    return {
        "compression": {name: "zstd" if name in _PROSE else "none" for name in names} if few else "zstd",
        "use_dictionary": not few,
        "write_statistics": [name for name in names if name not in _PROSE],
    }


def write_rows(folder: str, table: Table, path: str, rows: Iterable[Any], *, with_partition: bool = False) -> WrittenFile:
    """Writes rows as ``folder/<table>/<path>``.

    The rows are sorted by the table's key, so the same rows give the same bytes, and a bundle that is tried again writes
    the same file under the same name.
    """
    arrow = table.to_arrow(rows, with_partition=with_partition)
    sink = pa.BufferOutputStream()
    row_group = _PRUNED_ROW_GROUP if with_partition else _ROW_GROUP
    pq.write_table(arrow, sink, row_group_size=row_group, **_format(tuple(arrow.column_names), few=arrow.num_rows < _FEW))
    content = sink.getvalue()
    place(folder, f"{table.name}/{path}", content)
    return WrittenFile(table.name, path, arrow.num_rows, content.size)
