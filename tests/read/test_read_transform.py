"""From globs to records, through a pipeline."""

import gzip
import os
from pathlib import Path

import apache_beam as beam
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from apache_beam.testing.util import assert_that, equal_to
from memory_store import Store

from schemas.records import InputFile
from transforms.read.files import Limits
from transforms.read.formats import read_file
from transforms.read.transform import MatchFiles, ReadPages, match, one_of

LIMITS = Limits(page_bytes=1000, file_bytes=100_000)


def test_a_path_is_told_below_the_fixed_part_of_its_glob(tmp_path: Path):
    (tmp_path / "06").mkdir()
    (tmp_path / "06" / "a.txt").write_bytes(b"1234567")
    path = f"{tmp_path}/06/a.txt".encode()
    assert list(match(f"{tmp_path}/*/*.txt")) == [(path, InputFile(path, b"06/a.txt", 7))]


def test_a_glob_that_does_not_match_a_file_does_not_name_it(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "c.txt").touch()
    assert list(match(f"{tmp_path}/a/*.jsonl")) == []


def test_the_order_of_globs_does_not_change_the_name_of_a_file():
    long, short = InputFile(b"/d/x/a.txt", b"x/a.txt", 7), InputFile(b"/d/x/a.txt", b"a.txt", 7)
    assert one_of([long, short]) == one_of([short, long]) == short


def test_a_file_name_that_is_no_text_is_read(tmp_path: Path):
    name = os.fsencode(tmp_path) + b"/\xff.txt"
    with open(name, "wb") as file:
        file.write(b"a")
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        read = pipeline | MatchFiles((f"{tmp_path}/*",)) | ReadPages(LIMITS)
        records = read["records"] | beam.Map(lambda record: (record.key, record.payload))
        assert_that(records, equal_to([("\ufffd.txt", b"a")]))


def test_a_file_that_two_globs_match_is_read_once_and_folders_are_not_files(tmp_path: Path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "a.txt").write_bytes(b"a")
    (tmp_path / "deep" / "b.txt").write_bytes(b"b")
    (tmp_path / "deep" / "er" / "c.txt").write_bytes(b"c")
    (tmp_path / "deep" / "d.pdf").write_bytes(b"d")
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        read = pipeline | MatchFiles((f"{tmp_path}/**", f"{tmp_path}/deep/**", f"{tmp_path}/none/*")) | ReadPages(LIMITS)
        records = read["records"] | beam.Map(lambda record: (record.key, record.payload))
        rejects = read["rejects"] | beam.Map(lambda reject: (reject.source_uri, reject.error_type))
        assert_that(records, equal_to([("a.txt", b"a"), ("b.txt", b"b"), ("er/c.txt", b"c")]), "records")
        assert_that(rejects, equal_to([(f"{tmp_path}/deep/d.pdf", "unknown_ending")]), "rejects")


def paths(glob: str, output: str | None = None) -> list[str]:
    return sorted(path.decode() for path, _ in match(glob, output))


def test_the_output_is_not_read(tmp_path: Path):
    for name in ("a.txt", "out/b.txt", "outer/c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert paths(f"{tmp_path}/**", f"{tmp_path}/out") == [f"{tmp_path}/a.txt", f"{tmp_path}/outer/c.txt"]


def test_the_versions_of_a_dataset_are_not_read(tmp_path: Path):
    for name in (".news.clipbook/v000001/b.txt", ".clipbook/c.txt", "clipbook/d.txt"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    assert paths(f"{tmp_path}/**", f"{tmp_path}/out") == [f"{tmp_path}/.clipbook/c.txt", f"{tmp_path}/clipbook/d.txt"]


def test_an_output_is_known_by_its_full_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b.txt").touch()
    for spelled in ("out", "./out/", "out/../out", f"{tmp_path}/out"):
        assert paths(f"{tmp_path}/**", spelled) == []


def test_an_output_on_an_object_store_is_not_read(tmp_path: Path):
    store = Store(tmp_path)
    for name in ("a.txt", "out/b.txt"):
        store.path(f"store://in/{name}").parent.mkdir(parents=True, exist_ok=True)
        store.path(f"store://in/{name}").touch()
    assert paths("store://in/**", "store://in/out") == ["store://in/a.txt"]


def test_files_on_an_object_store_are_read_as_local_ones_are(tmp_path: Path):
    store = Store(tmp_path)
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>words"
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n" % len(answer)
    contents = {"a.html": b"<p>words", "b.warc.gz": gzip.compress(head + answer + b"\r\n\r\n")}
    for name, content in contents.items():
        store.path(f"store://in/{name}").parent.mkdir(exist_ok=True)
        store.path(f"store://in/{name}").write_bytes(content)
    pq.write_table(pa.table({"text": ["words\n"]}), store.path("store://in/c.parquet"))
    read = [record for _, file in match("store://in/*") for record in read_file(file, LIMITS)]
    assert [record.source_uri for record in read] == [
        "store://in/a.html",
        "store://in/b.warc.gz#1",
        "store://in/c.parquet#1",
    ]
    assert [record.text for record in read] == ["words\n"] * 3
