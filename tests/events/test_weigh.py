"""Weights of terms and names, and the blocks that they make."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import combine, dealt, make_version

from schemas.records import Terms
from transforms.events.weigh import (
    BLOCKS,
    DENSE,
    NAME_BLOCKS,
    Corpus,
    MostFrequent,
    describe,
    inverse_frequency,
    name_weights,
    names_of_several,
    shared_terms,
    weights,
)

COUNTS = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(1, 5), max_size=20)


def terms(counts: dict[str, int], named: dict[str, int] | None = None) -> Terms:
    """Those terms and names with their counts; chance tells nothing of the names."""
    ordered, names = sorted(counts.items()), sorted((named or {}).items())
    return Terms(
        "a1",
        tuple(term for term, _ in ordered),
        tuple(number for _, number in ordered),
        0,
        tuple(name for name, _ in names),
        tuple(number for _, number in names),
        (1e-4,) * len(names),
        "lead",
    )


def test_a_term_tells_less_the_more_articles_use_it():
    tells = [inverse_frequency(100, used, 1e-4) for used in (1, 2, 50, 90)]
    assert tells == sorted(tells, reverse=True)
    assert tells[0] > tells[-1] > 0


def test_a_term_tells_less_the_more_common_it_is_in_the_language_and_at_last_nothing():
    assert inverse_frequency(5, 1, 1e-4) > inverse_frequency(5, 1, 0.3) > inverse_frequency(5, 6, 1.0) == 0


@given(COUNTS, st.integers(1, 10**6))
def test_the_vector_of_an_article_has_length_one(counts: dict[str, int], articles: int):
    found = weights(terms(counts), "en", Corpus(articles, {}, {}))
    assert math.fsum(weight * weight for weight in found) == pytest.approx(1.0 if counts else 0.0)


def test_names_that_no_other_language_holds_have_no_weight():
    assert list(name_weights(terms({}, {"orsnd": 1, "lndvn": 1}), Corpus(10, {}, {"lndvn": 3}))) == ["lndvn"]


def test_the_more_names_the_longer_their_vector_but_never_of_length_one():
    known = Corpus(100, {}, {f"n{n}": 2 for n in range(20)})
    lengths = [
        math.fsum(weight**2 for weight in name_weights(terms({}, {f"n{n}": 1 for n in range(size)}), known).values())
        for size in (0, 1, 2, 5, 20)
    ]
    assert lengths == sorted(lengths)
    assert lengths[0] == 0
    assert lengths[1] <= 0.5
    assert lengths[-1] < 1


def test_what_names_an_article_stays_with_it():
    version = make_version(title="Title", outlet="Post", published_at=5, event_label="label", occurrence_count=3)
    described = describe(version, terms({"fire": 1}), Corpus(1, {}, {}))
    assert (described.article_id, described.title, described.lead, described.outlet) == ("a1", "Title", "lead", "Post")
    assert (described.published_at, described.occurrence_count, described.event_label) == (5, 3, "label")


def test_an_article_without_terms_has_no_vector_and_no_blocks():
    described = describe(make_version(), terms({}), Corpus(1, {}, {}))
    assert (described.terms, described.weights, described.names, described.blocks) == ((), (), (), ())


def test_blocks_are_the_heaviest_terms_that_some_but_not_too_many_others_use():
    counts = {f"t{n:02}": n + 2 for n in range(20)}
    corpus = Corpus(10_000, {**counts, "crowded": DENSE + 1, "alone": 1}, {})
    described = describe(make_version(), terms({"crowded": 9, "alone": 9, **dict.fromkeys(counts, 1)}), corpus)
    assert described.blocks == tuple(f"t{n:02}" for n in range(BLOCKS))


def test_names_make_blocks_of_their_own():
    shared = {f"n{n:02}": n + 2 for n in range(20)}
    corpus = Corpus(10_000, {"n00": 2}, shared)
    described = describe(make_version(), terms({"n00": 1}, dict.fromkeys(shared, 1)), corpus)
    assert len(set(described.blocks)) == 1 + NAME_BLOCKS
    assert "n00" in described.blocks


@given(dealt(COUNTS.map(lambda counts: list(counts.items()))))
def test_the_most_frequent_terms_are_the_same_in_every_grouping(bundles: list[list[tuple[str, int]]]):
    ranked = sorted((pair for bundle in bundles for pair in bundle), key=lambda pair: (-pair[1], pair[0]))
    found = combine(MostFrequent(limit=4), [[bundle] for bundle in bundles])
    assert list(found.items()) == ranked[:4]


ARTICLES = st.lists(st.tuples(st.sampled_from(["de", "en", "ru"]), st.sets(st.sampled_from("abcd"))), max_size=8)


@given(ARTICLES)
def test_terms_and_names_that_several_hold_are_counted(articles: list[tuple[str, set[str]]]):
    holding = {name: [language for language, found in articles if name in found] for name in "abcd"}
    counted = {name: len(held) for name, held in holding.items() if len(held) > 1}
    assert dict(shared_terms(found for _, found in articles)) == counted
    foreign = {name: number for name, number in counted.items() if len(set(holding[name])) > 1}
    assert dict(names_of_several(articles)) == foreign


def test_articles_of_a_small_corpus_share_a_block_whatever_they_hold():
    few, many = (
        [set(describe(make_version(), terms({word: 1}), Corpus(articles, {}, {})).blocks) for word in ("fire", "fog")]
        for articles in (DENSE, DENSE + 1)
    )
    assert few[0] & few[1]
    assert not many[0] & many[1]
