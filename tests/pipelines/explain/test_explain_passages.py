"""What two texts share and do not."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.explain import passages as module
from pipelines.explain.passages import passages


def _longest(one: list[str], other: list[str]) -> int:
    runs = [(i, j) for i in range(len(one)) for j in range(len(other))]
    longest = 0
    for i, j in runs:
        length = 0
        while i + length < len(one) and j + length < len(other) and one[i + length] == other[j + length]:
            length += 1
        longest = max(longest, length)
    return longest


WORDS = st.lists(st.sampled_from("abcd"), max_size=14)


@given(WORDS, WORDS)
def test_the_longest_common_passage_is_as_long_as_the_plain_way_finds_it(one: list[str], other: list[str]):
    common = passages(" ".join(one), " ".join(other)).common
    assert len(common.split()) == _longest(one, other)
    assert f" {common} " in f" {' '.join(one)} " or not common
    assert f" {common} " in f" {' '.join(other)} " or not common


def test_nothing_is_alone_in_texts_that_are_the_same_and_all_is_where_they_share_nothing():
    assert passages("a b c d", "a b c d") == module.Passages("a b c d", "", "")
    assert passages("a b c d", "x y") == module.Passages("", "a b c d", "x y")
    assert passages("", "x y") == module.Passages("", "", "x y")


def test_of_a_long_text_the_beginning_is_looked_at(monkeypatch):
    monkeypatch.setattr(module, "MOST_WORDS", 5)
    assert passages("a b c d e f g h", "f g h").common == ""
    assert np.array_equal(module._windows(np.arange(3, dtype=np.uint64), 4), np.zeros(0, dtype=np.uint64))
