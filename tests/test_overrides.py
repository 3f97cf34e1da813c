"""What a user corrects, as a user sees it: a file of overrides, and datasets that were made with it."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from support import (
    CHOIR,
    FIRE,
    FIRE_LATER,
    MARKET,
    OTHER_STORY,
    call,
    copy_of,
    digests,
    rows,
    run_job,
    write_json_lines,
)

from pipelines import cli
from pipelines.overrides import read_overrides
from pipelines.promises import verify
from pipelines.promises.findings import Findings
from pipelines.published import open_published
from transforms.events import leaders

CUT = MARKET.rpartition(" Traders")[0]
FIRE_AGAIN = (
    "Tomas Verrin will build a new flour mill on Harbour Street in Millbrook where the old mill burned, he told the council "
    "on Monday. Firefighters had said that the blaze in the drying loft could have been put out in a house of brick."
)
OWLS = (
    "Two pairs of barn owls have raised eleven young in the boxes that pupils of Hollin Grove nailed up in the spring, more "
    "than in any year since the warden of the reserve, Petra Sand, began to count them from a ladder with a red lamp."
)
BOX = (
    "Get the best of our reporting in your mailbox every morning at seven, with a crossword and a recipe from the kitchen "
    "of Ada Brandt, for four weeks without any charge, and stop it again whenever you wish with a single click on the link."
)
BOX_OF_MAY = BOX.replace("four weeks", "five weeks")
TOWN = [
    {"id": "market", "text": f"Market to be rebuilt\n\n{MARKET}"},
    {"id": "cut", "text": f"Market to be rebuilt\n\n{CUT}"},
    {"id": "bell", "text": f"Bell of lightship found\n\n{OTHER_STORY}\n\nThe bell rings at noon\n"},
    {"id": "fire", "text": f"Mill burns in Millbrook\n\n{FIRE}"},
    {"id": "later", "text": f"Mill in Millbrook must be pulled down\n\n{FIRE_LATER}"},
    {"id": "again", "text": f"New mill for Millbrook\n\n{FIRE_AGAIN}"},
    {"id": "choir", "text": f"Choir sings\n\n{CHOIR}"},
    {"id": "box", "text": f"Our reporting every morning\n\n{BOX}"},
    {"id": "box of may", "text": f"Our reporting every morning\n\n{BOX_OF_MAY}"},
]


def page_ids(dataset: Path) -> dict[str, str]:
    """The ids of pages by those that the input gives."""
    return {row["source_uri"].rpartition("#")[2]: row["page_id"] for row in rows(dataset, "pages")}


def article_of(dataset: Path, name: str) -> dict[str, Any]:
    """The article that the main article of a page is."""
    page = page_ids(dataset)[name]
    (found,) = [row for row in rows(dataset, "occurrences") if (row["page_id"], row["article_index"]) == (page, 0)]
    (article,) = [row for row in rows(dataset, "articles") if row["article_id"] == found["article_id"]]
    return article


def event_of(dataset: Path, name: str) -> str:
    return str(article_of(dataset, name)["event_id"])


def outcomes(dataset: Path) -> list[tuple[int, str]]:
    return [(row["line"], row["outcome"]) for row in rows(dataset, "overrides")]


def is_sound(dataset: Path) -> None:
    findings = Findings(5)
    assert verify(open_published(str(dataset)), findings)
    assert findings.whole, findings.examples


def corrected(folder: Path, pages: list[dict[str, Any]], lines: list[object], *flags: object) -> Path:
    """The dataset of pages with overrides."""
    file = write_json_lines(folder / "overrides.jsonl", lines)
    return run_job(write_json_lines(folder / "a.jsonl", [*pages]), folder / "out", "--overrides", file, *flags)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset without overrides."""
    folder = tmp_path_factory.mktemp("town")
    return run_job(write_json_lines(folder / "a.jsonl", [*TOWN]), folder / "out")


def lines_for(town: Path) -> list[object]:
    """One line of each kind, named as a reader of the dataset would name them."""
    pages = page_ids(town)
    ids = {name: article_of(town, name)["article_id"] for name in pages}
    bell = next(row["text"] for row in rows(town, "pages") if row["page_id"] == pages["bell"])
    return [
        {"override": "same_event", "articles": [ids["choir"], event_of(town, "bell")], "why": "the bell was theirs"},
        {"override": "not_same_event", "articles": [ids["fire"], ids["again"]]},
        {"override": "not_an_article", "article": ids["box"]},
        {"override": "segment", "page": pages["bell"], "from": bell.index("The bell rings"), "kind": "body"},
        {"override": "keep", "article": f"{pages['cut']}#0"},
        # By the line above, this text of the market is a folded one.
        {"override": "same_event", "articles": [ids["market"], f"{pages['choir']}#0"]},
    ]


@pytest.fixture(scope="module")
def mended(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same pages, corrected."""
    return corrected(tmp_path_factory.mktemp("mended"), TOWN, lines_for(town))


def test_without_overrides_the_town_is_as_it_is(town: Path):
    assert event_of(town, "fire") == event_of(town, "later") == event_of(town, "again")
    assert event_of(town, "choir") != event_of(town, "bell")
    assert article_of(town, "cut")["body"] == MARKET
    assert article_of(town, "box")["article_id"] == article_of(town, "box of may")["article_id"]
    assert rows(town, "overrides") == []


def test_every_kind_of_override_is_honoured(town: Path, mended: Path):
    assert outcomes(mended) == [(line, "applied") for line in range(1, 7)]
    is_sound(mended)


def test_articles_that_are_one_event_are_one_whatever_names_them(mended: Path):
    # By their ids, by the id of an event, by a place, and by the id of a text that is folded now.
    assert event_of(mended, "choir") == event_of(mended, "bell") == event_of(mended, "market")


def test_two_articles_that_are_not_one_event_are_apart_and_the_others_go_with_either(mended: Path):
    fire, again = event_of(mended, "fire"), event_of(mended, "again")
    assert fire != again
    assert event_of(mended, "later") in (fire, again)


def test_what_is_no_article_is_none_nor_is_a_near_copy_of_it_and_its_segments_say_so(mended: Path):
    assert not [row for row in rows(mended, "articles") if "mailbox" in row["body"]]
    boxes = {page_ids(mended)[name] for name in ("box", "box of may")}
    assert not [row for row in rows(mended, "occurrences") if row["page_id"] in boxes]
    found = [row for row in rows(mended, "segments") if row["page_id"] in boxes and row["kind"] != "blank"]
    assert {(row["kind"], row["article_index"], row["override"]) for row in found} == {
        ("boilerplate", None, "not_an_article")
    }
    steps = json.loads((mended / "_manifest.json").read_text("utf-8"))["steps"]
    assert steps["deduplicate.not_articles"] == 2


def test_a_segment_is_of_the_kind_that_it_is_said_to_be_of(town: Path, mended: Path):
    assert "rings at noon" not in article_of(town, "bell")["body"]
    assert article_of(mended, "bell")["body"] == f"{OTHER_STORY}\n\nThe bell rings at noon"
    (segment,) = [row for row in rows(mended, "segments") if row["override"] == "segment"]
    assert (segment["kind"], segment["article_index"]) == ("body", 0)


def test_the_copy_that_is_wanted_is_kept_and_the_other_one_lost_to_it(mended: Path):
    article = article_of(mended, "market")
    assert (article["body"], article["page_id"]) == (CUT, page_ids(mended)["cut"])
    (lost,) = [row for row in rows(mended, "occurrences") if row["page_id"] == page_ids(mended)["market"]]
    assert lost["lost_by"] == "override"


def test_the_same_overrides_give_the_same_bytes_in_any_order_and_by_two_workers(town: Path, mended: Path, tmp_path: Path):
    # The lines stay as they are: their numbers are told. The input keeps its path, which is told too.
    source = mended.parent / "a.jsonl"
    content = source.read_bytes()
    try:
        write_json_lines(source, [*TOWN[::-1]])
        flags = ("--direct_running_mode", "multi_processing", "--direct_num_workers", 2)
        again = run_job(source, tmp_path / "out", "--overrides", mended.parent / "overrides.jsonl", *flags)
    finally:
        source.write_bytes(content)
    assert digests(again) == digests(mended)


def test_what_does_not_apply_is_warned_of_and_told(town: Path, tmp_path: Path):
    unknown = "a" + 16 * "a"
    ids = {name: article_of(town, name)["article_id"] for name in page_ids(town)}
    lines = [
        {"override": "same_event", "articles": [unknown, ids["fire"]], "why": "<script>alert(1)</script>"},
        {"override": "not_same_event", "articles": [ids["market"], f"{page_ids(town)['cut']}#0"]},
        {"override": "segment", "page": "p" + 16 * "a", "from": 0, "kind": "body"},
        {"override": "segment", "page": page_ids(town)["bell"], "from": 3, "kind": "body"},
        {"override": "keep", "article": unknown},
        {"override": "same_event", "articles": [ids["fire"], ids["later"]]},
        {"override": "not_an_article", "article": "a" + 16 * "b"},
    ]
    file = write_json_lines(tmp_path / "overrides.jsonl", [*lines])
    source = write_json_lines(tmp_path / "a.jsonl", [*TOWN])
    outcome = call("--input", source, "--output", tmp_path / "out", "--overrides", file)
    assert outcome.status == 0, outcome.err
    expected = ["unmatched", "overruled", "unmatched", "unmatched", "unmatched", "needless", "unmatched"]
    assert [outcome for _, outcome in outcomes(tmp_path / "out")] == expected
    warnings = [line for line in outcome.err.splitlines() if "overrides, line" in line]
    assert len(warnings) == 6
    assert f"Nothing in this run has the name {unknown}." in warnings[0]
    section = json.loads((tmp_path / "out" / "_manifest.json").read_text("utf-8"))["overrides"]
    assert (section["given"], section["unmatched"], section["needless"]) == (7, 5, 1)
    assert [entry["line"] for entry in section["told"]] == [1, 2, 3, 4, 5, 7]
    is_sound(tmp_path / "out")
    report = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in report
    assert "<script" not in report
    listed = re.findall(
        r'<tr><td class="n">(\d+)</td><th scope="row">(?:<bdi>)?(\w+)', report.partition('id="overrides"')[2]
    )
    assert [int(line) for line, _ in listed] == [1, 2, 3, 4, 5, 7, 6]  # what applies stands last


def test_labels_of_the_input_stand_above_the_file(town: Path, tmp_path: Path):
    labels = {"fire": "mill", "again": "mill", "choir": "june"}
    pages = [page | ({"event_label": labels[page["id"]]} if page["id"] in labels else {}) for page in TOWN]
    ids = {name: article_of(town, name)["article_id"] for name in page_ids(town)}
    lines = [
        {"override": "not_same_event", "articles": [ids["fire"], ids["again"]]},
        {"override": "same_event", "articles": [ids["fire"], ids["choir"]]},
        {"override": "same_event", "articles": [ids["bell"], ids["choir"]]},
        {"override": "not_same_event", "articles": [ids["fire"], ids["later"]]},
    ]
    out = corrected(tmp_path, pages, [*lines])
    assert outcomes(out) == [(1, "overruled"), (2, "overruled"), (3, "applied"), (4, "applied")]
    assert event_of(out, "fire") == event_of(out, "again") != event_of(out, "later")
    is_sound(out)


def explained(capsys: pytest.CaptureFixture[str], dataset: Path, *ids: str) -> dict[str, Any]:
    capsys.readouterr()
    assert cli.main(["explain", str(dataset), *ids, "--json"]) == 0
    return dict(json.loads(capsys.readouterr().out))


def test_explain_offers_the_line_above_a_text_as_the_headline_that_it_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    pages = [
        {"id": "lost", "text": f"Video\n\n{MARKET}\n\nMore from the town\n"},
        {"id": "sentence", "text": f"The bell will ring again at noon.\n\n{OTHER_STORY}\n"},
        {"id": "found", "text": f"Menu\n\nChoir sings\n\n{CHOIR}\n"},
        {"id": "given", "text": f"Video\n\n{OWLS}\n", "title": "Owls raise eleven young"},
    ]
    (tmp_path / "before").mkdir()
    before = corrected(tmp_path / "before", pages, [])
    ids = page_ids(before)
    asked = {
        ("lost", "Video"): "title",
        ("lost", "The council of Aldersby"): "boilerplate",
        ("lost", "More from the town"): "body",
        ("sentence", "The bell will ring"): "title",
        ("found", "Menu"): "body",
        ("found", "Choir sings"): "boilerplate",
        ("given", "Video"): "body",
    }
    offered = {(name, words): explained(capsys, before, f"{ids[name]}:{words}")["to_correct"] for name, words in asked}
    assert {asking: line["kind"] for asking, line in offered.items()} == asked
    # What is offered makes the headline.
    lines = [line for line in offered.values() if line["kind"] == "title"]
    after = corrected(tmp_path, pages, lines)
    assert [article_of(after, name)["title"] for name in ("lost", "sentence")] == [
        "Video",
        "The bell will ring again at noon.",
    ]


def test_explain_says_when_an_override_decided_and_how_to_correct_what_is_wrong(
    town: Path, mended: Path, capsys: pytest.CaptureFixture[str]
):
    ids = {name: article_of(mended, name)["article_id"] for name in ("choir", "bell", "fire", "again")}
    pages = page_ids(mended)
    joined = explained(capsys, mended, ids["choir"], ids["bell"])
    assert joined["remarks"][0] == "You have said so, in line 1 of your overrides (same_event): the bell was theirs."
    assert joined["to_correct"] == {"override": "not_same_event", "articles": [ids["choir"], ids["bell"]]}
    assert "line 2" in explained(capsys, mended, ids["fire"], ids["again"])["remarks"][0]
    copy = explained(capsys, mended, f"{pages['market']}#0")
    assert copy["one"]["lost_because"] == "by the rules it stands first, but you want the other one kept"
    assert "line 5" in copy["remarks"][0]
    assert copy["to_correct"][0] == {"override": "keep", "article": article_of(town, "market")["article_id"]}
    line = explained(capsys, mended, f"{pages['bell']}:The bell rings")
    assert "line 4" in line["remarks"][0]
    assert line["to_correct"]["kind"] == "boilerplate"
    assert "not_an_article" in explained(capsys, mended, f"{pages['box']}:crossword")["remarks"][0]
    # What is printed is what may be written.
    lines = [joined["to_correct"], *copy["to_correct"], line["to_correct"]]
    assert len(read_overrides(io.BytesIO("\n".join(map(json.dumps, lines)).encode()))) == len(lines)


# Appends.

MORE = [
    {"id": "fourth", "text": f"Mill owner in Millbrook heard\n\n{FIRE_LATER.replace('Friday', 'Tuesday')} {CHOIR[:80]}"},
    {"id": "new box", "text": f"Our reporting every morning\n\n{BOX.replace('recipe', 'riddle')}"},
    {"id": "longer", "text": f"Market to be rebuilt\n\n{MARKET}\n\nThe mayor will cut the ribbon with her own hands."},
]


@pytest.fixture(scope="module")
def grown(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town without overrides, to which pages are appended with some."""
    folder = tmp_path_factory.mktemp("grown")
    copy_of(town, folder / "out")
    return corrected(folder, MORE, lines_for(town), "--mode", "append")


def test_an_append_does_what_it_may_and_tells_what_waits(town: Path, grown: Path):
    assert outcomes(grown) == [
        (1, "applied"),
        (2, "waits"),
        (3, "waits"),
        (4, "waits"),
        (5, "waits"),
        (6, "applied"),
    ]
    assert {row["run"] for row in rows(grown, "overrides")} == {2}
    is_sound(grown)


def test_an_append_joins_earlier_events_that_are_one_and_says_so(town: Path, grown: Path):
    assert event_of(grown, "choir") == event_of(grown, "bell") == event_of(grown, "market")
    changes = rows(grown, "event_changes")
    assert {row["reason"] for row in changes} == {"override"}
    gone = {event_of(town, name) for name in ("choir", "bell", "market")} - {event_of(grown, "choir")}
    assert {row["event_id"]: row["became"] for row in changes} == dict.fromkeys(gone, event_of(grown, "choir"))


def test_the_same_append_again_changes_nothing(grown: Path):
    before = digests(grown)
    outcome = call(
        "--input", grown.parent / "a.jsonl", "--output", grown, "--mode", "append",
        "--overrides", grown.parent / "overrides.jsonl",
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    after = digests(grown)
    table = {name for name in before if name.startswith("overrides/")}
    assert {name for name in before | after if before.get(name) != after.get(name)} <= table
    assert [outcome for _, outcome in outcomes(grown)] == ["applied", "waits", "waits", "waits", "waits", "applied"]


def test_what_an_overwrite_has_done_stays_done_and_holds_for_new_pages(town: Path, mended: Path, tmp_path: Path):
    out = copy_of(mended, tmp_path / "out")
    corrected(tmp_path, MORE, lines_for(town), "--mode", "append")
    assert outcomes(out) == [(line, "applied") for line in range(1, 7)]
    assert event_of(out, "fire") != event_of(out, "again")
    assert article_of(out, "longer")["body"] == CUT
    is_sound(out)


def test_a_new_article_is_kept_out_of_an_earlier_event(town: Path, tmp_path: Path):
    first = run_job(write_json_lines(tmp_path / "first.jsonl", [*TOWN[:5]]), tmp_path / "out")
    before = event_of(first, "fire")
    ids = {name: article_of(town, name)["article_id"] for name in ("fire", "again")}
    out = corrected(tmp_path, TOWN[5:6], [{"override": "not_same_event", "articles": [ids["fire"], ids["again"]]}],
                    "--mode", "append")  # fmt: skip
    assert outcomes(out) == [(1, "applied")]
    assert event_of(out, "fire") == event_of(out, "later") == before != event_of(out, "again")
    is_sound(out)


def test_events_of_other_trees_are_joined_in_a_large_corpus_too(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(leaders, "MAX_TREE", 4)
    ids = {name: article_of(town, name)["article_id"] for name in ("market", "choir", "bell")}
    first = corrected(tmp_path, TOWN, [{"override": "same_event", "articles": [ids["market"], ids["choir"]]}])
    assert event_of(first, "market") == event_of(first, "choir") != event_of(first, "bell")
    lines = [{"override": "same_event", "articles": [ids["choir"], ids["bell"]]}]
    out = corrected(tmp_path, [{"id": "new", "text": f"On owls\n\n{OWLS}"}], lines, "--mode", "append")
    assert outcomes(out) == [(1, "applied")]
    assert event_of(out, "market") == event_of(out, "choir") == event_of(out, "bell") != event_of(out, "new")
    is_sound(out)
