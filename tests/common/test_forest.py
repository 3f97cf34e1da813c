"""Components and spanning forests: the same for every grouping of the edges."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.common import forest
from transforms.common.forest import (
    Edge,
    Gathered,
    Partition,
    SpanningForest,
    TooManyIds,
    components,
    edge,
    spanning_forest,
)

NODES = "abcdefghijkl"
EDGES = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(NODES), st.sampled_from(NODES))
    .filter(lambda e: e[1] != e[2])
    .map(lambda e: edge(*e)),
    max_size=60,
)


def combine(parts: list[list[Edge]], chance: random.Random) -> list[Edge]:
    """Combines parts as a runner might: each to an accumulator, and these in a tree of any shape."""
    combiner = SpanningForest(1000, "ids")
    accumulators = []
    for part in parts:
        accumulator = combiner.create_accumulator()
        for element in part:
            accumulator = combiner.add_input(accumulator, element)
        accumulators.append(accumulator)
    while len(accumulators) > 1:
        chance.shuffle(accumulators)
        taken = chance.randint(2, len(accumulators))
        merged = combiner.merge_accumulators(accumulators[:taken])
        accumulators = [combiner.compact(merged), *accumulators[taken:]]
    return combiner.extract_output(accumulators[0] if accumulators else combiner.create_accumulator())


@given(EDGES, st.integers(1, 8), st.integers())
def test_every_grouping_of_the_edges_gives_the_same_forest(edges: list[Edge], groups: int, seed: int):
    chance = random.Random(seed)
    parts: list[list[Edge]] = [[] for _ in range(groups)]
    for element in edges:
        # Some edges are seen twice, as where a bundle is tried again.
        for _ in range(chance.choice([1, 1, 2])):
            chance.choice(parts).append(element)
    assert combine(parts, chance) == spanning_forest(edges)


@given(EDGES, st.integers(1, 8), st.integers())
def test_compaction_on_the_way_changes_nothing(edges: list[Edge], groups: int, seed: int):
    before, forest._COMPACT_AT = forest._COMPACT_AT, 2
    try:
        parts = [edges[i::groups] for i in range(groups)]
        assert combine(parts, random.Random(seed)) == spanning_forest(edges)
    finally:
        forest._COMPACT_AT = before


def components_by_search(edges: list[Edge]) -> dict[str, str]:
    """Every id with the least id that it reaches, by plain search."""
    near: dict[str, set[str]] = {}
    for _, a, b in edges:
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    found = {}
    for start in near:
        seen, waiting = {start}, [start]
        while waiting:
            for following in near[waiting.pop()] - seen:
                seen.add(following)
                waiting.append(following)
        found[start] = min(seen)
    return found


@given(EDGES)
def test_the_forest_keeps_who_is_connected_with_whom(edges: list[Edge]):
    assert dict(components(spanning_forest(edges))) == components_by_search(edges)
    assert dict(components(edges)) == components_by_search(edges)


@given(EDGES)
def test_the_forest_has_no_cycle(edges: list[Edge]):
    kept = spanning_forest(edges)
    ids = {node for _, a, b in kept for node in (a, b)}
    assert len(kept) == len(ids) - len(set(components_by_search(edges).values()))


def test_of_edges_of_one_weight_the_lesser_ids_win():
    assert spanning_forest([(1, "b", "c"), (1, "a", "c"), (1, "a", "b")]) == [(1, "a", "b"), (1, "a", "c")]


def test_the_lesser_id_of_an_edge_comes_first():
    assert edge(7, "b", "a") == (7, "a", "b") == edge(7, "a", "b")


def test_a_set_is_named_by_its_least_member_however_it_came_about():
    partition = Partition()
    assert partition.union("c", "d")
    assert partition.union("b", "d")
    assert not partition.union("b", "c")
    assert partition.union("a", "c")
    assert list(partition.sets()) == [("a", "a"), ("b", "a"), ("c", "a"), ("d", "a")]
    assert len(partition) == 4


def test_a_chain_of_many_links_is_one_component():
    chain = [edge(1, f"n{n:05}", f"n{n + 1:05}") for n in range(20_000)]
    random.Random(3).shuffle(chain)
    assert {root for _, root in components(spanning_forest(chain))} == {"n00000"}


def test_too_many_ids_are_refused_with_what_to_do():
    combiner = SpanningForest(2, "articles are like another")
    edges = [edge(1, "a", "b"), edge(1, "b", "c")]
    assert combiner.extract_output(Gathered(edges[:1], 9)) == edges[:1]
    with pytest.raises(TooManyIds) as refused:
        combiner.extract_output(Gathered(edges, 9))
    assert str(refused.value) == (
        "More than 2 articles are like another; run the job in parts, or raise --max_linked_ids "
        "if a worker has about 500 bytes of memory for each."
    )
