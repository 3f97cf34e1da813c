"""Which of two copies stands first, and why."""

import pytest

from schemas.occurrences import LOST_BY
from transforms.common.keeping import chosen, chosen_by, lost_by, place

DAY = 86_400_000_000
KEPT = place("main", 900, 5 * DAY, "p5", 0)

# Of each two, the first stands before the second, and the third is why.
NEXT = [
    (place("main", 3, 5 * DAY, "p9", 0), place("main", 2, -DAY, "p9", 0), "shorter"),
    (place("main", 2, -DAY, "p9", 0), place("main", 2, 0, "p9", 0), "later"),
    (place("main", 2, 0, "p9", 0), place("main", 2, DAY, "p8", 0), "later"),
    (place("main", 2, DAY, "p8", 0), place("main", 2, DAY, "p9", 0), "page"),
    (place("main", 2, DAY, "p9", 0), place("main", 2, DAY, "p9", 1), "page"),
    (place("main", 2, DAY, "p9", 1), place("main", 2, None, "p1", 0), "undated"),
    (place("main", 2, None, "p1", 0), place("main", 1, 0, "p1", 0), "shorter"),
    (place("main", 1, 0, "p1", 0), place("related", 9_999, 0, "p1", 3), "related"),
    (place("related", 9_999, 0, "p1", 3), place("related", 999, 0, "p1", 3), "shorter"),
    (place("related", 999, 0, "p1", 3), place("related", 999, 0, "p1", 11), "page"),
]


@pytest.mark.parametrize(("first", "second", "why"), NEXT)
def test_copies_stand_in_the_order_of_keeping_and_the_first_rule_that_differs_is_told(first: str, second: str, why: str):
    assert first < second
    assert lost_by(second, first) == why


def test_every_reason_is_given():
    assert {why for _, _, why in NEXT} | {"run", "override"} == set(LOST_BY)


def test_a_better_copy_lost_because_it_came_with_a_later_run():
    assert lost_by(place("main", 901, 5 * DAY, "p5", 0), KEPT) == "run"


def test_the_kept_copy_lost_by_nothing():
    assert lost_by(KEPT, KEPT) is None


def test_two_undated_copies_differ_by_their_pages():
    assert lost_by(place("main", 1, None, "p2", 0), place("main", 1, None, "p1", 0)) == "page"


def test_a_copy_that_the_user_wants_kept_stands_before_all_others_and_of_two_that_of_the_earlier_line():
    others = [KEPT, place("main", 10**9, 0, "p0", 0)]
    assert max(chosen(KEPT, 2), chosen(KEPT, 10)) < min(others)
    assert chosen(others[1], 9) > chosen(KEPT, 2)
    assert [chosen_by(order) for order in (chosen(KEPT, 10), KEPT)] == [10, None]


def test_a_copy_lost_to_the_users_choice_only_where_the_rules_would_have_kept_it():
    assert lost_by(place("main", 901, 5 * DAY, "p5", 0), chosen(KEPT, 7)) == "override"
    assert lost_by(place("main", 3, 5 * DAY, "p5", 0), chosen(KEPT, 7)) == "shorter"
    assert lost_by(KEPT, chosen(KEPT, 7)) is None
