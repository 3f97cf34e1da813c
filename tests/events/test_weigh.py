"""Weights of terms."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import make_version

from schemas.records import Terms
from transforms.events.weigh import BLOCKS, MAX_BLOCK, Corpus, MostFrequent, describe, inverse_frequency

VERSION = make_version(
    title="Title", outlet="Post", published_at=5, published_precision="day", event_label="label", occurrence_count=3
)


def terms(**counts: int) -> Terms:
    names = tuple(sorted(counts))
    return Terms("a1", names, tuple(counts[name] for name in names), (1e-4,) * len(names), "lead")


def test_a_term_tells_less_the_more_articles_use_it():
    corpus = Corpus(100, {"rare": 2, "common": 90})
    assert inverse_frequency(corpus, "unseen", 1e-4) > inverse_frequency(corpus, "rare", 1e-4)
    assert inverse_frequency(corpus, "rare", 1e-4) > inverse_frequency(corpus, "common", 1e-4)


def test_a_term_tells_less_the_more_common_it_is_in_the_language():
    corpus = Corpus(5, {})
    assert inverse_frequency(corpus, "x", 1e-4) > inverse_frequency(corpus, "x", 0.9)


def test_the_vector_of_an_article_has_length_one():
    described = describe(VERSION, terms(fire=3, harbour=1, quay=1), Corpus(10, {"fire": 4}))
    assert math.fsum(weight * weight for weight in described.weights) == pytest.approx(1.0)


def test_what_names_an_article_stays_with_it():
    described = describe(VERSION, terms(fire=1), Corpus(1, {}))
    assert (described.article_id, described.title, described.lead, described.outlet) == ("a1", "Title", "lead", "Post")
    assert (described.published_at, described.occurrence_count, described.event_label) == (5, 3, "label")


def test_an_article_without_terms_has_no_vector():
    described = describe(VERSION, terms(), Corpus(1, {}))
    assert (described.terms, described.weights, described.blocks) == ((), (), ())


def test_blocks_are_the_heaviest_terms_that_some_but_not_too_many_others_use():
    counts = {f"t{n:02}": n + 2 for n in range(20)}
    corpus = Corpus(10_000, {**counts, "crowded": MAX_BLOCK + 1, "alone": 1})
    described = describe(VERSION, terms(crowded=9, alone=9, **dict.fromkeys(counts, 1)), corpus)
    assert described.blocks == tuple(f"t{n:02}" for n in range(BLOCKS))


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 5), max_size=20), st.integers())
def test_the_most_frequent_terms_are_the_same_in_every_grouping(counts: dict[str, int], seed: int):
    chance = random.Random(seed)
    pairs = list(counts.items())
    chance.shuffle(pairs)
    combiner = MostFrequent(limit=4)
    accumulators = [combiner.create_accumulator() for _ in range(3)]
    for pair in pairs:
        at = chance.randrange(3)
        accumulators[at] = combiner.add_input(accumulators[at], pair)
    found = combiner.extract_output(combiner.merge_accumulators(accumulators))
    assert found == dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:4])
