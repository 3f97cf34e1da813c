"""Counting within bounds."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pipelines.report.tally import Tally, doubling, doubling_name, in_doubling_bins

_ADDED = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(1, 50)), max_size=60)


@given(_ADDED, st.integers(2, 8))
def test_what_is_counted_is_low_by_no_more_than_was_promised(added: list[tuple[str, int]], most: int):
    tally, exact = Tally(most), Counter[str]()
    for name, count in added:
        tally.add(name, count)
        exact[name] += count
    found = {count.name: count.count for count in tally.ranked()}
    assert len(tally) <= most
    for name, count in exact.items():
        assert count - 2 * exact.total() / most <= found.get(name, 0) <= count
    assert not tally.exact or found == dict(exact)


def test_equal_counts_are_ordered_by_name():
    tally = Tally()
    for name in "cab":
        tally.add(name)
    assert [count.name for count in tally.ranked(2)] == ["a", "b"]


@given(st.integers(1, 10**9))
def test_a_size_is_in_the_bin_of_its_name(size: int):
    low, _, high = doubling_name(doubling(size)).replace(",", "").partition("–")
    assert int(low) <= size <= int(high or low)


def test_bins_between_full_ones_are_shown_empty():
    assert [(bar.name, bar.count) for bar in in_doubling_bins({0: 5, 2: 1})] == [("1", 5), ("2", 0), ("3–4", 1)]
    assert in_doubling_bins({}) == []
