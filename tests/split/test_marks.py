"""Ages, dates and outlets at the head of an article."""

import pytest

from transforms.split.lines import read_units
from transforms.split.marks import Mark, find_mark, is_icon, plausible_outlet


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


def test_the_name_of_a_picture_is_an_icon():
    assert [is_icon(name) for name in ("time", "Clock", "Reuters")] == [True, True, False]
