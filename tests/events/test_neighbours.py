"""Whom an article is most like, block by block."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import combine, dealt, make_described

from schemas.records import Described, Vector
from transforms.events import neighbours
from transforms.events.likeness import pack
from transforms.events.neighbours import (
    COMPARED,
    LEADERS,
    NEAREST,
    NONE,
    MergeNeighbourhoods,
    Neighbourhood,
    background,
    founding_order,
    likeness_of,
    of_part,
)

WORDS = st.lists(st.sampled_from(["fire", "harbour", "quay", "ferry"]), max_size=4, unique=True)
BLOCKS = st.lists(st.tuples(WORDS, st.none() | st.integers(0, 9)), min_size=1, max_size=12).map(
    lambda rows: [make_described(f"a{n:02}", *words, day=day) for n, (words, day) in enumerate(rows)]
)
ONE = np.array([1], dtype=np.uint64).tobytes()
"""All in one block."""
FEW = st.integers(1, 3).map(lambda likeness: -likeness)
NEIGHBOURS = st.lists(st.tuples(FEW, st.sampled_from("abcdefghijkl")), max_size=9).map(tuple)


def around(articles: Sequence[Described]) -> dict[str, Neighbourhood]:
    return dict(of_part([pack(article, ONE) for article in articles]))


def test_the_most_alike_come_first_and_the_least_ids_among_equals():
    near, far = make_described("a9", "fire", "quay", day=1), make_described("a2", "fire", "crane", day=1)
    twin, strange = make_described("a1", "fire", "ferry", day=1), make_described("a0", "fog", day=1)
    nearest, earlier = around([near, far, twin, strange, make_described("own", "fire", "quay", day=2)])["own"]
    assert [name for _, name in nearest] == ["a9", "a1", "a2"]
    assert nearest == earlier


def test_an_article_is_led_by_those_that_were_before_it():
    found = around([make_described("a2", "fire", day=1), make_described("a1", "fire", day=2), make_described("a0", "fire")])
    assert {own: [name for _, name in earlier] for own, (_, earlier) in found.items()} == {
        "a2": [],
        "a1": ["a2"],
        "a0": ["a1", "a2"],
    }


def test_articles_that_are_like_no_other_have_no_neighbourhood():
    assert around([make_described("a1", "fire"), make_described("a2", "ferry"), make_described("a3")]) == {}


@given(BLOCKS.flatmap(lambda block: st.tuples(st.just(block), st.permutations(block))))
def test_every_order_of_a_block_gives_the_same_neighbourhoods(orders: tuple[list[Described], list[Described]]):
    block, mixed = orders
    assert around(mixed) == around(block)


@given(BLOCKS)
def test_neighbours_are_others_in_order_and_leaders_are_earlier(block: list[Described]):
    order = {article.article_id: founding_order(article.published_at, article.article_id) for article in block}
    for own, (nearest, earlier) in around(block).items():
        assert 0 < len(nearest) <= NEAREST
        assert len(earlier) <= LEADERS
        assert (list(nearest), list(earlier)) == (sorted(nearest), sorted(earlier))
        assert own not in {name for _, name in nearest}
        assert all(unlike < 0 for unlike, _ in nearest)
        assert all(order[name] < order[own] for _, name in earlier)


@given(dealt(st.lists(st.tuples(NEIGHBOURS, NEIGHBOURS), max_size=6)))
def test_neighbourhoods_are_merged_to_the_same_in_every_grouping(bundles: list[list[Neighbourhood]]):
    nearest = {neighbour for bundle in bundles for around_it, _ in bundle for neighbour in around_it}
    earlier = {neighbour for bundle in bundles for _, before in bundle for neighbour in before}
    assert combine(MergeNeighbourhoods(), bundles) == (tuple(sorted(nearest)[:NEAREST]), tuple(sorted(earlier)[:LEADERS]))


def test_the_background_is_the_mean_of_all_but_the_first():
    full = tuple((-100 * (NEAREST - rank), f"a{rank}") for rank in range(NEAREST))
    assert background((full, ())) == 100 * sum(range(1, NEAREST)) // (NEAREST - 1)
    assert background((full[:1], ())) == background(NONE) == 0


def test_the_likeness_of_a_missing_neighbour_is_nothing():
    one = (((-600, "a1"),), ())
    assert (likeness_of(one, 1), likeness_of(one, 2), likeness_of(NONE, 1)) == (600, 0, 0)


def test_in_a_dense_block_every_article_is_compared_with_the_same_sample_in_any_order():
    articles = [pack(make_described(f"a{n:04}", "fire", f"quay{n % 7}"), ONE) for n in range(2 * COMPARED + 5)]
    dense: list[None] = []
    found = list(of_part(articles, lambda: dense.append(None)))
    assert len(dense) == 1
    assert len({own for own, _ in found}) == len(articles)
    assert {other for _, (nearest, _) in found for _, other in nearest} <= {f"a{n:04}" for n in range(COMPARED)}
    random.Random(1).shuffle(articles)
    assert list(of_part(articles)) == found


def test_what_is_laid_out_at_a_time_is_bounded_where_few_ask_and_many_answer(monkeypatch: pytest.MonkeyPatch):
    blocks = np.arange(50, dtype=np.uint64).tobytes()
    articles = [pack(make_described(f"a{n:03}", "fire", f"quay{n % 7}"), blocks) for n in range(100)]
    laid_out: list[int] = []
    in_turn = neighbours.in_turn

    def counted(*given: Any) -> Iterator[Any]:
        for some in in_turn(*given):
            laid_out.append(len(some.left) + 2 * len(some._members))
            yield some

    monkeypatch.setattr(neighbours, "in_turn", counted)
    monkeypatch.setattr(neighbours, "_AT_ONCE", 1_000)
    assert len(list(of_part(articles, is_wanted=lambda article_id: article_id == "a042"))) == 1
    assert len(laid_out) > 10
    assert max(laid_out) <= 1_000 + 300  # one block more


MEMBERS = st.lists(st.tuples(WORDS, st.sets(st.integers(0, 3))), min_size=1, max_size=12)


@given(MEMBERS, st.integers(1, 200), st.sampled_from([21, 60]))
def test_articles_are_compared_within_blocks_however_many_are_looked_at_together(
    members: list[tuple[list[str], set[int]]], at_once: int, bits: int
):
    def vector(n: int, own: set[int]) -> Vector:
        return pack(make_described(f"a{n:02}", *members[n][0]), np.array(sorted(own), dtype=np.uint64).tobytes())

    def merged(parts: list[list[Vector]]) -> dict[str, Neighbourhood]:
        found: dict[str, list[Neighbourhood]] = {}
        for part in parts:
            for own, each in of_part(part):
                found.setdefault(own, []).append(each)
        return {own: combine(MergeNeighbourhoods(), [each]) for own, each in found.items()}

    together = [vector(n, own) for n, (_, own) in enumerate(members)]
    apart = [[vector(n, {block}) for n, (_, own) in enumerate(members) if block in own] for block in range(4)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "_AT_ONCE", at_once)
        patch.setattr(neighbours, "_BITS_OF_LIKENESS", bits)  # with 60, too many to be sorted as single numbers
        assert merged([together]) == merged(apart)
