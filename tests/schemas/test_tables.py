"""Tables: their schemas, and rows as Arrow."""

import pyarrow as pa
import pytest

from schemas.events import Event
from schemas.occurrences import PRECISIONS
from schemas.records import Span
from schemas.segments import KINDS, Segment
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
    rows = [Segment(*place, 0, 1, None) for place in places]
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
