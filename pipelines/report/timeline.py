"""What happened when: days put together to bars, so few that one can look at them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.report.tally import Count, scaled

_BARS = 62
"""Bars that a chart is wide enough for: two months by day."""
_OUTSIDE = 50
"""One in so many may lie outside at either end: a date that was read wrong must not stretch the axis over decades."""
EARLIEST, LATEST = date(1970, 1, 1).toordinal(), date(2100, 1, 1).toordinal()
"""Days beyond these are counted, not told apart, so that no input makes a list of days long."""
_UNITS = ("day", "week", "month", "year")


@dataclass(frozen=True, slots=True)
class Timeline:
    """Counts by period, oldest first, without gaps; and how many lie before the first one and after the last one."""

    unit: str
    bars: list[Count]
    before: int
    after: int


def _start(day: int, unit: str) -> date:
    """The first day of the period that a day lies in; weeks begin on Monday."""
    at = date.fromordinal(day)
    if unit == "week":
        return at - timedelta(days=at.weekday())
    return at.replace(day=1 if unit in ("month", "year") else at.day, month=1 if unit == "year" else at.month)


def _after(start: date, unit: str) -> date:
    """The first day of the next period."""
    step = {"day": 1, "week": 7, "month": 31, "year": 366}[unit]
    return _start((start + timedelta(days=step)).toordinal(), unit)


def _name(start: date, unit: str) -> str:
    return start.isoformat()[: {"month": 7, "year": 4}.get(unit, 10)]


def _fits(first: int, last: int) -> str:
    """The finest unit that needs no more bars than there is room for."""
    days = last - first + 1
    lengths = {"day": 1, "week": 7, "month": 30.4, "year": 365}
    return next((unit for unit in _UNITS if days / lengths[unit] <= _BARS), "year")


def timeline(days: Counter[int]) -> Timeline | None:
    """Counts by day, as ordinals of the calendar, in periods of one length; None without any day.

    The axis leaves out a fiftieth at either end where that gives finer periods.
    """
    inner = sorted((day, count) for day, count in days.items() if EARLIEST <= day < LATEST)
    total = sum(count for _, count in inner)
    if not total:
        return None
    first, last = inner[0][0], inner[-1][0]
    near_first, near_last = _quantile(inner, total // _OUTSIDE), _quantile(inner[::-1], total // _OUTSIDE)
    unit = _fits(near_first, near_last)
    if unit == _fits(first, last):
        near_first, near_last = first, last
    bins: Counter[date] = Counter()
    for day, count in inner:
        bins[_start(day, unit)] += count
    begin, end = _start(near_first, unit), _start(near_last, unit)
    bars, at = [], begin
    while at <= end:
        bars.append((_name(at, unit), bins[at]))
        at = _after(at, unit)
    before = sum(count for start, count in bins.items() if start < begin)
    after = sum(count for start, count in bins.items() if start > end)
    before += sum(count for day, count in days.items() if day < EARLIEST)
    after += sum(count for day, count in days.items() if day >= LATEST)
    return Timeline(unit, scaled(bars), before, after)


def _quantile(ordered: list[tuple[int, int]], skip: int) -> int:
    """The day that is reached when so many are passed over."""
    for day, count in ordered:
        skip -= count
        if skip < 0:
            return day
    return ordered[-1][0]
