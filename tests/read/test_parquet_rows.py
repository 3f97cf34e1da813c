"""Parquet: rows as records, columns of every type, and files that are broken or mean harm."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.records import Given, InputFile, Record
from schemas.rejects import Reject
from transforms.read.files import Limits
from transforms.read.formats import read_file

LIMITS = Limits(page_bytes=10_000, file_bytes=1 << 22)


def read(path: Path, limits: Limits = LIMITS) -> list[Record | Reject]:
    return list(read_file(InputFile(bytes(path), path.name.encode(), path.stat().st_size), limits))


def written(tmp_path: Path, columns: dict[str, Any], **options: Any) -> Path:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table(columns), path, **options)
    return path


def only(results: list[Record | Reject]) -> Record | Reject:
    assert len(results) == 1
    return results[0]


def test_every_row_is_a_record(tmp_path: Path):
    path = written(tmp_path, {"text": ["one", "two"], "id": ["r1", None], "score": [1.5, 2.5]})
    first, second = read(path)
    assert first == Record(f"{path}#r1", "id", "r1", b'{"id": "r1", "text": "one"}', "one", Given())
    assert second == Record(f"{path}#2", "path", "a.parquet", b'{"text": "two"}', "two", Given())


def test_the_columns_are_those_of_json_lines(tmp_path: Path):
    moment = datetime(2025, 6, 12, 8, tzinfo=UTC)
    columns = {
        "id": [7],
        "url": ["https://a.example/7"],
        "fetched_at": [moment],
        "title": ["Market rebuilt"],
        "outlet": ["Aldersby Post"],
        "published_at": ["2025-06-11"],
        "event_label": ["market"],
        "html": ["<p>words"],
    }
    record = only(read(written(tmp_path, columns)))
    assert (record.key, record.text) == ("7", "words\n")
    assert record.given == Given(
        url="https://a.example/7",
        fetched_at=1749715200_000000,
        title="Market rebuilt",
        outlet="Aldersby Post",
        published_at=1749600000_000000,
        published_precision="day",
        event_label="market",
    )


def test_columns_of_bytes_are_read_as_those_of_strings(tmp_path: Path):
    said = {
        "id": "Größe 7", "url": "https://a.example/7", "fetched_at": "2025-06-12T10:00:00+02:00", "title": "Märkte",
        "outlet": "Aldersby Post", "published_at": "2025-06-11", "event_label": "market", "text": "words",
    }  # fmt: skip
    strings = only(read(written(tmp_path, {name: [value] for name, value in said.items()})))
    for kind in (pa.binary(), pa.large_binary(), pa.dictionary(pa.int32(), pa.binary())):
        columns = {name: pa.array([value.encode()]).cast(kind) for name, value in said.items()}
        assert only(read(written(tmp_path, columns))) == strings
    assert strings.given.title == "Märkte"
    assert strings.warnings == ()


def test_bytes_that_are_not_utf8_are_no_title_and_no_id(tmp_path: Path):
    record = only(read(written(tmp_path, {"id": [b"\xff\xfe\x07"], "title": [b"M\xe4rkte"], "text": [b"M\xe4rkte"]})))
    assert (record.key_kind, record.given.title, record.text) == ("path", None, "Märkte")
    assert record.warnings == (
        "id: given as bytes, neither text nor a whole number; passed over",
        "title: given as bytes, not text; passed over",
    )


@pytest.mark.parametrize(
    "kind",
    [
        pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view(),
        pa.dictionary(pa.int32(), pa.string()),
    ],
)  # fmt: skip
def test_texts_of_every_type_are_read(kind: pa.DataType, tmp_path: Path):
    text = pa.array(["Größe".encode() if "binary" in str(kind) else "Größe"] * 40).cast(kind)
    records = read(written(tmp_path, {"text": text}))
    assert [(record.text, record.encoding) for record in records] == [("Größe", "utf-8")] * 40


def test_texts_in_bytes_are_decoded_as_files_are(tmp_path: Path):
    html = '<meta charset="koi8-r"><p>Рынок'.encode("koi8-r")
    wide = "Рынок".encode("utf-16")
    records = read(written(tmp_path, {"html": [html, None], "text": pa.array([None, wide], pa.binary())}))
    assert [(record.text, record.encoding) for record in records] == [("Рынок\n", "koi8-r"), ("Рынок", "utf-16-le")]


def test_bytes_that_are_no_text_are_refused(tmp_path: Path):
    refused, record = read(written(tmp_path, {"text": [bytes(range(256)) * 3, b"words"]}))
    assert (refused.error_type, refused.stage, record.text) == ("undecodable", "read", "words")


def test_a_text_that_is_not_the_utf8_it_should_be_is_decoded_as_bytes(tmp_path: Path):
    validity, offsets, _ = pa.array(["plain caf_ au lait"]).buffers()
    broken = pa.Array.from_buffers(pa.string(), 1, [validity, offsets, pa.py_buffer(b"plain caf\xe9 au lait")])
    assert only(read(written(tmp_path, {"text": broken}))).text == "plain café au lait"


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (datetime(2025, 6, 12, 8), pa.timestamp("s"), (1749715200_000000, "second")),
        (datetime(2025, 6, 12, 8, 0, 0, 999), pa.timestamp("us"), (1749715200_000000, "second")),
        (1749715200_000000001, pa.timestamp("ns", "America/New_York"), (1749715200_000000, "second")),
        (1749715200_000, pa.timestamp("ms", "No/Such_Zone"), (1749715200_000000, "second")),
        (date(2025, 6, 12), pa.date32(), (1749686400_000000, "day")),
        ("2025-06-12T08:00Z", pa.string(), (1749715200_000000, "minute")),
        (None, pa.timestamp("us"), (None, None)),
    ],
)
def test_times_of_every_type_are_read(value: object, kind: pa.DataType, expected: tuple[int, str], tmp_path: Path):
    record = only(read(written(tmp_path, {"text": ["words"], "published_at": pa.array([value], kind)})))
    assert (record.given.published_at, record.given.published_precision) == expected
    assert record.warnings == ()


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ((1 << 62), pa.timestamp("us")),
        (-(1 << 40), pa.timestamp("s", "UTC")),
        (1 << 30, pa.date32()),
        (20250612, pa.int64()),
        ([1], pa.list_(pa.int8())),
        ({"a": b"\xff"}, pa.struct({"a": pa.binary()})),
        (timedelta(days=1), pa.duration("us")),
        (True, pa.bool_()),
    ],
)
def test_a_time_that_is_none_is_a_warning(value: object, kind: pa.DataType, tmp_path: Path):
    record = only(read(written(tmp_path, {"text": ["words"], "published_at": pa.array([value], kind)})))
    assert (record.text, record.given.published_at) == ("words", None)
    (warning,) = record.warnings
    assert warning.startswith("published_at: ")
    assert warning.endswith("; passed over")


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"text": [1, 2]}, " (text is int)"),
        ({"text": [["a"], ["b"]]}, " (text is list)"),
        ({"text": [{"html": "a"}, {"html": "b"}]}, " (text is dict)"),
        ({"Text": ["a", "b"]}, ""),
        ({"text": pa.array([None, None], pa.string())}, ""),
        ({"text": pa.nulls(2)}, ""),
    ],
)
def test_rows_without_a_text_are_refused_one_by_one(columns: dict[str, Any], found: str, tmp_path: Path):
    path = written(tmp_path, columns)
    refused = read(path)
    assert [(row.source_uri, row.error_type) for row in refused] == [(f"{path}#1", "no_text"), (f"{path}#2", "no_text")]
    message = f"The record has no text{found}; give the page as a string, in the field text or html."
    assert {row.message for row in refused} == {message}


def test_a_row_that_is_too_large_is_refused_and_the_next_is_read(tmp_path: Path):
    path = written(tmp_path, {"text": ["a", "é" * 5001, "b"]})
    first, refused, last = read(path)
    assert (first.text, refused.error_type, refused.source_uri, last.text) == ("a", "page_too_large", f"{path}#2", "b")
    assert len(refused.payload) == 1024


def test_a_column_that_stands_twice_is_read_once(tmp_path: Path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], ["text", "text"]), path)
    assert only(read(path)).text == "b"


def test_rows_are_numbered_across_row_groups(tmp_path: Path):
    path = written(tmp_path, {"text": [f"text {n}" for n in range(100)]}, row_group_size=7)
    assert [record.source_uri for record in read(path)] == [f"{path}#{n}" for n in range(1, 101)]


@pytest.mark.parametrize("columns", [{"text": pa.array([], pa.string())}, {"other": pa.array([], pa.int8())}])
def test_a_file_without_rows_has_no_records(columns: dict[str, Any], tmp_path: Path):
    assert read(written(tmp_path, columns)) == []


def test_beyond_the_limit_of_a_file_the_rest_is_refused(tmp_path: Path):
    path = written(tmp_path, {"text": ["x" * 9000] * 100}, row_group_size=10, use_dictionary=False)
    *records, refused = read(path, Limits(page_bytes=10_000, file_bytes=500_000))
    assert (len(records), refused.error_type, refused.source_uri) == (50, "file_too_large", str(path))


def test_one_text_in_every_row_is_not_held_for_every_row(tmp_path: Path):
    path = written(tmp_path, {"text": ["x" * 2_000_000] * 200}, dictionary_pagesize_limit=1 << 30)
    assert path.stat().st_size < 200_000
    before = pa.total_allocated_bytes()
    most = 0
    for record in read_file(InputFile(bytes(path), b"a.parquet", 1), Limits(page_bytes=1 << 22, file_bytes=1 << 33)):
        assert len(record.text) == 2_000_000
        most = max(most, pa.total_allocated_bytes() - before)
    assert most < 64 * 2_000_000


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1PAR1", b"PAR1" + b"\xff" * 99 + b"PAR1", b"no parquet" * 50])
def test_what_is_no_parquet_is_refused(content: bytes, tmp_path: Path):
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    refused = only(read(path))
    assert (refused.source_uri, refused.error_type, refused.payload) == (str(path), "unreadable", content[:1024])
    assert "\n" not in refused.message


def test_a_file_that_breaks_off_is_one_reject(tmp_path: Path):
    path = written(tmp_path, {"text": [f"text {n}" for n in range(1000)]})
    path.write_bytes(path.read_bytes()[:-20])
    assert only(read(path)).error_type == "unreadable"


def test_a_file_that_is_broken_in_its_middle_gives_the_rows_before_and_one_reject(tmp_path: Path):
    texts = [f"{n} {n * n * 7919 % 1000003}" for n in range(2000)]
    path = written(tmp_path, {"text": texts}, row_group_size=500, use_dictionary=False, write_page_checksum=True)
    content = bytearray(path.read_bytes())
    at = pq.ParquetFile(path).metadata.row_group(2).column(0).data_page_offset
    content[at + 200 : at + 220] = bytes(20)
    path.write_bytes(content)
    *records, refused = read(path)
    assert ([record.text for record in records], refused.error_type) == (texts[:1000], "unreadable")


def test_bytes_changed_anywhere_end_in_records_and_rejects(tmp_path: Path):
    path = written(tmp_path, {"text": [f"text {n}" for n in range(50)], "published_at": [date(2025, 1, 1)] * 50})
    content = path.read_bytes()
    for at in range(0, len(content), 11):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :])
        results = read(path)
        assert len(results) <= 51
        assert results


def test_parquet_inside_of_another_compression_is_refused(tmp_path: Path):
    path = tmp_path / "a.parquet.gz"
    path.write_bytes(b"x")
    refused = only(read(path))
    assert (refused.error_type, refused.payload) == ("unknown_ending", b"x")
    assert refused.message == "Parquet is compressed within, and not read inside of another compression; unpack the file."
