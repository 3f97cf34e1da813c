"""The path by which each text joined the kept one."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from schemas.records import Likeness
from transforms.common.forest import spanning_forest
from transforms.deduplicate.paths import as_edge, as_likeness, joined_through

SHARES = st.integers(0, 1_000_000).map(lambda millionths: millionths / 1_000_000)


def likeness(left: str, right: str, jaccard: float, containment: float = 1.0) -> Likeness:
    return Likeness(left, right, jaccard, containment, True)


@given(SHARES, SHARES)
def test_a_likeness_travels_as_an_edge_and_comes_back(jaccard: float, containment: float):
    found = likeness("a", "b", jaccard, containment)
    assert as_likeness(as_edge(found)) == found


def test_of_pairs_as_alike_the_one_that_holds_more_of_the_other_is_heavier():
    edges = [
        as_edge(likeness("a", "b", 0.5, 0.8)),
        as_edge(likeness("a", "c", 0.5, 0.9)),
        as_edge(likeness("a", "d", 0.6, 0.7)),
    ]
    assert [edge[2] for edge in sorted(edges, reverse=True)] == ["d", "c", "b"]


def test_a_text_that_joined_through_others_names_the_next_on_its_way():
    chain = [likeness("a", "b", 0.9), likeness("b", "c", 0.8), likeness("c", "d", 0.7), likeness("b", "e", 0.6)]
    found = joined_through("b", chain)
    assert {text: (through, alike.jaccard) for text, (through, alike) in found.items()} == {
        "a": ("b", 0.9),
        "c": ("b", 0.8),
        "d": ("c", 0.7),
        "e": ("b", 0.6),
    }


def test_a_text_alone_joined_through_none():
    assert joined_through("a", []) == {}


PAIRS = list(itertools.combinations("abcdef", 2))


@given(st.lists(st.sampled_from([0.5, 0.6, 0.7, 0.8]), min_size=len(PAIRS), max_size=len(PAIRS)), st.sampled_from("abcdef"))
def test_the_weakest_link_of_a_path_is_the_strongest_that_any_path_has(weights: list[float], kept: str):
    alike = dict(zip(PAIRS, weights, strict=True))
    edges = [as_edge(likeness(*pair, weight)) for pair, weight in alike.items()]
    tree = list(map(as_likeness, spanning_forest(edges)))
    found = joined_through(kept, tree)
    # The widest path between any two texts, by Floyd and Warshall.
    widest = alike | {(b, a): weight for (a, b), weight in alike.items()}
    for middle, a, b in itertools.product("abcdef", repeat=3):
        if len({middle, a, b}) == 3:
            widest[a, b] = max(widest[a, b], min(widest[a, middle], widest[middle, b]))
    for text in set("abcdef") - {kept}:
        weakest, at = 1.0, text
        while at != kept:
            at, link = found[at]
            weakest = min(weakest, link.jaccard)
        assert weakest == widest[text, kept]


@given(st.permutations([likeness("a", "b", 0.9), likeness("b", "c", 0.8), likeness("b", "d", 0.7), likeness("d", "e", 0.7)]))
def test_the_order_of_branches_makes_no_difference(branches: list[Likeness]):
    assert joined_through("c", branches) == joined_through("c", sorted(branches, key=lambda found: found.right))
