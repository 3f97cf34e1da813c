"""Every promise of a dataset, broken on purpose, is found; and a dataset as it was written keeps all."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support import STORY, run_job, write_json_lines

from pipelines import cli
from pipelines.promises import spill, verify
from pipelines.promises.findings import Findings
from pipelines.published import open_published
from schemas.tables import TABLES

Row = dict[str, Any]
Edit = Callable[[list[Row]], Any]


@pytest.fixture
def copy(seed_dataset: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(seed_dataset, tmp_path / "copy"))


def spoil(dataset: Path, table: str, edit: Edit, which: int = -1) -> None:
    """Edits the rows of a file, the largest one, and makes the manifest agree."""
    paths = sorted((dataset / table).rglob("*.parquet"), key=lambda path: (path.stat().st_size, path))
    path = paths[which]
    file = pq.ParquetFile(path)
    rows = file.read().to_pylist()
    rows = edit(rows) or rows
    pq.write_table(pa.Table.from_pylist(rows, schema=file.schema_arrow), path, compression="zstd")
    manifest = json.loads((dataset / "_manifest.json").read_text("utf-8"))
    for entry in manifest["files"]:
        if f"{entry['table']}/{entry['path']}" == str(path.relative_to(dataset)):
            if table in manifest["rows"]:
                manifest["rows"][table] += len(rows) - entry["rows"]
            entry |= {"rows": len(rows), "bytes": path.stat().st_size}
    (dataset / "_manifest.json").write_text(json.dumps(manifest))


def broken(dataset: Path) -> dict[tuple[str, str], int]:
    findings = Findings()
    verify(open_published(str(dataset)), findings)
    return dict(findings.counts)


def change(column: str, value: Any, at: int = 0, where: Callable[[Row], bool] = lambda _: True) -> Edit:
    """Puts a value, or what a function makes of the row, into a row of those that fit."""

    def edit(rows: list[Row]) -> None:
        row = [row for row in rows if where(row)][at]
        row[column] = value(row) if callable(value) else value

    return edit


def drop(at: int) -> Edit:
    return lambda rows: [row for n, row in enumerate(rows) if n != at % len(rows)]


def is_match(match: str) -> Callable[[Row], bool]:
    return lambda row: row["match"] == match


def test_what_a_run_writes_keeps_all_promises(seed_dataset: Path, capsys: pytest.CaptureFixture[str]):
    assert cli.main(["check", str(seed_dataset)]) == 0
    assert capsys.readouterr().out.startswith(f"All promises are kept by {seed_dataset}: 94 articles, 53 events, ")
    assert cli.main(["check", str(seed_dataset), "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_dataset_in_buckets_and_one_without_pages_keep_all_promises(tmp_path: Path):
    records: list[object] = [{"id": "1", "text": f"Market\n{STORY}"}, {"id": "2", "text": "Bell\nFound."}]
    pages = write_json_lines(tmp_path / "a.jsonl", records)
    assert broken(run_job(pages, tmp_path / "buckets", "--max_partitions", 1)) == {}
    assert broken(run_job(tmp_path / "none-*", tmp_path / "none", "--allow_no_match")) == {}


INDEX = "the index knows what stands there"
SPOILT: list[tuple[str, Edit, str, str]] = [
    ("_index/pages", drop(0), INDEX, "pages"),
    ("_index/pages", lambda rows: [rows[0], *rows], INDEX, "pages"),
    ("_index/articles", drop(1), INDEX, "articles"),
    ("_index/articles", change("event_id", "eaaaaaaaaaaaaaaaa"), INDEX, "_index/articles"),
    ("_index/articles", change("title", "Another headline"), INDEX, "_index/articles"),
    ("_index/texts", change("article_id", "aaaaaaaaaaaaaaaaa"), INDEX, "_index/texts"),
    ("pages", change("page_id", "x"), "ids are well-formed", "pages"),
    ("pages", change("text", lambda r: r["text"] + "\0"), "texts are Unicode without NUL", "pages"),
    ("pages", change("text", lambda r: r["text"] + "x"), "segments tile the text of their page", "segments"),
    ("pages", change("warnings", ["a\0"]), "texts are Unicode without NUL", "pages"),
    ("pages", change("language", "zh-cn"), "languages are named by their codes", "pages"),
    ("pages", change("language", "xx", where=lambda r: r["language"]), "a page has its main article's language", "pages"),
    ("pages", change("language_confidence", None, where=lambda r: r["language"]), "what belongs together is null together",
     "pages"),
    ("pages", change("language_confidence", 1.5, where=lambda r: r["language"]), "numbers are within their range", "pages"),
    ("pages", lambda rows: rows[::-1], "rows stand in order, each once", "pages"),
    ("pages", lambda rows: [rows[0], *rows], "rows stand in order, each once", "pages"),
    ("pages", lambda rows: [rows[0], *rows], "keys are unique", "pages"),
    ("pages", drop(0), "references resolve", "segments"),
    ("pages", drop(-1), "references resolve", "occurrences"),
    ("segments", drop(1), "segments tile the text of their page", "segments"),
    ("segments", change("char_end", lambda r: r["char_end"] + 1, 3), "segments tile the text of their page", "segments"),
    ("segments", change("segment_index", 7000, 3), "segments tile the text of their page", "segments"),
    ("segments", change("kind", "advert"), "words are of their vocabulary", "segments"),
    ("segments", change("kind", "body", where=lambda r: r["kind"] == "blank"), "blank segments hold no text", "segments"),
    ("segments", change("kind", "caption", where=lambda r: r["kind"] == "body"), "an article is its kept copy", "articles"),
    ("segments", change("article_index", 0, where=lambda r: r["kind"] == "boilerplate"),
     "segments are of an article by their kind", "segments"),
    ("segments", change("kind", "caption", where=lambda r: r["kind"] == "body"), "ids are digests of texts", "articles"),
    ("segments", change("article_index", 0, where=lambda r: r["recurs"]), "what recurs is of no article", "segments"),
    ("segments", change("article_index", 99, where=lambda r: r["kind"] == "title"), "references resolve", "segments"),
    ("segments", change("recurs", 77, where=lambda r: r["recurs"]), "furniture explains what recurs", "segments"),
    ("occurrences", drop(0), "counts agree", "articles"),
    ("occurrences", change("article_id", "a" * 17), "references resolve", "occurrences"),
    ("occurrences", change("article_index", 8), "articles of a page are numbered from 0", "occurrences"),
    ("occurrences", change("role", "main", where=lambda r: r["article_index"] == 1), "the main article is number 0",
     "occurrences"),
    ("occurrences", change("match", "exact", where=is_match("kept")), "an article is its kept copy", "articles"),
    ("occurrences", change("match", "near", where=is_match("exact")), "exact copies have the same words", "occurrences"),
    ("occurrences", change("body", None, where=is_match("near")), "only near copies have a body of their own",
     "occurrences"),
    ("occurrences", change("body", "Other words.", where=is_match("near")), "bodies are their segments joined",
     "occurrences"),
    ("occurrences", change("similarity", 0.5, where=is_match("exact")), "what is kept or exact is alike by 1",
     "occurrences"),
    ("occurrences", change("similarity", 1.1, where=is_match("near")), "numbers are within their range", "occurrences"),
    ("occurrences", change("containment", 0.01, where=is_match("near")), "no copies are more alike than contained",
     "occurrences"),
    ("occurrences", change("lost_by", "page", where=is_match("kept")), "only the kept copy has not lost", "occurrences"),
    ("occurrences", change("lost_by", "undated", where=lambda r: r["lost_by"] == "shorter"),
     "the first copy by the order of keeping is kept", "occurrences"),
    ("occurrences", change("joined_through_article_index", 44, where=is_match("near")),
     "copies joined through copies of their article", "occurrences"),
    ("occurrences", change("joined_through_page_id", lambda r: r["page_id"], where=is_match("exact")),
     "copies joined through copies of their article", "occurrences"),
    ("occurrences", change("published_precision", "decade", where=lambda r: r["published_at"]),
     "words are of their vocabulary", "occurrences"),
    ("occurrences", change("title", "Another headline", where=is_match("kept")), "an article is its kept copy", "articles"),
    ("articles", change("article_id", "a" * 17), "references resolve", "occurrences"),
    ("articles", change("title", "Another headline"), "an article is its kept copy", "articles"),
    ("articles", change("outlet", "Another"), "events name their articles' outlets and languages", "events"),
    ("articles", change("body", lambda r: r["body"] + " More."), "counts agree", "articles"),
    ("articles", change("body", lambda r: r["body"].upper()), "an article is its kept copy", "articles"),
    ("articles", change("word_count", 1), "counts agree", "articles"),
    ("articles", change("occurrence_count", 99), "counts agree", "events"),
    ("articles", change("article_index", 77), "an article is its kept copy", "articles"),
    ("articles", drop(0), "references resolve", "occurrences"),
    ("events", drop(0), "references resolve", "articles"),
    ("events", change("event_id", "e" * 17), "ids are well-formed", ""),
    ("events", change("article_count", 99), "counts agree", "events"),
    ("events", change("occurrence_count", 99), "counts agree", "events"),
    ("events", change("first_published_at", lambda r: r["last_published_at"], where=lambda r: r["article_count"] > 4),
     "events span their articles", "events"),
    ("events", change("languages", ["xx"]), "events name their articles' outlets and languages", "events"),
    ("events", change("representative_article_id", "a" * 17), "references resolve", "events"),
    ("events", change("label", ""), "names are not empty", "events"),
    ("furniture", drop(0), "furniture explains what recurs", "segments"),
    ("furniture", change("line", "Another line"), "furniture explains what recurs", "furniture"),
    ("furniture", change("needed", 500), "furniture stands in as many surroundings as it needs", "furniture"),
    ("rejects", change("message", "no sentence"), "messages are sentences", "rejects"),
    ("rejects", change("payload", b"x" * 1025), "payloads are short", "rejects"),
    ("rejects", lambda rows: rows[::-1], "rows stand in order, each once", "rejects"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "edit", "promise", "at"), SPOILT, ids=lambda value: str(value)[:40])
def test_a_broken_promise_is_found(copy: Path, table: str, edit: Edit, promise: str, at: str):
    spoil(copy, table, edit)
    found = broken(copy)
    if at:
        assert (promise, at) in found
    else:
        assert found


def test_an_id_that_is_no_digest_is_found(copy: Path):
    event = open_published(str(copy)).table(TABLES[1]).to_table().to_pylist()[0]["event_id"]
    other = "e" + "a" * 16
    (copy / "articles" / f"event_id={event}").rename(copy / "articles" / f"event_id={other}")
    manifest = (copy / "_manifest.json").read_text("utf-8")
    (copy / "_manifest.json").write_text(manifest.replace(f"event_id={event}", f"event_id={other}"))
    spoil(copy, "events", lambda rows: sorted([{**rows[0], "event_id": other}, *rows[1:]], key=lambda row: row["event_id"]))
    assert broken(copy) == {("ids are digests of founding articles", "events"): 1, (INDEX, "_index/articles"): 6}


def edit_manifest(dataset: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads((dataset / "_manifest.json").read_text("utf-8"))
    edit(manifest)
    (dataset / "_manifest.json").write_text(json.dumps(manifest))


def entry_of(manifest: dict[str, Any], table: str) -> dict[str, Any]:
    found: dict[str, Any] = next(file for file in manifest["files"] if file["table"] == table)
    return found


FILES, PLACE = "the manifest names all files", "files lie where they belong"


@pytest.mark.parametrize(
    ("breaks", "promise"),
    [
        (lambda d: next((d / "pages").glob("*.parquet")).unlink(), FILES),
        (lambda d: next((d / "pages").glob("*.parquet")).write_bytes(b"PAR1"), FILES),
        (lambda d: shutil.copy(next((d / "events").glob("*.parquet")), d / "events" / "part-00001-of-00002.parquet"), FILES),
        (lambda d: edit_manifest(d, lambda m: m["rows"].update(pages=3)), FILES),
        (lambda d: edit_manifest(d, lambda m: m["files"][0].update(rows=300)), FILES),
        (lambda d: edit_manifest(d, lambda m: m["files"][0].update(bytes=300)), FILES),
        (lambda d: edit_manifest(d, lambda m: m["files"].append(m["files"][0])), FILES),
        (lambda d: edit_manifest(d, lambda m: m["files"][0].update(table="nothing")), FILES),
        (lambda d: edit_manifest(d, lambda m: entry_of(m, "articles").update(
            path="event_bucket=b00001/part-00000-of-00001.parquet")), PLACE),
        (lambda d: edit_manifest(d, lambda m: m["files"][-1].update(path="part-00003-of-00004.parquet")), PLACE),
        (lambda d: edit_manifest(d, lambda m: entry_of(m, "articles").update(path="event_id=quake/one.parquet")), PLACE),
    ],
)  # fmt: skip
def test_files_that_are_not_as_the_manifest_says_are_found(copy: Path, breaks: Callable[[Path], object], promise: str):
    breaks(copy)
    assert promise in {found for found, _ in broken(copy)}


@pytest.mark.parametrize(
    "other",
    [
        lambda table: table.replace_schema_metadata({}),
        lambda table: table.drop_columns(["label"]),
        lambda table: table.set_column(6, "article_count", table["article_count"].cast(pa.int64())),
    ],
)
def test_a_file_of_another_schema_is_found(copy: Path, other: Callable[[pa.Table], pa.Table]):
    path = next((copy / "events").glob("*.parquet"))
    pq.write_table(other(pq.read_table(path)), path)
    edit_manifest(copy, lambda m: [f.update(bytes=path.stat().st_size) for f in m["files"] if f["table"] == "events"])
    assert broken(copy) == {("files have their table's schema", "events"): 1}


def test_what_is_broken_is_told_with_table_key_and_a_sentence(copy: Path, capsys: pytest.CaptureFixture[str]):
    spoil(copy, "events", change("article_count", 99, where=lambda row: row["event_id"] == "ew5545s3h5qziwqet"))
    assert cli.main(["check", str(copy)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Broken in events: counts agree",
        "  ew5545s3h5qziwqet  Its article_count is 99, and its articles come to 5.",
        f"{copy} breaks 1 promise, at 1 place.",
    ]
    spoil(copy, "segments", change("char_end", 10**6, where=lambda row: row["char_start"] == 0, at=2))
    assert cli.main(["check", str(copy), "--json", "--examples", "1"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["whole"], told["complete"], told["rows"]["articles"]) == (False, True, 94)
    tiles = next(entry for entry in told["broken"] if entry["promise"].startswith("segments tile"))
    assert (tiles["table"], tiles["count"], len(tiles["examples"])) == ("segments", tiles["count"], 1)


def test_what_has_to_meet_meets_in_parts_too(copy: Path, monkeypatch: pytest.MonkeyPatch):
    spoil(copy, "occurrences", change("title", "Another headline", where=is_match("kept")))
    spoil(copy, "events", change("occurrence_count", 99))
    whole = broken(copy)
    monkeypatch.setattr(spill, "PART_ROWS", 60)
    monkeypatch.setattr(spill, "_BUFFERED", 3)
    assert len(whole) == 2
    assert broken(copy) == whole


def test_a_file_that_cannot_be_read_does_not_accuse_all_that_refers_to_it(copy: Path, capsys: pytest.CaptureFixture[str]):
    next((copy / "occurrences").glob("*.parquet")).unlink()
    assert cli.main(["check", str(copy)]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert shown[1] == "  part-00000-of-00001.parquet  The file is in the manifest, but not there."
    assert shown[-2:] == [
        f"{copy} breaks 1 promise, at 1 place.",
        "Since files are broken, it was not asked how the rows of different tables fit together.",
    ]
