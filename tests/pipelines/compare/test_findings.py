"""What has changed between two datasets, kind by kind."""

import dataclasses
from collections import Counter
from itertools import combinations, count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made import Told, write_dataset

from pipelines.compare.findings import Comparison, lists
from pipelines.tables import Tables

FERRY = Told("aferry", "eharbour", [("p1", 0), ("p2", 1)], "The ferry sails at noon.\n\nIt is full.", "Ferry sails")
QUAY = Told("aquay", "eharbour", [("p2", 0)], "The quay is closed on Monday for repairs.", "Quay closed")
CUP = Told("acup", "ecup", [("p3", 0)], "Northgate won the cup.", "Northgate wins")
_names = count()


@pytest.fixture
def compare(tmp_path: Path) -> Any:
    """Compares two lists of articles; gives what is counted and not nothing, and the lists."""

    def compared(ours: list[Told], theirs: list[Told], most: int | None = None) -> tuple[dict[str, int], dict[str, Any]]:
        folders = [write_dataset(tmp_path / f"{next(_names)}", told, partitioned=False) for told in (ours, theirs)]
        found = Comparison(*(tables(folder) for folder in folders))
        counts = {f"{what}_{name}": n for what, part in found.summary().items() for name, n in part.items() if n}
        assert found.differs == (ours != theirs)
        return counts, lists(found, most)

    return compared


def tables(folder: Path) -> Tables:
    files = [{"table": path.relative_to(folder).parts[0], "path": "/".join(path.relative_to(folder).parts[1:])}
             for path in folder.rglob("*.parquet")]  # fmt: skip
    return Tables(str(folder), files)


def but(told: Told, **changed: Any) -> Told:
    return dataclasses.replace(told, **changed)


def of(counts: dict[str, int], what: str) -> dict[str, int]:
    return {name.removeprefix(f"{what}_"): n for name, n in counts.items() if name.startswith(f"{what}_")}


def names(listed: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """The ids of the articles in a list of changes."""
    return [tuple(row[side]["article_id"] for side in ("article", "other", "a", "b") if side in row) for row in listed]


def test_a_dataset_has_not_changed_from_itself(compare: Any):
    counts, listed = compare([FERRY, QUAY, CUP], [FERRY, QUAY, CUP])
    assert of(counts, "articles") == {"same": 3}
    assert of(counts, "events") == {"same": 2}
    assert of(counts, "pages") == {"both": 3}
    assert of(counts, "pairs_of_articles_in_one_event") == {"a": 1, "b": 1, "both": 1}
    assert listed == {}


def test_an_article_is_known_by_its_places_where_its_text_and_id_have_changed(compare: Any):
    changed = but(FERRY, article_id="anew", body="The ferry sails at noon.\n\nIt is half empty.\n\nSo be it.")
    counts, listed = compare([FERRY, QUAY], [changed, QUAY])
    assert of(counts, "articles") == {"same": 1, "text": 1}
    assert of(counts, "events") == {"same": 1}
    (row,) = listed["articles_text"]
    assert (row["a"]["article_id"], row["b"]["article_id"]) == ("aferry", "anew")
    assert (row["out"], row["in"]) == (["It is full."], ["It is half empty.", "So be it."])


def test_an_article_that_moves_down_its_page_is_known_by_its_headline(compare: Any):
    page = [but(FERRY, places=[("p1", 0)]), but(QUAY, places=[("p1", 1)], title="Quay closed")]
    between = Told("abell", "ebell", [("p1", 1)], "A bell was found.", "Bell found")
    moved = [page[0], between, but(page[1], article_id="aquay2", body="The quay is closed.", places=[("p1", 2)])]
    counts, listed = compare(page, moved)
    assert of(counts, "articles") == {"same": 1, "text": 1, "appeared_on_a_page_of_both": 1}
    assert names(listed["articles_text"]) == [("aquay", "aquay2")]
    assert names(listed["articles_appeared_on_a_page_of_both"]) == [("abell",)]


def test_facts_and_ids_may_change_alone(compare: Any):
    theirs = [but(FERRY, outlet="Channel 9"), but(QUAY, article_id="aother"), but(CUP, title="Northgate wins the cup")]
    counts, listed = compare([FERRY, QUAY, CUP], theirs)
    assert of(counts, "articles") == {"facts": 2, "id": 1}
    assert names(listed["articles_id"]) == [("aquay", "aother")]


def test_articles_that_were_folded_together_and_came_apart_are_told_with_the_other_one(compare: Any):
    apart = [but(FERRY, places=[("p1", 0)]), Told("acopy", "eharbour", [("p2", 0)], "A ferry sails at noon.", "Noon ferry")]
    together = [but(FERRY, places=[("p1", 0), ("p2", 0)])]
    counts, listed = compare(apart, together)
    assert of(counts, "articles") == {"same": 1, "gone_into_another": 1}
    assert names(listed["articles_gone_into_another"]) == [("acopy", "aferry")]
    counts, listed = compare(together, apart)
    assert of(counts, "articles") == {"same": 1, "appeared_out_of_another": 1}
    assert names(listed["articles_appeared_out_of_another"]) == [("acopy", "aferry")]


def test_an_article_that_only_moved_up_has_not_taken_in_the_one_before_it(compare: Any):
    page = [but(FERRY, places=[("p1", 0)]), but(QUAY, places=[("p1", 1)]), but(CUP, places=[("p1", 2)])]
    counts, listed = compare(page, [page[0], but(CUP, places=[("p1", 1)])])
    assert of(counts, "places") == {"both": 1, "only_a": 2, "only_b": 1}
    assert of(counts, "articles") == {"same": 2, "gone_from_its_page": 1}
    assert names(listed["articles_gone_from_its_page"]) == [("aquay",)]


def test_articles_come_and_go_with_their_pages(compare: Any):
    counts, _ = compare([FERRY, CUP], [FERRY, Told("alate", "elate", [("p9", 0)])])
    assert of(counts, "articles") == {"same": 1, "gone_with_its_page": 1, "appeared_with_its_page": 1}
    assert of(counts, "pages") == {"both": 2, "only_a": 1, "only_b": 1}
    assert of(counts, "events") == {"same": 1, "gone": 1, "appeared": 1}


def stories(**events: str) -> list[Told]:
    """Articles of one letter each, by their events."""
    letters = [(letter, event) for event, all_of_it in events.items() for letter in all_of_it]
    return [Told(f"a{letter}", event, [(f"p{letter}", 0)], f"Story {letter}.") for letter, event in letters]


@pytest.mark.parametrize(
    ("ours", "theirs", "kind", "articles"),
    [
        ({"e1": "abcde"}, {"e1": "abc", "e2": "de"}, "split", 2),
        ({"e1": "abc", "e2": "de", "e3": "f"}, {"e1": "abcdef"}, "merged", 3),
        ({"e1": "abc", "e2": "de"}, {"e1": "ab", "e2": "cde"}, "moved", 1),
        ({"e1": "abc"}, {"e1": "abcde"}, "size", 2),
        ({"e1": "abc"}, {"e7": "ab"}, "size", 1),
    ],
)
def test_events_change_by_what_becomes_of_their_articles(
    ours: dict[str, str], theirs: dict[str, str], kind: str, articles: int, compare: Any
):
    counts, listed = compare(stories(**ours), stories(**theirs))
    assert of(counts, "events") == {kind: 1}
    (change,) = listed["events"]
    assert (change["kind"], change["articles"]) == (kind, articles)
    assert sorted(event["event_id"] for event in change["a"]) == sorted(ours)
    assert sorted(event["event_id"] for event in change["b"]) == sorted(theirs)
    overlaps = {(one, other): len(set(ours[one]) & set(theirs[other])) for one in ours for other in theirs}
    shared = {(pair["a"], pair["b"]): pair["articles"] for pair in change["shared"]}
    assert shared == {pair: n for pair, n in overlaps.items() if n}


def test_an_event_of_the_same_articles_may_have_another_id_and_label(compare: Any):
    ours = stories(e1="ab")
    counts, _ = compare(ours, [but(told, event_id="e2", title="Another headline") for told in ours])
    assert of(counts, "events") == {"same": 1, "same_with_other_id": 1, "same_with_other_label": 1}


def test_the_largest_changes_come_first_and_no_more_than_asked(compare: Any):
    ours, theirs = stories(e1="abcdef", e2="gh", e3="ijkl"), stories(e1="abc", e4="def", e2="g", e5="h", e3="ij", e6="kl")
    _, listed = compare(ours, theirs, 2)
    assert [change["articles"] for change in listed["events"]] == [3, 2]


_DEALT = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.integers(0, 5), st.integers(0, 2)), max_size=12)


def dealt(found: list[tuple[int, int, int, int]]) -> list[Told]:
    """Articles by their number, each in one event, at places that differ."""
    articles = {number: (event, page, text) for number, event, page, text in found}
    on_page = Counter[int]()
    told = []
    for number, (event, page, text) in sorted(articles.items()):
        told.append(Told(f"a{number}", f"e{event}", [(f"p{page}", on_page[page])], f"Text {text}.", f"Headline {text}"))
        on_page[page] += 1
    return told


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_DEALT, _DEALT)
def test_each_article_and_event_is_counted_once(compare: Any, one: Any, other: Any):
    ours, theirs = dealt(one), dealt(other)
    counts, listed = compare(ours, theirs)
    articles = of(counts, "articles")
    both = sum(articles.get(name, 0) for name in ("same", "text", "facts", "id"))
    assert both + sum(n for name, n in articles.items() if name.startswith("gone")) == len(ours)
    assert both + sum(n for name, n in articles.items() if name.startswith("appeared")) == len(theirs)
    changes = listed.get("events", [])
    for side, told in (("a", ours), ("b", theirs)):
        changed = [event["event_id"] for change in changes for event in change[side]]
        assert len(changed) == len(set(changed))
        assert len(changed) + counts.get("events_same", 0) == len({article.event_id for article in told})
    back, _ = compare(theirs, ours)
    assert {name: back.get(name, 0) for name in ("articles_same", "events_same", "events_moved")} == {
        name: counts.get(name, 0) for name in ("articles_same", "events_same", "events_moved")
    }
    assert (back.get("events_split", 0), back.get("events_merged", 0)) == (
        counts.get("events_merged", 0),
        counts.get("events_split", 0),
    )


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 3), min_size=8, max_size=8), st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_pairs_of_articles_in_one_event_are_counted(compare: Any, one: list[int], other: list[int]):
    ours, theirs = ([Told(f"a{n}", f"e{event}", [(f"p{n}", 0)]) for n, event in enumerate(found)] for found in (one, other))
    counts, _ = compare(ours, theirs)
    together = [{pair for pair in combinations(range(8), 2) if found[pair[0]] == found[pair[1]]} for found in (one, other)]
    expected = {"a": len(together[0]), "b": len(together[1]), "both": len(together[0] & together[1])}
    assert of(counts, "pairs_of_articles_in_one_event") == {name: n for name, n in expected.items() if n}


def test_the_layout_of_files_is_no_change(tmp_path: Path):
    told = stories(e1="abc", e2="de")
    folders = [write_dataset(tmp_path / str(by), told, partitioned=by) for by in (True, False)]
    assert not Comparison(*map(tables, folders)).differs
