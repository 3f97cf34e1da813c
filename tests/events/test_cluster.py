"""Which articles are one event."""

import itertools
import math
import random

import numpy as np
import pytest

from schemas.records import Described
from transforms.events.cluster import average_link, block_edges, event_keys, likeness, pack, threshold

DAY = 86_400_000_000


def article(
    article_id: str, *terms: str, day: int | None = None, label: str | None = None, blocks: tuple[str, ...] = ()
) -> Described:
    """An article whose terms weigh alike."""
    weight = 1 / math.sqrt(len(terms)) if terms else 0.0
    when = None if day is None else day * DAY
    weights = (weight,) * len(terms)
    return Described(article_id, "T", "", None, "en", when, 1, label, tuple(sorted(terms)), weights, terms)


FIRE = [
    article("a1", "fire", "harbour", "quay"),
    article("a2", "fire", "harbour", "crane"),
    article("a3", "fire", "harbour", "smoke"),
]
FERRY = [article("a4", "ferry", "fog", "orsund"), article("a5", "ferry", "fog", "astrid")]


def ids(clusters: list[list[Described]]) -> list[list[str]]:
    return [[found.article_id for found in cluster] for cluster in clusters]


def test_the_threshold_rises_with_the_corpus_and_not_for_ever():
    steps = [threshold(n) for n in (0, 1, 40, 41, 1000, 9000, 10**9)]
    assert steps == sorted(steps)
    assert steps[0] == steps[2] < steps[3]
    assert steps[-1] <= 0.5


def test_likeness_is_the_cosine_of_terms():
    alike = likeness([FIRE[0], FIRE[1], FERRY[0]])
    assert alike[0, 1] == pytest.approx(2 / 3, abs=1e-5)
    assert alike[0, 2] == 0.0
    assert np.array_equal(alike, alike.T)


def test_days_between_two_articles_make_them_less_alike_and_a_missing_date_does_not():
    same, near, far = article("a1", "x", day=10), article("a2", "x", day=12), article("a3", "x", day=100)
    undated = article("a4", "x")
    alike = likeness([same, near, far, undated])
    assert alike[0, 1] > alike[0, 2]
    assert alike[0, 3] == 1.0


def test_articles_without_terms_are_like_nothing():
    assert likeness([article("a1"), article("a2")]).tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_a_pair_that_shares_blocks_is_looked_at_in_one():
    pairs = [e for block in ("fire", "harbour") for e in block_edges(block, [pack(a) for a in FIRE], 0.1)]
    assert [(left, right) for _, left, right in pairs] == [("a1", "a2"), ("a1", "a3"), ("a2", "a3")]


def test_pairs_below_the_least_likeness_make_no_edge():
    assert list(block_edges("fire", [pack(a) for a in FIRE], 0.7)) == []


def test_stories_are_kept_apart_in_any_order():
    mixed = FIRE + FERRY
    expected = [["a1", "a2", "a3"], ["a4", "a5"]]
    for seed in range(10):
        random.Random(seed).shuffle(mixed)
        assert ids(average_link(mixed, 0.21)) == expected


def test_one_article_alone_is_a_cluster():
    assert ids(average_link(FIRE[:1], 0.21)) == [["a1"]]


def test_a_bridge_between_two_stories_does_not_join_them():
    left = [article(f"a{n}", "fire", "harbour", "quay", "smoke") for n in range(4)]
    right = [article(f"b{n}", "ferry", "fog", "orsund", "astrid") for n in range(4)]
    bridge = article("c1", "fire", "ferry", "x", "y")
    clusters = ids(average_link([*left, *right, bridge], 0.21))
    assert not any("a0" in cluster and "b0" in cluster for cluster in clusters)


def keys(cluster: list[Described]) -> dict[str, str]:
    return {found.article_id: key for key, found in event_keys(cluster)}


def test_a_cluster_without_labels_is_named_by_its_least_id():
    assert keys(FIRE[::-1]) == {"a1": "cluster:a1", "a2": "cluster:a1", "a3": "cluster:a1"}


def test_one_label_names_the_whole_cluster():
    named = article("a9", "fire", "harbour", "hose", label="Ellery")
    assert set(keys([*FIRE, named]).values()) == {"label:Ellery"}


def test_articles_of_several_labels_keep_theirs_and_others_follow_the_likest():
    left = article("a1", "fire", "harbour", label="one")
    right = article("a2", "fire", "forest", label="two")
    follower = article("a3", "fire", "forest", "smoke")
    for cluster in itertools.permutations([left, right, follower]):
        assert keys(list(cluster)) == {"a1": "label:one", "a2": "label:two", "a3": "label:two"}
