"""Opening files within limits, and the part of a path below the fixed part of a glob."""

import bz2
import contextlib
import io
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import pyarrow as pa
import zstandard
from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from schemas.rejects import PAYLOAD_LIMIT
from transforms.common.counting import tally

_ESCAPED = re.compile(r"(\[[\[*?]\])")
_WILDCARD = re.compile(r"[*?\[]")
INPUT_BYTES = "read.input_bytes"
"""The tally of bytes of the input as it lies there, compressed or not."""
COMPRESSIONS = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd"}
_MEMBERS: dict[str, tuple[bytes, Callable[[], Any]]] = {
    "gzip": (b"\x1f\x8b", lambda: zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)),
    "bz2": (b"BZh", bz2.BZ2Decompressor),
    "zstd": (b"\x28\xb5\x2f\xfd", lambda: zstandard.ZstdDecompressor().decompressobj()),
}
"""How a member begins, and what decompresses one and knows where it ends."""
_STEP = 1 << 10
"""Bytes that are decompressed at once where only the end is sought, so that a bomb makes some 30 MB of them at most."""


class InputError(Exception):
    """Input that cannot be read. ``kind`` is a word to count by; the message tells a person what to do."""

    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read: bytes of one page, and bytes of one file once decompressed."""

    page_bytes: int
    file_bytes: int


def ending(path: str) -> tuple[str, str | None]:
    """The ending that tells the format, and the compression around it.

    >>> ending("a/b.JSONL.gz"), ending("notes")
    (('.jsonl', 'gzip'), ('', None))
    """
    name = re.split(r"[/\\]", path)[-1].lower()
    compression = None
    for suffix, codec in COMPRESSIONS.items():
        if name.endswith(suffix):
            name, compression = name[: -len(suffix)], codec
    dot = name.rfind(".")
    return (name[dot:] if dot >= 0 else ""), compression


def fixed_part(glob: str) -> str:
    """The folders of a glob before its first wildcard.

    >>> fixed_part("/data/2025/*/a?.txt"), fixed_part("/data/x.txt"), fixed_part("/crawl[[]1]/**")
    ('/data/2025/', '/data/', '/crawl[1]/')
    """
    plain = ""
    for part in _ESCAPED.split(glob):
        if _ESCAPED.fullmatch(part):
            plain += part[1]
        elif wildcard := _WILDCARD.search(part):
            plain += part[: wildcard.start()]
            break
        else:
            plain += part
    return plain[: plain.rfind("/") + 1]


class _Tallied:
    """A file whose bytes are tallied as they are read."""

    def __init__(self, raw: BinaryIO):
        self._raw = raw

    def read(self, size: int = -1) -> bytes:
        data = self._raw.read(size)
        tally(INPUT_BYTES, len(data))
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


def _end_of_members(raw: BinaryIO, codec: str) -> bytes | None:
    """Reads a compressed file to the end of its last member; what was read beyond it. None where a member is broken."""
    magic, member_of = _MEMBERS[codec]
    rest = raw.read(_STEP)
    if not rest.startswith(magic):
        return None
    while rest.startswith(magic):
        member = member_of()
        while not member.eof:
            if not rest:
                return None
            member.decompress(rest)
            rest = member.unused_data if member.eof else raw.read(_STEP)
        if len(rest) < len(magic):
            rest += raw.read(_STEP)
    # What is shorter than the beginning of a member may be one that is cut off.
    return None if magic.startswith(rest) else rest


def bytes_behind(path: str, codec: str) -> int | None:
    """How many bytes stand behind the last member of a compressed file, and begin no other one.

    Zeros are none, since tapes, disks and stores fill files up with them. None where a member is broken or cut off.
    """
    with open_raw(path) as raw:
        try:
            rest = _end_of_members(raw, codec)
        except (OSError, zlib.error, zstandard.ZstdError):
            return None
        if rest is None:
            return None
        count, blank = 0, True
        while rest:
            count += len(rest)
            blank = blank and not rest.strip(b"\0")
            rest = raw.read(1 << 16)
    return 0 if blank else count


class InputStream(io.RawIOBase):
    """The decompressed bytes of a file, never more than a limit of them, and all that stand before a break.

    Behind the last member of a compressed file anything may stand that begins no other one: the stream ends there, and
    ``behind`` says how many bytes it was, zeros apart.
    """

    def __init__(self, path: str, limit: int):
        super().__init__()
        self._path = path
        self._limit = limit
        self._done = 0
        self._broken: OSError | None = None
        self._ended = False
        self.behind = 0
        self._source = self._open()

    def _open(self) -> BinaryIO:
        raw = _Tallied(open_raw(self._path))
        codec = ending(self._path)[1]
        # Arrow's decompressors read streams of several members, check their sums and say when one is cut off.
        return pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), codec) if codec else cast(BinaryIO, raw)

    def readable(self) -> bool:
        return True

    def _before_break(self, size: int) -> bytes:
        """What a read that failed would have given: Arrow drops the good bytes of the block that breaks off."""
        self._source.close()
        self._source = self._open()
        skip = self._done
        while skip:
            skip -= len(self._source.read(min(skip, 1 << 20)))
        data = bytearray()
        try:
            while len(data) < size and (byte := self._source.read(1)):
                data += byte
        except (OSError, pa.ArrowException):
            pass
        return bytes(data)

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._broken:
            raise self._broken
        if self._ended:
            return 0
        # At the limit one more byte is asked for, to know whether there is one.
        wanted = min(len(buffer), self._limit - self._done) or 1
        try:
            data = self._source.read(wanted)
        except (OSError, pa.ArrowException) as error:
            data = self._before_break(wanted)
            codec = ending(self._path)[1]
            behind = bytes_behind(self._path, codec) if codec else None
            if behind is None:
                self._broken = error
                if not data:
                    raise
            else:
                self._ended, self.behind = True, behind
        if self._done + len(data) > self._limit:
            raise InputError(
                "file_too_large",
                f"The file holds more than {self._limit:,} bytes once decompressed; if it is meant to, raise --max_file_mb.",
            )
        self._done += len(data)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()


class InputReader(io.BufferedReader):
    """An ``InputStream`` with a buffer."""

    @property
    def behind(self) -> int:
        return cast(InputStream, self.raw).behind


def open_input(path: str, limits: Limits) -> InputReader:
    """The decompressed bytes of a file as a stream.

    Raises:
      InputError: while reading, beyond the limit.
      OSError: while opening or reading what is missing, forbidden, broken or cut off.
    """
    return InputReader(InputStream(path, limits.file_bytes), buffer_size=1 << 16)


def open_raw(path: str) -> BinaryIO:
    """The bytes of a file as it stands.

    Raises:
      OSError: where it is missing or forbidden; a file system may raise errors of its own.
    """
    return FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED)


def first_bytes(path: str) -> bytes:
    """The first bytes of a file as it stands, still compressed, for a dead letter; none where it cannot be opened."""
    with contextlib.suppress(Exception), open_raw(path) as stream:
        return stream.read(PAYLOAD_LIMIT)
    return b""
