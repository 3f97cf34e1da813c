"""Trees of articles that lead one another."""

from collections import Counter

import apache_beam as beam
from apache_beam.testing.util import assert_that, equal_to
from hypothesis import given
from hypothesis import strategies as st

from transforms.events.leaders import MAX_TREE, ROUNDS, FollowLeaders, part, parts_of

REACH = 2**ROUNDS


def chain(name: str, followers: int) -> list[tuple[str, str]]:
    """Articles that each follow the one before, down from one that follows none."""
    return [(f"{name}{n}", f"{name}{n - 1}") for n in range(1, followers + 1)]


def test_articles_find_the_first_of_their_tree_and_long_chains_are_cut():
    trees = [
        *((pair, f"{name}0") for name, length in (("a", 1), ("b", 5), ("c", REACH)) for pair in chain(name, length)),
        *(((f"star{n}", "star"), "star") for n in range(20)),
        *((pair, "tree") for pair in [("x", "tree"), ("y", "tree"), ("x1", "x"), ("x2", "x"), ("x11", "x1")]),
        # Farther down than the rounds reach an article comes under the one that stands that far above it.
        *((pair, f"d{max(0, at - REACH)}") for at, pair in enumerate(chain("d", REACH + 8), start=1)),
    ]
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        led = pipeline | beam.Create([pair for pair, _ in trees]).with_output_types(tuple[str, str])
        assert_that(led | FollowLeaders(), equal_to([(article, first) for (article, _), first in trees]))


@given(st.integers(1, 10**7))
def test_no_more_parts_than_it_takes(articles: int):
    parts = parts_of(articles)
    assert (parts - 1) * MAX_TREE < articles <= parts * MAX_TREE


def test_a_tree_is_dealt_out_evenly_and_a_small_one_is_not():
    dealt = Counter(part(f"a{n}", "first", 4) for n in range(4000))
    assert len(dealt) == 4
    assert max(dealt.values()) < 1.2 * min(dealt.values())
    assert part("a1", "first", 1) == "first"
