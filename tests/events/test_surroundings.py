"""From what likeness on articles are one event."""

from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import combine, dealt, make_described

from transforms.events import surroundings as figures
from transforms.events.leaders import MAX_TREE
from transforms.events.likeness import MILLION
from transforms.events.neighbours import NEAREST
from transforms.events.surroundings import (
    FITTED,
    AddSums,
    Coefficients,
    Sample,
    Sums,
    Surroundings,
    TakeSample,
    added,
    brevity,
    recorded,
    sampled,
    share_of_rivals,
    sums_of,
    surroundings,
    told,
)

STEPS = st.floats(0, 1)
ARTICLES = st.integers(0, 10**9)
SHARES = st.floats(0.001, 1)


ALL = Sample(rivals=1.0, brevity=0.0)
LIKELIHOODS = st.integers(0, MILLION)
SUMS = st.builds(sums_of, LIKELIHOODS, LIKELIHOODS)


def of_steps(*steps: float, articles: int, background: float = 0.0) -> Surroundings:
    """The figures of a corpus in which some articles have steps, and the others none."""
    sums = added(sums_of(round(step * MILLION), round(background * MILLION)) for step in steps)
    return surroundings(articles, sums, ALL)


def threshold(articles: int = 100, step: float = 0.05, rivals: float = 1.0, near: float = 0.5) -> float:
    """Where what is near is as alike in all corpora, whatever the step."""
    return Surroundings(articles, step, 0.0, rivals, beyond=near - step).threshold()


@given(ARTICLES, STEPS, STEPS)
def test_the_threshold_falls_with_the_step(articles: int, one: float, other: float):
    assert threshold(articles, max(one, other)) <= threshold(articles, min(one, other))


@given(ARTICLES, STEPS, STEPS)
def test_the_threshold_rises_with_the_likeness_of_what_is_near(articles: int, one: float, other: float):
    assert threshold(articles, near=min(one, other)) <= threshold(articles, near=max(one, other))


@given(ARTICLES, ARTICLES, STEPS, SHARES)
def test_the_threshold_rises_with_articles(one: int, other: int, step: float, share: float):
    assert threshold(min(one, other), step, share) <= threshold(max(one, other), step, share)


def test_the_threshold_falls_and_rises_and_not_for_ever():
    assert threshold(step=0.1) < threshold(step=0.05)
    assert threshold(step=FITTED.enough) == threshold(step=1.0)
    assert threshold(articles=20) < threshold(articles=200)
    assert threshold(articles=FITTED.many) == threshold(articles=10**9)


def test_a_tenth_of_the_articles_as_rivals_is_a_corpus_of_a_tenth():
    assert threshold(articles=1000, rivals=0.1) == threshold(articles=100)


def test_the_threshold_has_a_least_value():
    low = Coefficients(alone=0.0, least=0.04)
    assert Surroundings(2, 0.1, 0.0, 1.0).threshold(low) == 0.04
    assert threshold(articles=0, step=1.0, near=0.0) >= FITTED.least


def test_nothing_is_taken_off_where_the_background_is_that_of_the_corpus():
    among = Surroundings(100, 0.05, 0.1, 1.0)
    assert among.off(0.1) == 0
    assert among.off(0.0) < 0 < among.off(0.12) < among.off(0.14)


def test_what_is_taken_off_is_bounded_since_a_large_event_is_its_own_surroundings():
    among = Surroundings(100, 0.05, 0.1, 1.0)
    assert among.off(0.9) == among.off(0.5) == pytest.approx(0.02)


@given(dealt(st.lists(SUMS)))
def test_figures_add_up_to_the_same_in_every_grouping(bundles: list[list[Sums]]):
    together = [[one for bundle in bundles for one in bundle]]
    assert combine(AddSums(), bundles) == combine(AddSums(), together)


@given(st.lists(SUMS))
def test_the_two_largest_steps_are_known(each: list[Sums]):
    steps = sorted([one.largest for one in each] + [0, 0])
    assert (added(each).second, added(each).largest) == tuple(steps[-2:])


def test_step_and_background_are_means_over_all_articles_of_a_large_corpus():
    sums = added([*[sums_of(100_000, 50_000)] * 900, *[sums_of(300_000, 0)] * 600])
    among = surroundings(MAX_TREE + 1, sums, Sample(0.5, 0.3))
    assert among.step * (MAX_TREE + 1) == pytest.approx(900 * 0.1 + 600 * 0.2)
    assert among.beyond * (MAX_TREE + 1) == pytest.approx(600 * 0.1)
    assert among.background * (MAX_TREE + 1) == pytest.approx(900 * 0.05)
    assert (among.articles, among.rivals, among.brevity, among.outstanding) == (MAX_TREE + 1, 0.5, 0.3, 0.0)
    assert among.own(1.0) == 0.0


def test_of_a_small_corpus_the_two_largest_steps_are_left_out():
    among = of_steps(0.3, 0.15, 0.1, 0.1, articles=8, background=0.06)
    # Four of the eight are like no other one.
    assert among.step == pytest.approx((0.1 + 0.1) / 6)
    assert among.beyond == 0.0
    assert among.background == pytest.approx(4 * 0.06 / 8)
    assert among.outstanding == pytest.approx((0.2 + 0.15 + 0.1 + 0.1) / 8 - among.step)


def test_one_pair_that_is_very_alike_speaks_for_itself_and_not_for_the_others():
    twins, strangers = of_steps(0.9, 0.9, articles=14), of_steps(articles=14)
    assert twins.threshold() == strangers.threshold()
    assert twins.own(0.9) > 0.05
    assert twins.own(0.89) == strangers.own(0.1) == 0.0


@given(st.lists(STEPS, max_size=9), st.integers(0, 9))
def test_two_gain_no_more_than_the_threshold_would_have_fallen(steps: list[float], more: int):
    among = of_steps(*steps, articles=len(steps) + more)
    whole = replace(among, step=among.step + among.outstanding)
    by = Coefficients(near=0.0, least=-1.0)
    assert 0 <= 2 * among.own(1.0, by) <= among.threshold(by) - whole.threshold(by) + 1e-9


def test_where_pairs_are_many_none_of_them_speaks_for_itself():
    assert of_steps(0.9, 0.9, *[0.2] * 6, articles=8).own(0.9) == 0.0


def test_of_a_handful_of_articles_none_is_left_out():
    among = of_steps(0.1, 0.1, articles=NEAREST)
    assert among.step == pytest.approx(0.2 / NEAREST)
    assert (among.outstanding, among.own(0.1)) == (0.0, 0.0)
    assert of_steps(0.1, 0.1, articles=NEAREST + 1).own(0.1) > 0.0


def test_of_few_words_fewer_are_in_common():
    assert brevity([60, 60]) == brevity([]) == 0
    assert 0 < brevity([30, 60]) < brevity([30, 30]) < brevity([5, 5]) == brevity([0, 0])
    brief, full = (Surroundings(100, 0.1, 0.1, 1.0, brevity=each) for each in (1.0, 0.0))
    assert brief.threshold() == pytest.approx(full.threshold() - FITTED.brief)


def test_the_threshold_of_many_corpora_is_that_of_each():
    corpora = [of_steps(0.3, 0.1, articles=9), of_steps(0.1, articles=90), of_steps(articles=0)]
    rows = zip(*(astuple(each) for each in corpora), strict=True)
    together = Surroundings(*(np.array(row) for row in rows))  # type: ignore[arg-type]
    assert together.thresholds(FITTED).tolist() == [each.threshold() for each in corpora]  # type: ignore[attr-defined]


def test_what_a_run_has_counted_gives_the_figures_again(monkeypatch: pytest.MonkeyPatch):
    counted: dict[str, int] = {}
    monkeypatch.setattr(figures, "count", lambda step, what, by: counted.update({f"{step}.{what}": by}))
    sums = added([sums_of(500_000, 10_000), sums_of(350_000, 0), sums_of(90_000, 0), sums_of(0, 0)])
    among = told(surroundings(8, sums, Sample(0.25, 0.125)), sums)
    assert recorded(counted) == among
    del counted["events.figures.second_millionths"]  # as an earlier Clipbook has left them
    assert recorded(counted) is None


def test_a_corpus_of_nothing_has_a_threshold():
    nothing = surroundings(0, Sums(), Sample(share_of_rivals([]), brevity([])))
    assert FITTED.least <= nothing.threshold() < 1


def test_rivals_are_those_that_dates_do_not_keep_apart():
    days = [make_described(f"a{n}", day=day) for n, day in enumerate([0, 1, 100, 101])]
    dates = [article.published_at for article in days]
    assert combine(TakeSample(), [[sampled(article)] for article in days]).rivals == share_of_rivals(dates)
    assert share_of_rivals(dates) == pytest.approx(2 / 6)
    assert share_of_rivals(dates[:1]) == share_of_rivals([dates[0], None]) == 1.0
    assert 0 < share_of_rivals([dates[0], dates[2]]) < 0.01


def test_a_sample_tells_how_brief_articles_are():
    articles = [make_described("a1", "fire", "quay"), make_described("a2", *(f"word{n}" for n in range(30)))]
    assert combine(TakeSample(), [[sampled(article) for article in articles]]).brevity == brevity([2, 30])
