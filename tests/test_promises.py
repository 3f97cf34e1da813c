"""What Clipbook promises of every input: nothing is lost, nothing breaks a run, and equal input gives equal bytes."""

import bz2
import gzip
import itertools
import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support import OTHER_STORY, ROOT, SEEDS, STORY, all_rows, call, digests, run_job, write_json_lines

from pipelines.promises import verify
from pipelines.promises.findings import Findings
from pipelines.published import open_published
from schemas.segments import KINDS
from transforms.common.paragraphs import article_bodies
from transforms.repair import repair
from transforms.split.page import split_page

# A page, cut up.

OWNED = {"title", "subheading", "body", "caption", "byline", "author_bio", "outlet", "age"}

LINES = (
    "", "", "", "Related Articles", "Verwandte Artikel", "関連記事", "Most read", "Comments", "Reuters", "- Reuters",
    "* Reuters", "7 minutes ago", "a day ago", "Reuters5 days ago", "Channel 9a day ago", "Channel 92 months ago",
    "time11-06-2025", "11-06-2025",
    "4日前", "東海あさひ4日前", "02:17", "logo", "Orange background", "* Culture", "* Channel 9", "Channel 9",
    "By Jane Marlow", "Jane Marlow", "Reporter", "Published 11 June 2025, 14:05 UTC", "Credit: East Coast Pictures", "1",
    "Advertisement", "Council votes to rebuild covered market", "Council votes to rebuild covered market",
    "Jane Marlow has covered the east coast since 2011 and lives in Aldersby.", "Related article: Harbour after the fire",
    "The market hall on Monday (Jane Roe/Reuters)", "- ", "•", "…", "\u3000", "🎉 🎉", "٣ ساعات", STORY, OTHER_STORY,
    STORY[:70], STORY[70:140], OTHER_STORY[:72], OTHER_STORY[72:140] + "-", "Ended here.",
    "日本銀行は木曜日、政策金利を据え置いた。" * 4,
)  # fmt: skip
PAGES_OF_LINES = st.lists(st.sampled_from(LINES), max_size=40).map("\n".join)


def seed_lines() -> list[str]:
    """Lines of real layouts, from the seeds."""
    texts = [path.read_text("utf-8") for path in sorted((SEEDS / "pages").glob("[012][123456789]_*.txt")) if is_utf8(path)]
    return [line for text in texts for line in repair(text)[0].split("\n")]


def is_utf8(path: Path) -> bool:
    try:
        path.read_text("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def check_split(text: str, title: str | None = None) -> None:
    cut = split_page(text, title)
    ends = [0, *(span.end for span in cut.spans)]
    assert [span.start for span in cut.spans] == ends[:-1]
    assert ends[-1] == len(text)
    assert all(span.end > span.start for span in cut.spans)
    for span in cut.spans:
        content = text[span.start : span.end]
        assert (span.kind_name == "blank") == (not content.strip())
        assert (span.article_index is None) or span.kind_name in OWNED
    assert [article.article_index for article in cut.articles] == list(range(len(cut.articles)))
    assert [article.role for article in cut.articles[1:]] == ["related"] * (len(cut.articles) - 1)
    assert {span.article_index for span in cut.spans} - {None} <= set(range(len(cut.articles)))
    bodies = article_bodies(text, cut.spans)
    assert [article.body for article in cut.articles] == [bodies.get(n, "") for n in range(len(cut.articles))]


@given(st.text(max_size=300))
@example("")
@example("\n")
@example(" ")
@example("x")
@settings(deadline=None, derandomize=True)
def test_any_text_is_tiled(text: str):
    check_split(repair(text)[0])


@given(st.text(alphabet=st.sampled_from("aB .\n-•:5日ago"), max_size=200), st.none() | st.text(max_size=10))
@settings(deadline=None, derandomize=True)
def test_any_text_of_short_lines_is_tiled(text: str, title: str | None):
    check_split(text, title)


@given(PAGES_OF_LINES, st.sampled_from([None, "Council votes to rebuild covered market", "Another title"]))
@settings(deadline=None, derandomize=True, max_examples=300)
def test_any_page_of_lines_that_occur_on_pages_is_tiled(text: str, title: str | None):
    check_split(text, title)


def test_shuffled_pages_are_tiled():
    lines = seed_lines()
    assert len(lines) > 200
    for seed in range(60):
        chance = random.Random(seed)
        check_split("\n".join(chance.choices(lines, k=chance.randint(1, 80))))


def test_a_huge_page_of_one_line_is_tiled():
    check_split("word " * 60_000)
    check_split("x" * 300_000)
    check_split("-" * 300_000)


def test_a_huge_page_of_many_lines_is_tiled():
    check_split("\n".join(itertools.islice(itertools.cycle(LINES), 5_000)))


# A run over bytes that nobody meant as pages.


def hostile_records(chance: random.Random) -> list[object]:
    """Lines of a JSON lines file; each is one record."""
    aged = f"{STORY}\n\nRelated Articles\n\nReuters\n9999 years ago\n- Reuters\nX\n{STORY}"
    return [
        {"text": "a\ud800b\0c\u202e" + STORY, "title": "../../etc/passwd", "outlet": "<script>alert(1)</script>"},
        {"id": "../../../etc/passwd", "text": STORY, "event_label": "../../../../tmp/evil"},
        {"id": "x=1/event_id=2", "text": OTHER_STORY, "event_label": "event_id=\0\ud83d"},
        {"id": f"long{chance.random()}" + "x" * 5000, "text": STORY * 3, "url": "javascript:alert(1)"},
        {"id": f"n{chance.random()}", "text": "\n" * 3000 + "x"},
        {"id": f"e{chance.random()}", "text": ""},
        {"id": f"t{chance.random()}", "text": "🎉" * 40, "title": "\u202e\u200b", "published_at": "9999-99-99"},
        {
            "id": f"a{chance.random()}",
            "text": aged,
        },
        {"id": f"f{chance.random()}", "text": STORY, "fetched_at": "1900-01-01"},
        {"id": chance.randint(-(10**18), 10**18), "text": "İstanbul’da ﬁre ½ ②", "title": {"deep": [1]}},
        {"no": "text"},
        {"id": "half\ud800"},
        {"id": "nul\0line\n"},
        {"text": 7},
        {"html": None},
        {
            "id": f"h{chance.random()}",
            "html": f"<base href=//a.example/><link rel=canonical href='javascript:x'><p>{STORY}\ud800",
        },
        {"id": f"j{chance.random()}", "html": '<script type="application/ld+json">' + "[" * 5000 + "</script>"},
        "{",
        "[" * 5000,
        "NaN",
        '"just a string"',
        '{"text": "' + "y" * 1_100_000 + '"}',
        b"\xff\xfe\0",
        b'{"text": "caf\xe9"}',
    ]


def hostile_folder(folder: Path, chance: random.Random) -> dict[str, int]:
    """Fills a folder, and tells how many records each file holds where that is known."""
    records: dict[str, int] = {}

    def add(name: str, content: bytes, count: int = 1) -> None:
        (folder / name).write_bytes(content)
        records[name] = count

    noise = [chance.randbytes(chance.choice([0, 1, 2, 3, 17, 400, 3000])) for _ in range(60)]
    for n, content in enumerate(noise):
        add(f"noise-{n}.txt", content)
        add(f"noise-{n}.txt.{('gz', 'bz2', 'zst')[n % 3]}", content)
    for n in range(40):
        # Bytes that look like text at first.
        add(
            f"mixed-{n}.txt", STORY.encode() + b"\n" + chance.randbytes(chance.randint(1, 60)) + OTHER_STORY.encode("utf-16")
        )
        add(f"cp-{n}.txt", bytes(chance.choices([*range(32, 256), 10, 10], k=600)))
    for n in range(20):
        lines = "\n".join(chance.choices(LINES, k=30)).encode()
        add(f"cut-{n}.txt.gz", gzip.compress(lines)[: -chance.randint(1, 40)])
        add(f"lines-{n}.txt", lines.replace(b"\n", chance.choice([b"\r", b"\r\n", b"\n\0", "\u2028".encode()])))
    add("zeros.txt.gz", gzip.compress(b"\0" * 9_000_000))
    add("letters.txt.bz2", bz2.compress(b"a" * 9_000_000))
    add("bomb.jsonl.gz", gzip.compress(b"\n" * 9_000_000), 1)
    add("long.txt", b"z" * 900_000)
    add("marks.txt", "\u202e\u2066\u200b\ufeff\x1b[31m\0\x07".encode() * 100)
    add("surrogates.txt", ("\ud800\udfff" * 50).encode("utf-8", "surrogatepass"))
    add(".hidden.txt", STORY.encode())
    add("name with space & 100% #1?.txt", STORY.encode())
    add("новости.txt", STORY.encode("utf-16"))
    add("no ending", STORY.encode())
    for n, html in enumerate(
        ["", "<div>" * 50_000, f"<p hidden>{STORY}", f"<title>x</title><p>{STORY}\0\x1b[31m", "\ud800<p>x"]
    ):
        add(f"page-{n}.html", html.encode("utf-8", "surrogatepass"))
        add(f"noise-{n}.htm.gz", gzip.compress(noise[n]))
        add(f"noise-{n}.warc", noise[n] or b"x")
        add(f"noise-{n}.parquet", noise[n])
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>" + STORY.encode()
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nWARC-Record-ID: <urn:\0:%d>\r\n"
    archive = b"".join((head + b"Content-Length: %d\r\n\r\n%s\r\n\r\n") % (n, len(answer), answer) for n in range(4))
    add("cut.warc.gz", gzip.compress(archive[:-30]), 4)
    add("long.warc", archive + head % 4 + b"Content-Length: 99999999999\r\n\r\n" + answer, 5)
    texts = [STORY, None, "", "a\0b", "x" * 1_100_000]
    pq.write_table(pa.table({"text": texts, "id": [f"q{n}" for n in range(5)]}), folder / "rows.parquet")
    records["rows.parquet"] = 5
    with open(os.fsencode(folder) + b"/\xff.txt", "wb") as file:
        file.write(STORY.encode())
    records["\ufffd.txt"] = 1
    for n in range(8):
        lines = hostile_records(chance)
        write_json_lines(folder / f"hostile-{n}.jsonl", lines)
        records[f"hostile-{n}.jsonl"] = len(lines)
    return records


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], dict[str, list[dict[str, Any]]], Path]:
    """What was put in, the tables that came out, and the folder of the input."""
    folder = tmp_path_factory.mktemp("hostile")
    records = hostile_folder(folder, random.Random(20))
    limits = ("--max_page_mb", 1, "--max_file_mb", 2)
    outcome = call("--input", folder, "--output", folder.parent / "hostile-output", *limits)
    assert outcome.status == 0, outcome.err
    return records, all_rows(folder.parent / "hostile-output"), folder


Hostile = tuple[dict[str, int], dict[str, list[dict[str, Any]]], Path]


def test_every_record_is_in_exactly_one_of_pages_and_rejects(hostile: Hostile):
    records, tables, folder = hostile
    found = Counter()
    for row in tables["pages"] + tables["rejects"]:
        found[row["source_uri"].removeprefix(f"{folder}/")] += 1
    # Ids that recur from file to file name one record each, since the file stands before them.
    assert [uri for uri, count in found.items() if count > 1] == []
    per_file = Counter(uri if uri in records else uri.rpartition("#")[0] for uri in found)
    assert per_file == records


def test_the_counts_agree_and_all_references_resolve(hostile: Hostile):
    _, tables, _ = hostile
    articles = {row["article_id"]: row for row in tables["articles"]}
    events = {row["event_id"]: row for row in tables["events"]}
    pages = {row["page_id"] for row in tables["pages"]}
    assert (len(articles), len(events), len(pages)) == tuple(len(tables[name]) for name in ("articles", "events", "pages"))
    assert Counter(row["article_id"] for row in tables["occurrences"]) == {
        article_id: row["occurrence_count"] for article_id, row in articles.items()
    }
    assert Counter(row["event_id"] for row in tables["articles"]) == {
        event_id: row["article_count"] for event_id, row in events.items()
    }
    occurrences = Counter()
    for row in tables["articles"]:
        occurrences[row["event_id"]] += row["occurrence_count"]
    assert occurrences == {event_id: row["occurrence_count"] for event_id, row in events.items()}
    assert {row["representative_article_id"] for row in tables["events"]} <= set(articles)
    for table in ("occurrences", "segments", "articles"):
        assert {row["page_id"] for row in tables[table]} <= pages


def test_every_article_keeps_one_occurrence(hostile: Hostile):
    _, tables, _ = hostile
    kept = {(r["page_id"], r["article_index"]): r["article_id"] for r in tables["occurrences"] if r["match"] == "kept"}
    assert kept == {(row["page_id"], row["article_index"]): row["article_id"] for row in tables["articles"]}
    for row in tables["occurrences"]:
        assert (row["body"] is not None) == (row["match"] == "near")
        assert row["match"] == "near" or row["similarity"] == row["containment"] == 1
        assert 0 <= row["similarity"] <= row["containment"] <= 1


def test_segments_tile_the_text_of_their_page(hostile: Hostile):
    _, tables, _ = hostile
    by_page: dict[str, list[dict[str, Any]]] = {row["page_id"]: [] for row in tables["pages"]}
    for row in tables["segments"]:
        by_page[row["page_id"]].append(row)
    for page in tables["pages"]:
        segments = sorted(by_page[page["page_id"]], key=lambda row: row["segment_index"])
        assert [row["segment_index"] for row in segments] == list(range(len(segments)))
        ends = [0, *(row["char_end"] for row in segments)]
        assert [row["char_start"] for row in segments] == ends[:-1]
        assert ends[-1] == len(page["text"])
        assert {row["kind"] for row in segments} <= set(KINDS)


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [text for item in value for text in strings(item)] if isinstance(value, list) else []


def test_no_string_holds_a_nul_or_a_lone_surrogate(hostile: Hostile):
    _, tables, _ = hostile
    for table, found in tables.items():
        for row in found:
            for column, value in row.items():
                for text in strings(value):
                    assert "\0" not in text, (table, column)
                    assert not any("\ud800" <= character <= "\udfff" for character in text), (table, column)


def test_the_dataset_keeps_every_promise_that_can_be_checked(hostile: Hostile):
    findings = Findings()
    assert verify(open_published(str(hostile[2].parent / "hostile-output")), findings)
    assert findings.examples == []


def test_payloads_of_rejects_are_bounded_and_messages_tell_what_to_do(hostile: Hostile):
    _, tables, _ = hostile
    kinds = {row["error_type"] for row in tables["rejects"]}
    assert kinds == {
        "bad_archive", "bad_json", "file_too_large", "no_text", "not_utf8", "page_too_large", "undecodable",
        "unknown_ending", "unreadable",
    } | (kinds & {"duplicate_record"})  # fmt: skip
    for row in tables["rejects"]:
        assert len(row["payload"]) <= 1024
        assert row["message"].endswith(".")
        assert "\n" not in row["message"]


def test_no_title_becomes_a_path(hostile: Hostile):
    _, _, folder = hostile
    output = folder.parent / "hostile-output"
    events = {path.name for path in (output / "articles").iterdir()}
    assert all(name.startswith("event_id=e") and len(name) == len("event_id=e") + 16 for name in events)


# The same records.


def corpus() -> list[dict[str, object]]:
    """Records by id: seeds of several layouts, copies, near copies and labels."""
    records: list[dict[str, object]] = []
    for n, path in enumerate(
        sorted((SEEDS / "pages").glob("0[1-4]_*.txt")) + sorted((SEEDS / "pages").glob("1[578]_*.txt"))
    ):
        text = path.read_text("utf-8")
        records.append({"id": f"s{n}", "text": text, "fetched_at": "2025-06-20T10:00:00Z"})
        records.append({"id": f"c{n}", "text": text.replace("Tuesday", "Wednesday"), "fetched_at": "2025-06-21T10:00:00Z"})
    records += [{"id": f"l{n}", "text": f"Market\n{STORY}", "event_label": "june"} for n in range(3)]
    records += [{"id": "d", "text": OTHER_STORY}] * 3
    records += [{"id": "odd"}, {"id": "date", "text": OTHER_STORY, "published_at": "2025-06-31"}]
    return records


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The digests of what several runs over the same records wrote."""
    # The path stands in source_uri, so every run reads from the same one.
    base = tmp_path_factory.mktemp("same")
    folder = base / "in"
    folder.mkdir()

    def fill(seed: int) -> None:
        chance = random.Random(seed)
        for path in folder.iterdir():
            path.unlink()
        files = {f"part-{n}.jsonl": corpus()[n::3] for n in range(3)}
        texts = {f"page-{n}.txt": f"Bell {n % 2}\n{OTHER_STORY}" for n in range(4)}
        for name in chance.sample([*files, *texts], len(files) + len(texts)):
            if name in texts:
                (folder / name).write_text(texts[name])
            else:
                write_json_lines(folder / name, list(chance.sample(files[name], len(files[name]))))

    fill(1)
    found = {"first": digests(run_job(folder, base / "out"))}
    found["again"] = digests(run_job(folder, base / "out"))
    fill(2)
    found["another order"] = digests(run_job(f"{folder}/*.txt", base / "out", "--input", f"{folder}/*.jsonl"))
    workers = ["--direct_running_mode", "multi_processing", "--direct_num_workers", "2"]
    command = [sys.executable, "-m", "pipelines.news_events", "--input", str(folder), "--output", str(base / "out")]
    done = subprocess.run([*command, *workers], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    found["two workers"] = digests(base / "out")
    return found


@pytest.mark.parametrize("run", ["again", "another order", "two workers"])
def test_the_same_records_give_the_same_bytes(run: str, runs: dict[str, dict[str, str]]):
    assert len(runs["first"]) > 10
    assert runs[run] == runs["first"]


def test_the_records_of_the_comparison_say_what_they_should():
    lines = [json.dumps(record) for record in corpus()]
    assert len(lines) - len(set(lines)) == 2
