"""What the user says of events, as a plan and as parts of events."""

import random

import pytest
from support import make_described

from schemas.records import Described, Noticed, Override
from transforms.events import overridden
from transforms.events.overridden import Division, Standing, divided, make_plan, sides

A, B, C, D = "a1", "a2", "a3", "a4"
SAME, NOT_SAME = "same_event", "not_same_event"


def plan(lines: list[Override], standings: dict[str, Standing]) -> overridden.Plan:
    names = {name for line in lines for name in line.names}
    return make_plan(lines, {name: name for name in names}, standings)


def outcomes(found: overridden.Plan) -> list[str]:
    return [said.outcome for said in found.noticed]


APART = {A: Standing("cluster:a1"), B: Standing("cluster:a2"), C: Standing("cluster:a3")}
TOGETHER = {A: Standing("cluster:a1"), B: Standing("cluster:a1"), C: Standing("cluster:a1")}


def test_clusters_of_articles_that_are_one_event_become_one_through_chains_too():
    found = plan([Override(1, SAME, (A, B)), Override(2, SAME, (B, C))], APART)
    assert {found.key(standing.key) for standing in APART.values()} == {"cluster:a1"}
    assert outcomes(found) == ["applied", "applied"]
    assert found.divisions == {}


def test_what_holds_already_is_needless():
    found = plan([Override(1, SAME, (A, B))], TOGETHER)
    assert (outcomes(found), found.keys) == (["needless"], {})
    found = plan([Override(1, NOT_SAME, (A, B))], APART)
    assert (outcomes(found), found.divisions) == (["needless"], {})


def test_an_event_with_two_that_are_apart_is_divided():
    found = plan([Override(1, NOT_SAME, (A, B))], TOGETHER)
    assert outcomes(found) == ["applied"]
    assert found.divisions == {"cluster:a1": Division(((A,), (B,)), frozenset({(0, 1)}))}


@pytest.mark.parametrize("first", [SAME, NOT_SAME])
def test_of_two_lines_against_each_other_the_earlier_one_holds(first: str):
    other = NOT_SAME if first == SAME else SAME
    lines = [Override(1, SAME, (A, B)), Override(2, first, (B, C)), Override(3, other, (A, C))]
    found = plan(lines, APART)
    assert outcomes(found)[:2] == ["applied", "applied" if first == SAME else "needless"]
    assert outcomes(found)[2] == "overruled"
    assert "arlier line" in (found.noticed[2].message or "")


def test_two_names_of_one_article_cannot_be_apart():
    found = make_plan([Override(1, NOT_SAME, ("a9", A))], {"a9": A, A: A}, APART)
    assert found.noticed == (
        Noticed(1, "overruled", "They are copies of one article, and an article is of one event.", (A,)),
    )


def test_a_name_that_means_nothing_is_told_and_the_others_are_joined():
    found = make_plan([Override(1, SAME, (A, "a9", B))], {A: A, B: B}, APART)
    assert found.noticed == (Noticed(1, "applied", "Nothing in this run has the name a9.", (A, B)),)
    assert found.key("cluster:a2") == "cluster:a1"


def test_labels_of_the_input_stand_above_lines():
    standings = {A: Standing("label:x", "x"), B: Standing("label:x", "x"), C: Standing("label:y", "y")}
    found = plan([Override(1, NOT_SAME, (A, B)), Override(2, SAME, (A, C))], standings)
    assert outcomes(found) == ["overruled", "overruled"]
    assert "'x'" in (found.noticed[0].message or "")


def test_a_cluster_that_joins_a_named_event_takes_its_name():
    standings = {A: Standing("cluster:a1"), B: Standing("label:x", "x"), C: Standing("event:e1", None, "e1")}
    assert plan([Override(1, SAME, (A, B)), Override(2, SAME, (B, C))], standings).keys["event:e1"] == "label:x"


def test_an_append_divides_no_earlier_event():
    standings = {A: Standing("event:e1", None, "e1"), B: Standing("event:e1", None, "e1")}
    found = plan([Override(1, NOT_SAME, (A, B))], standings)
    assert outcomes(found) == ["waits"]
    assert "--mode overwrite" in (found.noticed[0].message or "")


def test_the_plan_does_not_depend_on_the_order_of_what_it_is_told():
    lines = [Override(1, NOT_SAME, (A, B)), Override(2, SAME, (B, C)), Override(3, SAME, (A, D))]
    standings = TOGETHER | {D: Standing("cluster:a4")}
    expected = plan(lines, standings)
    for seed in range(5):
        shuffled = random.Random(seed)
        items = list(standings.items())
        shuffled.shuffle(items)
        shuffled.shuffle(lines)
        assert plan(lines, dict(items)) == expected


# Parts of an event.

FIRE, FLOOD = ("fire", "mill", "smoke", "flour"), ("flood", "river", "bridge", "rain")


def parts(articles: list[Described], division: Division) -> dict[str, set[str]]:
    found = divided(articles, division, lambda article: article)
    return {key: {article.article_id for article in part} for key, part in found}


def test_the_others_go_to_the_side_that_they_are_most_like():
    articles = [make_described(f"a{n}", *(FIRE if n % 2 else FLOOD), "town") for n in range(1, 9)]
    found = parts(articles, Division((("a1",), ("a2",)), frozenset({(0, 1)})))
    assert found == {"cluster:a1": {"a1", "a3", "a5", "a7"}, "cluster:a2": {"a2", "a4", "a6", "a8"}}


def test_paths_through_others_do_not_lead_together_what_is_apart():
    terms = [f"t{n}" for n in range(12)]
    chain = [make_described(f"a{n}", *terms[n : n + 6]) for n in range(1, 7)]
    found = parts(chain, Division((("a1",), ("a6",)), frozenset({(0, 1)})))
    assert [("a1" in part, "a6" in part) for part in found.values()] == [(True, False), (False, True)]
    assert set().union(*found.values()) == {article.article_id for article in chain}


def test_articles_that_the_lines_say_nothing_of_against_each_other_stay_together():
    articles = [make_described(name, *FIRE) for name in (A, B, C)]
    found = sides(articles, [None] * 3, Division(((A,), (B,), (C,)), frozenset({(0, 1), (1, 2)})))
    assert sorted(found) == [[0, 2], [1]]


def test_an_earlier_event_goes_to_one_side_as_a_whole():
    articles = [make_described("a1", *FIRE), make_described("a2", *FLOOD), make_described("a3", *FIRE, "x")]
    events = {"a2": "e7", "a3": "e7"}
    found = divided(
        articles, Division((("a1",), ("a2",)), frozenset({(0, 1)})), lambda a: a, lambda a: events.get(a.article_id)
    )
    assert {key: {a.article_id for a in part} for key, part in found} == {"cluster:a1": {"a1"}, "event:e7": {"a2", "a3"}}


@pytest.mark.parametrize("most", [2, 1_500])
def test_an_earlier_event_is_not_divided_by_a_label_that_one_of_it_gained(monkeypatch: pytest.MonkeyPatch, most: int):
    monkeypatch.setattr(overridden, "MAX_TREE", most)
    labelled = [make_described(name, *FIRE, event_label="quay") for name in ("a0", "a1")]
    articles = [*labelled, *(make_described(name, *FLOOD) for name in ("a2", "a3", "a4"))]
    events = dict.fromkeys(("a1", "a2", "a3", "a4"), "e7")
    found = divided(
        articles, Division((("a0",), ("a3",)), frozenset({(0, 1)})), lambda a: a, lambda a: events.get(a.article_id)
    )
    held = [{a.article_id for a in part} for _, part in found]
    # A label holds a0 to a1, and an earlier event a1 to the rest: what the line says cannot be done.
    assert held == [{"a0", "a1", "a2", "a3", "a4"}]


def test_the_name_of_a_known_event_stays_with_the_article_that_is_named_first_and_a_label_with_its_own():
    articles = [make_described(name, *FIRE, event_label="quay", claimed=True) for name in (A, B)]
    assert parts(articles, Division(((B,), (A,)), frozenset({(0, 1)}))) == {"label:quay": {B}, "cluster:a1": {A}}
    labelled = [
        make_described(A, *FIRE, event_label="x"),
        make_described(B, *FIRE),
        make_described(C, *FIRE, event_label="y"),
    ]
    found = parts(labelled, Division(((A, B), (C,)), frozenset()))
    assert found == {"label:x": {A, B}, "label:y": {C}}


def test_a_very_large_event_is_divided_by_the_likeness_to_what_is_named(monkeypatch: pytest.MonkeyPatch):
    articles = [make_described(f"a{n:02}", *(FIRE if n % 2 else FLOOD), "town") for n in range(1, 30)]
    division = Division((("a01",), ("a02",)), frozenset({(0, 1)}))
    whole = parts(articles, division)
    monkeypatch.setattr(overridden, "MAX_TREE", 10)
    assert parts(articles[::-1], division) == whole
    assert set(map(len, whole.values())) == {14, 15}
