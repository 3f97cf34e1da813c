"""Appending: a dataset to which pages are added, as a user sees it."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from memory_store import Store
from support import (
    CHOIR,
    FIRE,
    FIRE_LATER,
    MARKET,
    OTHER_STORY,
    SEEDS,
    all_rows,
    call,
    copy_of,
    digests,
    rows,
    run_job,
    write_json_lines,
)

from pipelines import cli
from pipelines.promises import verify
from pipelines.promises.findings import Findings
from pipelines.published import open_published
from transforms.events import leaders

LAST = "The mayor, Una Harrow, said that she would cut the ribbon herself, and that the old bell would be rung again."
BELL = OTHER_STORY
CUT = f"Market to be rebuilt\n{MARKET.rpartition(' Traders')[0]}"


def page(name: str, text: str, **given: Any) -> dict[str, Any]:
    return {"id": name, "text": text, **given}


def append(folder: Path, name: str, pages: list[dict[str, Any]], *flags: object) -> Path:
    """Adds pages to the dataset ``folder/out``."""
    return run_job(write_json_lines(folder / f"{name}.jsonl", [*pages]), folder / "out", "--mode", "append", *flags)


def is_whole(dataset: Path) -> None:
    """Every promise of the contract on how the tables belong together, and that the index says the same."""
    findings = Findings()
    assert verify(open_published(str(dataset)), findings)
    assert findings.whole, findings.examples
    assert {f"{file['table']}/{file['path']}" for file in manifest_of(dataset)["files"]} == set(digests(dataset))


def manifest_of(dataset: Path) -> dict[str, Any]:
    return dict(json.loads((dataset / "_manifest.json").read_text("utf-8")))


def inodes(dataset: Path) -> dict[str, int]:
    real = dataset.resolve()
    return {str(path.relative_to(real)): path.stat().st_ino for path in real.rglob("*.parquet")}


def spoil(path: Path) -> None:
    """Makes a file unreadable; publishing looks at its size alone."""
    path.write_bytes(bytes(path.stat().st_size))


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every second seed."""
    folder = tmp_path_factory.mktemp("half")
    for kind in ("first", "second"):
        (folder / kind).mkdir()
    for number, path in enumerate(sorted((SEEDS / "pages").iterdir())):
        shutil.copy(path, folder / ("first", "second")[number % 2])
    return run_job(folder / "first", folder / "out", "--mode", "append")


@pytest.fixture(scope="module")
def both(half: Path) -> Path:
    """The other seeds appended to them."""
    return run_job(half.parent / "second", copy_of(half, half.parent / "both"), "--mode", "append")


def articles_of(dataset: Path) -> dict[tuple[str, int], str]:
    names = {row["page_id"]: row["source_uri"].rpartition("/")[2] for row in rows(dataset, "pages")}
    return {(names[row["page_id"]], row["article_index"]): row["article_id"] for row in rows(dataset, "occurrences")}


def test_what_was_appended_belongs_together(both: Path):
    is_whole(both)


def test_what_an_append_has_added_is_told(half: Path, both: Path, capsys: pytest.CaptureFixture[str]):
    added = manifest_of(both)["added"]
    assert added == {name: len(rows(both, name)) - len(rows(half, name)) for name in added}
    assert added["articles"] > 0
    new = f"The last one added {added['pages']} pages, {added['articles']} articles and"
    assert new in " ".join((both / "report.html").read_text("utf-8").split())
    better = [row for row in rows(both, "occurrences") if row["lost_by"] == "run"]
    assert cli.main(["check", str(both)]) == 0
    assert f"{len(better)} copies would have been kept" in capsys.readouterr().out


def test_why_a_new_article_joined_an_earlier_one_is_explained(both: Path, capsys: pytest.CaptureFixture[str]):
    event = max((row for row in rows(both, "events") if row["created_run"] == 1), key=lambda row: row["article_count"])
    ids = sorted(row["article_id"] for row in rows(both, "articles") if row["event_id"] == event["event_id"])
    earlier = {row["article_id"] for row in rows(both, "occurrences") if row["lost_by"] is None}
    assert set(ids) <= earlier
    assert cli.main(["explain", str(both), ids[0], ids[1]]) == 0
    assert "are one event" in capsys.readouterr().out
    assert any(row["background"] for row in rows(both, "articles") if row["article_id"] not in ids)


def test_copies_are_found_as_one_run_finds_them(both: Path, seed_dataset: Path):
    def groups(dataset: Path) -> set[frozenset[tuple[str, int]]]:
        found: dict[str, set[tuple[str, int]]] = {}
        for place, article in articles_of(dataset).items():
            found.setdefault(article, set()).add(place)
        return {frozenset(places) for places in found.values()}

    assert groups(both) == groups(seed_dataset)


def test_ids_of_articles_and_events_stay_and_kept_copies_too(half: Path, both: Path):
    after = {row["article_id"]: row for row in rows(both, "articles")}
    changes = {row["event_id"]: row["became"] for row in rows(both, "event_changes")}
    for row in rows(half, "articles"):
        now = after[row["article_id"]]
        assert (now["page_id"], now["body"]) == (row["page_id"], row["body"])
        assert now["event_id"] == changes.get(row["event_id"], row["event_id"])
    assert {row["created_run"] for row in rows(both, "events")} == {1, 2}
    earlier = {row["event_id"] for row in rows(half, "events")}
    assert {row["event_id"] for row in rows(both, "events") if row["created_run"] == 1} == earlier - set(changes)


def test_the_same_pages_again_change_nothing(both: Path):
    before = digests(both)
    outcome = call("--input", both.parent / "first", "--input", both.parent / "second", "--output", both, "--mode", "append")
    assert outcome.status == 0, outcome.err
    assert digests(both) == before
    manifest = json.loads((both / "_manifest.json").read_text("utf-8"))
    assert manifest["steps"]["append.pages_known"] == 57 + 1  # one of the seeds comes twice
    assert manifest["last_run"] == 2
    assert {"source_uri", "page_id"} == set(manifest["known_pages"][0])


def test_files_of_articles_that_nothing_touched_are_neither_written_nor_read(half: Path, tmp_path: Path):
    out = copy_of(half, tmp_path / "out")
    before = inodes(out)
    touched = {row["event_id"] for row in rows(half, "events") if "Presidents" in row["label"]}
    for path in (half / "articles").rglob("*.parquet"):
        if not any(event in str(path) for event in touched):
            spoil(out.resolve() / path.relative_to(half))
    for table in ("pages", "segments"):
        for path in (out / table).glob("*.parquet"):
            spoil(path)
    kept = next(row for row in rows(half, "articles") if row["event_id"] in touched)
    append(tmp_path, "a", [page("copy", f"{kept['title']}\n{kept['body']}")], "--no_report")
    after = inodes(out)
    changed = {name for name in before if after.get(name) != before[name] and name.startswith("articles/")}
    assert {name.split("/")[1].removeprefix("event_id=") for name in changed} == {kept["event_id"]}
    assert [
        name for name in before if name.split("/")[0] in ("pages", "segments", "occurrences") and name not in after
    ] == []
    assert all(after[name] == before[name] for name in before if name.split("/")[0] in ("pages", "segments", "occurrences"))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small dataset: a market in two versions, a bell, a fire, and a choir, to which the user gives a label."""
    pages = [
        page("market", f"Market to be rebuilt\n{MARKET}"),
        page("cut", CUT),
        page("bell", f"Bell of lightship found\n{BELL}"),
        page("fire", f"Mill burns in Millbrook\n{FIRE}"),
        page("choir", f"Choir sings\n{CHOIR}", event_label="june"),
    ]
    return append(tmp_path_factory.mktemp("town"), "first", pages)


DAY = [
    page("longer", f"Market to be rebuilt\n{MARKET}\n\n{LAST}", outlet="Echo", published_at="2025-06-01T00:00:00Z"),
    page("cut again", CUT),
    page("later", f"Mill in Millbrook must be pulled down\n{FIRE_LATER}"),
]


@pytest.fixture(scope="module")
def grown(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That dataset a day later."""
    folder = tmp_path_factory.mktemp("grown")
    copy_of(town, folder / "out")
    return append(folder, "day", DAY)


def article_with(dataset: Path, words: str) -> dict[str, Any]:
    (found,) = [row for row in rows(dataset, "articles") if words in row["body"]]
    return found


def test_a_better_copy_joins_and_fills_in_what_was_not_known(town: Path, grown: Path):
    is_whole(grown)
    before, after = article_with(town, "covered market"), article_with(grown, "covered market")
    for name in ("article_id", "body", "page_id", "event_id"):
        assert after[name] == before[name]
    assert (before["outlet"], after["outlet"], str(after["published_at"])[:10]) == (None, "Echo", "2025-06-01")
    assert after["occurrence_count"] == before["occurrence_count"] + 2
    (row,) = [row for row in rows(grown, "occurrences") if row["outlet"] == "Echo"]
    assert (row["match"], row["lost_by"]) == ("near", "run")


def test_an_exact_copy_of_a_folded_text_joins_its_article(grown: Path):
    cuts = [row for row in rows(grown, "occurrences") if row["match"] == "near" and row["outlet"] is None]
    assert len({row["article_id"] for row in cuts}) == 1
    assert [row["similarity"] for row in cuts] == [cuts[0]["similarity"]] * 2
    (again,) = [row for row in cuts if row["joined_similarity"] == 1.0]
    (first,) = [row for row in cuts if row is not again]
    assert again["joined_through_page_id"] == first["page_id"]


def test_a_later_report_joins_the_earlier_event(town: Path, grown: Path):
    fire = article_with(town, "fought all night")["event_id"]
    assert article_with(grown, "must be pulled down")["event_id"] == fire
    (event,) = [row for row in rows(grown, "events") if row["event_id"] == fire]
    assert (event["article_count"], event["created_run"]) == (2, 1)


def test_a_tree_that_is_dealt_into_parts_loses_no_article(town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(leaders, "MAX_TREE", 1)
    out = copy_of(town, tmp_path / "out")
    append(tmp_path, "day", DAY)
    is_whole(out)
    assert manifest_of(out)["steps"]["events.articles_of_large_trees"] >= 2  # the fire and what came of it
    assert article_with(out, "fought all night")["event_id"] == article_with(town, "fought all night")["event_id"]


def test_events_of_one_label_become_the_earlier_one(town: Path, tmp_path: Path):
    out = copy_of(town, tmp_path / "out")
    append(tmp_path, "b", [page("fire again", f"Mill burns in Millbrook\n{FIRE}", event_label="june")])
    is_whole(out)
    one, other = article_with(town, "fought all night")["event_id"], article_with(town, "choir")["event_id"]
    (event,) = [row for row in rows(out, "events") if row["external_id"] == "june"]
    assert (event["event_id"], event["created_run"]) == (min(one, other), 1)
    (change,) = rows(out, "event_changes")
    assert (change["event_id"], change["became"]) == (max(one, other), min(one, other))
    assert (change["run"], change["reason"]) == (2, "label")
    assert not (out / "articles" / f"event_id={change['event_id']}").exists()


def test_the_order_of_pages_makes_no_difference(town: Path, grown: Path):
    out = copy_of(town, grown.parent / "again")
    source = write_json_lines(grown.parent / "day.jsonl", [*DAY[::-1]])
    run_job(source, out, "--mode", "append")
    assert digests(out) == digests(grown)


def test_where_folders_become_too_many_all_articles_are_laid_out_in_buckets(town: Path, tmp_path: Path):
    out = copy_of(town, tmp_path / "out")
    append(tmp_path, "b", DAY, "--max_partitions", 2)
    is_whole(out)
    files = sorted((out / "articles").rglob("*.parquet"))
    assert {path.parent.name.split("=")[0] for path in files} == {"event_bucket"}
    before = inodes(out)
    append(tmp_path, "c", [page("bell again", f"Bell found\n{BELL}"), page("new", LAST)])
    is_whole(out)
    bell = [name for name, inode in inodes(out).items() if name.startswith("articles/") and before.get(name) != inode]
    assert sorted("=r00003" in name for name in bell) == [False, True]  # one file holds the bell, one what is new


def test_on_an_object_store_an_append_is_the_same(town: Path, grown: Path, tmp_path: Path):
    store = Store(tmp_path / "objects")
    (store.root / "in").mkdir(parents=True)
    shutil.copytree(town.resolve(), store.root / "out" / "news")
    write_json_lines(store.root / "in" / "day.jsonl", [*DAY])
    outcome = call("--input", "store://in/*.jsonl", "--output", "store://out/news", "--mode", "append")
    assert outcome.status == 0, outcome.err
    remote, local = all_rows(store.root / "out/news"), all_rows(grown)
    for table in local:
        assert [row | {"source_uri": None} for row in remote[table]] == [row | {"source_uri": None} for row in local[table]]
    assert f"{len(remote['pages'])} pages in several runs" in (store.root / "out/news/report.html").read_text("utf-8")
    unmoved = [name for name in digests(town) if name.startswith(("pages/", "segments/", "occurrences/"))]
    assert not [entry for entry in store.log if entry.startswith(("delete", "rename")) and entry.endswith(tuple(unmoved))]


def test_a_dataset_without_an_index_is_refused(town: Path, tmp_path: Path):
    out = copy_of(town, tmp_path / "out")
    manifest = manifest_of(out)
    del manifest["last_run"]
    os.unlink(out / "_manifest.json")
    (out / "_manifest.json").write_text(json.dumps(manifest), "utf-8")
    source = write_json_lines(tmp_path / "b.jsonl", [page("b", f"Bell\n{BELL}")])
    outcome = call("--input", source, "--output", out, "--mode", "append")
    assert outcome.status == 2
    assert "--mode overwrite" in outcome.err
