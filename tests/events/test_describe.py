"""An event as a row."""

import itertools
from typing import Any

import pytest
from support import make_described

from schemas.events import Event
from schemas.records import Described, InEvent
from transforms.common import ids
from transforms.events.describe import KEYWORDS, LISTED, assignments, clean_label, describe_event


def article(article_id: str, title: str | None = "Title", **fields: Any) -> Described:
    return make_described(article_id, "fire", **{"title": title, "outlet": "Post", **fields})


def event_of(*articles: Described, name: str | None = None) -> Event:
    return describe_event(name, None, lambda: articles)


def test_an_event_is_named_by_its_earliest_article_then_by_the_least_id():
    late, early = article("a1", published_at=9), article("a2", published_at=3)
    tied, undated = article("a3", published_at=3), article("a0")
    for order in itertools.permutations([late, early, tied, undated]):
        assert event_of(*order).event_id == ids.event_id("a2")


def test_undated_articles_found_an_event_only_among_themselves():
    assert event_of(article("a2"), article("a1")).event_id == ids.event_id("a1")


def test_a_later_article_does_not_change_the_id():
    first = article("a5", published_at=3)
    assert event_of(first).event_id == event_of(first, article("a1", published_at=4), article("a0")).event_id


def test_counts_and_dates_are_those_of_the_articles():
    event = event_of(
        article("a1", published_at=9, occurrence_count=2), article("a2", published_at=3), article("a3", occurrence_count=4)
    )
    assert (event.article_count, event.occurrence_count) == (3, 7)
    assert (event.first_published_at, event.last_published_at) == (3, 9)


def test_outlets_and_languages_are_listed_most_articles_first():
    event = event_of(
        article("a1", outlet="B", language="fr"),
        article("a2", outlet="A", language="en"),
        article("a3", outlet="C", language="en"),
        article("a4", outlet="C", language=None),
        article("a5", outlet=None),
    )
    assert (event.outlets, event.languages) == (("C", "A", "B"), ("en", "fr"))


def test_lists_are_bounded():
    event = event_of(*(article(f"a{n}", outlet=f"Outlet {n}", terms=(f"t{n}",), weights=(1.0,)) for n in range(50)))
    assert (len(event.outlets), len(event.keywords)) == (LISTED, KEYWORDS)


def test_the_most_central_article_stands_for_the_event_and_labels_it():
    event = event_of(
        article("a1", "Edge", terms=("ash", "fire"), weights=(0.8, 0.6)),
        article("a2", "Fire at the quay - Post", outlet="Post", terms=("fire",), weights=(1.0,)),
        article("a3", "Other edge", terms=("fire", "hose"), weights=(0.6, 0.8)),
    )
    assert (event.representative_article_id, event.label, event.keywords[0]) == ("a2", "Fire at the quay", "fire")


def test_an_event_without_headlines_is_labelled_by_how_it_begins():
    assert event_of(article("a1", None, lead="It was late…")).label == "It was late…"


def test_the_users_name_stands_beside_our_own():
    assert event_of(article("a1"), name="ellery-fire").external_id == "ellery-fire"
    assert event_of(article("a1")).external_id is None


def test_every_order_of_articles_gives_the_same_event():
    articles = [
        article("a1", "One", outlet="B", published_at=2, terms=("ash", "fire"), weights=(0.8, 0.6)),
        article("a2", "Two", outlet="A", terms=("fire",)),
        article("a3", None, outlet="A", published_at=1, terms=("fire", "hose"), weights=(0.6, 0.8)),
    ]
    assert len({repr(event_of(*order)) for order in itertools.permutations(articles)}) == 1


def test_an_event_without_articles_is_refused():
    with pytest.raises(ValueError, match="an event has at least one article"):
        event_of()


def test_every_article_is_told_its_event():
    event = event_of(article("a1"), article("a2"))
    assert list(assignments(event, [article("a1"), article("a2")])) == [
        ("a1", InEvent("a1", event.event_id, 2)),
        ("a2", InEvent("a2", event.event_id, 2)),
    ]


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("Fire at harbour - Harbour Post", "Fire at harbour"),
        ("Fire at harbour | HARBOUR POST", "Fire at harbour"),
        ("Fire at harbour - the long night", "Fire at harbour - the long night"),
        ("Harbour Post", "Harbour Post"),
    ],
)
def test_the_outlet_behind_a_headline_is_no_part_of_a_label(title: str, label: str):
    assert clean_label(title, frozenset({"harbour post"})) == label


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("Fire at quay | post.example", "Fire at quay"),
        ("Fire at quay – The Bugle", "Fire at quay"),
        ("Fire at quay - the long night", "Fire at quay - the long night"),
    ],
)
def test_what_recurs_behind_headlines_or_is_an_address_is_no_part_of_a_label(title: str, label: str):
    assert clean_label(title, frozenset(), frozenset({"the bugle"})) == label


def test_the_headline_that_says_most_labels_the_event():
    shared = {"terms": ("ferry", "fog", "orsund"), "weights": (0.6, 0.5, 0.6)}
    event = event_of(article("a1", "Was it the fog?", **shared), article("a2", "Ferry aground in fog off Orsund", **shared))
    assert event.label == "Ferry aground in fog off Orsund"


def test_the_users_own_label_stands_above_headlines():
    assert describe_event("id", "The quay fire", lambda: [article("a1", "Something burns")]).label == "The quay fire"


def test_keywords_are_neither_the_outlet_nor_bare_numbers():
    event = event_of(article("a1", outlet="Harbour Post", terms=("12", "fire", "harbour"), weights=(0.6, 0.5, 0.6)))
    assert event.keywords == ("fire",)


def test_an_outlet_is_cut_off_where_small_letters_are_longer_than_large_ones():
    assert clean_label("Großbrand: drei Straßen gesperrt - Tageblatt", frozenset({"tageblatt"})) == (
        "Großbrand: drei Straßen gesperrt"
    )
    assert clean_label("— | Harbour Post", frozenset({"harbour post"})) == "— | Harbour Post"


def test_the_first_moment_of_1970_is_a_date():
    event = event_of(article("a1", published_at=0), article("a2", published_at=5))
    assert (event.first_published_at, event.last_published_at) == (0, 5)


def test_a_headline_without_end_is_cut():
    assert len(event_of(article("a1", "word " * 10_000)).label) == 301
