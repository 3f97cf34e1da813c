"""When an article was published: by the input, else by a printed date, else by its age when its page was fetched.

The clock of the run is never asked: without a time of fetching an age says nothing, and a printed date must state
day, month and year.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import apache_beam as beam
from dateparser.date import DateDataParser

from schemas.records import FoundArticle, Given, SplitPage
from transforms.common.counting import count
from transforms.common.date_words import may_be_date_in
from transforms.common.times import floor, from_micros, to_micros

MOST_WARNINGS = 50
"""Warnings that are kept of a page."""
_LONGEST = 110
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[-.](\d{1,2})[-.](\d{4})(?!\d)")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/\d{2,4}(?!\d)")
_NUMBER = re.compile(r"\d+")
_TIME = re.compile(r"\d{1,2}(?:[:.]|[h時시]\s?)\d{2}(:\d{2})?")
_HALF_OF_DAY = r"(?:\s?(?i:[ap]\.?m\b\.?))?"
_FILLER = re.compile(r"\b(?:uhr|hrs?|às|klo|kl|um|at)\b\.?|[|•·]", re.IGNORECASE)
_FIRST_DIGIT = re.compile(r"\d.*")
_WORD_AND_DIGIT = re.compile(r"[^\W\d_]+\.?\s*\d.*")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)(?:[-./年년]\s?\d{1,2}[-./月월]\s?\d{1,2}[日일]?)?")
"""A year, and where month and day are numbers behind it, these."""
_CLAUSE = re.compile(rf"(?<!\d){_TIME.pattern}{_HALF_OF_DAY}[^,;()]*(?:\([^()]*\))?")
"""A time and what stands behind it, which may be its zone."""
_SEPARATOR = re.compile(r"\s*[|•·]\s*|(?<!\b\d)(?<!\b\d\d)\s+[-–—]\s+")
"""Between a date and something else. Behind a number of one or two digits a dash may be that of a span of days."""
_PARTS = 4
"""The parts of a line that are looked at: each that is no date costs time."""
_AHEAD = timedelta(days=2)
"""A page may be fetched in a zone behind that of its outlet, but not before its article was written."""

LANGUAGES = (
    "en", "de", "fr", "es", "pt", "it", "ru", "ja", "zh", "ko", "ar", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "hu",
    "ro", "bg", "el", "uk", "sr", "tr", "he", "fa", "hi", "bn", "th", "vi", "id", "hr", "ca",
)  # fmt: skip
"""What printed dates are read in; where a date means something in several, dateparser has an order of its own. Each costs
time when a line first may be a date in it."""

ZONES = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
    "AET": "Australia/Sydney", "IST": "Asia/Kolkata", "BDT": "Asia/Dhaka", "МСК": "Europe/Moscow",
}  # fmt: skip
"""What newspapers call zones by that dateparser does not know, or takes for others: ET for a zone without summer time, IST
for Israel's and BDT for Brunei's."""
_ZONED = re.compile(rf"({_TIME.pattern}{_HALF_OF_DAY})\s*\(?({'|'.join(ZONES)}|мск)\b\)?")

_STEPS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}


@lru_cache(maxsize=64)
def _parser(languages: tuple[str, ...], zone: str) -> DateDataParser:
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
    return next(filter(None, map(_read, dict.fromkeys(_readings(text)))), None)


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
    if year is None:
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


def before(moment: datetime, count: int, unit: str) -> datetime:
    """The start of the calendar interval that lies ``count`` units before the moment.

    Raises:
      OverflowError: if that is before the year 1.

    >>> before(datetime(2025, 3, 31, 10, 30, tzinfo=UTC), 1, "month").date()
    datetime.date(2025, 2, 1)
    """
    if unit in _STEPS:
        return floor(moment - count * _STEPS[unit], unit)
    months = moment.year * 12 + moment.month - 1 - count * (12 if unit == "year" else 1)
    if months < 12:
        raise OverflowError
    return floor(moment.replace(year=months // 12, month=months % 12 + 1, day=1), unit)


def published(article: FoundArticle, given: Given) -> tuple[int | None, str | None, list[str]]:
    """When the article was published, in microseconds, the precision, and warnings on what could not be read."""
    warnings: list[str] = []
    if article.article_index == 0 and given.published_at is not None:
        return given.published_at, given.published_precision, warnings
    fetched = from_micros(given.fetched_at) if given.fetched_at is not None else None
    for text in (article.date_text, article.age_text if article.age_unit is None else None):
        if not text:
            continue
        found = parse_printed(text)
        if found is None:
            warnings.append(f"date: {text[:60]!r} of article {article.article_index} states no day that can be read")
        elif fetched is not None and found[0] > fetched + _AHEAD:
            warnings.append(f"date: {text[:60]!r} of article {article.article_index} lies after the page was fetched")
        else:
            return to_micros(found[0]), found[1], warnings
    if article.age_unit is not None and article.age_count is not None:
        if fetched is None:
            warnings.append("date: ages are printed, but the time of fetching is unknown; give fetched_at or --fetched_at")
        else:
            try:
                return to_micros(before(fetched, article.age_count, article.age_unit)), article.age_unit, warnings
            except OverflowError:
                warnings.append(
                    f"date: the age {article.age_text!r} of article {article.article_index} reaches too far back"
                )
    return None, None, warnings


def date_page(page: SplitPage, default_fetched_at: int | None) -> SplitPage:
    """The page with the time of fetching that holds for it, its articles dated, and a warning for each failure."""
    given = page.given
    if given.fetched_at is None:
        given = replace(given, fetched_at=default_fetched_at)
    dated: list[FoundArticle] = []
    warnings = list(page.warnings)
    for article in page.articles:
        published_at, precision, said = published(article, given)
        dated.append(replace(article, published_at=published_at, published_precision=precision))
        warnings.extend(said)
    distinct = list(dict.fromkeys(warnings))
    if len(distinct) > MOST_WARNINGS:
        distinct[MOST_WARNINGS:] = [f"and {len(distinct) - MOST_WARNINGS} warnings more"]
    return replace(page, given=given, articles=tuple(dated), warnings=tuple(distinct))


class DateArticlesFn(beam.DoFn):
    def __init__(self, fetched_at: int | None):
        self._fetched_at = fetched_at

    def process(self, page: SplitPage) -> Iterator[SplitPage]:
        result = date_page(page, self._fetched_at)
        for article in result.articles:
            count("dates", f"articles.{article.published_precision or 'none'}")
        yield result


class DateArticles(beam.PTransform):
    """``SplitPage``s to ``SplitPage``s whose articles are dated.

    Args:
      fetched_at: when pages were fetched whose input does not say so; microseconds since 1970.
    """

    def __init__(self, fetched_at: int | None):
        super().__init__()
        self._fetched_at = fetched_at

    def expand(self, pages: beam.PCollection) -> beam.PCollection:
        return pages | beam.ParDo(DateArticlesFn(self._fetched_at))
