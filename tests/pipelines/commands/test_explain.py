"""The command that says why a dataset is as it is."""

import json
from pathlib import Path
from typing import Any

import pytest
from support import rows

from pipelines import cli


@pytest.fixture
def explain(seed_dataset: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*arguments: str) -> tuple[int, str]:
        status = cli.main(["explain", str(seed_dataset), *arguments])
        out, err = capsys.readouterr()
        return status, (out or err).replace(str(seed_dataset), "there")

    return call


@pytest.fixture(scope="module")
def near(seed_dataset: Path) -> dict[str, Any]:
    """A copy that joined through a third one."""
    found = rows(seed_dataset, "occurrences")
    kept = {row["article_id"]: row["page_id"] for row in found if row["match"] == "kept"}
    return next(r for r in found if r["match"] == "near" and r["joined_through_page_id"] != kept[r["article_id"]])


def test_a_copy_is_explained_from_its_place(explain: Any, near: dict[str, Any]):
    name = f"{near['page_id']}#{near['article_index']}"
    status, printed = explain(name)
    assert status == 0
    assert printed.startswith(f"{name} is a copy of ")
    assert "the kept one." in printed
    assert "It is not the one that is kept: " in printed
    assert printed.count(" → ") >= 2
    assert "the longest passage of both, " in printed


def test_json_has_the_evidence_and_ids_may_be_cut_short(explain: Any, near: dict[str, Any]):
    status, printed = explain(f"{near['page_id'][:9]}#{near['article_index']}", "--json")
    answer = json.loads(printed)
    assert status == 0
    assert answer["question"] == "copy"
    assert answer["one"]["id"] == f"{near['page_id']}#{near['article_index']}"
    assert answer["one"]["lost_by"] == near["lost_by"]


def test_a_kept_copy_is_told_to_be_the_kept_one(explain: Any, seed_dataset: Path):
    kept = next(row for row in rows(seed_dataset, "occurrences") if row["match"] == "kept")
    status, printed = explain(f"{kept['page_id']}#{kept['article_index']}")
    assert status == 0
    assert "is the kept copy itself." in printed.splitlines()[0]


@pytest.mark.parametrize("name", ["nonsense", "p\x1b[31m#1", "#", "p#", ""])
def test_what_is_no_id_is_shown_with_what_an_id_is(explain: Any, name: str):
    status, printed = explain(name)
    assert status == 2
    assert "is no ID that can be explained" in printed
    assert "\x1b" not in printed


def test_an_unknown_page_is_shown_with_the_one_that_was_perhaps_meant(explain: Any, near: dict[str, Any]):
    page_id = near["page_id"]
    status, printed = explain(f"{page_id[:-1]}{'2' if page_id[-1] != '2' else '3'}#0")
    assert status == 2
    assert f"did you mean {page_id}?" in printed


def test_two_articles_are_explained_by_their_likeness(explain: Any, seed_dataset: Path):
    event = next(row for row in rows(seed_dataset, "events") if row["article_count"] > 2)
    one, other = [r["article_id"] for r in rows(seed_dataset, "articles") if r["event_id"] == event["event_id"]][:2]
    status, printed = explain(one, other)
    assert status == 0
    assert printed.startswith(f"{one} and {other} are one event.")
    assert "the threshold of this corpus is 0." in printed
    assert "How average link decides" in printed


def test_the_json_of_two_articles_holds_truths_and_numbers(explain: Any, seed_dataset: Path):
    one, other = (row["article_id"] for row in rows(seed_dataset, "articles")[:2])
    status, printed = explain(one, other, "--json")
    answer = json.loads(printed)
    assert status == 0
    assert type(answer["by_likeness"]) is type(answer["same_event"]) is bool
    assert type(answer["threshold"]) is float


def test_a_place_and_an_article_are_not_held_against_each_other(explain: Any):
    status, printed = explain("p3kq4m#2", "aqyamu5jq")
    assert status == 2
    assert "are of two kinds" in printed


def test_a_segment_is_explained_by_its_number(explain: Any, seed_dataset: Path):
    recurring = next(row for row in rows(seed_dataset, "segments") if row["recurs"] is not None)
    name = f"{recurring['page_id']}:{recurring['segment_index']}"
    status, printed = explain(name)
    assert status == 0
    assert printed.startswith(f"{name} is boilerplate, of no article.")
    assert f"stands in {recurring['recurs']} surroundings" in printed
    assert explain(name, name)[0] == 2
