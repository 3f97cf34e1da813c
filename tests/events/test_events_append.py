"""New articles and earlier events: the parts that need no pipeline."""

from collections import Counter

import apache_beam as beam
import pytest
from apache_beam.pvalue import AsDict, AsSingleton
from apache_beam.testing.util import assert_that
from support import make_described

from schemas.records import Member
from transforms.events.append.figures import figures_of, sample_limit
from transforms.events.append.finish import spread
from transforms.events.append.links import links
from transforms.events.append.members import LargeTrees, NewMembers, key_of
from transforms.events.leaders import MAX_TREE
from transforms.events.surroundings import Sample, Sums, Surroundings, surroundings

AMONG = Surroundings(10_000, 0.2, 0.05, 0.01)
SAMPLE = Sample(0.5, 0.1)


def members(*of_events: tuple[str | None, int]) -> list[Member]:
    return [
        Member(make_described(f"a{event}{number:03}", "t"), event_id=event)
        for event, size in of_events
        for number in range(size)
    ]


def test_the_figures_are_those_of_the_whole_corpus_where_all_of_it_is_measured():
    stored = ((100, 1, 10, 4), (100, 1, 10, 4))
    fresh = {True: Sums(60, 7, 6, 50, 10), False: Sums(120, 2, 12, 80, 30)}
    assert figures_of(9, stored, fresh, SAMPLE) == surroundings(9, Sums(180, 9, 18, 80, 50), SAMPLE, expected=16)


def test_what_was_measured_earlier_grows_as_the_sample_has_grown():
    stored = ((1_000, 0, 0, 100), (20, 0, 0, 2))
    found = figures_of(MAX_TREE + 1, stored, {False: Sums(30, 0, 0)}, SAMPLE)
    assert found.step * (MAX_TREE + 1) * 1e6 == pytest.approx(1_500)


def test_a_corpus_without_new_articles_has_figures():
    assert figures_of(0, ((0, 0, 0, 0), (0, 0, 0, 0)), {}, SAMPLE).step == 0.0


def test_a_new_article_is_linked_with_the_most_alike_and_with_what_it_would_be_one_event_with():
    enough = round(AMONG.threshold() * 1_000_000)
    found = list(links(("anew", [(-enough + 9, "e3"), (-enough - 5, "e1"), (-enough, "e2")]), AMONG))
    assert [edge[2] for edge in found] == ["e1", "e2"]
    assert [edge[2] for edge in links(("anew", [(-enough + 9, "e3"), (-enough + 10, "e4")]), AMONG)] == ["e3"]


def test_a_small_tree_is_looked_at_as_a_whole():
    tree = members(("e1", 3), (None, 2))
    assert spread(tree, most=5) == tree


def test_of_a_large_tree_all_new_articles_and_some_of_each_event_are_looked_at():
    found = spread(members(("e1", 90), ("e2", 3), (None, 2)), most=12)
    assert [member.event_id for member in found].count(None) == 2
    assert sorted(m.described.article_id for m in found if m.event_id == "e1") == [f"ae1{n:03}" for n in range(5)]
    assert sum(member.event_id == "e2" for member in found) == 3


def test_the_sample_is_the_whole_of_a_small_corpus():
    assert sample_limit(["a", "c", "b"], 1_500) > "z"
    assert sample_limit(["a", "c", "b"], 1_501) == "c"


def test_new_articles_of_a_large_tree_are_dealt_out_before_a_worker_gathers_them():
    new = [make_described(f"a{number:05}", "t") for number in range(2 * MAX_TREE + 5)]
    trees = {article.article_id: "a00000" for article in new[:-1]} | {"e1": "a00000"}

    def are_dealt(found: list[tuple[str, Member]]) -> None:
        sizes = Counter(key for key, _ in found)
        assert sizes.pop(new[-1].article_id) == 1  # it has no tree
        assert sum(sizes.values()) == len(new) - 1
        assert sorted(sizes) == [f"a00000/{part}" for part in range(3)]
        assert max(sizes.values()) <= MAX_TREE

    with beam.Pipeline() as pipeline:
        tree_of = pipeline | "Trees" >> beam.Create(sorted(trees.items()))
        figures = pipeline | "Figures" >> beam.Create([("a00000", (2, 1))])
        large = AsDict(tree_of | LargeTrees())
        total = AsSingleton(pipeline | "Total" >> beam.Create([100_000]))
        members_of = (pipeline | "New" >> beam.Create(new), tree_of, figures) | NewMembers(total, large)
        assert_that(members_of, are_dealt)


def test_articles_of_an_earlier_event_go_to_one_part_and_a_small_corpus_is_one_tree():
    assert {key_of(f"e{number}", "t", 100_000, {"t": 3}) for number in range(99)} == {"t/0", "t/1", "t/2"}
    assert key_of("e1", "t", 100_000, {"t": 3}) == key_of("e1", "t", 100_000, {"t": 3})
    assert key_of("e1", "t", 100_000, {"other": 3}) == "t"
    assert key_of("e1", "t", MAX_TREE, {}) == ""
