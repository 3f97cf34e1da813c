"""Tables: their schemas, and rows as Arrow."""

import dataclasses

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.events import Event
from schemas.occurrences import PRECISIONS
from schemas.records import Span
from schemas.segments import KINDS, Segment
from schemas.table import SCHEMA_VERSION, OtherSchema, Table, check_version, column
from schemas.tables import ARTICLES, EVENTS, SEGMENTS, TABLES

PROMISED = {
    "pages": "page_id source_uri url fetched_at byte_count encoding fixes warnings layout text language language_confidence",
    "segments": "page_id segment_index article_index kind char_start char_end recurs",
    "occurrences": (
        "page_id article_index article_id role title outlet age_text bylines published_at published_precision match "
        "similarity containment body"
    ),
    "articles": (
        "article_id event_id title outlet bylines published_at published_precision body language language_confidence "
        "word_count occurrence_count page_id article_index"
    ),
    "events": (
        "event_id external_id label keywords outlets languages article_count occurrence_count first_published_at "
        "last_published_at representative_article_id created_run"
    ),
    "overrides": "line override names why outcome message article_ids run",
    "event_changes": "event_id became run reason",
    "furniture": "site line surroundings needed pages_of_site",
    "rejects": "source_uri stage error_type message payload",
}

EVENT = Event("e2", None, "Fire", ("fire",), (), (), 1, 2, 5, None, "a2", 1)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_promised_column_is_there(table):
    assert set(PROMISED[table.name].split()) <= set(table.schema(with_partition=True).names)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_is_described_in_a_sentence(table):
    for field in table.schema(with_partition=True):
        description = field.metadata[b"description"].decode()
        assert description.endswith("."), field.name
        assert len(description.split()) > 1, field.name


def test_times_are_in_utc_and_numbers_have_their_sizes():
    types = {
        f"{table.name}.{field.name}": str(field.type) for table in TABLES for field in table.schema(with_partition=True)
    }
    assert types["pages.fetched_at"] == types["events.first_published_at"] == "timestamp[us, tz=UTC]"
    assert types["segments.segment_index"] == types["articles.word_count"] == "int32"
    assert types["segments.char_start"] == types["pages.byte_count"] == "int64"
    assert types["occurrences.similarity"] == types["pages.language_confidence"] == "float"
    assert types["rejects.payload"] == "binary"


def test_the_partition_stands_in_the_path_and_not_in_the_file():
    assert ARTICLES.partition == "event_id"
    assert "event_id" not in ARTICLES.schema().names
    assert "event_id" in ARTICLES.schema(with_partition=True).names


def test_the_promised_kinds_and_precisions_are_there():
    assert set(KINDS) == {
        "title", "subheading", "body", "caption", "byline", "author_bio", "outlet", "age", "section_heading",
        "related_link", "teaser", "boilerplate", "blank",
    }  # fmt: skip
    assert PRECISIONS == ("second", "minute", "hour", "day", "week", "month", "year")
    assert Span(KINDS.index("age"), None, 0, 1).kind_name == "age"


def test_rows_become_arrow_in_the_order_of_the_key():
    places = [("p2", 0, None, "body"), ("p1", 10, 0, "body"), ("p1", 9, 0, "title")]
    rows = [Segment(*place, 0, 1, None, None) for place in places]
    table = SEGMENTS.to_arrow(rows)
    assert table["page_id"].to_pylist() == ["p1", "p1", "p2"]
    assert table["segment_index"].to_pylist() == [9, 10, 0]
    assert table["article_index"].to_pylist() == [0, 0, None]


def test_times_and_lists_become_arrow():
    (row,) = EVENTS.to_arrow([EVENT]).to_pylist()
    assert row["first_published_at"].isoformat() == "1970-01-01T00:00:00.000005+00:00"
    assert (row["keywords"], row["outlets"], row["last_published_at"]) == (["fire"], [], None)


def test_no_rows_become_a_table_with_the_schema():
    assert EVENTS.to_arrow([]).schema == EVENTS.schema()


def test_the_schema_carries_its_table_and_version():
    metadata = EVENTS.schema().metadata
    assert metadata == {b"clipbook.table": b"events", b"clipbook.schema_version": b"1"}


def test_a_string_that_is_no_text_is_refused():
    with pytest.raises((UnicodeEncodeError, pa.ArrowException)):
        EVENTS.to_arrow([Event("e2", None, "\ud800", (), (), (), 1, 2, 5, None, "a2", 1)])


def test_the_own_version_is_read():
    check_version(SCHEMA_VERSION, "out")


@pytest.mark.parametrize("found", [None, 1, "", "0", "-1", "1.5", "one", "9" * 7, "١", "1\n"])
def test_what_names_no_version_is_refused(found):
    with pytest.raises(OtherSchema, match=r"^out names no version of its schema, so it cannot be read; write it anew"):
        check_version(found, "out", may_be_older=True)


def test_an_older_version_is_replaced_but_not_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("schemas.table.SCHEMA_VERSION", "12")
    check_version("3", "out", may_be_older=True)
    with pytest.raises(OtherSchema) as refused:
        check_version("3", "out")
    assert str(refused.value) == (
        "out was written by an older Clipbook, with schema 3, and this one knows schema 12; write it anew from its pages."
    )


@pytest.mark.parametrize("may_be_older", [False, True])
def test_a_newer_version_is_neither_read_nor_replaced(may_be_older, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("schemas.table.SCHEMA_VERSION", "9")
    with pytest.raises(OtherSchema) as refused:
        check_version("10", "out", may_be_older=may_be_older)
    assert str(refused.value) == (
        "out was written by a newer Clipbook, with schema 10, and this one knows schema 9; "
        "install the newer one, or give another --output."
    )


@dataclasses.dataclass(frozen=True)
class Early:
    name: str = column(pa.string(), "Its name.")
    gone: int = column(pa.int32(), "What is no longer kept.")


@dataclasses.dataclass(frozen=True)
class Late:
    name: str = column(pa.string(), "Its name.")
    size: int = column(pa.int32(), "Its size.", added=7)
    colour: str | None = column(pa.string(), "Its colour.", null=True)
    tags: tuple[str, ...] = column(pa.list_(pa.string()), "What is pinned to it.", added=[])


BEFORE, AFTER = Table("things", Early, "Things.", ("name",)), Table("things", Late, "Things.", ("name",))


def on_disk(table, tmp_path, row):
    pq.write_table(table.to_arrow([row]), tmp_path / "a.parquet")
    return pq.ParquetFile(tmp_path / "a.parquet").read()


def test_columns_that_came_later_are_filled_in(tmp_path):
    upgraded = AFTER.upgrade(on_disk(BEFORE, tmp_path, Early("nail", 3)), "a.parquet")
    assert upgraded.schema.equals(AFTER.schema(), check_metadata=True)
    assert upgraded.to_pylist() == [{"name": "nail", "size": 7, "colour": None, "tags": []}]


def test_a_file_of_today_is_left_as_it_is(tmp_path):
    found = on_disk(AFTER, tmp_path, Late("nail", 1, "grey", ("iron",)))
    assert AFTER.upgrade(found, "a.parquet").equals(found)


def test_a_missing_column_without_a_value_for_older_rows_is_refused(tmp_path):
    with pytest.raises(OtherSchema, match=r"^a\.parquet has no column gone of type int32; write it anew from its pages"):
        BEFORE.upgrade(on_disk(AFTER, tmp_path, Late("nail", 1, None, ())), "a.parquet")


def test_a_column_of_another_type_is_refused(tmp_path):
    found = on_disk(AFTER, tmp_path, Late("nail", 1, None, ()))
    changed = found.set_column(1, "size", pa.array(["small"])).replace_schema_metadata(found.schema.metadata)
    with pytest.raises(OtherSchema, match="has no column size of type int32"):
        AFTER.upgrade(changed, "a.parquet")


def test_a_file_of_another_table_or_tool_is_refused():
    with pytest.raises(OtherSchema, match=r"^a\.parquet is no file of the table events that Clipbook wrote"):
        EVENTS.check_file(SEGMENTS.schema(), "a.parquet")
    with pytest.raises(OtherSchema, match="is no file of the table events"):
        EVENTS.check_file(EVENTS.schema().remove_metadata(), "a.parquet")


def test_a_file_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch):
    schema = EVENTS.schema()
    monkeypatch.setattr("schemas.table.SCHEMA_VERSION", "2")
    with pytest.raises(OtherSchema, match="written by an older Clipbook, with schema 1"):
        EVENTS.check_file(schema, "a.parquet")
