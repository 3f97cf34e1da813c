"""Printed dates, alone in a line or beside what else it says."""

import contextlib
import itertools
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache

from dateparser.date import DateDataParser

from transforms.common.date_words import LANGUAGES, may_be_date_in
from transforms.common.times import floor

_LONGEST = 110
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[-.](\d{1,2})[-.](\d{4})(?!\d)")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/\d{2,4}(?!\d)")
_NUMBER = re.compile(r"\d+")
_TIME = re.compile(r"\d{1,2}(?:[:.]|[h時시]\s?)\d{2}(:\d{2})?")
_HALF_OF_DAY = r"(?:\s?(?i:[ap]\.?m\b\.?))?"
_FILLER = re.compile(r"\b(?:uhr|hrs?|às|klo|kl|um|at)\b\.?|[|•·]", re.IGNORECASE)
_FIRST_DIGIT = re.compile(r"\d.*")
_WORD_AND_DIGIT = re.compile(r"[^\W\d_]+\.?\s*\d.*")
_WORD = re.compile(r"[^\W\d_]+")
_WORDS_BEFORE = 3
"""Words that a date may have before its first number: of its weekday and its month."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)(?:[-./年년]\s?\d{1,2}[-./月월]\s?\d{1,2}[日일]?)?")
"""A year, and where month and day are numbers behind it, these."""
_RUN_ON = re.compile(r"(?:\s+[^\W\d_]+){4}")
"""So many words behind a date are the rest of a sentence."""
_CLAUSE = re.compile(rf"(?<!\d){_TIME.pattern}{_HALF_OF_DAY}[^,;()]*(?:\([^()]*\))?")
"""A time and what stands behind it, which may be its zone."""
_SEPARATOR = re.compile(r"\s*[|•·]\s*|(?<!\b\d)(?<!\b\d\d)\s+[-–—]\s+")
"""Between a date and something else. Behind a number of one or two digits a dash may be that of a span of days."""
_MOST_READINGS = 8
"""Readings of a line that are tried: each that is no date may cost as much as a page."""
_PARTS = 4
"""The parts of a line that are looked at: each that is no date costs time."""

ZONES = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
    "AET": "Australia/Sydney", "IST": "Asia/Kolkata", "BDT": "Asia/Dhaka", "МСК": "Europe/Moscow",
}  # fmt: skip
"""What newspapers call zones by that dateparser does not know, or takes for others: ET for a zone without summer time, IST
for Israel's and BDT for Brunei's."""
_ZONED = re.compile(rf"({_TIME.pattern}{_HALF_OF_DAY})\s*\(?({'|'.join(ZONES)}|мск)\b\)?")


@lru_cache(maxsize=64)
def _parser(languages: tuple[str, ...], zone: str = "UTC") -> DateDataParser:
    # No locale of an earlier page decides how the next one is read: the result depends on the text alone.
    return DateDataParser(
        languages=list(languages),
        try_previous_locales=False,
        settings={
            "PARSERS": ["absolute-time"],
            "REQUIRE_PARTS": ["day", "month", "year"],
            "RETURN_AS_TIMEZONE_AWARE": True,
            "TIMEZONE": zone,
            "TO_TIMEZONE": "UTC",
            "RELATIVE_BASE": datetime(2000, 1, 1),
        },
    )


def _parse(text: str, zone: str = "UTC") -> datetime | None:
    try:
        languages = may_be_date_in(text, LANGUAGES)
        return _parser(languages, zone).get_date_data(text).date_obj if languages else None
    except Exception:  # noqa: BLE001 - dateparser raises what it likes on odd strings; there is no date in them
        return None


@lru_cache(maxsize=1 << 12)
def parse_printed(text: str) -> tuple[datetime, str] | None:
    """The start and precision of a printed date, in any language that dateparser knows; None where it states none.

    Numbers apart by dashes or full stops are day, month, year, as aggregators and most of the world print them. Apart
    by slashes they are a month and a day in one country and a day and a month in the next: 3/4/2025 is no date here.
    Where more stands in the line, it is the first date that counts; a time whose zone is unknown is none.

    >>> parse_printed("11-06-2025")
    (datetime.datetime(2025, 6, 11, 0, 0, tzinfo=datetime.timezone.utc), 'day')
    >>> parse_printed("Jane Roe | 11 June 2025, 10:00 Station Time")
    (datetime.datetime(2025, 6, 11, 0, 0, tzinfo=datetime.timezone.utc), 'day')
    """
    if len(text) > _LONGEST or len(_NUMBER.findall(text)) < 2:
        return None
    slashed = _SLASHED.search(text)
    if slashed and slashed.group(1) != slashed.group(2) and max(map(int, slashed.groups())) <= 12:
        return None
    if whole := _NUMERIC.fullmatch(text):
        day, month, year = map(int, whole.groups())
        with contextlib.suppress(ValueError):
            return (datetime(year, month, day, tzinfo=UTC), "day") if 1900 <= year < 2200 else None
    readings = itertools.islice(dict.fromkeys(_readings(text)), _MOST_READINGS)
    return next(filter(None, map(_read, readings)), None)


@lru_cache(maxsize=1 << 12)
def begins_at(line: str) -> int | None:
    """Where the date of a line begins, with its weekday; None where the line states none.

    >>> begins_at("By Jane Roe Wednesday, June 11, 2025"), begins_at("By Jane Roe")
    (12, None)
    """
    digit = _NUMBER.search(line)
    if digit is None or not (_YEAR.search(line) or _NUMERIC.search(line)) or parse_printed(line) is None:
        return None
    ends = dict.fromkeys([len(line), *map(len, _first_dates(line))])
    before = [word.start() for word in _WORD.finditer(line, 0, digit.start())][-_WORDS_BEFORE:]
    return next((start for start in (*before, digit.start()) for end in ends if _read(line[start:end])), None)


def parts_of(line: str) -> list[str]:
    """What a line above an article says one after the other: who wrote it, when, and how long it is to be read.

    >>> parts_of("By Jane Roe | 11 June 2025 · 3 min read")
    ['By Jane Roe', '11 June 2025', '3 min read']
    """
    return [part for part in _SEPARATOR.split(line) if part]


def _readings(line: str) -> Iterator[str]:
    """What may be the date in a line, and of this the likeliest first: the line, its parts, and what is left of these
    without what stands before and behind the date."""
    for text in (line, *parts_of(line)[:_PARTS]):
        yield text
        # Words before the date that no vocabulary knows go last: they may be the name of its month.
        yield from _FIRST_DIGIT.findall(text)
        for dated in _first_dates(text):
            yield from _WORD_AND_DIGIT.findall(dated)
            yield from _FIRST_DIGIT.findall(dated)


def _first_dates(text: str) -> Iterator[str]:
    """The text up to the end of its first date, with its time and without."""
    year = _YEAR.search(text)
    if year is None or _RUN_ON.match(text, year.end()):
        return
    end = year.end()
    clause = _CLAUSE.search(text)
    if clause is None:
        yield text[:end]
    elif clause.end() <= year.start():
        yield text[:end]
        yield text[: clause.start()] + text[clause.end() : end].lstrip(" ,;")
    else:
        if not _NUMBER.search(text[end : clause.start()]):
            yield text[: clause.end()]
        yield text[:end]


@lru_cache(maxsize=1 << 12)
def _read(text: str) -> tuple[datetime, str] | None:
    """The start and precision of the date that a text consists of."""
    zoned = _ZONED.search(text)
    zone = ZONES[zoned[zoned.lastindex or 0].upper()] if zoned else "UTC"
    text = _FILLER.sub(" ", _ZONED.sub(r"\1", text, count=1))
    found = _parse(_NUMERIC.sub(lambda m: f"{m.group(3)}-{int(m.group(2)):02}-{int(m.group(1)):02}", text, count=1), zone)
    if found is None or not 1900 <= found.year < 2200:
        return None
    time = _TIME.search(_NUMERIC.sub("", text))
    precision = ("second" if time.group(1) else "minute") if time else "day"
    return floor(found.astimezone(UTC), precision), precision
