"""Cutting files into records: one page a file, one page a line of JSON, and all that can be wrong with either."""

import bz2
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from support import write_json_lines

from schemas.records import Given, InputFile, Record
from schemas.rejects import Reject
from transforms.read.files import Limits
from transforms.read.formats import printable, read_file

SMALL = Limits(page_bytes=1000, file_bytes=100_000)


def read(path: Path, limits: Limits = SMALL) -> list[Record | Reject]:
    return list(read_file(InputFile(bytes(path), path.name.encode(), path.stat().st_size), limits))


def read_lines(tmp_path: Path, *records: object) -> list[Record | Reject]:
    return read(write_json_lines(tmp_path / "a.jsonl", list(records)))


def only(results: list[Record | Reject]) -> Record | Reject:
    assert len(results) == 1
    return results[0]


def kinds(results: list[Record | Reject]) -> list[str]:
    return [result.error_type if isinstance(result, Reject) else str(result.text) for result in results]


# One page a file.


def test_a_text_file_is_one_record_of_its_bytes(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"caf\xe9\r\n")
    assert read(path) == [Record(str(path), "path", "a.txt", b"caf\xe9\r\n", None, Given())]


def test_an_empty_text_file_is_an_empty_record(tmp_path: Path):
    (tmp_path / "a.txt").touch()
    assert only(read(tmp_path / "a.txt")).payload == b""


def test_a_page_as_large_as_allowed_is_read(tmp_path: Path):
    (tmp_path / "a.txt").write_bytes(b"x" * 1000)
    assert only(read(tmp_path / "a.txt")).payload == b"x" * 1000


def test_a_page_that_is_too_large_is_refused_with_its_beginning(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 3000)
    assert read(path, Limits(page_bytes=2000, file_bytes=100_000)) == [
        Reject(
            str(path),
            "read",
            "page_too_large",
            "The page is larger than 2,000 bytes; cut it up, or raise --max_page_mb if it is meant to be so large.",
            b"x" * 1024,
        )
    ]


def test_a_small_file_that_unpacks_to_a_huge_page_is_refused(tmp_path: Path):
    path = tmp_path / "bomb.txt.bz2"
    path.write_bytes(bz2.compress(b"a" * 20_000_000))
    assert path.stat().st_size < 200
    assert only(read(path)).error_type == "page_too_large"


@pytest.mark.parametrize("name", ["a.rtf", "a.docx", "a", "a.txt.rar", ".gz"])
def test_a_file_of_an_unknown_ending_is_refused_with_its_beginning(name: str, tmp_path: Path):
    (tmp_path / name).write_bytes(b"secret")
    refused = only(read(tmp_path / name))
    assert (refused.stage, refused.error_type, refused.payload) == ("read", "unknown_ending", b"secret")
    assert refused.message.startswith("Files that end in ")
    assert refused.message.endswith(", or leave it out of --input.")


def test_the_message_on_an_unknown_ending_names_the_ending(tmp_path: Path):
    (tmp_path / "a.rtf").touch()
    assert only(read(tmp_path / "a.rtf")).message.startswith("Files that end in '.rtf' are not read; name it ")


def test_a_file_that_is_gone_is_refused(tmp_path: Path):
    refused = only(list(read_file(InputFile(bytes(tmp_path / "gone.txt"), b"gone.txt", 3), SMALL)))
    assert (refused.error_type, refused.payload) == ("unreadable", b"")
    assert refused.message.startswith("The file cannot be read to its end (")
    assert refused.message.endswith("); fetch it again.")


def test_a_file_that_is_not_compressed_as_its_name_says_is_refused(tmp_path: Path):
    (tmp_path / "a.txt.gz").write_bytes(b"plain text, no gzip")
    refused = only(read(tmp_path / "a.txt.gz"))
    assert (refused.error_type, refused.payload) == ("unreadable", b"plain text, no gzip")


@pytest.mark.parametrize("name", ["a.pdf", "a.txt.gz", "a.warc", "a.parquet", "a.parquet.gz"])
def test_the_payload_of_a_file_that_is_refused_is_bounded(name: str, tmp_path: Path):
    (tmp_path / name).write_bytes(b"x" * 5000)
    assert only(read(tmp_path / name)).payload == b"x" * 1024


def test_bytes_of_a_file_name_that_are_no_text_are_replaced():
    assert printable("/data/\udcff.txt") == "/data/\ufffd.txt"


# One page of HTML a file.


@pytest.mark.parametrize("name", ["a.html", "A.HTM", "a.html.gz"])
def test_a_file_of_html_is_a_record_of_its_visible_text(name: str, tmp_path: Path):
    path = tmp_path / name
    page = "<p>“Größe”</p><p hidden>no</p>".encode()
    path.write_bytes(gzip.compress(page) if name.endswith("gz") else page)
    record = only(read(path))
    assert record == Record(str(path), "path", name, page, "“Größe”\n", Given())


@pytest.mark.parametrize(
    ("page", "text", "encoding"),
    [
        ('<meta charset="koi8-r"><p>Рынок'.encode("koi8-r"), "Рынок\n", "koi8-r"),
        (
            "<meta http-equiv=Content-Type content='text/html; charset=shift_jis'><p>市場".encode("shift_jis"),
            "市場\n",
            "cp932",
        ),
        ('<?xml version="1.0" encoding="gb2312"?><html><p>市场重建'.encode("gb18030"), "市场重建\n", "gb18030"),
        ('<meta charset="iso-8859-1"><p>Größe 東京'.encode(), "Größe 東京\n", "utf-8"),
        ('<meta charset="utf-16"><p>Größe'.encode(), "Größe\n", "utf-8"),
        ('\ufeff<meta charset="latin1"><p>Größe'.encode("utf-16-le"), "Größe\n", "utf-16-le"),
        (b"<!--" + b" " * 5000 + b'--><meta charset="koi8-r"><p>plain', "plain\n", "utf-8"),
    ],
)
def test_a_page_is_decoded_as_it_declares(page: bytes, text: str, encoding: str, tmp_path: Path):
    (tmp_path / "a.html").write_bytes(page)
    record = only(read(tmp_path / "a.html", Limits(page_bytes=10_000, file_bytes=100_000)))
    assert (record.text, record.encoding) == (text, encoding)


def test_an_empty_file_of_html_is_an_empty_page(tmp_path: Path):
    (tmp_path / "a.html").touch()
    assert only(read(tmp_path / "a.html")).text == ""


def test_html_that_is_no_text_is_refused(tmp_path: Path):
    (tmp_path / "a.html").write_bytes(bytes(range(256)) * 3)
    refused = only(read(tmp_path / "a.html"))
    assert (refused.stage, refused.error_type, refused.payload) == ("read", "undecodable", bytes(range(256)) * 3)


def test_a_page_of_html_that_is_too_large_is_refused(tmp_path: Path):
    (tmp_path / "a.html").write_bytes(b"<p>" + b"x" * 3000)
    assert only(read(tmp_path / "a.html")).error_type == "page_too_large"


# One page a line.


def test_every_line_of_json_is_a_record(tmp_path: Path):
    path = write_json_lines(tmp_path / "a.jsonl", [{"text": "one"}, {"text": "two"}])
    assert read(path) == [
        Record(f"{path}#1", "path", "a.jsonl", b'{"text": "one"}', "one", Given()),
        Record(f"{path}#2", "path", "a.jsonl", b'{"text": "two"}', "two", Given()),
    ]


def test_what_the_line_says_of_its_page_is_taken_over(tmp_path: Path):
    said = {
        "id": "r7",
        "url": "https://a.example/7",
        "fetched_at": "2025-06-12T10:00:00+02:00",
        "title": "Market rebuilt",
        "outlet": "Aldersby Post",
        "published_at": "2025-06-11",
        "event_label": "market",
        "text": "words",
    }
    record = only(read_lines(tmp_path, said))
    assert record.source_uri == f"{tmp_path}/a.jsonl#r7"
    assert record.key == "r7"
    assert record.given == Given(
        url="https://a.example/7",
        fetched_at=1749715200_000000,
        title="Market rebuilt",
        outlet="Aldersby Post",
        published_at=1749600000_000000,
        published_precision="day",
        event_label="market",
    )
    assert record.warnings == ()


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"id": "r7", "url": "u"}, ("id", "r7")),
        ({"url": "u"}, ("url", "u")),
        ({}, ("path", "a.jsonl")),
        ({"id": 12}, ("id", "12")),
        ({"id": 0}, ("id", "0")),
    ],
)
def test_a_record_is_named_by_its_id_else_its_url_else_its_file(
    fields: dict[str, object], key: tuple[str, str], tmp_path: Path
):
    record = only(read_lines(tmp_path, {"text": "words", **fields}))
    assert (record.key_kind, record.key) == key


@pytest.mark.parametrize("value", [True, None, "", 1.5, [], {}])
def test_an_id_that_is_no_name_is_passed_over(value: object, tmp_path: Path):
    record = only(read_lines(tmp_path, {"text": "words", "id": value}))
    assert (record.source_uri, record.key) == (f"{tmp_path}/a.jsonl#1", "a.jsonl")


@pytest.mark.parametrize(("value", "kind"), [(1.5, "float"), (True, "bool"), ([], "list"), ({}, "dict")])
def test_an_id_that_is_neither_text_nor_a_whole_number_is_a_warning(value: object, kind: str, tmp_path: Path):
    record = only(read_lines(tmp_path, {"text": "words", "id": value}))
    assert record.warnings == (f"id: given as {kind}, neither text nor a whole number; passed over",)


@pytest.mark.parametrize("value", [None, "", "r7", 7])
def test_an_id_that_is_a_name_or_none_is_no_matter(value: object, tmp_path: Path):
    assert only(read_lines(tmp_path, {"text": "words", "id": value})).warnings == ()


def test_a_field_of_the_wrong_type_is_a_warning(tmp_path: Path):
    record = only(read_lines(tmp_path, {"text": "words", "title": ["a"], "outlet": 3}))
    assert record.given == Given()
    assert record.warnings == (
        "title: given as list, not text; passed over",
        "outlet: given as int, not text; passed over",
    )


def test_a_time_that_is_none_is_a_warning(tmp_path: Path):
    record = only(read_lines(tmp_path, {"text": "words", "fetched_at": "yesterday", "published_at": "0031-01-01"}))
    assert (record.given.fetched_at, record.given.published_at) == (None, None)
    assert record.warnings == (
        "published_at: '0031-01-01' is not within the years 1900 to 2199; passed over",
        "fetched_at: 'yesterday' is not a date or time in ISO 8601, such as 2025-06-12T14:05:00Z; passed over",
    )


def test_blank_fields_are_as_good_as_none(tmp_path: Path):
    record = only(read_lines(tmp_path, {"text": "words", "title": "  ", "url": None, "event_label": ""}))
    assert record.given == Given()
    assert record.warnings == ()


def test_an_empty_text_is_a_page_all_the_same(tmp_path: Path):
    assert only(read_lines(tmp_path, {"text": ""})).text == ""


def test_empty_lines_are_no_records_but_count_as_lines(tmp_path: Path):
    assert [r.source_uri[-2:] for r in read_lines(tmp_path, "", {"text": "a"}, "  ", {"text": "b"})] == ["#2", "#4"]


def test_a_last_line_without_a_line_end_is_read(tmp_path: Path):
    (tmp_path / "a.ndjson").write_bytes(b'{"text": "a"}\r\n{"text": "b"}')
    assert kinds(read(tmp_path / "a.ndjson")) == ["a", "b"]


def test_a_byte_order_mark_before_the_first_line_is_taken_away(tmp_path: Path):
    record = only(read_lines(tmp_path, b'\xef\xbb\xbf{"text": "a"}'))
    assert (record.text, record.payload) == ("a", b'{"text": "a"}')


@pytest.mark.parametrize("line", ["{", "nonsense", '{"text": "a"} trailing', '{"text": "un', "{'text': 'a'}"])
def test_a_line_that_is_no_json_is_refused_and_the_next_is_read(line: str, tmp_path: Path):
    refused, record = read_lines(tmp_path, line, {"text": "next"})
    assert (refused.error_type, refused.source_uri) == ("bad_json", f"{tmp_path}/a.jsonl#1")
    assert refused.message.startswith("The line is not JSON (")
    assert refused.message.endswith("); mend it or take it out.")
    assert refused.payload == line.encode()
    assert record.text == "next"


@pytest.mark.parametrize("line", ["[]", "[1, 2]", '"text"', "3", "NaN", "null", "true"])
def test_a_line_that_is_no_object_is_refused(line: str, tmp_path: Path):
    refused = only(read_lines(tmp_path, line))
    assert (refused.error_type, refused.message) == (
        "bad_json",
        "The line is not a JSON object; write one object a line.",
    )


def test_a_line_nested_too_deeply_is_refused(tmp_path: Path):
    path = write_json_lines(tmp_path / "a.jsonl", ["[" * 200_000, {"text": "next"}])
    refused, record = read(path, Limits(page_bytes=1 << 20, file_bytes=1 << 22))
    assert (refused.error_type, record.text) == ("bad_json", "next")
    assert len(refused.payload) == 1024


def test_nan_and_huge_numbers_beside_the_text_do_no_harm(tmp_path: Path):
    assert kinds(read_lines(tmp_path, '{"text": "a", "score": NaN, "rank": -Infinity, "n": 1e999}')) == ["a"]


def test_a_number_of_too_many_digits_is_refused(tmp_path: Path):
    path = write_json_lines(tmp_path / "a.jsonl", ['{"text": "a", "id": ' + "9" * 5000 + "}"])
    assert kinds(read(path, Limits(page_bytes=10_000, file_bytes=100_000))) == ["bad_json"]


def test_the_last_of_two_equal_fields_counts(tmp_path: Path):
    assert kinds(read_lines(tmp_path, '{"text": "a", "text": "b"}')) == ["b"]


def test_a_line_that_is_no_utf8_is_refused(tmp_path: Path):
    refused = only(read_lines(tmp_path, b'{"text": "caf\xe9"}'))
    assert (refused.error_type, refused.message) == (
        "not_utf8",
        "The line is not UTF-8 (byte 14); write the file anew in UTF-8.",
    )


@pytest.mark.parametrize("fields", [{}, {"text": None}, {"text": 3}, {"text": ["a"]}, {"Text": "a"}])
def test_a_record_without_a_text_is_refused(fields: dict[str, object], tmp_path: Path):
    refused = only(read_lines(tmp_path, {"id": "r7", **fields}))
    assert refused.source_uri == f"{tmp_path}/a.jsonl#r7"
    assert refused.error_type == "no_text"
    assert refused.payload == json.dumps({"id": "r7", **fields}).encode()


@pytest.mark.parametrize(
    "fields", [{}, {"text": ""}, {"text": "   "}, {"text": " \n\t\u00a0\n"}, {"text": 3}], ids=lambda fields: repr(fields)
)
def test_a_record_without_a_text_but_with_html_is_its_visible_text(fields: dict[str, object], tmp_path: Path):
    assert only(read_lines(tmp_path, {"html": "<p>words", **fields})).text == "words\n"


@pytest.mark.parametrize("fields", [{}, {"html": ""}, {"html": None}])
def test_a_blank_text_without_html_is_an_empty_page(fields: dict[str, object], tmp_path: Path):
    assert not only(read_lines(tmp_path, {"text": "   ", **fields})).text.strip()


def test_the_text_of_a_record_stands_above_its_html(tmp_path: Path):
    assert only(read_lines(tmp_path, {"text": "words", "html": "<title>no</title>"})).text == "words"


def test_a_record_whose_text_is_none_says_of_what_type_it_is(tmp_path: Path):
    refused = only(read_lines(tmp_path, {"text": 7, "html": ["<p>"]}))
    assert refused.message == (
        "The record has no text (text is int, html is list); give the page as a string, in the field text or html."
    )


MARKED_PAGE = (
    '<meta property="og:type" content="article"><meta property="article:published_time" content="2025-06-11T08:00:00Z">'
    '<meta property="og:site_name" content="Post"><link rel=canonical href="https://post.example/fog">'
    "<title>Fog lifts | Post</title><h1>Fog lifts</h1>"
)


def test_what_the_markup_of_a_page_says_is_taken_over_where_the_input_says_nothing(tmp_path: Path):
    record = only(read_lines(tmp_path, {"html": MARKED_PAGE}))
    assert record.given == Given(
        url="https://post.example/fog",
        title="Fog lifts",
        published_at=1749628800_000000,
        published_precision="second",
        site_name="Post",
    )
    # What a page says of itself does not make its name.
    assert (record.key_kind, record.key) == ("path", "a.jsonl")


def test_a_blank_field_hides_nothing_of_the_markup(tmp_path: Path):
    record = only(read_lines(tmp_path, {"html": MARKED_PAGE, "title": "  ", "published_at": " ", "url": "\n"}))
    assert (record.given.title, record.given.url) == ("Fog lifts", "https://post.example/fog")
    assert record.given.published_precision == "second"
    assert record.warnings == ()


@pytest.mark.parametrize(
    ("text", "start", "precision"),
    [("2025-06", 1748736000, "month"), ("2025", 1735689600, "year"), ("2025-W23", 1748822400, "week")],
)
def test_the_input_may_say_no_more_than_the_month_or_the_year(text: str, start: int, precision: str, tmp_path: Path):
    record = only(read_lines(tmp_path, {"text": "words", "published_at": text}))
    assert (record.given.published_at, record.given.published_precision) == (start * 1_000_000, precision)
    assert record.warnings == ()


def test_a_month_is_no_time_of_fetching_and_none_to_believe_markup_by(tmp_path: Path):
    page = MARKED_PAGE.replace("2025-06-11T08:00:00Z", "2025-06")
    record = only(read_lines(tmp_path, {"html": page, "fetched_at": "2025"}))
    assert (record.given.published_at, record.given.fetched_at) == (None, None)
    assert [warning.partition(":")[0] for warning in record.warnings] == ["published_at", "fetched_at"]


def test_what_the_input_says_stands_above_the_markup(tmp_path: Path):
    said = {"url": "https://a.example/", "title": "Fog", "published_at": "2025-06-12", "outlet": "Mirror", "site_name": 3}
    record = only(read_lines(tmp_path, {"html": MARKED_PAGE, **said}))
    assert record.given == Given(
        url="https://a.example/",
        title="Fog",
        outlet="Mirror",
        published_at=1749686400_000000,
        published_precision="day",
        site_name="Post",
    )
    assert (record.key_kind, record.key, record.warnings) == ("url", "https://a.example/", ())


def test_a_time_in_the_markup_that_is_none_is_a_warning(tmp_path: Path):
    page = MARKED_PAGE.replace("2025-06-11T08:00:00Z", "last Wednesday")
    record = only(read_lines(tmp_path, {"html": page}))
    assert record.given.published_at is None
    assert record.warnings == (
        "published_at: 'last Wednesday' is not a date or time in ISO 8601, such as 2025-06-12T14:05:00Z; passed over",
    )


def test_a_line_that_is_too_long_is_refused_and_the_next_is_read(tmp_path: Path):
    long = '{"text": "' + "x" * 5000 + '"}'
    first, refused, last = read_lines(tmp_path, {"text": "before"}, long, {"text": "after"})
    assert (first.text, refused.error_type, last.text) == ("before", "page_too_large", "after")
    assert refused.source_uri == f"{tmp_path}/a.jsonl#2"
    assert refused.payload == long[:1002].encode()
    assert last.source_uri == f"{tmp_path}/a.jsonl#3"


def test_a_last_line_that_is_too_long_ends_the_file(tmp_path: Path):
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "a"}\n' + b"x" * 5000)
    assert kinds(read(tmp_path / "a.jsonl")) == ["a", "page_too_large"]


def test_a_line_as_long_as_allowed_is_read(tmp_path: Path):
    line = '{"text": "' + "x" * (1000 - 12) + '"}'
    assert len(line) == 1000
    for end in ("\n", "\r\n", ""):
        (tmp_path / "a.jsonl").write_text(line + end)
        assert kinds(read(tmp_path / "a.jsonl")) == ["x" * 988]


def numbered(count: int) -> Iterator[dict[str, object]]:
    for n in range(count):
        yield {"id": f"r{n}", "text": f"{n} {n * 7919 % 10007} {n * n * 104729 % 1000003}"}


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".zst"])
def test_a_file_that_breaks_off_gives_the_records_before_and_one_reject(suffix: str, tmp_path: Path):
    compress = {".gz": gzip.compress, ".bz2": bz2.compress, ".zst": lambda c: pa.compress(c, codec="zstd", asbytes=True)}
    content = "".join(json.dumps(record) + "\n" for record in numbered(30_000)).encode()
    whole = compress[suffix](content)
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(whole[: len(whole) * 3 // 4])
    *records, refused = read(path, Limits(page_bytes=1000, file_bytes=1 << 24))
    assert len(records) > 10_000
    assert [record.key for record in records] == [f"r{n}" for n in range(len(records))]
    assert (refused.source_uri, refused.error_type) == (str(path), "unreadable")


COMPRESSORS = {".gz": gzip.compress, ".bz2": bz2.compress, ".zst": lambda c: pa.compress(c, codec="zstd", asbytes=True)}


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_a_compressed_page_that_is_filled_up_with_zeros_is_read_as_it_is(suffix: str, name: str, tmp_path: Path):
    path = tmp_path / f"{name}{suffix}"
    path.write_bytes(COMPRESSORS[suffix](b"plain words") + bytes(512))
    record = only(read(path))
    assert (record.payload, record.warnings) == (b"plain words", ())


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_other_bytes_behind_a_compressed_page_are_a_warning_of_the_page(suffix: str, name: str, tmp_path: Path):
    path = tmp_path / f"{name}{suffix}"
    path.write_bytes(COMPRESSORS[suffix](b"plain words") + b"\0\0x\n")
    record = only(read(path))
    assert record.payload == b"plain words"
    assert record.warnings == ("file: 4 bytes that stand behind the compressed page were passed over",)


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_a_compressed_page_that_is_cut_off_is_refused(suffix: str, tmp_path: Path):
    path = tmp_path / f"a.txt{suffix}"
    whole = COMPRESSORS[suffix](b"plain words")
    for content in (whole[:-1], whole[:-4], whole + whole[:-1], whole[:6] + b"\xff" * 40, whole[:6] + bytes(512)):
        path.write_bytes(content)
        assert only(read(path)).error_type == "unreadable"


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_zeros_behind_compressed_lines_are_nothing_and_other_bytes_one_reject(suffix: str, tmp_path: Path):
    path = tmp_path / f"a.jsonl{suffix}"
    # The last line has no end, and is not lost.
    whole = COMPRESSORS[suffix](b'{"text": "one"}\n{"text": "two"}')
    path.write_bytes(whole + bytes(100))
    assert kinds(read(path)) == ["one", "two"]
    path.write_bytes(whole + b"junk")
    assert kinds(read(path)) == ["one", "two", "trailing_bytes"]
    refused = read(path)[-1]
    assert (refused.source_uri, refused.message) == (
        str(path),
        "Behind the compressed records stand 4 bytes that are none, and were passed over; fetch the file again if it should "
        "hold more.",
    )


def test_lone_surrogates_in_a_text_are_left_to_the_repair(tmp_path: Path):
    assert only(read_lines(tmp_path, '{"text": "a\\ud83d"}')).text == "a\ud83d"


@pytest.mark.parametrize("identity", ["a\ud83d", "a\0b"])
def test_a_refused_record_whose_id_holds_what_no_string_may_is_named_without_it(identity: str, tmp_path: Path):
    uri = only(read_lines(tmp_path, {"id": identity})).source_uri
    assert "\0" not in uri
    assert uri.encode("utf-8", "replace").decode() == uri
