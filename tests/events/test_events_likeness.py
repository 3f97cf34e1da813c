"""How alike articles are."""

import math
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import DAY, make_described

from schemas.records import Described
from transforms.events.likeness import are_near, of_articles, of_blocks, pack
from transforms.events.products import in_turn

TERMS = st.dictionaries(st.text("abcdefghij", min_size=1, max_size=2), st.floats(0.01, 10), max_size=60)
DATES = st.none() | st.integers(0, 50_000).map(lambda day: day * DAY)
HALF = 1e-3
"""What two bytes a weight may cost a vector of length one."""


@st.composite
def articles(draw: st.DrawFn, article_id: str = "a1") -> Described:
    """An article with a vector of length one of up to 60 terms, and one of names that is shorter."""
    terms, names = draw(TERMS), draw(TERMS)
    length = math.sqrt(sum(weight**2 for weight in terms.values())) or 1.0
    name_length = math.sqrt(65 + sum(weight**2 for weight in names.values()))
    return make_described(
        article_id,
        terms=tuple(terms),
        weights=tuple(weight / length for weight in terms.values()),
        names=tuple(names),
        name_weights=tuple(weight / name_length for weight in names.values()),
        language=draw(st.sampled_from(["de", "en", None])),
        published_at=draw(DATES),
    )


@given(articles())
def test_an_article_is_wholly_like_its_copy(article: Described):
    expected = 1.0 if article.terms else 0.0
    assert of_articles([article, article])[0, 1] == pytest.approx(expected, abs=HALF)


@given(st.lists(articles(), min_size=1, max_size=5), st.randoms())
def test_likeness_is_symmetric_bounded_and_the_same_in_any_company(found: list[Described], chance):
    alike = of_articles(found)
    assert np.array_equal(alike, alike.T)
    assert np.abs(alike).max() <= 1 + HALF
    order = list(range(len(found)))
    chance.shuffle(order)
    assert np.array_equal(of_articles([found[at] for at in order]), alike[np.ix_(order, order)])
    assert np.array_equal(of_articles(found[:1]), alike[:1, :1])


@given(
    st.lists(articles(), min_size=1, max_size=6).flatmap(
        lambda found: st.tuples(
            st.just(found),
            st.lists(
                st.tuples(st.integers(0, 3), st.integers(0, len(found) - 1), st.booleans(), st.booleans()),
                min_size=1,
                unique_by=lambda place: place[:2],
            ).map(sorted),
            st.integers(1, 100),
        )
    )
)
def test_within_blocks_those_that_ask_are_as_alike_to_those_that_answer_as_among_all(
    drawn: tuple[list[Described], list[tuple[int, int, bool, bool]], int],
):
    found, places, at_once = drawn
    alike, likeness = of_articles(found), of_blocks([pack(article) for article in found])
    blocks, members, asks, answers = (np.array(column, dtype=np.int64) for column in zip(*places, strict=True))
    pairs = []
    for some in in_turn(blocks, members, asks > 0, answers > 0, np.ones(len(members)), at_once):
        others = some.left != some.right
        assert likeness(some)[others].tolist() == alike[some.left, some.right][others].tolist()
        pairs += zip(some.left.tolist(), some.right.tolist(), strict=True)
    assert pairs == [
        (own, other)
        for block, own, asking, _ in places
        if asking
        for there, other, _, answering in places
        if there == block and answering
    ]


def test_two_terms_of_one_hash_are_two_terms(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(zlib, "crc32", lambda term: len(term))
    fire = make_described("a1", "fire", "quay", "crane")
    alike = of_articles([fire, fire, *(make_described(f"b{n}", f"word{n:060}") for n in range(70))])
    assert alike[0, 1] == of_articles([fire, fire])[0, 1] == pytest.approx(1.0, abs=HALF)


def test_likeness_is_the_cosine_of_terms():
    fire, blaze = make_described("a1", "fire", "harbour", "quay"), make_described("a2", "fire", "harbour", "crane")
    alike = of_articles([fire, blaze, make_described("a3", "ferry", "fog"), make_described("a4")])
    assert alike[0] == pytest.approx([1, 2 / 3, 0, 0], abs=HALF)
    assert alike[3].tolist() == [0, 0, 0, 0]


def test_days_beyond_the_free_ones_cost_the_more_the_more_they_are():
    alike = of_articles([make_described(f"a{day}", "x", day=day) for day in (0, 3, 4, 10, 100)])[0]
    assert alike[0] == alike[1] == 1.0
    assert list(alike[1:]) == sorted(set(alike[1:]), reverse=True)


def test_a_missing_date_costs_nothing():
    assert of_articles([make_described("a1", "x", day=0), make_described("a2", "x")])[0, 1] == 1.0


def pair_of(english: tuple[str, ...], other: tuple[str, ...], language: str | None) -> float:
    """Likeness of two articles of the same words with these names, one of them in English."""
    left = make_described("a1", "hotel", "internet", names=english)
    return of_articles([left, make_described("a2", "hotel", "internet", names=other, language=language)])[0, 1]


def test_two_languages_are_compared_by_names_and_not_by_words():
    assert pair_of(("lndvn", "sprv"), ("lndvn", "sprv"), "de") == pytest.approx(0.87, abs=HALF)
    assert pair_of((), (), "de") < 0 < pair_of((), (), "en")


def test_one_name_in_common_is_not_enough():
    assert pair_of(("lndvn",), ("lndvn",), "de") < 0
    assert pair_of(("lndvn", "sprv"), ("lndvn", "slt"), "de") < 0


def test_an_unknown_language_counts_as_the_same():
    assert pair_of((), (), None) == pair_of((), (), "en") == pytest.approx(1.0, abs=HALF)


def test_dates_keep_articles_apart_only_where_both_are_known():
    near = are_near([0, 3 * DAY, 4 * DAY, None])
    assert near[0].tolist() == [True, True, False, True]
    assert near[3].all()


def test_texts_of_one_pattern_with_other_names_are_less_alike_than_those_that_share_names():
    words = [f"word{n}" for n in range(8)]

    def report(article_id: str, *named: str) -> Described:
        return make_described(article_id, weights=(0.3,) * 11, terms=(*named, *words), particulars=3)

    monday, tuesday = report("a1", "aldersby", "monday", "14"), report("a2", "orsund", "tuesday", "17")
    again = report("a3", "aldersby", "monday", "14")
    alike = of_articles([monday, tuesday, again])
    assert alike[0, 1] < 0 < alike[0, 2]
    assert alike[0, 2] == pytest.approx(0.99, abs=0.01)
