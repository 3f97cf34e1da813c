"""The script that reads a dataset with DuckDB and pandas."""

import os
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from read_output import TABLES, Unreadable, main, read
from support import rows


@pytest.fixture
def copy(seed_dataset: Path, tmp_path: Path) -> Path:
    """A dataset to be spoiled."""
    return Path(shutil.copytree(os.path.realpath(seed_dataset), tmp_path / "copy"))


def spoil(dataset: Path, table: str, keep: slice) -> None:
    (path,) = (dataset / table).glob("*.parquet")
    content = pq.read_table(path)
    start, stop, _ = keep.indices(content.num_rows)
    pq.write_table(content.slice(start, stop - start), path)


def test_the_seeds_are_read_by_duckdb_and_pandas(seed_dataset: Path):
    assert read(seed_dataset) == {table: len(rows(seed_dataset, table)) for table in TABLES}


def test_a_line_is_printed_for_each_table(seed_dataset: Path, capsys: pytest.CaptureFixture[str]):
    assert main([str(seed_dataset)]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(TABLES)


def test_a_dataset_without_success_is_refused(copy: Path, capsys: pytest.CaptureFixture[str]):
    (copy / "_SUCCESS").unlink()
    assert main([str(copy)]) == 1
    expected = f"read_output: {copy} has no _SUCCESS; it is no dataset, or it is being published.\n"
    assert capsys.readouterr().err == expected


@pytest.mark.parametrize(
    ("table", "keep", "said"),
    [
        ("events", slice(1, None), "articles name an event that is not there"),
        ("pages", slice(0, 0), "occurrences name a page that is not there"),
        ("occurrences", slice(0, -1), "articles count other occurrences than there are"),
        ("segments", slice(0, -1), "segments do not tile the text of their page"),
        ("segments", slice(0, 0), "segments do not tile the text of their page"),
        ("occurrences", slice(0, 0), "articles count other occurrences than there are"),
    ],
)
def test_rows_that_are_missing_are_noticed(table: str, keep: slice, said: str, copy: Path):
    spoil(copy, table, keep)
    with pytest.raises(Unreadable, match=said):
        read(copy)


def test_a_missing_table_is_noticed(copy: Path):
    shutil.rmtree(copy / "rejects")
    with pytest.raises(Unreadable, match="A table cannot be read: "):
        read(copy)
