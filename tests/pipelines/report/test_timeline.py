"""Days put together to bars."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.report.timeline import timeline

MONDAY = date(2025, 6, 9).toordinal()


def bars(days: dict[int, int]) -> tuple[str, list[tuple[str, int]], int, int]:
    found = timeline(Counter(days))
    assert found is not None
    return found.unit, [(bar.name, bar.count) for bar in found.bars], found.before, found.after


def test_days_stand_by_themselves_and_those_between_are_empty():
    expected = [("2025-06-09", 2), ("2025-06-10", 0), ("2025-06-11", 1)]
    assert bars({MONDAY: 2, MONDAY + 2: 1}) == ("day", expected, 0, 0)


@pytest.mark.parametrize(
    ("span", "unit", "first", "second"),
    [(100, "week", "2025-06-09", "2025-06-16"), (500, "month", "2025-06", "2025-07"), (9000, "year", "2025", "2026")],
)
def test_longer_spans_are_told_in_longer_periods(span: int, unit: str, first: str, second: str):
    found, listed, _, _ = bars({MONDAY: 1, MONDAY + span: 1})
    assert (found, listed[0], listed[1], listed[-1][1]) == (unit, (first, 1), (second, 0), 1)


def test_a_date_that_was_read_wrong_does_not_stretch_the_axis():
    unit, listed, before, after = bars({date(1971, 1, 1).toordinal(): 1, MONDAY: 60, MONDAY + 1: 40})
    assert (unit, listed, before, after) == ("day", [("2025-06-09", 60), ("2025-06-10", 40)], 1, 0)


def test_days_beyond_all_calendars_of_news_are_counted_apart():
    assert bars({1: 7, MONDAY: 1, date.max.toordinal(): 3}) == ("day", [("2025-06-09", 1)], 7, 3)
    assert timeline(Counter({1: 7})) is None
    assert timeline(Counter()) is None


@given(st.dictionaries(st.integers(1, date.max.toordinal()), st.integers(1, 5), max_size=40))
def test_nothing_is_lost_and_there_are_few_bars(days: dict[int, int]):
    found = timeline(Counter(days))
    if found:
        assert sum(bar.count for bar in found.bars) + found.before + found.after == sum(days.values())
        assert len(found.bars) <= 135
