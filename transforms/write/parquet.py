"""Writing one Parquet file: sorted rows, a temporary name, then the final one."""

import contextlib
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
_PRUNED_ROW_GROUP = 2_000
"""Rows of a group where one event is looked for among many."""

_WORTH_DICTIONARIES = 20
"""Rows from which on dictionaries of repeated values save more than they cost."""
_PROSE = ("body", "text")
"""Columns in which nobody looks for what lies between two values; the least and the greatest would be stored whole."""


def make_folder(path: str) -> None:
    """Makes a folder, and those above it, where they are not there."""
    # Two workers may make one folder at the same moment; Beam's file systems then raise.
    with contextlib.suppress(BeamIOError, FileExistsError):
        if not FileSystems.exists(path):
            FileSystems.mkdirs(path)


def write_rows(folder: str, table: Table, path: str, rows: Iterable[Any], *, with_partition: bool = False) -> WrittenFile:
    """Writes rows as ``folder/<table>/<path>``.

    The rows are sorted by the table's key, so the same rows give the same bytes. A bundle that is tried again writes
    the same file under the same name. On an object store, where a file is there at once and whole, it needs no other.
    """
    arrow = table.to_arrow(rows, with_partition=with_partition)
    final = FileSystems.join(folder, table.name, *path.split("/"))
    has_folders = FileSystems.get_filesystem(folder).has_dirs()
    first = FileSystems.join(folder, TEMPORARY, uuid.uuid4().hex) if has_folders else final
    if has_folders:
        make_folder(FileSystems.join(folder, TEMPORARY))
    sink = pa.BufferOutputStream()
    pq.write_table(
        arrow,
        sink,
        compression="zstd",
        row_group_size=_PRUNED_ROW_GROUP if with_partition else _ROW_GROUP,
        use_dictionary=arrow.num_rows >= _WORTH_DICTIONARIES,
        write_statistics=[name for name in arrow.column_names if name not in _PROSE],
    )
    content = sink.getvalue()
    with FileSystems.create(first, compression_type=CompressionTypes.UNCOMPRESSED) as stream:
        stream.write(content.to_pybytes())
    if has_folders:
        make_folder(final.rpartition("/")[0])
        FileSystems.rename([first], [final])
    return WrittenFile(table.name, path, arrow.num_rows, content.size)
