"""From globs to records, through a pipeline."""

from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.io.filesystem import FileMetadata
from apache_beam.testing.util import assert_that, equal_to

from transforms.read.files import Limits
from transforms.read.transform import MatchFiles, ReadPages, as_input_file, relative_paths

LIMITS = Limits(page_bytes=1000, file_bytes=100_000)


def test_a_path_is_told_below_the_fixed_part_of_its_glob():
    assert relative_paths(FileMetadata("/data/2025/06/a.txt", 1), ("/data/2025/*/*",)) == ["06/a.txt"]


def test_a_path_that_no_glob_begins_is_told_whole():
    assert relative_paths(FileMetadata("/data/a.txt", 1), ("/other/*",)) == ["/data/a.txt"]


@pytest.mark.xfail(strict=True, reason="any glob whose fixed part begins the path names it, whether it matches or not")
def test_a_glob_that_does_not_match_a_file_does_not_name_it():
    assert relative_paths(FileMetadata("/data/a/b/c.txt", 1), ("/data/**", "/data/a/*.jsonl")) == ["a/b/c.txt"]


def test_the_order_of_globs_does_not_change_the_name_of_a_file():
    globs = ("/data/*/*.txt", "/data/2025/*")
    found = as_input_file(FileMetadata("/data/2025/a.txt", 7), globs)
    assert found == as_input_file(FileMetadata("/data/2025/a.txt", 7), globs[::-1])
    assert (found[0], found[1].relative, found[1].size) == ("/data/2025/a.txt", "a.txt", 7)


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
