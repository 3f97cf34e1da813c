"""Reading a dataset's tables as streams."""

import io
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import tables
from schemas.tables import ARTICLES

COLUMNS = ("article_id", "word_count", "event_id", "title", "background")


def files_of(folder: Path, **rows_of: int) -> tables.Tables:
    """A table of articles that lacks columns, in a file of so many rows for each event."""
    noise = random.Random(1)
    files = []
    for event, rows in rows_of.items():
        path = folder / f"articles/event_id={event}/part.parquet"
        path.parent.mkdir(parents=True)
        ids = [f"a{event}{number:05}" for number in range(rows)]
        bodies = [noise.randbytes(1_000).hex() for _ in ids]
        pq.write_table(pa.table({"word_count": pa.array(range(rows), pa.int32()), "body": bodies, "article_id": ids}), path)
        files.append({"table": "articles", "path": f"event_id={event}/part.parquet"})
    return tables.Tables(str(folder), files)


def test_files_read_whole_and_as_streams_give_the_same_columns(tmp_path: Path):
    read = files_of(tmp_path, e1=2, e2=3_000, e3=1)
    sizes = [(tmp_path / "articles" / path).stat().st_size for path in read.paths(ARTICLES)]
    assert [size > tables._SMALL for size in sizes] == [False, True, False]
    batches = list(read.batches(ARTICLES, COLUMNS, size=2_000))
    assert [batch.num_rows for batch in batches] == [2_002, 1_001]
    found = pa.Table.from_batches(batches)
    expected = [(f"a{event}{n:05}", n, event) for event, rows in (("e1", 2), ("e2", 3_000), ("e3", 1)) for n in range(rows)]
    assert list(zip(*(found[name].to_pylist() for name in COLUMNS[:3]), strict=True)) == expected
    assert found.column_names == list(COLUMNS)
    assert found["title"].null_count == found["background"].null_count == found.num_rows


def test_columns_that_no_file_holds_have_as_many_rows(tmp_path: Path):
    (batch,) = files_of(tmp_path, e1=2, e2=1).batches(ARTICLES, ("event_id", "outlet"))
    assert batch.to_pydict() == {"event_id": ["e1", "e1", "e2"], "outlet": [None, None, None]}


def test_no_column_of_a_large_file_is_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    read = files_of(tmp_path, e1=4_000)
    asked = []

    class Watched(io.FileIO):
        def read(self, size: int = -1) -> Any:
            asked.append(size)
            return super().read(size)

    monkeypatch.setattr(tables, "open_stored", lambda path: Watched(path))
    assert sum(batch.num_rows for batch in read.batches(ARTICLES, ("body",), size=tables.TEXT_ROWS)) == 4_000
    (path,) = read.paths(ARTICLES)
    assert max(asked) <= 2 * tables._BUFFER < (tmp_path / "articles" / path).stat().st_size // 3  # a page is read at once
