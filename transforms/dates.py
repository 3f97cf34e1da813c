"""When an article was published: by the input, else by a printed date, else by its age when its page was fetched.

The clock of the run is never asked: without a time of fetching an age says nothing, and a printed date must state
day, month and year.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import apache_beam as beam

from schemas.records import FoundArticle, Given, SplitPage
from transforms.common.counting import count
from transforms.common.printed_dates import parse_printed
from transforms.common.times import floor, from_micros, to_micros

MOST_WARNINGS = 50
"""Warnings that are kept of a page."""
_AHEAD = timedelta(days=2)
"""A page may be fetched in a zone behind that of its outlet, but not before its article was written."""

_STEPS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}


def before(moment: datetime, count: int, unit: str) -> datetime:
    """The start of the calendar interval that lies ``count`` units before the moment.

    Raises:
      OverflowError: if that is before the year 1.

    >>> before(datetime(2025, 3, 31, 10, 30), 1, "month").date()
    datetime.date(2025, 2, 1)
    """
    if unit in _STEPS:
        return floor(moment - count * _STEPS[unit], unit)
    months = moment.year * 12 + moment.month - 1 - count * (12 if unit == "year" else 1)
    if months < 12:
        raise OverflowError
    return floor(moment.replace(year=months // 12, month=months % 12 + 1, day=1), unit)


def _by_input(article: FoundArticle, given: Given) -> tuple[int | None, str | None]:
    """The input's date of the main article; the day that the page prints where that lies in the input's week or longer."""
    if given.published_precision in ("week", "month", "year") and given.published_at is not None:
        for text in _printed(article):
            found = parse_printed(text)
            ahead = found and given.fetched_at is not None and found[0] > from_micros(given.fetched_at) + _AHEAD
            if found and not ahead and to_micros(floor(found[0], given.published_precision)) == given.published_at:
                return to_micros(found[0]), found[1]
    return given.published_at, given.published_precision


def _printed(article: FoundArticle) -> list[str]:
    """What the page prints as the article's date."""
    return [text for text in (article.date_text, article.age_text if article.age_unit is None else None) if text]


def published(article: FoundArticle, given: Given) -> tuple[int | None, str | None, list[str]]:
    """When the article was published, in microseconds, the precision, and warnings on what could not be read."""
    warnings: list[str] = []
    if article.article_index == 0 and given.published_at is not None:
        return *_by_input(article, given), warnings
    fetched = from_micros(given.fetched_at) if given.fetched_at is not None else None
    for text in _printed(article):
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
