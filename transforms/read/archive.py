"""Web archives: WARC (ISO 28500) and WET, its records of plain text.

One page a ``response`` record of HTML or plain text that the server answered with success, or a ``conversion`` record of
those types; all other records are counted, by the reason, and passed over.

The records are cut out here, and not by a library, since an archive that breaks off has to be told from one that ends.
Of two that were tried, warcio 1.8 gives half a record as a whole one, takes any file for an archive, and fails on
Brotli; fastwarc 2.0 ends without a word where the break lies in a record's head.
"""

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from schemas.records import InputFile, Record
from schemas.rejects import Reject
from transforms.common.counting import count
from transforms.read.files import InputError, Limits
from transforms.read.record import content_of, make_record, printable, reject, too_large, uri_of

_LONGEST_HEAD = 1 << 16
"""Bytes of the head of a record, and of that of the answer in it. Servers refuse to send more than some 16 KB."""
_SKIP = 1 << 16
_HTML = frozenset(["text/html", "application/xhtml+xml"])
_TEXT = "text/plain"
_TYPES = frozenset(["continuation", "metadata", "request", "resource", "revisit", "warcinfo"])
"""Types of records that are never pages; what else an archive makes up is counted as ``other``."""
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})\b")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,256}\r?\n")
_CODINGS = {"gzip": "gzip", "x-gzip": "gzip", "br": "brotli", "zstd": "zstd"}
_MOST_CODINGS = 3
"""Codings around one another; servers use one."""


class _TooLarge(Exception):
    """A page that decodes to more than is allowed."""


class _PassedOver(Exception):
    """A record that is no page; the message is the reason to count it by."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a record holds of a page: its type, the encoding declared for it, its bytes, and what is wrong with them."""

    media_type: str
    label: str | None
    body: bytes
    warning: str | None = None


def _line(stream: io.BufferedReader, room: int) -> bytes:
    line = stream.readline(room + 1)
    if len(line) > room:
        raise InputError(
            "bad_archive", f"The head of a record is longer than {_LONGEST_HEAD:,} bytes; fetch the archive again."
        )
    return line


def _fields(lines: list[bytes]) -> dict[str, str]:
    """Fields of a head by their name in lower case, the first of each; a line that begins with a blank continues one."""
    found: dict[str, str] = {}
    name = ""
    for line in lines:
        text = line.decode("utf-8", "replace")
        if text[:1] in (" ", "\t"):
            if name in found:
                found[name] = f"{found[name]} {text.strip()}"
            continue
        name, colon, value = text.partition(":")
        name = name.strip().lower()
        if colon:
            found.setdefault(name, value.strip())
    return found


def _head(stream: io.BufferedReader, number: int) -> dict[str, str] | None:
    """The fields of the next record's head; None at the end of the archive.

    Raises:
      InputError: where no record begins, or its head breaks off.
    """
    line = _line(stream, _LONGEST_HEAD)
    while line and not line.strip():
        line = _line(stream, _LONGEST_HEAD)
    if not line:
        return None
    if not line.startswith(b"WARC/"):
        message = f"Record {number} does not begin with WARC/; this is no web archive, or a broken one. Fetch it again."
        raise InputError("bad_archive", message)
    lines: list[bytes] = []
    room = _LONGEST_HEAD
    while (line := _line(stream, room)).strip():
        lines.append(line)
        room -= len(line)
    if not line:
        raise _broken_off(number)
    return _fields(lines)


def _broken_off(number: int) -> InputError:
    return InputError("unreadable", f"The archive breaks off in record {number}; fetch it again.")


def _skip(stream: io.BufferedReader, size: int, number: int) -> None:
    while size:
        read = len(stream.read(min(size, _SKIP)))
        if not read:
            raise _broken_off(number)
        size -= read


def _unchunked(body: bytes) -> tuple[bytes, bool]:
    """The body without the marks of its chunks, and whether it breaks off; as it is where it has none."""
    parts: list[bytes] = []
    at = 0
    while chunk := _CHUNK.match(body, at):
        size = int(chunk[1], 16)
        if size == 0:
            return b"".join(parts), False
        parts.append(body[chunk.end() : chunk.end() + size])
        at = chunk.end() + size
        at += 2 if body[at : at + 2] == b"\r\n" else 1
    # Some crawlers take the marks out and leave the field that tells of them.
    return (b"".join(parts), True) if parts else (body, False)


def _decoded(body: bytes, coding: str, limit: int) -> tuple[bytes, bool]:
    """The body as it was before it was coded, and whether it breaks off; as it is where it is not so coded."""
    decoded = bytearray()
    try:
        if coding == "deflate":
            # Some servers send the stream without the frame that the standard asks for.
            inflate = zlib.decompressobj() if body[:1] and body[0] & 15 == 8 else zlib.decompressobj(-zlib.MAX_WBITS)
            decoded += inflate.decompress(body, limit + 1)
            broken = not inflate.eof
        else:
            with pa.CompressedInputStream(pa.BufferReader(body), _CODINGS[coding]) as stream:
                while len(decoded) <= limit and (piece := stream.read(min(_SKIP, limit + 1 - len(decoded)))):
                    decoded += piece
            broken = False
    except (OSError, zlib.error):
        broken = True
    if len(decoded) > limit:
        raise _TooLarge
    # Here too, crawlers decode a body and leave the field that says how it was coded.
    return (bytes(decoded), broken) if decoded else (body, False)


def _media_type(value: str) -> tuple[str, str | None]:
    charset = _CHARSET.search(value[:500])
    return value.partition(";")[0].strip().lower(), charset[1] if charset else None


def _response(block: bytes, limit: int) -> _Answer:
    """What a server answered.

    Raises:
      _PassedOver: where that is no page.
      _TooLarge: where it is one of more than ``limit`` bytes.
    """
    status = _STATUS.match(block)
    end = _HEAD_END.search(block, 0, _LONGEST_HEAD)
    if status is None or end is None:
        raise _PassedOver("no_answer")
    # Errors, and pages that only send the reader on, are nobody's news.
    if not status[1].startswith(b"2"):
        raise _PassedOver("status")
    fields = _fields(block[: end.start()].split(b"\n")[1:])
    media_type, label = _media_type(fields.get("content-type", ""))
    if media_type not in _HTML and media_type != _TEXT:
        raise _PassedOver("media_type")
    body, broken = block[end.end() :], False
    if "chunked" in fields.get("transfer-encoding", "").lower():
        body, broken = _unchunked(body)
    codings = [coding.strip().lower() for coding in fields.get("content-encoding", "").split(",")]
    for coding in codings[::-1][:_MOST_CODINGS]:
        if coding in _CODINGS or coding == "deflate":
            body, cut = _decoded(body, coding, limit)
            broken = broken or cut
    if len(body) > limit:
        raise _TooLarge
    warning = "http: the server's answer breaks off; the page is cut short" if broken else None
    return _Answer(media_type, label, body, warning)


def _answer(kind: str, media_type: str, label: str | None, block: bytes, limit: int) -> _Answer:
    if kind == "response":
        return _response(block, limit)
    if len(block) > limit:
        raise _TooLarge
    return _Answer(media_type, label, block)


def _check_head(kind: str, media_type: str) -> None:
    """Looks at what the head of a record says of it.

    Raises:
      _PassedOver: where that is no page.
    """
    if kind not in ("response", "conversion"):
        raise _PassedOver(kind if kind in _TYPES else "other")
    if kind == "response" and media_type != "application/http":
        raise _PassedOver("no_answer")
    if kind == "conversion" and media_type not in _HTML and media_type != _TEXT:
        raise _PassedOver("media_type")


def _said(head: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    fields = {
        "id": printable(head.get("warc-record-id", "").strip("<> ")),
        "url": head.get("warc-target-uri", "").strip("<> "),
        "fetched_at": head.get("warc-date", ""),
    }
    # The crawler ended the record, for its length or time; what reason it gives is its own word.
    cut = ["warc: the crawler cut the record short"] if "warc-truncated" in head else []
    return fields, cut


def _page(stream: io.BufferedReader, file: InputFile, limit: int, number: int, head: dict[str, str]) -> Record | Reject:
    """The page of a record, which is read from the stream to its end.

    Raises:
      _PassedOver: where it holds none.
      InputError: where the archive breaks off in it.
    """
    length = head.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) <= 18):
        raise InputError("bad_archive", f"Record {number} does not say its length; fetch the archive again.")
    size = int(length)
    kind = head.get("warc-type", "").lower()
    media_type, label = _media_type(head.get("content-type", ""))
    fields, warnings = _said(head)
    try:
        _check_head(kind, media_type)
    except _PassedOver:
        _skip(stream, size, number)
        raise
    block = stream.read(min(size, limit + _LONGEST_HEAD))
    whole = len(block) == size
    _skip(stream, size - len(block), number)
    uri = uri_of(file, number, fields["id"] or None)
    try:
        # What is cut off here is too large, or no page at all; its beginning tells which.
        answer = _answer(kind, media_type, label, block, limit)
        if not whole:
            raise _TooLarge
        content = content_of(answer.body, answer.media_type in _HTML, answer.label)
    except _TooLarge:
        return too_large(uri, limit, block)
    except InputError as error:
        return reject(uri, error.kind, str(error), block)
    warnings += [answer.warning] if answer.warning else []
    return make_record(file, number, fields, answer.body, content, warnings)


def read_archive(stream: io.BufferedReader, file: InputFile, limits: Limits) -> Iterator[Record | Reject]:
    """The pages of a web archive. Records are counted from 1, those that are passed over included.

    Raises:
      InputError: where the archive breaks off, or no record begins where one should.
    """
    number = 1
    while (head := _head(stream, number)) is not None:
        try:
            yield _page(stream, file, limits.page_bytes, number, head)
        except _PassedOver as reason:
            count("read", f"passed_over.{reason}")
        number += 1
