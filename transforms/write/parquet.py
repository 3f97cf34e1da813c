"""Writing Parquet files: sorted rows, in a form that follows from their number and their columns."""

import functools
from collections.abc import Iterable, Mapping
from itertools import accumulate, chain
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


def _encoded(columns: pa.Table, with_partition: bool) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    row_group = _PRUNED_ROW_GROUP if with_partition else _ROW_GROUP
    form = _format(tuple(columns.column_names), few=columns.num_rows < _FEW)
    pq.write_table(columns, sink, row_group_size=row_group, **form)
    return sink.getvalue()


def _joined(table: Table, files: Mapping[str, Iterable[Any]], with_partition: bool) -> tuple[list[int], pa.Table]:
    """The number of rows of each file, and the rows of all, one file behind the other, each in its order."""
    ordered = [table.in_order(rows) for rows in files.values()]
    columns = table.columns(list(chain.from_iterable(ordered)), with_partition=with_partition)
    return list(map(len, ordered)), columns


def write_files(
    folder: str, table: Table, files: Mapping[str, Iterable[Any]], *, with_partition: bool = False
) -> list[WrittenFile]:
    """Writes rows as ``folder/<table>/<path>`` for each path.

    A file is the same as if it were written alone, but ten small ones together take little more than half the time: their
    rows become columns at once, and each step is done for all of them before the next one.
    """
    lengths, columns = _joined(table, files, with_partition)
    ends = accumulate(lengths)
    contents = [_encoded(columns.slice(end - rows, rows), with_partition) for end, rows in zip(ends, lengths, strict=True)]
    for path, content in zip(files, contents, strict=True):
        place(folder, f"{table.name}/{path}", content)
    return [
        WrittenFile(table.name, path, rows, content.size)
        for path, rows, content in zip(files, lengths, contents, strict=True)
    ]


def write_rows(folder: str, table: Table, path: str, rows: Iterable[Any], *, with_partition: bool = False) -> WrittenFile:
    """Writes rows as ``folder/<table>/<path>``.

    The rows are sorted by the table's key, so the same rows give the same bytes, and a bundle that is tried again writes
    the same file under the same name.
    """
    (written,) = write_files(folder, table, {path: rows}, with_partition=with_partition)
    return written


def write_columns(folder: str, table: Table, path: str, columns: pa.Table) -> WrittenFile:
    """Writes rows that are columns already, in the order of the table's key, as ``folder/<table>/<path>``."""
    content = _encoded(columns, with_partition=False)
    place(folder, f"{table.name}/{path}", content)
    return WrittenFile(table.name, path, columns.num_rows, content.size)
