"""The part of a page that holds related articles."""

import pytest
from support import OTHER_STORY, STORY

from transforms.split.lines import Unit, read_units
from transforms.split.related import Zone, find_entries, label_entry, zone

ENTRY = f"Harbour Post\n2 days ago\n- Harbour Post\nBell found\n{OTHER_STORY}\n"


def units(text: str) -> list[Unit]:
    return [unit for unit in read_units(text) if not unit.blank]


def test_an_entry_begins_at_its_outlet():
    (entry,) = find_entries(units(ENTRY))
    assert (entry.start, entry.mark_at, entry.outlet, entry.strong) == (0, 1, "Harbour Post", True)


def test_an_entry_without_an_age_is_told_by_its_repeated_outlet():
    (entry,) = find_entries(units(f"Harbour Post\n- Harbour Post\nBell found\n{OTHER_STORY}\n"))
    assert (entry.start, entry.mark_at, entry.outlet, entry.strong) == (0, None, "Harbour Post", True)


def test_an_age_below_a_name_alone_is_weak():
    (entry,) = find_entries(units("Tomasz B.\n2 hours ago\nThe smell is still in the curtains.\n"))
    assert entry.strong is False


def test_an_outlet_that_ends_in_a_digit_is_cut_where_its_bullet_says():
    (entry,) = find_entries(units("Channel 93 weeks ago\n* Sport\n* Channel 9\nFinal\n"))
    assert (entry.outlet, entry.mark.text if entry.mark else None) == ("Channel 9", "3 weeks ago")


def test_the_zone_begins_at_its_heading():
    found = zone(units(f"{STORY}\nRelated Articles\n{ENTRY}"))
    assert (found.begin, [entry.start for entry in found.entries]) == (1, [2])


def test_the_zone_begins_at_its_first_entry_where_the_heading_is_gone():
    found = zone(units(f"{STORY}\n{ENTRY}"))
    assert (found.begin, [entry.start for entry in found.entries]) == (1, [1])


def test_weak_entries_without_a_heading_are_chance():
    assert zone(units(f"{STORY}\nTomasz B.\n2 hours ago\nSmells.\n")) == Zone(4, 4, ())


def test_a_heading_without_entries_is_no_zone():
    assert zone(units(f"{STORY}\nRelated Articles\nBell found off Sandness\n")) == Zone(3, 3, ())


def test_an_age_above_all_prose_is_the_main_articles_own():
    found = zone(units(f"Harbour Post\n2 days ago\n- Harbour Post\nMarket\n{STORY}\n"))
    assert found == Zone(5, 5, ())


def test_readers_comments_below_end_the_zone():
    found = zone(units(f"{STORY}\nRelated Articles\n{ENTRY}Comments\nTomasz B.\n2 hours ago\nSmells.\n"))
    assert (found.begin, found.end, len(found.entries)) == (1, 7, 1)


def test_the_parts_of_an_entry_are_labelled():
    content = units(ENTRY)
    labelled = label_entry(content, find_entries(content)[0], len(content))
    assert [labelled.kinds[at] for at in range(5)] == ["outlet", "age", "outlet", "title", "body"]
    assert (labelled.title, labelled.outlet) == ("Bell found", "Harbour Post")


def test_the_last_bullet_names_the_outlet_where_the_mark_does_not():
    content = units(f"time11-06-2025\n* Culture\n* Harbour Post\nBell found\n{OTHER_STORY}\n")
    labelled = label_entry(content, find_entries(content)[0], len(content))
    assert [labelled.kinds[at] for at in range(5)] == ["age", "boilerplate", "outlet", "title", "body"]
    assert labelled.outlet == "Harbour Post"


DATES = [
    "Jun 10", "10 Jun", "June 10, 2025", "10 June 2025", "Tue, Jun 10", "2025-06-10", "14:05", "Today, 14:05", "2 wks", "1y",
    "10. Juni 2025", "2025年6月10日",
]  # fmt: skip


@pytest.mark.parametrize("date", [*DATES, "Monday", "gestern"])
def test_what_stands_between_an_outlet_and_its_name_again_says_when(date: str):
    content = units(f"{STORY}\nHarbour Post\n{date}\n- Harbour Post\nBell found\n{OTHER_STORY}\n")
    (entry,) = find_entries(content)
    assert (entry.start, entry.mark_at, entry.outlet, entry.strong) == (1, 2, "Harbour Post", True)
    assert entry.mark
    assert entry.mark.text == date
    labelled = label_entry(content, entry, len(content))
    assert [labelled.kinds[at] for at in range(1, 6)] == ["outlet", "age", "outlet", "title", "body"]


def test_two_entries_under_dates_are_two():
    content = units("".join(f"{name}\nJun 10\n- {name}\nBell found\n{OTHER_STORY}\n" for name in ("Harbour Post", "East")))
    assert [entry.outlet for entry in find_entries(content)] == ["Harbour Post", "East"]


@pytest.mark.parametrize(
    ("lines", "bylines", "age"),
    [
        ("By Jane Roe\nJune 10, 2025", ("Jane Roe",), "June 10, 2025"),
        ("By Jane Roe · 3 hours ago", ("Jane Roe",), "3 hours ago"),
        ("Jane Roe\n3 hours ago", (), "3 hours ago"),
        ("Sport\nJun 10", (), "Jun 10"),
        ("Updated June 10, 2025", (), "June 10, 2025"),
        ("3 hours ago · Sport", (), "3 hours ago"),
        ("By Jane Roe", ("Jane Roe",), None),
        ("3 min read", (), None),
    ],
)
def test_between_the_names_may_stand_who_and_when(lines: str, bylines: tuple[str, ...], age: str | None):
    content = units(f"Harbour Post\n{lines}\n- Harbour Post\nBell found\n{OTHER_STORY}\n")
    (entry,) = find_entries(content)
    labelled = label_entry(content, entry, len(content))
    assert (labelled.outlet, labelled.title, labelled.bylines) == ("Harbour Post", "Bell found", bylines)
    assert (labelled.mark.text if labelled.mark else None) == age


@pytest.mark.parametrize(
    "lines",
    [
        f"Harbour Post\n{STORY}\n- Harbour Post\n",
        "Harbour Post\nJun 10\n- Harbour Posts\n",
        "Harbour Post\nJun 10\n* Harbour Post\n",
        "Channel 4\nJun 10\n- Channel 5\n",
        "- Harbour Post\nJun 10\n- Harbour Post\n",
        "News\nSport\nWeather\nJun 10\n- News\n",
        "News\nSport\n- News\nWeather\n",
    ],
)
def test_what_only_looks_like_a_frame_is_none(lines: str):
    assert find_entries(units(lines)) == []


@pytest.mark.parametrize(
    ("lines", "outlet", "bylines"),
    [
        ("Coastal Courier · 3 hours ago", "Coastal Courier", ()),
        ("Channel 9 | 2 days ago", "Channel 9", ()),
        ("Harbour Post · June 10, 2025\n- Harbour Post", "Harbour Post", ()),
        ("Harbour Post\nUpdated 5 mins ago", "Harbour Post", ()),
        ("The i\nUpdated 5 mins ago\n- The i", "The i", ()),
        ("Harbour Post\nBy Jane Roe\n3 hours ago", "Harbour Post", ("Jane Roe",)),
        ("Harbour Post\nBy Jane Roe · 3 hours ago", "Harbour Post", ("Jane Roe",)),
        ("By Jane Roe · 3 hours ago", None, ("Jane Roe",)),
        ("Updated 5 mins ago", None, ()),
        ("Updated 5 mins ago\n- The i", "The i", ()),
        ("Danas 5 mins ago", "Danas", ()),
        ("Time 3 days ago\n- Time", "Time", ()),
        ("De Groene Amsterdammer\n3 uur geleden", "De Groene Amsterdammer", ()),
        ("De Groene Amsterdammer · 3 uur geleden", "De Groene Amsterdammer", ()),
    ],
)
def test_an_outlet_is_its_name_and_nothing_else(lines: str, outlet: str | None, bylines: tuple[str, ...]):
    content = units(f"{lines}\nBell found\n{OTHER_STORY}\n")
    (entry,) = find_entries(content)
    labelled = label_entry(content, entry, len(content))
    assert (entry.start, labelled.outlet, labelled.title, labelled.bylines) == (0, outlet, "Bell found", bylines)
