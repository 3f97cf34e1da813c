"""How alike two texts are."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.deduplicate.likeness import BANDS, ROWS, are_copies, bands, compare, pack, shingles

WORDS = ["".join(random.Random(n).choices(string.ascii_lowercase, k=7)) for n in range(2000)]


def text(first: int, last: int) -> list[str]:
    return shingles(" ".join(WORDS[first:last]))


def test_shingles_are_runs_of_three_words_each_once():
    assert shingles("a rose is a rose is a rose") == ["a rose is", "rose is a", "is a rose"]


@pytest.mark.parametrize(("short", "expected"), [("", []), ("one", ["one"]), ("one two", ["one two"]), ("a b c", ["a b c"])])
def test_a_short_text_is_one_shingle(short: str, expected: list[str]):
    assert shingles(short) == expected


def test_likeness_and_containment_are_exact():
    whole, half = pack(text(0, 102)), pack(text(0, 52))
    assert compare(whole, whole) == (1.0, 1.0)
    assert compare(whole, half) == (0.5, 1.0)
    assert compare(whole, pack(text(1000, 1102))) == (0.0, 0.0)
    assert compare(whole, b"") == (0.0, 0.0)


@given(st.lists(st.text(max_size=5)), st.lists(st.text(max_size=5)))
def test_likeness_does_not_mind_the_order_of_the_two(left: list[str], right: list[str]):
    assert compare(pack(left), pack(right)) == compare(pack(right), pack(left))


@given(st.lists(st.text(max_size=5)))
def test_packing_does_not_mind_the_order_of_shingles(grams: list[str]):
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


def test_equal_texts_share_every_band():
    assert bands(text(0, 200)) == bands(text(0, 200))
    assert len(set(bands(text(0, 200)))) == BANDS


def test_near_copies_share_a_band_and_strangers_none():
    shared = set(bands(text(0, 200))) & set(bands(text(0, 140)))
    assert shared
    assert not set(bands(text(0, 200))) & set(bands(text(1000, 1200)))


def test_the_order_of_words_in_a_set_of_shingles_does_not_change_its_bands():
    grams = text(0, 50)
    assert bands(grams) == bands(sorted(grams))


def test_a_text_without_shingles_has_no_bands():
    assert bands([]) == []


@pytest.mark.parametrize("jaccard", [0.1, 0.2, 0.3, 0.4, 0.5])
def test_pairs_become_candidates_as_often_as_the_arithmetic_says(jaccard: float):
    rng, pairs, size = random.Random(4), 200, 200
    common = round(2 * size * jaccard / (1 + jaccard))
    found = 0
    for _ in range(pairs):
        grams = [f"{rng.getrandbits(60):x}" for _ in range(2 * size - common)]
        found += bool(set(bands(grams[:size])) & set(bands(grams[size - common :])))
    expected = 1 - (1 - jaccard**ROWS) ** BANDS
    # Four standard errors of a share of 200 pairs, and one pair.
    assert abs(found / pairs - expected) < 4 * (expected * (1 - expected) / pairs) ** 0.5 + 1 / pairs
