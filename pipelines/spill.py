"""What waits between two steps of the in-process engine: in memory as long as it is little, then in a file.

Beam's buffers hold all of it in memory, several times over while it is read. These write what grows beyond ``HELD`` bytes
to a file without a name, which is gone when the process is, and give it back piece by piece, each piece forgotten once it
is read. Groups are dealt by a checksum of their key, so that one part after another fits into memory again.
"""

import heapq
import os
import tempfile
import weakref
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from apache_beam.coders.coder_impl import create_InputStream, create_OutputStream
from apache_beam.runners.portability.fn_api_runner.execution import GroupingBuffer, ListBuffer
from apache_beam.transforms.window import GlobalWindow, GlobalWindows
from apache_beam.utils.windowed_value import PaneInfo, PaneInfoTiming

HELD = 8 << 20
"""Encoded bytes that a buffer keeps in memory; as objects they take some three times that, and about a dozen buffers wait
at one time. A run over a thousand pages writes next to nothing to disk."""
PIECE = 1 << 20
"""Bytes in which what waits is passed on, or one element if that is larger: less would cost calls, more memory."""
_PARTS = 64
"""Parts that groups are dealt to. What is held of groups when they are read is one part: 30 MB of two gigabytes."""
_FEW = 4
"""Pieces for each share below which their elements are dealt one by one: three pieces in two shares are two to one. They may
not be larger than pieces are, since all of their elements are in memory then."""
_FOR_LARGE_FILES = "/var/tmp"  # noqa: S108 - what is written there has no name
"""Where files that may be large belong on Linux and macOS; ``/tmp`` is memory on many machines."""


def folder() -> str:
    """Where to write what waits: ``TMPDIR`` where it is set, else where large files belong."""
    given = os.environ.get("TMPDIR")
    usable = not given and os.access(_FOR_LARGE_FILES, os.W_OK | os.X_OK)
    return _FOR_LARGE_FILES if usable else tempfile.gettempdir()


class File:
    """A file without a name that only grows."""

    def __init__(self) -> None:
        self._folder = folder()
        self._file = tempfile.TemporaryFile(prefix="clipbook-", dir=self._folder, buffering=0)  # noqa: SIM115 - closed below
        weakref.finalize(self, self._file.close)
        self._size = 0

    def add(self, data: bytes) -> "Extent":
        """Writes bytes behind what stands there.

        Raises:
          OSError: if there is no room for them; the message says what to do.
        """
        written = 0
        try:
            while written < len(data):
                written += os.pwrite(self._file.fileno(), memoryview(data)[written:], self._size + written)
        except OSError as error:  # told without its cause, of which a run would tell in place of this
            hint = f"what waits between two steps is written to {self._folder}; set TMPDIR to a folder with more room"
            raise OSError(error.errno, f"{error.strerror}: {hint}") from None
        self._size += written
        return Extent(self, self._size - written, written)

    def read(self, start: int, length: int) -> bytes:
        pieces = []
        while length:
            piece = os.pread(self._file.fileno(), length, start)
            if not piece:
                raise OSError(f"a temporary file in {self._folder} has lost its end")
            pieces.append(piece)
            start, length = start + len(piece), length - len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


@dataclass(frozen=True, slots=True)
class Extent:
    """Where bytes stand in a file. The file is there as long as one of its extents is."""

    file: File
    start: int
    length: int

    def __len__(self) -> int:
        return self.length

    def read(self) -> bytes:
        return self.file.read(self.start, self.length)


class Chunks(ListBuffer):
    """A list of encoded elements, many in a piece. It can be read once; a second reader takes a copy before."""

    def __init__(self, coder_impl: Any):
        super().__init__(coder_impl)
        self._inputs: list[Any] = []
        self._held = 0
        self._file: File | None = None

    def append(self, element: bytes) -> None:
        if self._held + len(element) <= HELD:
            self._held += len(element)
            super().append(element)
        else:
            self._file = self._file or File()
            super().append(self._file.add(element))

    def extend(self, extra: Any) -> None:
        super().extend(extra)
        self._held += getattr(extra, "_held", 0)

    def copy(self) -> "Chunks":
        new = Chunks(self._coder_impl)
        new._inputs, new._held = list(self._inputs), self._held
        return new

    def partition(self, n: int) -> list[Any]:
        """The elements in ``n`` parts of about the same size, each an iterable of bytes. What was read is let go."""
        pieces, self._inputs = self._inputs, []
        if n > 1 and 0 < len(pieces) < n * _FEW and sum(map(len, pieces)) <= n * _FEW * PIECE:
            streams = [create_OutputStream() for _ in range(n)]
            for element in (element for piece in pieces for element in self._coder_impl.decode_all(_bytes_of(piece))):
                self._coder_impl.encode_to_stream(element, min(streams, key=_size), True)
            return [[stream.get()] for stream in streams]
        return [_passed_on(share) for share in _dealt([(len(piece), piece) for piece in pieces], n)]

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._inputs:
            yield _bytes_of(piece)


class Groups(GroupingBuffer):
    """Values by their key. It can be read once by each that ``copy`` was called for, and by one more.

    Only what stands in the global window with the default trigger is written to a file; all else stays in memory.
    """

    def __init__(self, like: GroupingBuffer):
        super().__init__(like._pre_grouped_coder, like._post_grouped_coder, like._windowing)
        self._held = 0
        self._readers = 1
        self._parts: dict[int, list[Extent]] = defaultdict(list)
        self._file: File | None = None
        self.keys = 0
        """The number of keys; once some are on disk, the most that were in memory at one time."""

    def append(self, elements_data: bytes) -> None:
        super().append(elements_data)
        self._held += len(elements_data)
        self.keys = max(self.keys, len(self._table))
        if self._held > HELD and self._windowing.is_default():
            self._write()

    def extend(self, input_buffer: Any) -> None:
        super().extend(input_buffer)
        if isinstance(input_buffer, Groups):
            self._held += input_buffer._held
            for part, extents in input_buffer._parts.items():
                self._parts[part] += extents
            self.keys = max(self.keys, input_buffer.keys, len(self._table))
            if self._held > HELD and self._windowing.is_default():
                self._write()

    def copy(self) -> "Groups":
        self._readers += 1
        return self

    def partition(self, n: int) -> list[Any]:
        """The groups in ``n`` parts, each an iterable of encoded bytes. The last reader lets go of what it has read."""
        if not self._windowing.is_default():
            return super().partition(n)
        self._readers -= 1
        if self._parts:
            self._write()
            sizes = [(sum(map(len, extents)), part) for part, extents in self._parts.items()]
            return [self._encoded(self._read(share, self._readers > 0)) for share in _dealt(sizes, n)]
        keys = list(self._table)
        take = self._table.__getitem__ if self._readers else self._table.pop
        return [self._encoded((key, take(key)) for key in keys[part::n]) for part in range(n)]

    def _write(self) -> None:
        """Moves all from memory to the file."""
        values_coder = self._post_grouped_coder.wrapped_value_coder.value_coder().get_impl()
        streams: dict[int, Any] = defaultdict(create_OutputStream)
        for key, values in self._table.items():
            stream = streams[crc32(key) % _PARTS]
            stream.write(key, True)
            values_coder.encode_to_stream(values, stream, True)
        self._table.clear()
        self._held = 0
        self._file = self._file or File()
        for part, stream in streams.items():
            self._parts[part].append(self._file.add(stream.get()))

    def _read(self, parts: Iterable[int], keep: bool) -> Iterator[tuple[bytes, list[Any]]]:
        """The groups of some parts, of which one is in memory at a time."""
        values_coder = self._post_grouped_coder.wrapped_value_coder.value_coder().get_impl()
        for part in parts:
            table: dict[bytes, list[Any]] = defaultdict(list)
            for extent in self._parts.get(part, ()) if keep else self._parts.pop(part, ()):
                stream = create_InputStream(extent.read())
                while stream.size():
                    table[stream.read_all(True)].extend(values_coder.decode_from_stream(stream, True))
            for key in list(table):
                yield key, table.pop(key)

    def _encoded(self, groups: Iterator[tuple[bytes, list[Any]]]) -> Iterator[bytes]:
        coder, key_coder, whole = self._post_grouped_coder.get_impl(), self._key_coder.get_impl(), _as_beam_groups()
        stream = create_OutputStream()
        for key, values in groups:
            coder.encode_to_stream(whole((key_coder.decode(key), values)), stream, True)
            if stream.size() >= PIECE:
                yield stream.get()
                stream = create_OutputStream()
        if stream.size():
            yield stream.get()


def _as_beam_groups() -> Any:
    """Puts a value into the one window of a batch, as its first and last pane."""
    pane = PaneInfo(is_first=True, is_last=True, timing=PaneInfoTiming.ON_TIME, index=0, nonspeculative_index=0)
    return GlobalWindows.windowed_value(None, timestamp=GlobalWindow().max_timestamp(), pane_info=pane).with_value


def _size(stream: Any) -> int:
    size: int = stream.size()
    return size


def _bytes_of(piece: Any) -> bytes:
    return piece.read() if isinstance(piece, Extent) else piece


def _dealt(sized: list[tuple[int, Any]], n: int) -> list[list[Any]]:
    """Things of some sizes in ``n`` shares of about the same size: the largest first, each to the share that has least.
    One share has all in their order.

    Shares are done side by side, so that the largest one says how long all take. (R. L. Graham, Bounds on multiprocessing
    timing anomalies, 1969: it is at most a third above the best.)

    >>> _dealt([(1, "a"), (3, "b"), (2, "c")], 2)
    [['b'], ['c', 'a']]
    """
    if n == 1:
        return [[thing for _, thing in sized]]
    shares: list[list[Any]] = [[] for _ in range(n)]
    lightest = [(0, share) for share in range(n)]
    for size, thing in sorted(sized, key=lambda pair: -pair[0]):
        held, share = heapq.heappop(lightest)
        shares[share].append(thing)
        heapq.heappush(lightest, (held + size, share))
    return shares


def _passed_on(pieces: list[Any]) -> Iterator[bytes]:
    """The bytes of pieces, each let go of once the next one is asked for."""
    pieces.reverse()
    while pieces:
        yield _bytes_of(pieces.pop())
