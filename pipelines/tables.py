"""Reading a dataset's tables as streams: chosen columns, a batch of rows at a time, wherever the dataset lies."""

import contextlib
import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.table import Table

_SMALL = 1 << 16
"""Bytes of a file that is read whole. Where there are ten thousand of them, to ask each for its parts, one after another,
takes longer than to read it."""
_BUFFER = 1 << 20
"""Bytes of a column that are read at once, so that no column chunk is held whole."""
ROWS = 8192
"""Rows of a batch of short columns."""
TEXT_ROWS = 64
"""Rows of a batch with whole texts, of which each may hold megabytes."""


class Tables:
    """The tables of a dataset, published or about to be.

    Args:
      folder: the folder that holds the tables, a path or URI; or what gives it for a file's name below it, where the files
        of a dataset that is about to be published stand in several.
      files: what the manifest lists as ``files``: the table and path of each.
    """

    def __init__(self, folder: str | Callable[[str], str], files: Sequence[dict[str, Any]]):
        self._folder = folder
        self._files = files

    def paths(self, table: Table) -> list[str]:
        """The files of a table, by their paths below its folder, in order."""
        return sorted(file["path"] for file in self._files if file["table"] == table.name)

    def batches(
        self, table: Table, columns: Sequence[str], paths: Sequence[str] | None = None, size: int = ROWS
    ) -> Iterator[pa.RecordBatch]:
        """The rows of a table, or of some files of it, in the order of its files; those of small files come together.

        A column that stands in a file's path is made of it. One that a file lacks, since another version of Clipbook
        wrote it, is null.
        """
        waiting: list[pa.RecordBatch] = []
        rows = 0
        for path in self.paths(table) if paths is None else paths:
            for batch in self._read(table, path, columns, size):
                waiting.append(batch)
                rows += batch.num_rows
                if rows >= size:
                    yield pa.concat_batches(waiting)
                    waiting, rows = [], 0
        if rows:
            yield pa.concat_batches(waiting)

    def _read(self, table: Table, path: str, columns: Sequence[str], size: int) -> Iterator[pa.RecordBatch]:
        with contextlib.ExitStack() as stack:
            name = f"{table.name}/{path}"
            folder = self._folder if isinstance(self._folder, str) else self._folder(name)
            file = stack.enter_context(_opened(stack.enter_context(open_stored(f"{folder}/{name}"))))
            # Threads cost more than they gain where a file is small. Columns that a file lacks are passed over.
            for batch in file.iter_batches(size, columns=columns, use_threads=False):
                names = batch.schema.names
                arrays = [
                    batch.column(names.index(name)) if name in names else _missing(table, path, name, batch.num_rows)
                    for name in columns
                ]
                yield pa.RecordBatch.from_arrays(arrays, names=columns)


def _opened(stream: BinaryIO) -> pq.ParquetFile:
    whole = stream.read(_SMALL)
    if len(whole) < _SMALL:
        return pq.ParquetFile(pa.BufferReader(whole), pre_buffer=False)
    stream.seek(0)
    return pq.ParquetFile(stream, buffer_size=_BUFFER, pre_buffer=False)  # buffered before, all columns would be held


def _missing(table: Table, path: str, name: str, rows: int) -> pa.Array:
    kind = table.schema(with_partition=True).field(name).type
    prefix = f"{name}="
    if name == table.partition and path.startswith(prefix):
        return pa.repeat(pa.scalar(path[len(prefix) :].partition("/")[0], kind), rows)
    return pa.nulls(rows, kind)


def open_stored(path: str) -> BinaryIO:
    """A file of a dataset, on this machine or on any store that Beam knows.

    Beam is asked for stores alone: to import it takes longer than most of what is done with a dataset here.
    """
    if "://" not in path:
        return open(path, "rb")
    from apache_beam.io.filesystem import CompressionTypes
    from apache_beam.io.filesystems import FileSystems

    return FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED)


def store(path: str, content: bytes) -> None:
    """Writes a file, or writes one anew: on this machine readers see the earlier one or all of the new one."""
    if "://" in path:
        from transforms.write.dataset import write_text

        write_text(path, content.decode("utf-8"))
        return
    fresh = f"{path}.{uuid.uuid4().hex[:8]}.tmp"
    try:
        with open(fresh, "wb") as stream:
            stream.write(content)
        os.replace(fresh, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(fresh)
        raise
