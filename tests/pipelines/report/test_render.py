"""A dataset's report as one file of HTML."""

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hostile import ATTACKS, hostile_dataset
from lxml import html
from made import Told, write_dataset
from memory_store import Store
from support import call, rows, run_job

from pipelines.report import render
from pipelines.report.render import make
from pipelines.report.samples import NoPage
from pipelines.report.stories import ARTICLES_SHOWN, EVENTS_SHOWN

_TAGS = """
a b bdi body caption code details div figcaption figure footer g h1 h2 h3 head header html li main meta nav ol p path rect
section span style summary svg table tbody td text th thead title tr ul
"""
"""Elements that the template writes; what else stood there would have come out of a text."""


def report(dataset: Path, *pages: str) -> str:
    folder = dataset.resolve()
    return make(str(folder), json.loads((folder / "_manifest.json").read_text("utf-8")), pages)


def parsed(text: str) -> Any:
    return html.document_fromstring(text.encode("utf-8"))


def said(node: Any) -> str:
    return " ".join(node.text_content().split())


@pytest.fixture(scope="module")
def seeds(seed_dataset: Path) -> Any:
    return parsed(report(seed_dataset))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> str:
    return report(hostile_dataset(tmp_path_factory.mktemp("hostile")))


def test_a_run_writes_a_report_beside_its_tables_and_prints_its_path(seed_dataset: Path):
    assert (seed_dataset / "report.html").read_text("utf-8") == report(seed_dataset)


def test_the_flow_adds_up(seeds: Any, seed_dataset: Path):
    stages = [said(stage) for stage in seeds.xpath("//ol[@class='flow']/li")]
    counts = {table: len(rows(seed_dataset, table)) for table in ("pages", "rejects", "occurrences", "articles", "events")}
    assert stages[0].startswith(f"{counts['pages'] + counts['rejects']} records read {counts['pages']} pages")
    assert f"{counts['rejects']} rejects" in stages[0]
    assert stages[2].startswith(f"{counts['occurrences']} articles found")
    kept, exact, near = map(int, re.findall(r"(\d+) (?:kept|exact|near)", stages[3]))
    assert (kept, kept + exact + near) == (counts["articles"], counts["occurrences"])
    several, one = map(int, re.findall(r"(\d+) of (?:several|one)", stages[4]))
    assert several + one == counts["events"]


def test_the_largest_events_come_with_their_articles_and_the_pages_that_they_came_from(seeds: Any, seed_dataset: Path):
    events = {row["event_id"]: row for row in rows(seed_dataset, "events")}
    shown = seeds.xpath("//details[@class='story']")
    sizes = [events[story.get("id").removeprefix("e-")]["article_count"] for story in shown]
    assert sizes == sorted((row["article_count"] for row in events.values() if row["article_count"] > 1), reverse=True)
    articles = {row["article_id"]: row for row in rows(seed_dataset, "articles")}
    sources = {row["page_id"]: row["source_uri"] for row in rows(seed_dataset, "pages")}
    for story in shown:
        event = events[story.get("id").removeprefix("e-")]
        first = articles[event["representative_article_id"]]
        assert said(story.xpath(".//h3")[0]) == first["title"]
        place = said(story.xpath(".//ul[@class='places']/li")[0])
        assert place.startswith("kept")
        assert place.endswith(sources[first["page_id"]].replace("\n", " ")[-40:])


def test_rejects_are_counted_by_reason_and_shown(seeds: Any, seed_dataset: Path):
    shown = seeds.xpath("//section[@id='rejects']/details")
    found = rows(seed_dataset, "rejects")
    assert {said(reason.xpath("./summary")[0]) for reason in shown} == {
        f"{kind} {sum(row['error_type'] == kind for row in found)}" for kind in {row["error_type"] for row in found}
    }
    messages = [said(example) for example in seeds.xpath("//ul[@class='examples']/li/p[1]")]
    assert sorted(messages) == sorted(row["message"] for row in found)


def test_records_of_archives_that_are_no_pages_are_counted(seeds: Any):
    (table,) = seeds.xpath("//table[starts-with(caption, 'Passed over')]/tbody")
    assert [[said(cell) for cell in row][:2] for row in table][:2] == [["request", "2"], ["media type", "1"]]


def test_a_page_is_shown_as_it_was_cut(seed_dataset: Path):
    page = next(row for row in rows(seed_dataset, "pages") if row["source_uri"].endswith("24_site_fire.txt"))
    segments = [
        row for row in rows(seed_dataset, "segments") if row["page_id"] == page["page_id"] and row["kind"] != "blank"
    ]
    shown = parsed(report(seed_dataset, page["page_id"])).xpath("//div[@class='cut']")
    assert len(shown) == 1
    pieces = [(piece.get("class").split()[0], said(piece.xpath("./span[@class='text']")[0])) for piece in shown[0]]
    texts = [(row["kind"], page["text"][row["char_start"] : row["char_end"]]) for row in segments]
    assert pieces == [(f"k-{kind}", " ".join(text.split())) for kind, text in texts if kind != "blank"]


def test_a_page_that_is_not_there_is_refused(seed_dataset: Path):
    with pytest.raises(NoPage, match="pnone"):
        report(seed_dataset, "pnone")


def test_the_same_dataset_gives_the_same_report(seed_dataset: Path):
    assert report(seed_dataset) == report(seed_dataset)


def attributes(text: str) -> Iterator[tuple[str, str, str]]:
    for node in parsed(text).iter():
        for name, value in node.attrib.items():
            yield str(node.tag), name, value


@pytest.fixture(params=["seeds", "hostile"])
def any_report(request: pytest.FixtureRequest, seed_dataset: Path, hostile: str) -> str:
    return hostile if request.param == "hostile" else report(seed_dataset)


def test_no_text_of_a_dataset_becomes_markup(any_report: str):
    assert {node.tag for node in parsed(any_report).iter()} <= set(_TAGS.split())
    for tag, name, value in attributes(any_report):
        assert not name.startswith("on"), (tag, name, value)
        assert name not in ("style", "src", "srcset", "action", "autofocus", "xlink:href"), (tag, name, value)
        if name == "href":
            assert tag == "a"
            assert re.match(r"#[a-z]+$|https?://", value), value


def test_the_policy_allows_nothing_but_the_style_sheet(any_report: str):
    tree = parsed(any_report)
    (style,) = tree.xpath("//style")
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    digest = base64.b64encode(hashlib.sha256(style.text.encode("utf-8")).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = [node.tag for node in tree.xpath("//head")[0]]
    assert head.index("meta") < head.index("style")
    assert "url(" not in style.text
    assert "@import" not in style.text


def test_attacks_are_shown_for_what_they_are(hostile: str):
    text = said(parsed(hostile))
    for attack in ATTACKS[:11]:
        assert " ".join(attack.split())[:60] in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", hostile)


def test_a_dataset_without_any_page_has_a_report_unless_none_was_asked_for(tmp_path: Path):
    out = run_job(tmp_path / "none-*.txt", tmp_path / "out", "--allow_no_match", "--no_report")
    assert not (out / "report.html").exists()
    assert said(parsed(report(out)).xpath("//h1")[0]) == "0 articles in 0 events"


def test_articles_in_buckets_are_found_as_well(tmp_path: Path):
    told = [Told(f"a{n}", f"e{n % 5}", [(f"p{n}", 0)], title=f"Story {n}") for n in range(60)]
    folders = [write_dataset(tmp_path / name, told, partitioned=name == "folders") for name in ("folders", "buckets")]
    # But for the table of files, it is the same report.
    first, second = (report(folder).partition('<section id="run">')[0] for folder in folders)
    assert first == second
    assert len(parsed(first).xpath("//h3")) == 5 * ARTICLES_SHOWN


def test_the_report_of_a_large_dataset_is_no_larger_than_one_reads(large: Path):
    text = report(large)
    assert len(parsed(text).xpath("//details[@class='story']")) == EVENTS_SHOWN
    assert len(text) < 1_000_000


def test_a_dataset_on_an_object_store_is_read_as_one_here_is(tmp_path: Path):
    told = [Told(f"a{n}", f"e{n % 3}", [(f"p{n}", 0)], title=f"Story {n}") for n in range(9)]
    dataset = write_dataset(tmp_path / "bucket/out", told)
    Store(tmp_path)
    manifest = json.loads((dataset / "_manifest.json").read_text("utf-8"))
    assert make("store://bucket/out", manifest) == report(dataset)


def test_a_run_whose_report_fails_has_its_dataset_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise ValueError("no ink")

    monkeypatch.setattr(render, "make", fail)
    outcome = call("--input", tmp_path / "none-*.txt", "--output", tmp_path / "out", "--allow_no_match")
    assert outcome.status == 0
    assert "no report.html was made: ValueError: no ink" in outcome.err
    assert "report.html" not in outcome.out
    assert (tmp_path / "out" / "_SUCCESS").exists()


def test_a_table_of_another_version_may_lack_columns(tmp_path: Path, seed_dataset: Path):
    copy = Path(shutil.copytree(seed_dataset.resolve(), tmp_path / "copy"))
    (path,) = (copy / "segments").glob("*.parquet")
    pq.write_table(pq.read_table(path).drop_columns(["recurs"]), path)
    assert "recurs on this site" not in report(copy)
