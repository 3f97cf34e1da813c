"""Writing one Parquet file: sorted rows, a temporary name, then the final one."""

import functools
import uuid
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from apache_beam.io.filesystem import BeamIOError, CompressionTypes
from apache_beam.io.filesystems import FileSystems

from schemas.records import WrittenFile
from schemas.table import Table

TEMPORARY = "_tmp"
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

    The rows are sorted by the table's key, so the same rows give the same bytes. A bundle that is tried again writes
    the same file under the same name. On an object store, where a file is there at once and whole, it needs no other.
    """
    arrow = table.to_arrow(rows, with_partition=with_partition)
    sink = pa.BufferOutputStream()
    row_group = _PRUNED_ROW_GROUP if with_partition else _ROW_GROUP
    pq.write_table(arrow, sink, row_group_size=row_group, **_format(tuple(arrow.column_names), few=arrow.num_rows < _FEW))
    content = sink.getvalue()
    files = FileSystems.get_filesystem(folder)  # once: each function of ``FileSystems`` looks for it anew
    final = files.join(folder, table.name, *path.split("/"))
    first = files.join(folder, TEMPORARY, uuid.uuid4().hex) if files.has_dirs() else final
    with files.create(first, compression_type=CompressionTypes.UNCOMPRESSED) as stream:  # makes its folder too
        stream.write(content)
    if first != final:
        # A folder of an event holds one file, as a rule, so it is made without asking whether it is there. Where it is,
        # or where two workers make one at the same moment, Beam's file systems raise.
        parent = final.rpartition("/")[0]
        try:
            files.mkdirs(parent)
        except (BeamIOError, OSError):
            if not files.exists(parent):
                raise
        files.rename([first], [final])
    return WrittenFile(table.name, path, arrow.num_rows, content.size)
