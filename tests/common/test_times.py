"""Times as whole microseconds, ISO 8601, and the starts of calendar intervals."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.common.times import floor, from_micros, parse_interval, parse_iso, to_micros

MOMENTS = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2199, 12, 31), timezones=st.just(UTC))
PRECISIONS = ("second", "minute", "hour", "day", "week", "month", "year")


@given(MOMENTS)
def test_a_moment_survives_the_way_to_microseconds_and_back(moment: datetime):
    assert from_micros(to_micros(moment)) == moment


def test_a_time_without_a_zone_is_utc():
    assert to_micros(datetime(1970, 1, 1, 1)) == 3_600_000_000


def test_a_time_of_another_zone_is_brought_to_utc():
    assert to_micros(datetime(1970, 1, 1, 9, tzinfo=timezone(timedelta(hours=9)))) == 0


@pytest.mark.parametrize(
    ("text", "moment", "precision"),
    [
        ("2025-06-12", datetime(2025, 6, 12), "day"),
        ("20250612", datetime(2025, 6, 12), "day"),
        ("2025-06-12T14:05", datetime(2025, 6, 12, 14, 5), "minute"),
        ("2025-06-12 14:05", datetime(2025, 6, 12, 14, 5), "minute"),
        ("2025-06-12T14:05Z", datetime(2025, 6, 12, 14, 5), "minute"),
        ("2025-06-12T14:05+02:00", datetime(2025, 6, 12, 12, 5), "minute"),
        ("2025-06-12T14:05:09Z", datetime(2025, 6, 12, 14, 5, 9), "second"),
        ("2025-06-12T14:05:09+05:30", datetime(2025, 6, 12, 8, 35, 9), "second"),
        ("2025-06-12T14:05:09-03:00", datetime(2025, 6, 12, 17, 5, 9), "second"),
        (" 2025-06-12T00:00:00Z\n", datetime(2025, 6, 12), "second"),
        ("2025-06-12T14:05-03:00", datetime(2025, 6, 12, 17, 5), "minute"),
        ("20250612T140509Z", datetime(2025, 6, 12, 14, 5, 9), "second"),
        ("2025-06-12T14:05:09.731Z", datetime(2025, 6, 12, 14, 5, 9), "second"),
    ],
)
def test_iso_times_are_read_with_their_precision(text: str, moment: datetime, precision: str):
    assert parse_iso(text) == (to_micros(moment), precision)


@pytest.mark.parametrize(
    ("text", "moment", "precision"),
    [
        ("2025", datetime(2025, 1, 1), "year"),
        ("2025-06", datetime(2025, 6, 1), "month"),
        (" 2025-06\n", datetime(2025, 6, 1), "month"),
        ("2025-W23", datetime(2025, 6, 2), "week"),
        ("2025W23", datetime(2025, 6, 2), "week"),
        ("2026-W01", datetime(2025, 12, 29), "week"),
        ("2025-06-12", datetime(2025, 6, 12), "day"),
        ("2025-06-12T14:05+02:00", datetime(2025, 6, 12, 12, 5), "minute"),
    ],
)
def test_intervals_may_be_weeks_months_and_years(text: str, moment: datetime, precision: str):
    assert parse_interval(text) == (to_micros(moment), precision)
    assert floor(moment, precision) == moment


@pytest.mark.parametrize(
    "text", ["2025-13", "2025-00", "2025-W54", "2025-W00", "202506", "25-06", "2025-6", "20256", "٢٠٢٥"]
)
def test_what_only_looks_like_a_month_is_none(text: str):
    with pytest.raises(ValueError, match=f"'{text}' is not a date or time in ISO 8601"):
        parse_interval(text)


@pytest.mark.parametrize("text", ["1850", "1850-03", "2200-01", "0001", "1899-W10"])
def test_intervals_of_years_far_off_are_refused(text: str):
    with pytest.raises(ValueError, match="is not within the years 1900 to 2199"):
        parse_interval(text)


@pytest.mark.parametrize("text", ["2025", "2025-06", "2025-W23"])
def test_a_moment_is_no_week_month_or_year(text: str):
    with pytest.raises(ValueError, match="is not a date or time in ISO 8601"):
        parse_iso(text)


@pytest.mark.parametrize("text", ["", "yesterday", "12.06.2025", "2025-13-01", "2025-02-30", "1749715200", "٢٠٢٥"])
def test_what_is_no_iso_time_is_refused_with_an_example(text: str):
    with pytest.raises(ValueError, match="is not a date or time in ISO 8601, such as 2025-06-12T14:05:00Z"):
        parse_iso(text)


@pytest.mark.parametrize("text", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_years_far_off_are_refused(text: str):
    with pytest.raises(ValueError, match=f"'{text}' is not within the years 1900 to 2199"):
        parse_iso(text)


@pytest.mark.parametrize(
    ("precision", "start"),
    [
        ("second", datetime(2024, 2, 29, 13, 45, 59)),
        ("minute", datetime(2024, 2, 29, 13, 45)),
        ("hour", datetime(2024, 2, 29, 13)),
        ("day", datetime(2024, 2, 29)),
        ("week", datetime(2024, 2, 26)),
        ("month", datetime(2024, 2, 1)),
        ("year", datetime(2024, 1, 1)),
    ],
)
def test_a_moment_is_brought_to_the_start_of_its_interval(precision: str, start: datetime):
    assert floor(datetime(2024, 2, 29, 13, 45, 59, 999_999), precision) == start


@given(MOMENTS, st.sampled_from(PRECISIONS))
def test_the_start_of_an_interval_is_its_own_start(moment: datetime, precision: str):
    start = floor(moment, precision)
    assert start <= moment
    assert floor(start, precision) == start


def test_an_unknown_precision_is_refused():
    with pytest.raises(ValueError, match="no precision 'decade'"):
        floor(datetime(2024, 1, 1), "decade")
