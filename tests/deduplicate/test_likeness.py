"""How alike two texts are."""

import random
import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from transforms.deduplicate import likeness
from transforms.deduplicate.likeness import BANDS, ROWS, are_copies, bands, compare, pack, shingles

WORDS = ["".join(random.Random(n).choices(string.ascii_lowercase, k=7)) for n in range(2000)]


HASHES = arrays(np.uint32, st.integers(0, 30), elements=st.integers(0, 40), unique=True)


def text(first: int, last: int) -> np.ndarray:
    return shingles(" ".join(WORDS[first:last]))


def test_shingles_are_runs_of_three_words_each_once():
    three = [int(shingles(words)[0]) for words in ("a rose is", "rose is a", "is a rose")]
    assert shingles("a rose is a rose is a rose").tolist() == three
    assert len(set(three)) == 3


@pytest.mark.parametrize(("short", "expected"), [("", 0), ("one", 1), ("one two", 1), ("a b c", 1)])
def test_a_short_text_is_one_shingle(short: str, expected: int):
    assert len(shingles(short)) == expected


def test_short_texts_are_told_apart():
    assert len({int(shingles(words)[0]) for words in ("one", "two", "one two", "two one", "one two three")}) == 5


def test_likeness_and_containment_are_exact():
    whole, half = pack(text(0, 102)), pack(text(0, 52))
    assert compare(whole, whole) == (1.0, 1.0)
    assert compare(whole, half) == (0.5, 1.0)
    assert compare(whole, pack(text(1000, 1102))) == (0.0, 0.0)
    assert compare(whole, b"") == (0.0, 0.0)


@given(HASHES, HASHES)
def test_likeness_is_that_of_the_sets(left: np.ndarray, right: np.ndarray):
    a, b = set(left.tolist()), set(right.tolist())
    expected = (len(a & b) / len(a | b), len(a & b) / min(len(a), len(b))) if a and b else (0.0, 0.0)
    assert compare(pack(left), pack(right)) == compare(pack(right), pack(left)) == pytest.approx(expected, abs=1e-6)


@given(HASHES)
def test_packing_does_not_mind_the_order_of_shingles(grams: np.ndarray):
    assert pack(grams) == pack(grams[::-1])


@pytest.mark.parametrize(
    ("first", "second", "copies"),
    [
        ((0, 200), (0, 200), True),
        ((0, 200), (60, 200), True),  # cut by a third at the front
        ((0, 200), (0, 60), True),  # the first part alone
        ((0, 200), (100, 300), False),  # half of each in the other
        ((0, 200), (300, 500), False),
        ((0, 20), (0, 20), True),
        ((0, 20), (0, 10), False),  # few words: containment alone is chance
        ((0, 20), (0, 18), True),
    ],
)
def test_copies_are_told_from_others(first: tuple[int, int], second: tuple[int, int], copies: bool):
    left, right = text(*first), text(*second)
    assert are_copies(*compare(pack(left), pack(right)), min(len(left), len(right))) is copies


def keys(grams: np.ndarray) -> set[int]:
    return set(bands(grams).tolist())


def test_equal_texts_share_every_band():
    assert bands(text(0, 200)).tolist() == bands(text(0, 200)).tolist()
    assert len(keys(text(0, 200))) == BANDS


def test_near_copies_share_a_band_and_strangers_none():
    assert keys(text(0, 200)) & keys(text(0, 140))
    assert not keys(text(0, 200)) & keys(text(1000, 1200))


def test_the_order_of_words_in_a_set_of_shingles_does_not_change_its_bands():
    grams = text(0, 50)
    assert bands(grams).tolist() == bands(np.sort(grams)).tolist()


def test_the_bands_of_a_long_text_are_those_of_all_its_shingles(monkeypatch: pytest.MonkeyPatch):
    whole = bands(text(0, 200)).tolist()
    monkeypatch.setattr(likeness, "_AT_ONCE", 7)
    assert bands(text(0, 200)).tolist() == whole


def test_a_text_without_shingles_has_no_bands():
    assert bands(shingles("")).tolist() == []


@pytest.mark.parametrize("jaccard", [0.1, 0.2, 0.3, 0.4, 0.5])
def test_pairs_become_candidates_as_often_as_the_arithmetic_says(jaccard: float):
    rng, pairs, size = np.random.default_rng(4), 1000, 200
    common = round(2 * size * jaccard / (1 + jaccard))
    found = 0
    for _ in range(pairs):
        grams = rng.integers(0, 2**32, 2 * size - common, dtype=np.uint32)
        found += bool(keys(grams[:size]) & keys(grams[size - common :]))
    expected = 1 - (1 - jaccard**ROWS) ** BANDS
    # Four standard errors of a share of so many pairs, and one pair.
    assert abs(found / pairs - expected) < 4 * (expected * (1 - expected) / pairs) ** 0.5 + 1 / pairs
