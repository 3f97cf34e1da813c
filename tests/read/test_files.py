"""Opening files: endings, decompression, limits and what breaks off."""

import bz2
import gzip
from pathlib import Path

import pyarrow as pa
import pytest

from transforms.read.files import InputError, Limits, ending, fixed_part, open_input

LARGE = Limits(page_bytes=1 << 20, file_bytes=1 << 24)


def zstd(content: bytes) -> bytes:
    return pa.compress(content, codec="zstd", asbytes=True)


COMPRESSORS = {".gz": gzip.compress, ".bz2": bz2.compress, ".zst": zstd}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.txt", (".txt", None)),
        ("/data/A.TXT", (".txt", None)),
        ("a.jsonl.gz", (".jsonl", "gzip")),
        ("a.ndjson.BZ2", (".ndjson", "bz2")),
        ("a.txt.zst", (".txt", "zstd")),
        ("gs://bucket/day.1/pages.jsonl.zst", (".jsonl", "zstd")),
        ("folder.txt/notes", ("", None)),
        ("a.gz", ("", "gzip")),
        ("a.b.c", (".c", None)),
        ("", ("", None)),
    ],
)
def test_the_ending_tells_format_and_compression(path: str, expected: tuple[str, str | None]):
    assert ending(path) == expected


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("/data/2025/*/a?.txt", "/data/2025/"),
        ("/data/pages-[ab]/x.txt", "/data/"),
        ("/data/x.txt", "/data/"),
        ("gs://bucket/a/**", "gs://bucket/a/"),
        ("*.txt", ""),
        ("x.txt", ""),
    ],
)
def test_the_fixed_part_of_a_glob_ends_before_its_first_wildcard(glob: str, expected: str):
    assert fixed_part(glob) == expected


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_a_compressed_file_reads_as_its_content(suffix: str, tmp_path: Path):
    path = tmp_path / f"a.txt{suffix}"
    path.write_bytes(COMPRESSORS[suffix](b"one\ntwo\n" * 10_000))
    with open_input(str(path), LARGE) as stream:
        assert stream.read() == b"one\ntwo\n" * 10_000


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".zst"])
def test_a_file_of_several_compressed_members_reads_as_all_of_them(suffix: str, tmp_path: Path):
    path = tmp_path / f"a.txt{suffix}"
    path.write_bytes(COMPRESSORS[suffix](b"first\n") + COMPRESSORS[suffix](b"second\n"))
    with open_input(str(path), LARGE) as stream:
        assert stream.read() == b"first\nsecond\n"


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_a_file_that_breaks_off_gives_what_stands_before_the_break_and_then_fails(suffix: str, tmp_path: Path):
    lines = b"".join(b"line %06d %d\n" % (n, n * n * 7919 % 1000003) for n in range(200_000))
    whole = COMPRESSORS[suffix](lines)
    path = tmp_path / f"a.txt{suffix}"
    path.write_bytes(whole[: len(whole) * 2 // 3])
    read = bytearray()
    with open_input(str(path), LARGE) as stream:

        def read_on() -> None:
            while True:
                read.extend(stream.readline())

        with pytest.raises(OSError, match=r"\w"):
            read_on()
    assert len(read) > len(lines) // 3
    assert lines.startswith(bytes(read))


def behind(path: Path, content: bytes) -> tuple[bytes, int]:
    path.write_bytes(content)
    with open_input(str(path), LARGE) as stream:
        return stream.read(), stream.behind


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_a_stream_ends_behind_the_last_member_and_says_what_else_stands_there(suffix: str, tmp_path: Path):
    path = tmp_path / f"a.txt{suffix}"
    compress = COMPRESSORS[suffix]
    lines = b"".join(b"line %06d %d\n" % (n, n * n * 7919 % 1000003) for n in range(30_000))
    for content in (b"", b"word", lines):
        whole = compress(content)
        assert behind(path, whole) == (content, 0)
        for zeros in (1, 2, 3, 512, 200_000):
            assert behind(path, whole + bytes(zeros)) == (content, 0)
        for tail in (b"x", b"\n", b"\0\n", b"junk" * 50_000, bytes(9) + whole):
            assert behind(path, whole + tail) == (content, len(tail))
    assert behind(path, compress(b"one\n") * 500 + bytes(7)) == (b"one\n" * 500, 0)


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_what_begins_another_member_is_not_behind_the_last(suffix: str, tmp_path: Path):
    path = tmp_path / f"a.txt{suffix}"
    whole = COMPRESSORS[suffix](b"first\n")
    broken = whole[:6] + b"\xff" * 40
    for tail in (*(whole[:n] for n in range(1, len(whole))), broken, broken + bytes(512)):
        path.write_bytes(whole + tail)
        with open_input(str(path), LARGE) as stream, pytest.raises(OSError, match=r"\w"):
            stream.read()


@pytest.mark.parametrize("suffix", COMPRESSORS)
@pytest.mark.parametrize("content", [bytes(100), b"plain text"])
def test_a_file_without_a_member_is_no_compressed_file(suffix: str, content: bytes, tmp_path: Path):
    path = tmp_path / f"a.txt{suffix}"
    path.write_bytes(content)
    with open_input(str(path), LARGE) as stream, pytest.raises(OSError, match=r"\w"):
        stream.read()


def test_a_file_that_holds_more_than_allowed_once_decompressed_is_refused(tmp_path: Path):
    path = tmp_path / "bomb.txt.gz"
    path.write_bytes(gzip.compress(b"\0" * 50_000_000))
    assert path.stat().st_size < 60_000
    limits = Limits(page_bytes=1 << 30, file_bytes=1_000_000)
    with open_input(str(path), limits) as stream, pytest.raises(InputError) as refused:
        stream.read()
    assert refused.value.kind == "file_too_large"
    assert str(refused.value) == (
        "The file holds more than 1,000,000 bytes once decompressed; if it is meant to, raise --max_file_mb."
    )


def test_a_file_as_large_as_allowed_is_read(tmp_path: Path):
    (tmp_path / "a.txt").write_bytes(b"x" * 1000)
    with open_input(str(tmp_path / "a.txt"), Limits(page_bytes=1000, file_bytes=1000)) as stream:
        assert len(stream.read()) == 1000
