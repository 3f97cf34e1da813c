"""Which copy is kept, and what it takes over from the others."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import OTHER_STORY, STORY, make_article

from schemas.records import FoundArticle, Given, SplitPage, Version
from transforms.deduplicate.keep import compared_text, merge, text_id, version_of


def article(body: str = STORY, **fields: object) -> FoundArticle:
    return make_article(**{"title": "Market", "body": body, **fields})


def version(page_id: str = "p1", label: str | None = None, **fields: object) -> Version:
    page = SplitPage(page_id, "a.txt", Given(event_label=label), 0, b"", "utf-8", (), (), "general", "", (), ())
    return replace(version_of(page, article(**fields), "0"), occurrence_count=1)


# Identity.


def test_the_same_words_are_the_same_text_however_they_are_set():
    other = STORY.upper().replace(" ", "\n").replace(",", " –")
    assert text_id(article(STORY), "p1") == text_id(article(other, title="Other", outlet="Post"), "p2")


def test_other_words_are_another_text():
    assert text_id(article(STORY), "p1") != text_id(article(OTHER_STORY), "p1")


def test_a_short_text_is_told_by_its_headline_and_outlet_too():
    short = "More follows."
    ids = {
        text_id(article(short, title=title, outlet=outlet), "p1")
        for title in ("Market", "Ferry")
        for outlet in (None, "Post")
    }
    assert len(ids) == 4
    assert text_id(article(short, outlet="POST"), "p1") == text_id(article(short, outlet="Post"), "p2")


def test_an_article_of_which_nothing_is_known_is_like_no_other():
    empty = article("", title=None)
    ids = {text_id(empty, "p1"), text_id(empty, "p2"), text_id(replace(empty, article_index=1), "p1")}
    assert len(ids) == 3


@pytest.mark.parametrize("body", ["🎉🎉", "...", ""])
def test_a_body_without_words_and_a_headline_without_words_are_nothing(body: str):
    assert compared_text("…", body) == ""


def test_ten_words_are_enough_to_be_compared_alone():
    ten = "one two three four five six seven eight nine ten"
    assert compared_text("Title", ten) == ten
    assert compared_text("Title", ten[:-4]) == "title " + ten[:-4]


# Merging.


def test_what_the_kept_copy_does_not_know_comes_from_the_next_that_does():
    kept = version("p1", body="x" * 30, title=None, published_at=None)
    second = version("p2", body="x" * 20, title="Second", outlet=None, bylines=("A B",))
    third = version(
        "p3", body="x" * 10, title="Third", outlet="Post", bylines=("C D",), published_at=7, published_precision="day"
    )
    merged = merge(third, merge(second, kept))
    assert (merged.page_id, merged.title, merged.outlet, merged.bylines) == ("p1", "Second", "Post", ("A B",))
    assert (merged.published_at, merged.published_precision) == (7, "day")
    assert merged.occurrence_count == 3


def test_what_the_kept_copy_knows_stays():
    kept = version("p1", body="x" * 30, title="Kept", outlet="Post")
    assert merge(version("p2", title="Other", outlet="Other", role="related"), kept).title == "Kept"


def test_the_users_name_for_the_event_is_taken_over_from_a_copy_that_is_not_kept():
    kept, labelled = version("p1", body="x" * 30), version("p2", body="x" * 20, label="market")
    assert merge(kept, labelled).event_label == "market"


VERSIONS = st.builds(
    version,
    page_id=st.sampled_from(["p1", "p2", "p3", "p4"]),
    label=st.sampled_from([None, None, "one", "two"]),
    body=st.sampled_from(["x", "xx", "xxx"]),
    title=st.sampled_from([None, "A", "B"]),
    outlet=st.sampled_from([None, "Post", "Herald"]),
    bylines=st.sampled_from([(), ("A B",), ("C D",)]),
    role=st.sampled_from(["main", "related"]),
    published_at=st.sampled_from([None, 1, 2]),
    article_index=st.integers(0, 3),
)


def distinct(versions: list[Version]) -> list[Version]:
    """One version of each place: a place on a page holds one article."""
    return list({(found.page_id, found.article_index): found for found in versions}.values())


@given(st.lists(VERSIONS, min_size=2, max_size=2).map(distinct).filter(lambda found: len(found) == 2))
def test_merging_does_not_mind_the_order(pair: list[Version]):
    left, right = pair
    assert merge(left, right) == merge(right, left)


@given(st.lists(VERSIONS, min_size=3, max_size=3).map(distinct).filter(lambda found: len(found) == 3))
def test_merging_does_not_mind_the_grouping(three: list[Version]):
    a, b, c = three
    assert merge(merge(a, b), c) == merge(a, merge(b, c))
