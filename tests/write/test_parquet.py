"""Writing one file."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.records import WrittenFile
from schemas.rejects import Reject
from schemas.segments import Segment
from schemas.tables import REJECTS, SEGMENTS
from transforms.write.parquet import write_rows

ROWS = [
    Segment("p2", 0, 0, "title", 0, 5, None, None),
    Segment("p1", 1, None, "blank", 5, 6, None, None),
    Segment("p1", 0, None, "body", 0, 5, None, None),
]


def test_rows_are_written_in_the_order_of_the_tables_key(tmp_path: Path):
    written = write_rows(str(tmp_path), SEGMENTS, "part-0.parquet", ROWS)
    path = tmp_path / "segments" / "part-0.parquet"
    assert written == WrittenFile("segments", "part-0.parquet", 3, path.stat().st_size)
    rows = pq.read_table(path).to_pylist()
    assert [(row["page_id"], row["segment_index"]) for row in rows] == [("p1", 0), ("p1", 1), ("p2", 0)]


def test_the_same_rows_give_the_same_bytes_in_any_order(tmp_path: Path):
    write_rows(str(tmp_path), SEGMENTS, "a.parquet", ROWS)
    write_rows(str(tmp_path), SEGMENTS, "b.parquet", ROWS[::-1])
    assert (tmp_path / "segments/a.parquet").read_bytes() == (tmp_path / "segments/b.parquet").read_bytes()


def test_a_file_that_is_written_again_takes_the_place_of_the_first(tmp_path: Path):
    write_rows(str(tmp_path), SEGMENTS, "a.parquet", ROWS)
    write_rows(str(tmp_path), SEGMENTS, "a.parquet", ROWS[:1])
    assert pq.read_table(tmp_path / "segments/a.parquet").num_rows == 1
    assert list((tmp_path / "_tmp").iterdir()) == []


def test_a_file_without_rows_has_the_schema(tmp_path: Path):
    write_rows(str(tmp_path), REJECTS, "a.parquet", [])
    table = pq.read_table(tmp_path / "rejects/a.parquet")
    assert (table.num_rows, table.schema) == (0, REJECTS.schema())


def test_bytes_and_folders_below_the_table_are_kept(tmp_path: Path):
    write_rows(str(tmp_path), REJECTS, "x=1/y=2/a.parquet", [Reject("u", "read", "e", "m", b"\0\xff")])
    table = pq.ParquetFile(tmp_path / "rejects/x=1/y=2/a.parquet").read()
    assert table["payload"].to_pylist() == [b"\0\xff"]
    assert table.schema.field("payload").type == pa.binary()
