"""Cutting a file into records, by its ending.

A format is a function from an opened file to records and rejects. ``FORMATS`` lists them; a new format is one more
function there.
"""

import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from schemas.records import Given, InputFile, Record
from schemas.rejects import PAYLOAD_LIMIT, Reject
from transforms.common.times import parse_iso
from transforms.read.files import InputError, Limits, ending, first_bytes, open_input

STAGE = "read"
_UNPRINTABLE = re.compile("[\0-\x1f\x7f\u2028\u2029\ud800-\udfff]")
Format = Callable[[io.BufferedReader, InputFile, Limits], Iterator[Record | Reject]]


def reject(source_uri: str, kind: str, message: str, payload: bytes = b"") -> Reject:
    return Reject(source_uri, STAGE, kind, message, payload[:PAYLOAD_LIMIT])


def printable(name: str) -> str:
    """A path or an id as text on one line: what no text may hold is replaced."""
    return _UNPRINTABLE.sub("\ufffd", name)


def _too_large(source_uri: str, limit: int, payload: bytes) -> Reject:
    return reject(
        source_uri,
        "page_too_large",
        f"The page is larger than {limit:,} bytes; cut it up, or raise --max_page_mb if it is meant to be so large.",
        payload,
    )


def read_text(stream: io.BufferedReader, file: InputFile, limits: Limits) -> Iterator[Record | Reject]:
    """A file that is one page."""
    uri = printable(file.name)
    payload = stream.read(limits.page_bytes + 1)
    if len(payload) > limits.page_bytes:
        yield _too_large(uri, limits.page_bytes, payload)
    else:
        yield Record(uri, "path", printable(file.relative_name), payload, None, Given())


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


def _given_text(fields: dict[str, Any], name: str, warnings: list[str]) -> str | None:
    value = fields.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str):
        warnings.append(f"{name}: given as {type(value).__name__}, not text; passed over")
        return None
    return value


def _given_time(fields: dict[str, Any], name: str, warnings: list[str]) -> tuple[int | None, str | None]:
    text = _given_text(fields, name, warnings)
    if text is None:
        return None, None
    try:
        return parse_iso(text)
    except ValueError as error:
        warnings.append(f"{name}: {error}; passed over")
        return None, None


def record_from_fields(fields: dict[str, Any], file: InputFile, number: int, payload: bytes) -> Record | Reject:
    """One record of a format that names its fields: a line of JSON, or a row."""
    path = printable(file.name)
    warnings: list[str] = []
    given_id = fields.get("id")
    if isinstance(given_id, int) and not isinstance(given_id, bool):
        given_id = str(given_id)
    if given_id is not None and not isinstance(given_id, str):
        warnings.append(f"id: given as {type(given_id).__name__}, neither text nor a whole number; passed over")
    given_id = printable(given_id) if isinstance(given_id, str) and given_id else None
    uri = f"{path}#{given_id if given_id is not None else number}"
    text = fields.get("text")
    if not isinstance(text, str) or (not text and fields.get("html")):
        if isinstance(fields.get("html"), str):
            return reject(uri, "unsupported", "This version reads no html; give the page's plain text as text.", payload)
        return reject(uri, "no_text", "The record has no text; give the page's text, a string, as the field text.", payload)
    published_at, precision = _given_time(fields, "published_at", warnings)
    given = Given(
        url=_given_text(fields, "url", warnings),
        fetched_at=_given_time(fields, "fetched_at", warnings)[0],
        title=_given_text(fields, "title", warnings),
        outlet=_given_text(fields, "outlet", warnings),
        published_at=published_at,
        published_precision=precision,
        event_label=_given_text(fields, "event_label", warnings),
    )
    if given_id is not None:
        kind, key = "id", given_id
    elif given.url is not None:
        kind, key = "url", given.url
    else:
        kind, key = "path", printable(file.relative_name)
    return Record(uri, kind, key, payload, text, given, tuple(warnings))


def read_json_lines(stream: io.BufferedReader, file: InputFile, limits: Limits) -> Iterator[Record | Reject]:
    """A file of JSON objects, one a line; empty lines are passed over."""
    path = printable(file.name)
    for number, line, cut in _lines(stream, limits.page_bytes):
        uri = f"{path}#{number}"
        if cut:
            yield _too_large(uri, limits.page_bytes, line)
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
    ".txt": read_text,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
}


PLANNED = (".html", ".htm", ".parquet", ".warc", ".wet")


def read_file(file: InputFile, limits: Limits) -> Iterator[Record | Reject]:
    """Every record of a file. What breaks off in its middle gives the records before, and one reject for the rest."""
    uri = printable(file.name)
    name, _ = ending(file.name)
    if name not in FORMATS:
        known = ", ".join(sorted(FORMATS))
        message = f"Files that end in {name or 'nothing'!r} are not read; name it {known}, or leave it out of --input."
        if name in PLANNED:
            message = f"This version does not read {name} yet; give the plain text of its pages as {known}."
        yield reject(uri, "unsupported" if name in PLANNED else "unknown_ending", message, first_bytes(file.name))
        return
    try:
        with open_input(file.name, limits) as stream:
            yield from FORMATS[name](stream, file, limits)
    except InputError as error:
        yield reject(uri, error.kind, str(error), first_bytes(file.name))
    except Exception as error:  # noqa: BLE001 - what a file system or a decompressor raises is its own affair
        yield reject(
            uri,
            "unreadable",
            f"The file cannot be read to its end ({type(error).__name__}: {str(error)[:200]}); fetch it again.",
            first_bytes(file.name),
        )
