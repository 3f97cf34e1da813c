"""What waits between two steps comes back as it went in, from memory or from a file."""

import errno
import gc
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from apache_beam import coders
from apache_beam.runners.portability.fn_api_runner.execution import GroupingBuffer
from apache_beam.transforms.core import Windowing
from apache_beam.transforms.window import FixedWindows, GlobalWindow, GlobalWindows

from pipelines import spill
from pipelines.manifest import cause
from pipelines.spill import Chunks, File, Groups

_WINDOW = coders.coders.GlobalWindowCoder()
_PAIR = coders.WindowedValueCoder(coders.TupleCoder([coders.StrUtf8Coder(), coders.BytesCoder()]), _WINDOW)
_GROUP = coders.WindowedValueCoder(
    coders.TupleCoder([coders.StrUtf8Coder(), coders.IterableCoder(coders.BytesCoder())]), _WINDOW
)
_PAIRS = [(f"k{n % 700}", f"{n}".encode() * 9) for n in range(5000)]


@pytest.fixture(params=[spill.HELD, 0, 9_000], ids=["in memory", "in a file", "in both"])
def _held(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spill, "HELD", request.param)
    monkeypatch.setattr(spill, "PIECE", 4_000)


def encoded(pairs: Iterable[tuple[str, bytes]]) -> bytes:
    return _PAIR.get_impl().encode_all([GlobalWindows.windowed_value(pair) for pair in pairs])


def groups(pairs: list[tuple[str, bytes]]) -> Groups:
    made = Groups(GroupingBuffer(_PAIR, _GROUP, Windowing(GlobalWindows())))
    for start in range(0, len(pairs), 100):
        made.append(encoded(pairs[start : start + 100]))
    return made


def decoded(parts: Iterable[Iterable[bytes]]) -> list[tuple[str, list[bytes]]]:
    found = []
    for part in parts:
        for piece in part:
            for value in _GROUP.get_impl().decode_all(piece):
                assert isinstance(value.windows[0], GlobalWindow)
                key, values = value.value
                found.append((key, list(values)))
    return found


def grouped(pairs: Iterable[tuple[str, bytes]]) -> dict[str, list[bytes]]:
    whole: dict[str, list[bytes]] = {}
    for key, value in pairs:
        whole.setdefault(key, []).append(value)
    return whole


@pytest.mark.usefixtures("_held")
@pytest.mark.parametrize("parts", [1, 3])
def test_groups_are_whole_and_each_is_there_once(parts: int):
    found = decoded(groups(_PAIRS).partition(parts))
    assert len(found) == 700
    assert dict(found) == grouped(_PAIRS)


@pytest.mark.usefixtures("_held")
def test_groups_of_two_producers_become_one():
    first, second = groups(_PAIRS[:3000]), groups(_PAIRS[3000:])
    first.extend(second)
    found = decoded(first.partition(2))
    assert {key: sorted(values) for key, values in found} == {k: sorted(v) for k, v in grouped(_PAIRS).items()}


@pytest.mark.usefixtures("_held")
def test_groups_can_be_read_as_often_as_was_said_before():
    made = groups(_PAIRS)
    assert made.copy() is made
    assert decoded(made.partition(2)) == decoded(made.partition(2))
    assert decoded(made.partition(2)) == []


@pytest.mark.usefixtures("_held")
def test_no_group_is_no_bytes():
    assert decoded(groups([]).partition(2)) == []


def test_other_windows_stay_with_beam(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spill, "HELD", 0)
    windowing = Windowing(FixedWindows(10))
    windows = coders.coders.IntervalWindowCoder()
    pair = coders.WindowedValueCoder(coders.TupleCoder([coders.StrUtf8Coder(), coders.BytesCoder()]), windows)
    group = coders.WindowedValueCoder(
        coders.TupleCoder([coders.StrUtf8Coder(), coders.IterableCoder(coders.BytesCoder())]), windows
    )
    made, beams = (kind(GroupingBuffer(pair, group, windowing)) for kind in (Groups, lambda like: like))
    value = GlobalWindows.windowed_value(("k", b"1"), timestamp=7)
    window = windowing.windowfn.assign(windowing.windowfn.AssignContext(7))[0]
    value.windows = (window,)
    for buffer in (made, beams):
        buffer.append(pair.get_impl().encode_nested(value))
    (found,), (expected,) = made, beams
    assert found == expected
    decoded = group.get_impl().decode_nested(found)
    assert (decoded.value[0], list(decoded.value[1]), decoded.windows) == ("k", [b"1"], (window,))


def test_a_file_is_closed_when_nothing_refers_to_it():
    file = File()
    extent, stream = file.add(b"abc"), file._file
    file.itself = file  # type: ignore[attr-defined]  # found by Python's search for garbage alone
    del file
    assert extent.read() == b"abc"
    del extent
    gc.collect()
    assert stream.closed


@pytest.mark.usefixtures("_held")
def test_pieces_come_back_in_their_order():
    pieces = [encoded(_PAIRS[start : start + 100]) for start in range(0, 5000, 100)]
    made = Chunks(_PAIR.get_impl())
    for piece in pieces:
        made.append(piece)
    other = made.copy()
    assert list(made) == list(other) == pieces
    assert [list(part) for part in made.partition(1)] == [pieces]
    assert list(made) == []
    assert list(other) == pieces
    twice = other.copy()
    twice.extend(other)
    assert list(twice) == pieces + pieces


@pytest.mark.usefixtures("_held")
def test_pieces_are_dealt_by_their_size():
    made = Chunks(_PAIR.get_impl())
    pieces = [encoded(_PAIRS[:count]) for count in (500, 10, 250, 10, 250, *[100] * 8)]
    for piece in pieces:
        made.append(piece)
    shares = [list(share) for share in made.partition(3)]
    assert sorted(piece for share in shares for piece in share) == sorted(pieces)
    sizes = [sum(map(len, share)) for share in shares]
    assert max(sizes) - min(sizes) < len(pieces[-1])


def test_few_large_groups_in_a_file_are_dealt_to_all(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spill, "HELD", 0)
    for keys in (("0", "1"), ("0", "2"), ("1", "3"), ("0", "3")):
        shares = [list(share) for share in groups([(key, bytes(1000)) for key in keys]).partition(2)]
        assert [len(share) for share in shares] == [1, 1]


def test_few_large_pieces_are_not_cut_so_that_they_are_not_all_in_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spill, "HELD", 0)
    monkeypatch.setattr(spill, "PIECE", 100)
    made = Chunks(_PAIR.get_impl())
    pieces = [encoded([("k", bytes(500))]) for _ in range(3)]
    for piece in pieces:
        made.append(piece)
    shares = made.partition(2)
    assert all(isinstance(share, Iterator) for share in shares)
    assert [list(share) for share in shares] == [pieces[:2], pieces[:1]]


def test_what_is_empty_is_no_bytes_for_any_worker():
    assert [list(share) for share in Chunks(_PAIR.get_impl()).partition(2)] == [[], []]


def test_elements_of_few_pieces_are_dealt_by_their_size():
    made = Chunks(_PAIR.get_impl())
    made.append(encoded([(f"k{n}", bytes(9_000 if n % 2 else 1)) for n in range(6)]))
    assert sorted(len(b"".join(share)) // 9_000 for share in made.partition(2)) == [1, 2]


@pytest.mark.usefixtures("_held")
@pytest.mark.parametrize("pieces", [1, 5])
def test_few_pieces_are_cut(pieces: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spill, "PIECE", len(encoded(_PAIRS)))
    made = Chunks(_PAIR.get_impl())
    for start in range(0, len(_PAIRS), len(_PAIRS) // pieces):
        made.append(encoded(_PAIRS[start : start + len(_PAIRS) // pieces]))
    parts = [[v.value for piece in part for v in _PAIR.get_impl().decode_all(piece)] for part in made.partition(3)]
    assert sorted(pair for part in parts for pair in part) == sorted(_PAIRS)
    assert max(map(len, parts)) - min(map(len, parts)) < 20


def test_little_is_held_in_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spill, "HELD", 10_000)
    made = groups(_PAIRS)
    assert sum(len(key) + sum(map(len, values)) for key, values in made._table.items()) < 10_000
    assert made.keys <= 700
    chunks = Chunks(_PAIR.get_impl())
    for start in range(0, 5000, 50):
        chunks.append(encoded(_PAIRS[start : start + 50]))
    assert sum(len(piece) for piece in chunks._inputs if isinstance(piece, bytes)) < 10_000


def test_a_full_disk_says_what_to_do(monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(
        OSError, match=r"No space left on device: what waits between two steps .* set TMPDIR to a folder"
    ) as told:
        spill.File().add(b"some")
    assert "TMPDIR" in cause(told.value)


def test_a_disk_that_takes_less_at_once_gets_the_rest(monkeypatch: pytest.MonkeyPatch):
    write, read = os.pwrite, os.pread
    monkeypatch.setattr(os, "pwrite", lambda fd, data, at: write(fd, data[:3], at))
    monkeypatch.setattr(os, "pread", lambda fd, length, at: read(fd, min(length, 2), at))
    file = spill.File()
    first, second = file.add(b"of several"), file.add(b"pieces")
    assert (first.read(), second.read()) == (b"of several", b"pieces")
    with pytest.raises(OSError, match="has lost its end"):
        file.read(10, 7)


def test_large_files_are_written_where_the_user_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spill, "_FOR_LARGE_FILES", str(tmp_path))
    monkeypatch.delenv("TMPDIR", raising=False)
    assert spill.folder() == str(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "mine"))
    assert spill.folder() != str(tmp_path)
    monkeypatch.setattr(spill, "_FOR_LARGE_FILES", str(tmp_path / "none"))
    monkeypatch.delenv("TMPDIR")
    assert spill.folder() == spill.tempfile.gettempdir()
