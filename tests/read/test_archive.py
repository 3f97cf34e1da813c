"""Web archives: which records are pages, how answers are decoded, and archives that break off."""

import bz2
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from schemas.records import InputFile, Record
from schemas.rejects import Reject
from transforms.read import archive
from transforms.read.files import Limits
from transforms.read.formats import read_file

LIMITS = Limits(page_bytes=10_000, file_bytes=1 << 24)
HTML = "text/html; charset=utf-8"


class Archive:
    """An archive as warcio writes it, a gzip member a record or none."""

    def __init__(self, compressed: bool = False):
        self._buffer = io.BytesIO()
        self._writer = WARCWriter(self._buffer, gzip=compressed)

    def add(
        self,
        body: bytes = b"<p>words",
        kind: str = "response",
        content_type: str | None = HTML,
        status: str = "200 OK",
        url: str = "https://a.example/1",
        headers: tuple[tuple[str, str], ...] = (),
        fields: dict[str, str] | None = None,
    ) -> "Archive":
        http = None
        if kind in ("response", "revisit"):
            types = [("Content-Type", content_type)] if content_type else []
            http = StatusAndHeaders(status, [*types, *headers], protocol="HTTP/1.1")
        elif kind == "request":
            http = StatusAndHeaders("GET / HTTP/1.1", [("Host", "a.example")], is_http_request=True)
        said = {"WARC-Record-ID": "<urn:uuid:1>", "WARC-Date": "2025-06-12T08:00:00Z", **(fields or {})}
        record = self._writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            http_headers=http,
            warc_headers_dict=said,
            warc_content_type=(content_type or "") if http is None else "",
        )
        self._writer.write_record(record)
        return self

    def bytes(self) -> bytes:
        return self._buffer.getvalue()


def read(tmp_path: Path, content: bytes, name: str = "a.warc", limits: Limits = LIMITS) -> list[Record | Reject]:
    path = tmp_path / name
    path.write_bytes(content)
    return list(read_file(InputFile(bytes(path), name.encode(), len(content)), limits))


def only(results: list[Record | Reject]) -> Record | Reject:
    assert len(results) == 1
    return results[0]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    found: list[str] = []
    monkeypatch.setattr(archive, "count", lambda step, what, by=1: found.append(f"{step}.{what}"))
    return found


def test_an_answer_of_html_is_a_page(tmp_path: Path):
    page = '<title>no</title><link rel=canonical href="https://other.example/"><p>Größe'.encode()
    record = only(read(tmp_path, Archive().add(page).bytes()))
    assert record.source_uri == f"{tmp_path}/a.warc#urn:uuid:1"
    assert (record.key_kind, record.key, record.payload) == ("id", "urn:uuid:1", page)
    assert (record.text, record.encoding, record.warnings) == ("Größe\n", "utf-8", ())
    assert (record.given.url, record.given.fetched_at) == ("https://a.example/1", 1749715200_000000)


def test_plain_text_is_a_page_and_so_is_what_was_converted_to_it(tmp_path: Path):
    content = Archive().add(b"a <b> c", content_type="text/plain").add(b"d\n", "conversion", "text/plain").bytes()
    assert [record.text for record in read(tmp_path, content, "a.wet")] == ["a <b> c", "d\n"]


def test_all_other_records_are_counted_and_passed_over(tmp_path: Path, counted: list[str]):
    archive = Archive().add(b"software: x", "warcinfo", "application/warc-fields").add(kind="request")
    archive.add(kind="metadata", content_type="text/plain").add(kind="revisit").add(kind="resource").add(kind="made-up")
    archive.add(status="404 Not Found").add(status="301 Moved").add(content_type="image/png").add(content_type=None)
    archive.add(b"png", "conversion", "image/png").add(b"<p>page")
    record = only(read(tmp_path, archive.bytes()))
    assert record.text == "page\n"
    assert counted == [
        "read.passed_over.warcinfo",
        "read.passed_over.request",
        "read.passed_over.metadata",
        "read.passed_over.revisit",
        "read.passed_over.resource",
        "read.passed_over.other",
        "read.passed_over.status",
        "read.passed_over.status",
        "read.passed_over.media_type",
        "read.passed_over.media_type",
        "read.passed_over.media_type",
    ]


@pytest.mark.parametrize(("media_type", "pages"), [("TEXT/HTML", 1), ("application/xhtml+xml", 1), ("text/css", 0)])
def test_pages_are_told_by_their_media_type(media_type: str, pages: int, tmp_path: Path):
    assert len(read(tmp_path, Archive().add(content_type=media_type).bytes())) == pages


def test_what_the_server_declares_stands_above_what_the_page_declares(tmp_path: Path):
    page = b'<meta charset="windows-1251"><p>' + "Рынок".encode("koi8-r")
    record = only(read(tmp_path, Archive().add(page, content_type='text/html; charset="KOI8-R"').bytes()))
    assert (record.text, record.encoding) == ("Рынок\n", "koi8-r")


def deflate_raw(content: bytes) -> bytes:
    return zlib.compress(content)[2:-4]


def brotli(content: bytes) -> bytes:
    return pa.compress(content, "brotli", asbytes=True)


def zstd(content: bytes) -> bytes:
    return pa.compress(content, "zstd", asbytes=True)


CODINGS = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli}


@pytest.mark.parametrize(
    ("coding", "compress"),
    [
        *CODINGS.items(),
        ("deflate", deflate_raw),
        ("zstd", zstd),
        ("GZIP", gzip.compress),
    ],
)
def test_an_answer_is_decoded_as_the_server_coded_it(coding: str, compress: Callable[[bytes], bytes], tmp_path: Path):
    page = b"<p>" + b"words " * 200
    record = only(read(tmp_path, Archive().add(compress(page), headers=(("Content-Encoding", coding),)).bytes()))
    assert (record.payload, record.warnings) == (page, ())


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "identity", "nonsense"])
def test_an_answer_that_the_crawler_has_decoded_already_is_taken_as_it_is(coding: str, tmp_path: Path):
    headers = (("Content-Encoding", coding), ("Transfer-Encoding", "chunked"))
    record = only(read(tmp_path, Archive().add(b"<p>words", headers=headers).bytes()))
    assert (record.text, record.warnings) == ("words\n", ())


def test_an_answer_in_chunks_is_put_together(tmp_path: Path):
    body = b"5;x=y\r\n<p>he\r\n3\r\nllo\r\n0\r\n\r\n"
    record = only(read(tmp_path, Archive().add(body, headers=(("Transfer-Encoding", "chunked"),)).bytes()))
    assert (record.payload, record.warnings) == (b"<p>hello", ())


def test_chunks_of_a_compressed_answer_are_put_together_first(tmp_path: Path):
    packed = gzip.compress(b"<p>hello")
    body = b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (9, packed[:9], len(packed) - 9, packed[9:])
    headers = (("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip"))
    assert only(read(tmp_path, Archive().add(body, headers=headers).bytes())).payload == b"<p>hello"


@pytest.mark.parametrize("coding", CODINGS)
def test_an_answer_that_breaks_off_is_read_to_there_with_a_warning(coding: str, tmp_path: Path):
    page = b"<p>" + b"".join(b"%d " % (n * n * 7919 % 1000003) for n in range(60_000))
    body = CODINGS[coding](page)
    headers = (("Content-Encoding", coding),)
    limits = Limits(page_bytes=1 << 20, file_bytes=1 << 24)
    record = only(read(tmp_path, Archive().add(body[: len(body) * 3 // 4], headers=headers).bytes(), limits=limits))
    assert record.warnings == ("http: the server's answer breaks off; the page is cut short",)
    assert len(record.payload) > len(page) // 3
    assert page.startswith(record.payload)


def test_a_record_that_the_crawler_cut_short_has_a_warning(tmp_path: Path):
    record = only(read(tmp_path, Archive().add(fields={"WARC-Truncated": "length"}).bytes()))
    assert record.warnings == ("warc: the crawler cut the record short",)


@pytest.mark.parametrize("coding", [None, *CODINGS])
def test_a_page_that_is_too_large_is_refused_and_the_next_is_read(coding: str | None, tmp_path: Path):
    large = b"<p>" + b"x" * 50_000_000 if coding else b"<p>" + b"x" * 200_000
    body = CODINGS[coding](large) if coding else large
    headers = (("Content-Encoding", coding),) if coding else ()
    content = Archive().add(b"<p>a").add(body, headers=headers).add(b"<p>b").bytes()
    first, refused, last = read(tmp_path, content)
    assert (first.text, refused.error_type, last.text) == ("a\n", "page_too_large", "b\n")
    assert refused.payload.startswith(b"HTTP/1.1 200 OK")
    assert len(refused.payload) <= 1024


def test_a_page_as_large_as_allowed_is_read(tmp_path: Path):
    page = b"<p>" + b"x" * 9_997
    assert only(read(tmp_path, Archive().add(page).bytes())).payload == page
    assert only(read(tmp_path, Archive().add(page + b"x").bytes())).error_type == "page_too_large"


def test_a_large_record_that_is_no_page_is_passed_over(tmp_path: Path):
    content = Archive().add(b"x" * 500_000, content_type="video/mp4").add(b"x" * 500_000, "resource").add(b"<p>b").bytes()
    assert only(read(tmp_path, content)).text == "b\n"


def test_bytes_that_are_no_text_are_refused_and_the_next_page_is_read(tmp_path: Path):
    refused, record = read(tmp_path, Archive().add(bytes(range(256)) * 4).add(b"<p>b").bytes())
    assert (refused.stage, refused.error_type, refused.source_uri) == (
        "read",
        "undecodable",
        f"{tmp_path}/a.warc#urn:uuid:1",
    )
    assert record.text == "b\n"


def numbered(compressed: bool = False) -> bytes:
    archive = Archive(compressed)
    for n in range(40):
        noise = b" ".join(b"%d" % (n * 31 + k * k * 7919 % 1000003) for k in range(300))
        archive.add(b"<p>%d %s" % (n, noise), fields={"WARC-Record-ID": f"<urn:uuid:{n}>"})
    return archive.bytes()


WHOLE = {
    "a.warc": numbered(),
    "a.warc.gz": numbered(compressed=True),
    "b.warc.gz": gzip.compress(numbered()),
    "a.warc.bz2": bz2.compress(numbered()),
    "a.wet.zst": zstd(numbered()),
}


@pytest.mark.parametrize("name", WHOLE)
def test_an_archive_may_be_compressed_by_record_or_as_a_whole(name: str, tmp_path: Path):
    assert [record.key for record in read(tmp_path, WHOLE[name], name)] == [f"urn:uuid:{n}" for n in range(40)]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz", "b.warc.gz"])
@pytest.mark.parametrize("part", [0.31, 0.5, 0.77, 0.9])
def test_an_archive_that_breaks_off_gives_the_pages_before_and_one_reject(name: str, part: float, tmp_path: Path):
    content = WHOLE[name]
    *records, refused = read(tmp_path, content[: int(len(content) * part)], name)
    assert [record.key for record in records] == [f"urn:uuid:{n}" for n in range(len(records))]
    assert 40 * part - 8 < len(records) <= 40 * part
    assert (refused.source_uri, refused.error_type) == (f"{tmp_path}/{name}", "unreadable")
    assert refused.message.endswith("; fetch it again.")


def test_a_break_anywhere_loses_no_page_and_makes_up_none(tmp_path: Path):
    content = Archive().add(b"<p>first").add(b"<p>second").bytes()
    head = content.index(b"WARC/", 1)
    for cut in range(head + 5, len(content) - 4, 3):
        first, refused = read(tmp_path, content[:cut])
        assert (first.text, refused.error_type) == ("first\n", "unreadable")


NO_BEGIN = "Record 1 does not begin with WARC/; this is no web archive, or a broken one. Fetch it again."
NO_LENGTH = "Record 1 does not say its length; fetch the archive again."
LONG_HEAD = "The head of a record is longer than 65,536 bytes; fetch the archive again."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>no archive", NO_BEGIN),
        (b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", NO_LENGTH),
        (b"WARC/1.0\r\nContent-Length: -5\r\n\r\n", NO_LENGTH),
        (b"WARC/1.0\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", NO_LENGTH),
        (b"WARC/1.0\r\nA: " + b"x" * 100_000, LONG_HEAD),
        (b"WARC/1.0\r\n" + b"A: b\r\n" * 20_000, LONG_HEAD),
        (b"x" * 100_000, LONG_HEAD),
    ],
)
def test_what_is_no_archive_is_refused(content: bytes, message: str, tmp_path: Path):
    refused = only(read(tmp_path, content))
    assert (refused.error_type, refused.message, refused.payload) == ("bad_archive", message, content[:1024])


def test_an_empty_archive_has_no_records(tmp_path: Path):
    assert read(tmp_path, b"") == []


def test_a_record_that_names_nothing_is_named_by_its_place(tmp_path: Path):
    body = b"HTTP/1.0 200\n\n"
    head = b"WARC/1.1\nwarc-type: conversion\ncontent-type:\n text/plain\ncontent-length: %d\nwarc-date: soon\n\n" % len(
        body
    )
    record = only(read(tmp_path, b"\r\n\r\n" + head + body))
    assert (record.source_uri, record.key_kind, record.key) == (f"{tmp_path}/a.warc#1", "path", "a.warc")
    assert record.given.fetched_at is None
    assert record.warnings == (
        "fetched_at: 'soon' is not a date or time in ISO 8601, such as 2025-06-12T14:05:00Z; passed over",
    )
