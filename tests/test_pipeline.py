"""The main job as a whole: on an object store, and what it makes of pages that belong together."""

from pathlib import Path

import pytest
from memory_store import Store
from support import OTHER_STORY, STORY, all_rows, call, rows, run_job, write_json_lines


def aggregator(title: str, story: str, *related: tuple[str, str, str, str]) -> str:
    """A page of an aggregator: an article and, below it, whole related ones of outlet, age, headline and text."""
    entries = "".join(f"\n{o}\n{a}\n- {o}\n{t}\n{s}\n" for o, a, t, s in related)
    return f"{title}\n{story}\n\nRelated Articles\n{entries}"


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages whose articles stand on each other."""
    folder = tmp_path_factory.mktemp("linked")
    market, bell = "Market to be rebuilt", "Bell of lightship found"
    cut = STORY.split(", and")[0] + "."
    records = [
        {
            "id": "one",
            "fetched_at": "2025-06-12T10:00:00Z",
            "event_label": "fog",
            "text": aggregator(market, STORY, ("Sandness Post", "3 days ago", bell, OTHER_STORY)),
        },
        {
            "id": "two",
            "fetched_at": "2025-06-13T10:00:00Z",
            "text": aggregator(bell, OTHER_STORY, ("Aldersby Echo", "an hour ago", market, STORY)),
        },
        {"id": "three", "text": f"{market}\n{cut}\n"},
        {
            "id": "four",
            "text": f"{market}\n{STORY}\n",
            "outlet": "Wire",
            "published_at": "2025-06-01T00:00:00Z",
            "event_label": "june",
        },
    ]
    return run_job(write_json_lines(folder / "a.jsonl", records), folder / "out")


def occurrences(dataset: Path) -> dict[tuple[str, int], dict[str, object]]:
    names = {row["page_id"]: row["source_uri"].rpartition("#")[2] for row in rows(dataset, "pages")}
    return {(names[row["page_id"]], row["article_index"]): row for row in rows(dataset, "occurrences")}


def test_an_article_that_stands_on_several_pages_is_one(linked: Path):
    found = occurrences(linked)
    market = {found[place]["article_id"] for place in [("one", 0), ("two", 1), ("four", 0)]}
    bell = {found[place]["article_id"] for place in [("one", 1), ("two", 0)]}
    assert (len(market), len(bell), market & bell) == (1, 1, set())


def test_the_earliest_of_equal_main_copies_is_kept(linked: Path):
    found = occurrences(linked)
    matches = {place: row["match"] for place, row in found.items() if place != ("three", 0)}
    assert matches == {
        ("one", 0): "exact",
        ("one", 1): "exact",
        ("two", 0): "kept",
        ("two", 1): "exact",
        ("four", 0): "kept",
    }


def test_of_two_labels_the_kept_copys_holds_and_the_other_page_is_warned(linked: Path):
    labels = {row["external_id"] for row in rows(linked, "events")}
    assert labels == {"june", None}
    warned = {row["source_uri"].rpartition("#")[2]: row["warnings"] for row in rows(linked, "pages")}
    assert {name: len(warnings) for name, warnings in warned.items()} == {"one": 1, "two": 0, "three": 0, "four": 0}
    assert "'fog' gave way to 'june'" in warned["one"][0]


def test_from_every_copy_a_path_leads_to_the_kept_one(linked: Path):
    found = {(row["page_id"], row["article_index"]): row for row in rows(linked, "occurrences")}
    for row in found.values():
        at = row
        for _ in found:
            if at["match"] != "kept":
                at = found[at["joined_through_page_id"], at["joined_through_article_index"]]
        assert (at["match"], at["article_id"]) == ("kept", row["article_id"])
        assert (row["lost_by"] is None) == (row["joined_similarity"] is None) == (row["match"] == "kept")


def test_an_article_takes_over_what_its_kept_copy_does_not_know(linked: Path):
    articles = {row["title"]: row for row in rows(linked, "articles") if row["occurrence_count"] > 1}
    bell, market = articles["Bell of lightship found"], articles["Market to be rebuilt"]
    assert (bell["outlet"], str(bell["published_at"]), bell["published_precision"]) == (
        "Sandness Post",
        "2025-06-09 00:00:00+00:00",
        "day",
    )
    assert (market["outlet"], str(market["published_at"])) == ("Wire", "2025-06-01 00:00:00+00:00")


def test_each_occurrence_keeps_what_its_page_says(linked: Path):
    row = occurrences(linked)["two", 1]
    assert (row["role"], row["outlet"], row["age_text"]) == ("related", "Aldersby Echo", "an hour ago")
    assert (str(row["published_at"]), row["published_precision"]) == ("2025-06-13 09:00:00+00:00", "hour")


def test_the_id_of_an_article_does_not_change_when_more_is_read(linked: Path, tmp_path: Path):
    alone = run_job(write_json_lines(tmp_path / "b.jsonl", [{"id": "z", "text": f"Market\n{STORY}"}]), tmp_path / "out")
    (article,) = rows(alone, "articles")
    assert article["article_id"] == occurrences(linked)["one", 0]["article_id"]


def test_a_dataset_on_an_object_store_is_the_same(tmp_path: Path):
    store = Store(tmp_path / "objects")
    store.root.mkdir()
    for n, text in enumerate(
        (aggregator("Market", STORY, ("Post", "a day ago", "Bell", OTHER_STORY)), f"Bell\n{OTHER_STORY}\n")
    ):
        (store.root / "in").mkdir(exist_ok=True)
        (store.root / "in" / f"{n}.txt").write_text(text)
    outcome = call("--input", "store://in/*.txt", "--output", "store://out/news")
    assert outcome.status == 0, outcome.err
    assert "2 articles, found 3 times (1 copy folded)" in outcome.out
    assert "The dataset is in store://out/news." in outcome.out
    local = run_job(f"{store.root}/in/*.txt", tmp_path / "local")
    remote = all_rows(store.root / "out/news")
    for table, found in all_rows(local).items():
        for row in [*found, *remote[table]]:
            row.pop("source_uri", None)
        assert remote[table] == found
    assert not [name for name in store.names() if "_staging" in name]


# Lines that recur on a site.

PROMOTION = "Get the morning briefing"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pages of a site: each has an article of its own, and all print one promotion and one related article."""
    folder = tmp_path_factory.mktemp("site")
    ends = "Nobody was hurt.\nThe school has found four such bells since it was founded."
    related = f"The bell will ring again\n{OTHER_STORY}\n{ends}"
    records = []
    for number in range(3):
        text = f"In ward {number} {STORY}\n\n{PROMOTION}\n\nOf ward {number} {STORY}"
        page = aggregator(f"Ward {number} votes", text, ("Sandness Post", f"{number + 2} days ago", "Bell found", related))
        records.append({"id": str(number), "url": f"https://www.post.example/{number}", "text": page})
    return run_job(write_json_lines(folder / "a.jsonl", records), folder / "out")


def test_a_line_between_the_paragraphs_of_every_page_is_furniture(site: Path):
    texts = {row["page_id"]: row["text"] for row in rows(site, "pages")}
    found = [row for row in rows(site, "segments") if row["recurs"] is not None]
    lines = [texts[row["page_id"]][row["char_start"] : row["char_end"]].strip() for row in found]
    assert lines == [PROMOTION] * 3
    assert [(row["kind"], row["article_index"], row["recurs"]) for row in found] == [("boilerplate", None, 3)] * 3
    assert not [row for row in rows(site, "articles") if PROMOTION in row["body"]]


def test_a_related_article_on_every_page_keeps_its_short_lines(site: Path):
    (article,) = [row for row in rows(site, "articles") if row["title"] == "Bell found"]
    assert article["occurrence_count"] == 3
    assert article["body"].split("\n\n") == [
        "The bell will ring again",
        OTHER_STORY,
        "Nobody was hurt.",
        "The school has found four such bells since it was founded.",
    ]


def test_what_is_left_out_is_told(site: Path):
    assert rows(site, "furniture") == [
        {"site": "post.example", "line": PROMOTION, "surroundings": 3, "needed": 2, "pages_of_site": 3}
    ]
