"""Reading what earlier runs wrote."""

import re
from dataclasses import dataclass
from pathlib import Path

import apache_beam as beam
import pyarrow as pa
import pytest
from apache_beam.testing.util import assert_that, equal_to

from pipelines import append
from pipelines.manifest import cause
from schemas.index import PAGES_INDEX, IndexedPage
from schemas.table import STRINGS, OtherSchema, Table, column
from transforms.common.earlier import Earlier, KnownIds, read_columns, to_rows
from transforms.common.sieve import digest
from transforms.write.dataset import Published
from transforms.write.parquet import write_rows


@dataclass(frozen=True)
class Row:
    name: str = column(pa.string(), "A name.")
    size: int = column(pa.int32(), "A later column.", added=7)
    colour: str | None = column(pa.string(), "A later column.", null=True)
    tags: tuple[str, ...] = column(STRINGS, "What stands in every file.")


ROWS = Table("rows", Row, "For these tests.", ("name",))


def test_ids_that_only_share_a_digest_with_a_new_one_are_held_by_no_worker(tmp_path: Path):
    assert digest("plumless") == digest("buckeroo")
    write_rows(str(tmp_path), PAGES_INDEX, "one.parquet", [IndexedPage("buckeroo"), IndexedPage("p1"), IndexedPage("p2")])
    earlier = Earlier(str(tmp_path), 1, 0, 0, True, ((PAGES_INDEX.name, "one.parquet", 3),))
    with beam.Pipeline() as pipeline:
        known = pipeline | beam.Create(["plumless", "p2", "p3"]) | KnownIds(earlier)
        assert_that(known, equal_to([frozenset({"p2"})]))


@pytest.mark.parametrize("damage", [slice(-8, None), slice(4, -8), slice(4, 8)])
def test_a_damaged_file_is_named(tmp_path: Path, damage: slice):
    path = tmp_path / PAGES_INDEX.name / "one.parquet"
    write_rows(str(tmp_path), PAGES_INDEX, path.name, [IndexedPage("p1")])
    content = bytearray(path.read_bytes())
    content[damage] = bytes(len(content[damage]))
    path.write_bytes(content)
    with pytest.raises(OSError, match=f"^{re.escape(str(path))} cannot be read: ") as refused:
        read_columns(str(path))
    assert str(path) in cause(refused.value)
    assert "--mode overwrite" in cause(refused.value)


def test_columns_that_came_later_have_the_value_of_older_rows_and_columns_left_out_are_empty():
    found = pa.table({"name": ["nail"]})
    assert list(to_rows(ROWS, found, without=("tags",))) == [Row("nail", 7, None, ())]
    assert list(to_rows(ROWS, found, tags=("iron",))) == [Row("nail", 7, None, ("iron",))]


def test_a_missing_column_is_not_made_up():
    with pytest.raises(OtherSchema, match="rows has no column tags; write it anew"):
        list(to_rows(ROWS, pa.table({"name": ["nail"]})))


@pytest.mark.parametrize(("version", "says"), [("0", "names no version"), (None, "names no version"), ("2", "a newer")])
def test_nothing_is_appended_to_a_dataset_of_another_schema(version: str | None, says: str):
    manifest = {"last_run": 1, "rows": {"articles": 0, "events": 0}, "files": []}
    assert append.to(Published("out", manifest | {"schema_version": "1"})).run == 1
    with pytest.raises(OtherSchema, match=f"^out .*{says}"):
        append.to(Published("out", manifest | {"schema_version": version}))


def test_nothing_is_appended_to_a_dataset_of_an_older_schema(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("schemas.table.SCHEMA_VERSION", "2")
    with pytest.raises(OtherSchema, match=r"^out was written by an older Clipbook, with schema 1"):
        append.to(Published("out", {"last_run": 1, "schema_version": "1"}))
