"""When an article was published: the input's word, a printed date, or an age before the page was fetched."""

from datetime import UTC, datetime, timedelta

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to
from hypothesis import given
from hypothesis import strategies as st
from support import OTHER_STORY, STORY, make_article

from schemas.records import FoundArticle, Given, SplitPage
from transforms.common.printed_dates import parse_printed
from transforms.common.times import to_micros
from transforms.dates import DateArticles, before, date_page, published
from transforms.split.page import split_page

FETCHED = datetime(2025, 6, 12, 14, 5, 30, tzinfo=UTC)


def page(*articles: FoundArticle, given: Given = Given(), warnings: tuple[str, ...] = ()) -> SplitPage:  # noqa: B008
    return SplitPage("p1", "a.txt", given, 0, b"", "utf-8", (), warnings, "general", "", (), articles)


def fetched(**fields: object) -> Given:
    return Given(fetched_at=to_micros(FETCHED), **fields)


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("11-06-2025", datetime(2025, 6, 11), "day"),
        ("03.04.2025", datetime(2025, 4, 3), "day"),
        ("3.4.2025", datetime(2025, 4, 3), "day"),
        ("2025-06-11", datetime(2025, 6, 11), "day"),
        ("11 June 2025", datetime(2025, 6, 11), "day"),
        ("June 11, 2025", datetime(2025, 6, 11), "day"),
        ("Wednesday, 11 June 2025", datetime(2025, 6, 11), "day"),
        ("11 June 2025, 14:05 UTC", datetime(2025, 6, 11, 14, 5), "minute"),
        ("11 June 2025 14:05:09", datetime(2025, 6, 11, 14, 5, 9), "second"),
        ("11 June 2025, 14:05 +0200", datetime(2025, 6, 11, 12, 5), "minute"),
        ("11. Juni 2025, 14:05 Uhr", datetime(2025, 6, 11, 14, 5), "minute"),
        ("11 juin 2025", datetime(2025, 6, 11), "day"),
        ("11 de junio de 2025", datetime(2025, 6, 11), "day"),
        ("11 giugno 2025", datetime(2025, 6, 11), "day"),
        ("11 июня 2025", datetime(2025, 6, 11), "day"),
        ("11 czerwca 2025", datetime(2025, 6, 11), "day"),
        ("2025年6月11日", datetime(2025, 6, 11), "day"),
        ("2025년 6월 11일", datetime(2025, 6, 11), "day"),
        ("29-02-2024", datetime(2024, 2, 29), "day"),
    ],
)
def test_a_printed_date_is_read_with_its_precision(text: str, expected: datetime, precision: str):
    assert parse_printed(text) == (expected.replace(tzinfo=UTC), precision)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "3 days ago",
        "June 2025",
        "2025",
        "14:05",
        "Monday",
        "11 June",
        "31-02-2025",
        "32-01-2025",
        "29-02-2025",
        "11-06-0025",
        "11-06-9999",
        "no date at all",
        "x" * 81,
    ],
)
def test_what_states_no_day_is_no_date(text: str):
    assert parse_printed(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Jane Marlow | 6 June 2025", 6),
        ("Jane Marlow June 6, 2025", 6),
        ("Jane Marlow - June 6, 2025", 6),
        ("Jane Marlow on Friday, June 6, 2025", 6),
        ("Jane Marlow • June 6, 2025", 6),
        ("Jana Marlo, 6. Juni 2025", 6),
        ("June 6, 2025 · 3 min read", 6),
        ("3 min read · June 6, 2025", 6),
        ("06.06.2025 | Lesedauer: 3 Minuten", 6),
        ("2025年6月6日 記者 王小明", 6),
        ("6 June 2025, updated 7 June 2025", 6),
        ("3 - 5 June 2025", 3),
    ],
)
def test_a_date_is_read_beside_something_else(text: str, day: int):
    assert parse_printed(text) == (datetime(2025, 6, day, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    "text",
    [
        "June 2025 | 3 min read",
        "June 2025, 3 min read",
        "Jane Marlow June 2025",
        "Page 3 of 2025",
        "In 2025, 40 of 60 seats",
        "Am 6. Juni 2025 beginnt der Umbau der Brücke",
        "Jane Marlow | 3/4/2025",
        "3 to 5 June 2025",
    ],
)
def test_what_states_no_day_beside_something_else_is_no_date(text: str):
    assert parse_printed(text) is None


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("06:00, 6 June 2025 | UPDATED: 12:00, 7 June 2025", 6, 0),
        ("6 juin 2025 à 10h00, mis à jour le 7 juin 2025 à 12h00", 10, 0),
        ("2025. június 6. 10:00", 10, 0),
        ("06 June 2025, 10:00 AM IST", 4, 30),
        ("6 June 2025, 6:00 am ET", 10, 0),
        ("June 6, 2025 6:00 a.m. (ET) | 3 min read", 10, 0),
        ("6:00 am ET, June 6, 2025", 10, 0),
        ("6 June 2025, 10:00 EST", 15, 0),
        ("6 June 2025, 10:00 CT", 15, 0),
        ("6 June 2025, 10:00 MT", 16, 0),
        ("6 June 2025, 10:00 PT", 17, 0),
        ("6 June 2025, 10:00 AET", 0, 0),
        ("6 June 2025, 10:00 BST", 9, 0),
        ("6 June 2025, 10:00 BDT", 4, 0),
        ("6 июня 2025, 10:00 МСК", 7, 0),
        ("6 июня 2025, 10:00 мск", 7, 0),
    ],
)
def test_a_printed_time_is_that_of_its_zone(text: str, hour: int, minute: int):
    assert parse_printed(text) == (datetime(2025, 6, 6, hour, minute, tzinfo=UTC), "minute")


def test_a_zone_has_its_winter_time_in_winter():
    assert parse_printed("6 January 2025, 6:00 am ET") == (datetime(2025, 1, 6, 11, tzinfo=UTC), "minute")


@pytest.mark.parametrize(
    "text",
    ["6 June 2025, 10:00 XYZ", "10:00 XYZ, 6 June 2025", "6 июня 2025, 10:00 по местному времени", "2025-06-06 10:00 XYZ"],
)
def test_of_a_time_in_an_unknown_zone_the_day_is_kept(text: str):
    assert parse_printed(text) == (datetime(2025, 6, 6, tzinfo=UTC), "day")


def test_letters_that_are_no_zone_behind_a_time_are_none():
    assert parse_printed("ET, 6 June 2025 10:00") != parse_printed("6 June 2025 10:00 ET")


def test_numbers_that_can_only_be_month_and_day_are_read_so():
    assert parse_printed("11-13-2025") == (datetime(2025, 11, 13, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    ("count", "unit", "expected"),
    [
        (0, "second", datetime(2025, 6, 12, 14, 5, 30)),
        (45, "second", datetime(2025, 6, 12, 14, 4, 45)),
        (7, "minute", datetime(2025, 6, 12, 13, 58)),
        (20, "hour", datetime(2025, 6, 11, 18)),
        (0, "day", datetime(2025, 6, 12)),
        (12, "day", datetime(2025, 5, 31)),
        (1, "week", datetime(2025, 6, 2)),
        (3, "week", datetime(2025, 5, 19)),
        (1, "month", datetime(2025, 5, 1)),
        (6, "month", datetime(2024, 12, 1)),
        (18, "month", datetime(2023, 12, 1)),
        (1, "year", datetime(2024, 1, 1)),
        (25, "year", datetime(2000, 1, 1)),
    ],
)
def test_an_age_is_the_start_of_the_interval_so_long_ago(count: int, unit: str, expected: datetime):
    assert before(FETCHED, count, unit) == expected.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "count", "unit", "expected"),
    [
        (datetime(2025, 3, 31), 1, "month", datetime(2025, 2, 1)),
        (datetime(2024, 2, 29), 1, "year", datetime(2023, 1, 1)),
        (datetime(2024, 3, 1), 1, "day", datetime(2024, 2, 29)),
        (datetime(2025, 1, 31), 12, "month", datetime(2024, 1, 1)),
        (datetime(2025, 1, 1, 0, 30), 1, "hour", datetime(2024, 12, 31, 23)),
        (datetime(2025, 1, 1), 1, "week", datetime(2024, 12, 23)),
    ],
)
def test_ages_reach_over_the_ends_of_months_and_years(moment: datetime, count: int, unit: str, expected: datetime):
    assert before(moment.replace(tzinfo=UTC), count, unit) == expected.replace(tzinfo=UTC)


@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2199, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 900),
    st.sampled_from(["second", "minute", "hour", "day", "week", "month"]),
)
def test_a_greater_age_is_never_later(moment: datetime, count: int, unit: str):
    assert before(moment, count + 1, unit) < before(moment, count, unit) <= moment


@pytest.mark.parametrize(("count", "unit"), [(9999, "year"), (2025, "year"), (10**6, "week"), (30_000, "month")])
def test_an_age_that_reaches_before_the_calendar_overflows(count: int, unit: str):
    with pytest.raises(OverflowError):
        before(FETCHED, count, unit)


# What stands above what.


def test_the_inputs_date_stands_above_all_of_the_main_article():
    said = fetched(published_at=5, published_precision="minute")
    main = make_article(date_text="11 June 2025", age_text="2 days ago", age_count=2, age_unit="day")
    assert published(main, said) == (5, "minute", [])


def test_the_inputs_date_says_nothing_of_a_related_article():
    related = make_article(article_index=1, role="related", age_text="2 days ago", age_count=2, age_unit="day")
    said = fetched(published_at=5, published_precision="minute")
    assert published(related, said) == (to_micros(datetime(2025, 6, 10)), "day", [])


def test_a_printed_date_stands_above_an_age():
    main = make_article(date_text="11 June 2025, 14:05", age_text="2 days ago", age_count=2, age_unit="day")
    assert published(main, fetched()) == (to_micros(datetime(2025, 6, 11, 14, 5)), "minute", [])


def test_a_printed_date_that_cannot_be_read_gives_way_to_the_age_and_is_told():
    main = make_article(date_text="Juneteenth", age_text="2 days ago", age_count=2, age_unit="day")
    micros, precision, warnings = published(main, fetched())
    assert (micros, precision) == (to_micros(datetime(2025, 6, 10)), "day")
    assert warnings == ["date: 'Juneteenth' of article 0 states no day that can be read"]


def test_a_date_in_the_place_of_an_age_is_a_date():
    related = make_article(article_index=2, role="related", age_text="11-06-2025")
    assert published(related, Given()) == (to_micros(datetime(2025, 6, 11)), "day", [])


@pytest.mark.parametrize("text", ["June 10, 2025", "10 June 2025", "2025-06-10"])
def test_a_date_between_the_names_of_an_outlet_dates_its_article(text: str):
    page = f"{STORY}\nRelated Articles\nHarbour Post\n{text}\n- Harbour Post\nBell found\n{OTHER_STORY}\n"
    assert published(split_page(page).articles[1], fetched()) == (to_micros(datetime(2025, 6, 10)), "day", [])


@pytest.mark.parametrize("text", ["Jun 10", "Monday", "Yesterday at 14:05", "2 wks"])
def test_what_states_no_day_between_the_names_of_an_outlet_is_told(text: str):
    page = f"{STORY}\nRelated Articles\nHarbour Post\n{text}\n- Harbour Post\nBell found\n{OTHER_STORY}\n"
    warning = f"date: {text!r} of article 1 states no day that can be read"
    assert published(split_page(page).articles[1], fetched()) == (None, None, [warning])


def test_a_date_after_the_page_was_fetched_is_not_believed():
    micros, precision, warnings = published(make_article(date_text="15 June 2025"), fetched())
    assert (micros, precision) == (None, None)
    assert warnings == ["date: '15 June 2025' of article 0 lies after the page was fetched"]


def test_a_date_of_tomorrow_may_come_from_another_zone():
    assert published(make_article(date_text="13 June 2025"), fetched())[0] == to_micros(datetime(2025, 6, 13))


def test_an_age_without_a_time_of_fetching_is_a_warning_and_no_date():
    main = make_article(age_text="2 days ago", age_count=2, age_unit="day")
    assert published(main, Given()) == (
        None,
        None,
        ["date: ages are printed, but the time of fetching is unknown; give fetched_at or --fetched_at"],
    )


def test_an_age_that_reaches_too_far_back_is_a_warning():
    main = make_article(age_text="9999 years ago", age_count=9999, age_unit="year")
    assert published(main, fetched()) == (
        None,
        None,
        ["date: the age '9999 years ago' of article 0 reaches too far back"],
    )


def test_an_article_that_prints_nothing_has_no_date_and_no_warning():
    assert published(make_article(), fetched()) == (None, None, [])


def test_the_default_time_of_fetching_holds_where_the_input_gives_none():
    aged = make_article(age_text="an hour ago", age_count=1, age_unit="hour")
    default = to_micros(datetime(2024, 1, 1))
    assert date_page(page(aged), default).given.fetched_at == default
    assert date_page(page(aged), default).articles[0].published_at == to_micros(datetime(2023, 12, 31, 23))
    assert date_page(page(aged, given=fetched()), default).given.fetched_at == to_micros(FETCHED)


def test_a_warning_is_given_once_a_page_behind_those_that_it_has():
    aged = [make_article(article_index=n, age_text="an hour ago", age_count=1, age_unit="hour") for n in range(3)]
    assert date_page(page(*aged, warnings=("url: odd",)), None).warnings == (
        "url: odd",
        "date: ages are printed, but the time of fetching is unknown; give fetched_at or --fetched_at",
    )


def odd_dates(count: int) -> list[FoundArticle]:
    return [make_article(article_index=n, date_text="Juneteenth") for n in range(count)]


def test_fifty_warnings_of_a_page_are_kept():
    warnings = date_page(page(*odd_dates(50)), None).warnings
    assert len(warnings) == 50
    assert warnings[-1] == "date: 'Juneteenth' of article 49 states no day that can be read"


def test_of_more_warnings_the_number_is_told():
    warnings = date_page(page(*odd_dates(70), warnings=("url: odd",)), None).warnings
    assert (len(warnings), warnings[0]) == (51, "url: odd")
    assert warnings[-1] == "and 21 warnings more"


def test_pages_are_dated_in_a_pipeline():
    aged = page(make_article(age_text="a day ago", age_count=1, age_unit="day"))
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        dated = pipeline | beam.Create([aged]) | DateArticles(to_micros(FETCHED))
        expected = to_micros(FETCHED.replace(hour=0, minute=0, second=0) - timedelta(days=1))
        assert_that(dated | beam.Map(lambda p: p.articles[0].published_at), equal_to([expected]))


@pytest.mark.parametrize(
    ("start", "precision", "printed", "expected"),
    [
        (datetime(2025, 6, 1), "month", "11 June 2025", (datetime(2025, 6, 11), "day")),
        (datetime(2025, 1, 1), "year", "11 June 2025, 14:05 UTC", (datetime(2025, 6, 11, 14, 5), "minute")),
        (datetime(2025, 6, 9), "week", "11 June 2025", (datetime(2025, 6, 11), "day")),
        (datetime(2025, 5, 1), "month", "11 June 2025", (datetime(2025, 5, 1), "month")),
        (datetime(2024, 1, 1), "year", "11 June 2025", (datetime(2024, 1, 1), "year")),
        (datetime(2025, 6, 1), "month", "3/4/2025", (datetime(2025, 6, 1), "month")),
        (datetime(2025, 6, 1), "month", None, (datetime(2025, 6, 1), "month")),
        (datetime(2025, 6, 11), "day", "11 June 2025, 14:05 UTC", (datetime(2025, 6, 11), "day")),
    ],
)
def test_the_page_may_say_which_day_of_the_input_s_month_it_was(
    start: datetime, precision: str, printed: str | None, expected: tuple[datetime, str]
):
    said = Given(published_at=to_micros(start), published_precision=precision)
    found = published(make_article(date_text=printed), said)
    assert found == (to_micros(expected[0]), expected[1], [])
