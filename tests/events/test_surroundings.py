"""From what likeness on articles are one event."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import combine, dealt, make_described

from transforms.events.likeness import MILLION
from transforms.events.neighbours import NEAREST, Neighbourhood
from transforms.events.surroundings import (
    FITTED,
    Coefficients,
    ShareOfRivals,
    SumNeighbourhoods,
    Surroundings,
    date_of,
    recorded,
    share_of_rivals,
    surroundings,
)

STEPS = st.floats(0, 1)
ARTICLES = st.integers(0, 10**9)
SHARES = st.floats(0.001, 1)


def neighbourhood(*likeness: float) -> Neighbourhood:
    return tuple((-round(value * MILLION), f"a{rank}") for rank, value in enumerate(likeness)), ()


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


@given(dealt(st.lists(st.lists(st.floats(0, 1), max_size=NEAREST).map(lambda found: neighbourhood(*sorted(found)[::-1])))))
def test_neighbourhoods_add_up_to_the_same_in_every_grouping(bundles: list[list[Neighbourhood]]):
    together = [[one for bundle in bundles for one in bundle]]
    assert combine(SumNeighbourhoods(), bundles) == combine(SumNeighbourhoods(), together)


def test_step_and_background_are_means_over_all_articles():
    few = neighbourhood(0.6, 0.3, 0.3)
    full = neighbourhood(*[0.5] * NEAREST)
    among = surroundings(4, combine(SumNeighbourhoods(), [[few], [full]]), 0.5)
    # Two of the four are like no other one.
    assert among.step + among.beyond == pytest.approx((0.6 + 0.0) / 4)
    assert among.background == pytest.approx((0.6 / 6 + 0.5) / 4)
    assert among.near == pytest.approx((0.6 + 0.6 / 6 + 0.5) / 4)
    assert (among.articles, among.rivals) == (4, 0.5)


def test_one_pair_that_is_very_alike_does_not_speak_for_the_others():
    twins = combine(SumNeighbourhoods(), [[neighbourhood(0.9), neighbourhood(0.9)]])
    cousins = combine(SumNeighbourhoods(), [[neighbourhood(0.2), neighbourhood(0.2)]])
    assert surroundings(14, twins, 1.0).step == surroundings(14, cousins, 1.0).step
    assert surroundings(14, twins, 1.0).near > surroundings(14, cousins, 1.0).near


def test_what_a_run_has_counted_gives_the_figures_again():
    sums = {"steps_millionths": 800_000, "beyond_millionths": 40_000, "backgrounds_millionths": 0}
    counted = {f"events.figures.{name}": number for name, number in {"articles": 4, **sums}.items()}
    assert recorded(counted) == surroundings(4, (800_000, 40_000, 0), 0.0)
    del counted["events.figures.beyond_millionths"]  # as an earlier Clipbook has left them
    assert recorded(counted) is None


def test_a_corpus_of_nothing_has_a_threshold():
    assert surroundings(0, (0, 0, 0), share_of_rivals([])).threshold() >= FITTED.least


def test_rivals_are_those_that_dates_do_not_keep_apart():
    days = [make_described(f"a{n}", day=day) for n, day in enumerate([0, 1, 100, 101])]
    dates = [article.published_at for article in days]
    combine = ShareOfRivals()
    parts = [combine.add_input(combine.create_accumulator(), date_of(article)) for article in days]
    assert share_of_rivals(dates) == combine.extract_output(combine.merge_accumulators(parts)) == pytest.approx(2 / 6)
    assert share_of_rivals(dates[:1]) == share_of_rivals([dates[0], None]) == 1.0
    assert 0 < share_of_rivals([dates[0], dates[2]]) < 0.01
