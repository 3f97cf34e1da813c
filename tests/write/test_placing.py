"""A file to its place: whole, whoever else makes its folder, and an error where that cannot be."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest
from apache_beam.io.filesystem import BeamIOError
from memory_store import Store

from transforms.write.placing import place

NAME = "articles/event_id=e2/part.parquet"


def test_a_file_is_written_with_the_folders_that_it_stands_in_and_then_anew(tmp_path: Path):
    for content in (b"first", b"second"):
        place(str(tmp_path / "new"), NAME, pa.py_buffer(content))
        assert (tmp_path / "new" / NAME).read_bytes() == content
    assert list((tmp_path / "new/_tmp").iterdir()) == []


def test_workers_that_make_a_folder_at_the_same_moment_all_write_to_it(tmp_path: Path):
    def work(number: int) -> None:
        for folder in range(50):
            place(str(tmp_path), f"articles/event_id=e{folder}/{number}.parquet", pa.py_buffer(b"here"))

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))  # which raises what they raise
    assert len(list(tmp_path.glob("articles/*/*.parquet"))) == 200


def test_a_file_that_stands_where_its_folder_should_is_an_error(tmp_path: Path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles/event_id=e2").write_bytes(b"mine")
    with pytest.raises((OSError, BeamIOError)):
        place(str(tmp_path), NAME, pa.py_buffer(b"new"))
    assert (tmp_path / "articles/event_id=e2").read_bytes() == b"mine"


def test_a_folder_that_vanishes_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    rename = os.rename

    def vanished(first: str, final: str) -> None:
        os.rmdir(os.path.dirname(final))
        rename(first, final)

    monkeypatch.setattr(os, "rename", vanished)
    with pytest.raises((FileNotFoundError, BeamIOError)):
        place(str(tmp_path), NAME, pa.py_buffer(b"new"))


def test_an_object_store_is_given_the_final_name_at_once(tmp_path: Path):
    store = Store(tmp_path)
    place("store://bucket/out", NAME, pa.py_buffer(b"new"))
    assert store.log == [f"create bucket/out/{NAME}"]
