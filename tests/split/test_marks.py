"""Ages, dates and outlets at the head of an article."""

import pytest

from transforms.split.lines import read_units
from transforms.split.marks import Mark, find_mark, is_label, mark_behind, plausible_outlet


def mark(line: str) -> Mark | None:
    return find_mark(read_units(line)[0])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("7 minutes ago", Mark(0, "7 minutes ago", True)),
        ("Reuters5 days ago", Mark(7, "5 days ago", True, glued=True)),
        ("Reuters 5 days ago", Mark(8, "5 days ago", True, glued=False)),
        ("11-06-2025", Mark(0, "11-06-2025", False)),
        ("time11-06-2025", Mark(4, "11-06-2025", False, glued=True)),
        ("Channel 4a day ago", Mark(9, "a day ago", True, glued=True)),
        ("Coastal Courier · 3 hours ago", Mark(15, "3 hours ago", True)),
        ("Coastal Courier ·3h", Mark(15, "3h", True)),
        ("Channel 9 | 2 days ago", Mark(9, "2 days ago", True)),
        ("Channel 9 / 2 days ago", Mark(9, "2 days ago", True)),
        ("The Plateau Times - 3h ago", Mark(17, "3h ago", True)),
        ("Tagesbote — vor 3 Stunden", Mark(9, "vor 3 Stunden", True)),
        ("· 3 hours ago", Mark(0, "3 hours ago", True)),
        ("Updated: 3 hours ago", Mark(9, "3 hours ago", True)),
        ("3 hours ago · Sport", Mark(0, "3 hours ago", True)),
        ("3 hours ago • 2 min read", Mark(0, "3 hours ago", True)),
    ],
)
def test_a_mark_is_found(line: str, expected: Mark):
    assert mark(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Reuters",
        "The fire broke out 5 days ago.",
        "Nobody in the old town had heard of it until the ferry sounded its horn 5 days ago",
        "1234-06-2025 11-06-20251",
        "Part 11-06-2025",
        "The market hall in Tolme, two days ago",
        "Today | Weather",
        "Tolme - 11.06.2025",
        "2 days ago - and nobody has come yet",
    ],
)
def test_no_mark_is_found(line: str):
    assert mark(line) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Reuters", True),
        ("The Coastal Courier", True),
        ("東海あさひ", True),
        ("", False),
        ("12345", False),
        ("Really not?", True),
        ("He said:", False),
        ("a b c d e f g h i", False),
        ("x" * 61, False),
    ],
)
def test_a_name_is_plausible_for_an_outlet(name: str, expected: bool):
    assert plausible_outlet(name) is expected


@pytest.mark.parametrize("name", ["time", "Clock", "Updated", "Published on", "Aktualisiert", "Mis à jour :"])
def test_the_name_of_a_picture_and_what_was_done_are_labels(name: str):
    assert is_label(name)


@pytest.mark.parametrize("name", ["Reuters", "Time Out", "Danas", "Dnes", "Updated Kitchens", ""])
def test_a_paper_is_no_label_even_if_its_name_is_a_day(name: str):
    assert not is_label(name)


@pytest.mark.parametrize("rest", ["", " Online", " · ", " · Sport"])
def test_behind_a_known_name_stands_no_date_without_a_number(rest: str):
    assert mark_behind(f"Harbour Post{rest}", "Harbour Post") is None
