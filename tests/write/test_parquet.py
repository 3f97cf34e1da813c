"""Writing files."""

import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.index import TEXTS_INDEX
from schemas.records import WrittenFile
from schemas.rejects import Reject
from schemas.segments import Segment
from schemas.table import Table
from schemas.tables import ARTICLES, OCCURRENCES, REJECTS, SEGMENTS
from transforms.write import parquet
from transforms.write.parquet import write_files, write_rows

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


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    ["\0", "\x85", "é" * 300, "word " * 400]
)


def values(kind: pa.DataType) -> st.SearchStrategy[Any]:
    """Values of a column of a type."""
    if pa.types.is_list(kind):
        return st.lists(values(kind.value_type), max_size=3).map(tuple)
    if pa.types.is_string(kind):
        return TEXT
    if pa.types.is_binary(kind):
        return st.binary(max_size=40)
    if pa.types.is_float32(kind):
        return st.floats(width=32)
    return st.integers(-(2**31), 2**31 - 1)


@st.composite
def rows_of_files(draw: st.DrawFn) -> tuple[Table, dict[str, list[Any]], bool]:
    """A table, rows of some of its files, a few in most of them, and whether the files hold their partition."""
    table = draw(st.sampled_from([ARTICLES, OCCURRENCES, TEXTS_INDEX]))
    columns = {}
    for field in table.fields():
        found = values(field.metadata["arrow"])
        columns[field.name] = st.none() | found if field.metadata["null"] else found
    rows = st.lists(st.builds(table.row, **columns), max_size=3)
    many = st.builds(table.row, **columns).map(lambda row: [row] * (parquet._FEW + 1))
    files = draw(st.dictionaries(st.sampled_from(["x=1/a.parquet", "x=2/a.parquet", "b.parquet"]), rows | many))
    return table, files, draw(st.booleans())


@settings(deadline=None)
@given(rows_of_files())
def test_files_that_are_written_together_are_the_same_as_each_alone(drawn: tuple[Table, dict[str, list[Any]], bool]):
    table, files, with_partition = drawn
    with tempfile.TemporaryDirectory() as folder:
        written = write_files(folder, table, files, with_partition=with_partition)
        assert [(file.table, file.path, file.rows) for file in written] == [
            (table.name, path, len(rows)) for path, rows in files.items()
        ]
        for file, rows in zip(written, files.values(), strict=True):
            alone = table.to_arrow(rows, with_partition=with_partition)
            sink = pa.BufferOutputStream()
            pq.write_table(alone, sink, **parquet._format(tuple(alone.column_names), few=len(rows) < parquet._FEW))
            content = Path(folder, table.name, file.path).read_bytes()
            assert content == sink.getvalue().to_pybytes()
            assert file.byte_count == len(content)
