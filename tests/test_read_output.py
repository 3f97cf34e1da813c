"""The scripts that read a dataset with DuckDB, pandas and Polars, and with Spark."""

import os
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import read_with_spark
from read_output import TABLES, Unreadable, main, read
from support import OTHER_STORY, STORY, rows, run_job, write_json_lines


@pytest.fixture
def copy(seed_dataset: Path, tmp_path: Path) -> Path:
    """A dataset to be spoiled."""
    return Path(shutil.copytree(os.path.realpath(seed_dataset), tmp_path / "copy"))


def spoil(dataset: Path, table: str, keep: slice) -> None:
    (path,) = (dataset / table).glob("*.parquet")
    content = pq.read_table(path)
    start, stop, _ = keep.indices(content.num_rows)
    pq.write_table(content.slice(start, stop - start), path)


def test_the_seeds_are_read_by_duckdb_pandas_and_polars(seed_dataset: Path):
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


def test_a_dataset_in_buckets_is_read_by_all_of_them(tmp_path: Path):
    records: list[object] = [{"text": f"Market\n{STORY}"}, {"text": f"Bell\n{OTHER_STORY}"}]
    out = run_job(write_json_lines(tmp_path / "a.jsonl", records), tmp_path / "out", "--max_partitions", 1)
    assert read(out)["articles"] == 2


def test_the_seeds_are_read_by_spark(seed_dataset: Path, capsys: pytest.CaptureFixture[str]):
    if missing := read_with_spark.missing():
        pytest.skip(missing)
    assert read_with_spark.main([str(seed_dataset)], "read_with_spark", read_with_spark.read) == 0
    counts = dict(line.split()[:2] for line in capsys.readouterr().out.splitlines())
    assert counts == {table: f"{len(rows(seed_dataset, table)):,}" for table in TABLES}
