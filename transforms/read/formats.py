"""Cutting a file into records, by its ending.

A format is a function from an opened file to records and rejects. ``FORMATS`` lists them; a new format is one more
function there. Web archives and Parquet have modules of their own.
"""

import io
import json
from collections.abc import Callable, Iterator

from schemas.records import Given, InputFile, Record
from schemas.rejects import Reject
from transforms.read.archive import read_archive
from transforms.read.files import InputError, InputReader, Limits, ending, first_bytes, open_input, open_raw
from transforms.read.parquet_rows import read_rows
from transforms.read.record import content_of, make_record, printable, record_from_fields, reject, too_large

Format = Callable[[InputReader, InputFile, Limits], Iterator[Record | Reject]]


def _behind(stream: InputReader) -> tuple[str, ...]:
    """The warning on bytes behind the one page of a compressed file, where there are any."""
    said = f"file: {stream.behind:,} bytes that stand behind the compressed page were passed over"
    return (said,) if stream.behind else ()


def read_text(stream: InputReader, file: InputFile, limits: Limits) -> Iterator[Record | Reject]:
    """A file that is one page of plain text."""
    uri = printable(file.name)
    payload = stream.read(limits.page_bytes + 1)
    if len(payload) > limits.page_bytes:
        yield too_large(uri, limits.page_bytes, payload)
    else:
        yield Record(uri, "path", printable(file.relative_name), payload, None, Given(), _behind(stream))


def read_page(stream: InputReader, file: InputFile, limits: Limits) -> Iterator[Record | Reject]:
    """A file that is one page of HTML."""
    payload = stream.read(limits.page_bytes + 1)
    if len(payload) > limits.page_bytes:
        yield too_large(printable(file.name), limits.page_bytes, payload)
        return
    try:
        yield make_record(file, None, {}, payload, content_of(payload, is_html=True), _behind(stream))
    except InputError as error:
        yield reject(printable(file.name), error.kind, str(error), payload)


def _lines(stream: io.BufferedReader, limit: int) -> Iterator[tuple[int, bytes, bool]]:
    """Lines with their number from 1, without line ends, and whether they were cut at ``limit`` bytes."""
    number = 0
    while line := stream.readline(limit + 2):
        number += 1
        whole = line.rstrip(b"\r\n")
        if len(whole) > limit:
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = stream.readline(1 << 20)
        yield number, whole, len(whole) > limit


def read_json_lines(stream: io.BufferedReader, file: InputFile, limits: Limits) -> Iterator[Record | Reject]:
    """A file of JSON objects, one a line; empty lines are passed over."""
    path = printable(file.name)
    for number, line, cut in _lines(stream, limits.page_bytes):
        uri = f"{path}#{number}"
        if cut:
            yield too_large(uri, limits.page_bytes, line)
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        try:
            fields = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            message = f"The line is not UTF-8 (byte {error.start + 1}); write the file anew in UTF-8."
            yield reject(uri, "not_utf8", message, line)
        except (ValueError, RecursionError) as error:
            message = f"The line is not JSON ({str(error)[:120] or 'nested too deeply'}); mend it or take it out."
            yield reject(uri, "bad_json", message, line)
        else:
            if isinstance(fields, dict):
                yield record_from_fields(fields, file, number, line)
            else:
                yield reject(uri, "bad_json", "The line is not a JSON object; write one object a line.", line)


FORMATS: dict[str, Format] = {
    ".htm": read_page,
    ".html": read_page,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".txt": read_text,
    ".warc": read_archive,
    ".wet": read_archive,
}
PARQUET = ".parquet"
_ONE_PAGE = frozenset([".htm", ".html", ".txt"])
"""Endings of files that are a page; what is odd about such a file is a warning of that page."""


def _records(file: InputFile, limits: Limits) -> Iterator[Record | Reject]:
    name, compression = ending(file.name)
    if name in FORMATS:
        with open_input(file.name, limits) as stream:
            yield from FORMATS[name](stream, file, limits)
            if stream.behind and name not in _ONE_PAGE:
                message = (
                    f"Behind the compressed records stand {stream.behind:,} bytes that are none, and were passed over; "
                )
                raise InputError("trailing_bytes", message + "fetch the file again if it should hold more.")
    elif name == PARQUET and compression is None:
        # Its footer stands at its end, so it is not read as a stream.
        with open_raw(file.name) as raw:
            yield from read_rows(raw, file, limits)
    elif name == PARQUET:
        message = "Parquet is compressed within, and not read inside of another compression; unpack the file."
        raise InputError("unknown_ending", message)
    else:
        known = ", ".join(sorted([*FORMATS, PARQUET]))
        message = f"Files that end in {name or 'nothing'!r} are not read; name it {known}, or leave it out of --input."
        raise InputError("unknown_ending", message)


def read_file(file: InputFile, limits: Limits) -> Iterator[Record | Reject]:
    """Every record of a file. What breaks off in its middle gives the records before, and one reject for the rest."""
    uri = printable(file.name)
    try:
        yield from _records(file, limits)
    except InputError as error:
        yield reject(uri, error.kind, str(error), first_bytes(file.name))
    except Exception as error:  # noqa: BLE001 - what a file system or a decompressor raises is its own affair
        said = " ".join(str(error).split())[:200]
        message = f"The file cannot be read to its end ({type(error).__name__}: {said}); fetch it again."
        yield reject(uri, "unreadable", message, first_bytes(file.name))
