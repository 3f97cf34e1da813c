"""Times as integers, microseconds since 1970 UTC, and the calendar intervals that a precision means."""

import re
from datetime import UTC, date, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS = range(1900, 2200)
_ISO = re.compile(
    r"(?:\d{4}-\d{2}-\d{2}|\d{8})"
    r"(?:[T ](\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9})?)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)
_LONG = re.compile(r"\d{4}(?:-(?P<month>\d{2})|-?(?P<week>W\d{2}))?", re.ASCII)
"""A year, or a month or a week of one."""


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970; a time without a zone is taken for UTC.

    >>> to_micros(datetime(1970, 1, 2))
    86400000000
    """
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def parse_iso(text: str) -> tuple[int, str]:
    """The start of the interval that an ISO 8601 date or time names, and its length.

    Raises:
      ValueError: if it is none, or outside of the years 1900 to 2199.

    >>> parse_iso("1970-01-01T00:01-05:00"), parse_iso("1970-01-02")
    ((18060000000, 'minute'), (86400000000, 'day'))
    """
    stripped = text.strip()
    form = _ISO.fullmatch(stripped)
    try:
        if form is None:
            raise ValueError
        micros = to_micros(datetime.fromisoformat(stripped).replace(microsecond=0))
    except (ValueError, OverflowError):
        raise ValueError(f"{text[:80]!r} is not a date or time in ISO 8601, such as 2025-06-12T14:05:00Z") from None
    if int(stripped[:4]) not in _YEARS:
        raise ValueError(f"{text[:80]!r} is not within the years {_YEARS[0]} to {_YEARS[-1]}")
    hour, minute, second = form.groups()
    return micros, "second" if second else "minute" if minute else "hour" if hour else "day"


def parse_interval(text: str) -> tuple[int, str]:
    """The start of the interval that an ISO 8601 date or time names, and its length: also of a week, a month, a year.

    Raises:
      ValueError: if it is none, or outside of the years 1900 to 2199.

    >>> parse_interval("1970-02"), parse_interval("1970-W02"), parse_interval("1970")
    ((2678400000000, 'month'), (345600000000, 'week'), (0, 'year'))
    """
    stripped = text.strip()
    form = _LONG.fullmatch(stripped)
    if form is None:
        return parse_iso(text)
    if form["week"]:
        first, precision = f"{stripped[:4]}-{form['week']}-1", "week"
    else:
        first, precision = f"{stripped[:4]}-{form['month'] or '01'}-01", "month" if form["month"] else "year"
    try:
        day = date.fromisoformat(first)
    except ValueError:
        return parse_iso(text)  # which says what it is not
    return parse_iso(day.isoformat())[0], precision


def floor(moment: datetime, precision: str) -> datetime:
    """The start of the calendar interval of that length in which the moment lies; weeks begin on Monday.

    >>> floor(datetime(2025, 6, 12, 14, 5), "week")
    datetime.datetime(2025, 6, 9, 0, 0)
    """
    if precision == "second":
        return moment.replace(microsecond=0)
    if precision == "minute":
        return moment.replace(second=0, microsecond=0)
    if precision == "hour":
        return moment.replace(minute=0, second=0, microsecond=0)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if precision == "day":
        return day
    if precision == "week":
        return day - timedelta(days=day.weekday())
    if precision == "month":
        return day.replace(day=1)
    if precision == "year":
        return day.replace(month=1, day=1)
    raise ValueError(f"no precision {precision!r}")
