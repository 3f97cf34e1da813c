"""Why segments are what they are, on the seeds."""

from pathlib import Path
from typing import Any

import pytest
from support import rows

from pipelines.explain import lines
from pipelines.published import Published, open_published
from pipelines.usage import UsageError
from transforms.split.layouts import layouts
from transforms.split.lines import read_units


@pytest.fixture(scope="module")
def dataset(seed_dataset: Path) -> Published:
    return open_published(str(seed_dataset))


@pytest.fixture(scope="module")
def segments(seed_dataset: Path) -> list[dict[str, Any]]:
    texts = {page["page_id"]: page["text"] for page in rows(seed_dataset, "pages")}
    found = rows(seed_dataset, "segments")
    return [row | {"text": texts[row["page_id"]][row["char_start"] : row["char_end"]].strip()} for row in found]


def explain(dataset: Published, row: dict[str, Any]) -> dict[str, Any]:
    return lines.explain(dataset, row["page_id"], str(row["segment_index"]))


def test_every_recurring_line_has_its_row_of_furniture(dataset: Published, segments: list[dict[str, Any]]):
    recurring = [row for row in segments if row["recurs"] is not None]
    assert recurring
    for row in recurring:
        furniture = explain(dataset, row)["furniture"]
        assert furniture["line"] == " ".join(row["text"].split())
        assert furniture["surroundings"] == row["recurs"] >= furniture["needed"]


def test_a_line_that_a_vocabulary_knows_is_told_with_the_entry(dataset: Published, segments: list[dict[str, Any]]):
    heading = next(row for row in segments if row["text"] == "Related Articles" and row["kind"] == "section_heading")
    answer = explain(dataset, heading)
    entry = answer["vocabulary"][0]
    assert (entry["line"], entry["phrase"]) == ("is", "related articles")
    assert "related" in entry["lists"]
    assert "en" in entry["languages"]
    assert "it heads related articles, or links" in answer["rules"]
    byline = next(row for row in segments if row["kind"] == "byline" and row["text"].startswith("By "))
    assert {"line": "begins with", "phrase": "by", "lists": ["byline"], "languages": ["en"]} in explain(dataset, byline)[
        "vocabulary"
    ]


def test_a_line_of_an_article_names_it(dataset: Published, segments: list[dict[str, Any]]):
    body = next(row for row in segments if row["kind"] == "body")
    answer = explain(dataset, body)
    assert answer["article"]["article_index"] == body["article_index"]
    assert "It is of its article by where it stands" in answer["remarks"][0]


def test_every_segment_of_some_pages_can_be_explained(dataset: Published, segments: list[dict[str, Any]]):
    seen: set[str] = set()
    for row in segments:
        if row["kind"] not in seen:
            seen.add(row["kind"])
            answer = explain(dataset, row)
            assert answer["segment"]["kind"] == row["kind"]
            known = answer["vocabulary"] or answer["rules"] or answer["remarks"] or answer["furniture"]
            assert known or row["kind"] == "blank"
    assert len(seen) > 10


def test_a_segment_may_be_named_by_words_of_it(dataset: Published, segments: list[dict[str, Any]]):
    heading = next(row for row in segments if row["text"] == "Related Articles" and row["kind"] == "section_heading")
    title = next(row for row in segments if row["page_id"] == heading["page_id"] and row["kind"] == "title")
    answer = lines.explain(dataset, title["page_id"], title["text"].upper())
    assert answer["segment"]["segment_index"] <= title["segment_index"]
    assert answer["segment"]["text"].strip() == title["text"]


@pytest.mark.parametrize(("named", "said"), [("99999", "has no segment 99999; it has 0 to"), ("zzqx", "holds 'zzqx'; give")])
def test_what_is_not_there_is_told(dataset: Published, segments: list[dict[str, Any]], named: str, said: str):
    with pytest.raises(UsageError, match=said):
        lines.explain(dataset, segments[0]["page_id"], named)


def test_a_layout_that_lists_a_line_is_named():
    layout = next(each for each in layouts().all if each.lines.get("furniture") and each.known_by.get("hosts"))
    phrase = layout.lines["furniture"][0]
    units = read_units(f"{phrase}\n")
    page = {"url": f"https://{layout.known_by['hosts'][0]}/a", "layout": layout.name}
    said = lines._by_layout(page, units, 0)
    assert said == [f"the layout {layout.name} lists it: furniture"]
