"""Which articles of a tree are one event."""

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from support import make_described

from schemas.records import Described
from transforms.events.cluster import average_link, event_keys
from transforms.events.surroundings import Surroundings

AMONG = Surroundings(articles=14, step=0.09, background=0.05, rivals=1.0)
FIRE = [make_described(f"a{n}", "fire", "harbour", word) for n, word in enumerate(["quay", "crane", "smoke"], start=1)]
FERRY = [make_described(f"a{n}", "ferry", "fog", word) for n, word in enumerate(["orsund", "astrid"], start=4)]
# Terms of few values, so that many likenesses are the same.
TREES = st.lists(st.sets(st.sampled_from(["fire", "harbour", "ferry", "fog", "quay"])), min_size=1, max_size=9).map(
    lambda rows: [make_described(f"a{n}", *words) for n, words in enumerate(rows)]
)


def clusters(articles: list[Described], among: Surroundings = AMONG) -> list[list[str]]:
    return [[found.article_id for found in cluster] for cluster in average_link(articles, among)]


def test_stories_are_kept_apart_in_any_order():
    for order in itertools.permutations(FIRE + FERRY):
        assert clusters(list(order)) == [["a1", "a2", "a3"], ["a4", "a5"]]


@given(TREES.flatmap(lambda tree: st.tuples(st.just(tree), st.permutations(tree))))
def test_every_order_gives_the_same_clusters_ties_included(orders: tuple[list[Described], list[Described]]):
    tree, mixed = orders
    found = clusters(mixed)
    assert found == clusters(tree)
    assert sorted(itertools.chain(*found)) == [article.article_id for article in tree]


def test_one_article_alone_is_a_cluster():
    assert clusters(FIRE[:1]) == [["a1"]]


def test_a_bridge_between_two_stories_does_not_join_them():
    left = [make_described(f"a{n}", "fire", "harbour", "quay", "smoke") for n in range(4)]
    right = [make_described(f"b{n}", "ferry", "fog", "orsund", "astrid") for n in range(4)]
    bridge = make_described("c1", "fire", "harbour", "ferry", "fog")
    found = clusters([*left, *right, bridge])
    assert not any("a0" in cluster and "b0" in cluster for cluster in found)
    assert any("c1" in cluster and len(cluster) > 1 for cluster in found)


def test_articles_among_many_like_them_are_kept_apart_by_their_background():
    places = ["orsund", "ellery", "sandness"]
    own = [[f"{place} {n}" for n in range(8)] for place in places]
    weather = [make_described(f"a{n}", "rain", "wind", *words) for n, words in enumerate(own)]
    assert len(clusters(weather)) == 1
    assert len(clusters([replace(report, background=0.9) for report in weather])) == 3


def keys(cluster: list[Described]) -> dict[str, str]:
    return {found.article_id: key for key, found in event_keys(cluster)}


def test_a_cluster_without_labels_is_named_by_its_least_id():
    assert keys(FIRE[::-1]) == {"a1": "cluster:a1", "a2": "cluster:a1", "a3": "cluster:a1"}


def test_one_label_names_the_whole_cluster():
    named = make_described("a9", "fire", "harbour", "hose", event_label="Ellery")
    assert set(keys([*FIRE, named]).values()) == {"label:Ellery"}


def test_articles_of_several_labels_keep_theirs_and_others_follow_the_likest():
    left = make_described("a1", "fire", "harbour", event_label="one")
    right = make_described("a2", "fire", "forest", event_label="two")
    follower = make_described("a3", "fire", "forest", "smoke")
    between = make_described("a4", "fire")
    for cluster in itertools.permutations([left, right, follower, between]):
        assert keys(list(cluster)) == {"a1": "label:one", "a2": "label:two", "a3": "label:two", "a4": "label:one"}


def test_a_pair_that_stands_out_is_held_against_its_own_step_and_no_other_pair_is():
    among = Surroundings(articles=14, step=0.0, background=0.0, rivals=1.0, outstanding=0.1, exceptional=0.3)
    pair = [make_described("a1", "fire", "quay", "crane"), make_described("a2", "fire", "fog", "orsund")]
    assert len(clusters(pair, among)) == 2
    assert len(clusters([replace(article, step=0.3) for article in pair], among)) == 1
    assert len(clusters([replace(article, step=0.29) for article in pair], among)) == 2
