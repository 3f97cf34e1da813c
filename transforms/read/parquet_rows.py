"""Parquet: one page a row, with the columns that lines of JSON have as fields."""

import contextlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.records import InputFile, Record
from schemas.rejects import Reject
from transforms.common.times import from_micros
from transforms.read.files import InputError, Limits
from transforms.read.record import record_from_fields, too_large, uri_of

PAGES = ("text", "html")
COLUMNS = (*PAGES, "id", "url", "fetched_at", "title", "outlet", "published_at", "event_label")
_BATCH_ROWS = 16
"""Rows that are held at once. A file may repeat one long text in every row at no cost of its own; what comes after
reading takes some hundred times as long as a batch."""
_BUFFER = 1 << 20
"""Bytes of a column that are read ahead; without it a whole row group is."""


def _instants(column: pa.Array) -> list[str | None]:
    """Times as ISO 8601 in UTC; what no calendar holds as words that say so."""
    # Through whole microseconds, since Python's times know neither nanoseconds nor zones by any name.
    micros = column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(pa.int64()).to_pylist()
    found: list[str | None] = []
    for value in micros:
        try:
            found.append(None if value is None else from_micros(value).isoformat())
        except OverflowError:
            found.append(f"{value} microseconds")
    return found


def _values(column: pa.Array) -> list[Any]:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        return _instants(column)
    values = []
    for scalar in column:
        try:
            value = scalar.as_py()
        except UnicodeDecodeError:  # a column of text may hold any bytes
            value = scalar.as_buffer().to_pybytes()
        except (ValueError, OverflowError):  # of dates beyond the years that Python knows
            value = f"{column.type} out of range"
        values.append(value.isoformat() if isinstance(value, date) else value)
    return values


def _text_of_bytes(value: Any) -> Any:
    """Bytes as the text that they are in UTF-8: Impala, Hive and old Spark write strings so. Other values as they are."""
    if isinstance(value, bytes):
        with contextlib.suppress(UnicodeDecodeError):
            return value.decode("utf-8")
    return value


def _column(name: str, column: pa.Array) -> list[Any]:
    values = _values(column)
    # The encoding of a page is recognised from all of its bytes; what is said of it is UTF-8, or nothing.
    return values if name in PAGES else [_text_of_bytes(value) for value in values]


def _payload(fields: dict[str, Any]) -> bytes:
    """A row as bytes to make its id from: its known columns in JSON, in the order of their names."""

    def plain(value: object) -> str:
        return value.decode("latin-1") if isinstance(value, bytes) else str(value)

    known = {name: value for name, value in fields.items() if value is not None}
    return json.dumps(known, sort_keys=True, ensure_ascii=False, default=plain).encode("utf-8", "surrogatepass")


def _length(value: object) -> int:
    if isinstance(value, str):
        return len(value.encode("utf-8", "surrogatepass"))
    return len(value) if isinstance(value, bytes) else 0


def _rows(file: pq.ParquetFile, limits: Limits) -> Iterator[dict[str, Any]]:
    names = [name for name in COLUMNS if name in file.schema_arrow.names]
    held = 0
    for group in range(file.metadata.num_row_groups):
        held += file.metadata.row_group(group).total_byte_size
        if held > limits.file_bytes:
            message = f"The file holds more than {limits.file_bytes:,} bytes once decompressed; if it is meant to, "
            raise InputError("file_too_large", message + "raise --max_file_mb.")
        for batch in file.iter_batches(_BATCH_ROWS, row_groups=[group], columns=names, use_threads=False):
            columns = {name: _column(name, column) for name, column in zip(batch.schema.names, batch.columns, strict=True)}
            for row in range(batch.num_rows):
                yield {name: values[row] for name, values in columns.items()}


def read_rows(raw: BinaryIO, file: InputFile, limits: Limits) -> Iterator[Record | Reject]:
    """The pages of a Parquet file. Columns of other names are not read.

    Args:
      raw: the opened file, in which it must be possible to seek.

    Raises:
      InputError: beyond the limit of a file's bytes.
      pyarrow.ArrowException: where it is no Parquet file, or a broken one.
    """
    source = pa.PythonFile(raw, mode="r")
    with pq.ParquetFile(source, pre_buffer=False, buffer_size=_BUFFER, page_checksum_verification=True) as parquet:
        for number, fields in enumerate(_rows(parquet, limits), start=1):
            payload = _payload(fields)
            if max(_length(fields.get("text")), _length(fields.get("html"))) > limits.page_bytes:
                yield too_large(uri_of(file, number), limits.page_bytes, payload)
            else:
                yield record_from_fields(fields, file, number, payload)
