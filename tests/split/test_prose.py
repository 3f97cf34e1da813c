"""What a line is by itself."""

import pytest
from support import STORY

from transforms.split.inner import inner_kinds
from transforms.split.lines import Unit, read_units
from transforms.split.prose import is_credit, is_dateline, is_furniture, is_heading, is_link, is_prose


def unit(line: str) -> Unit:
    return read_units(line)[0]


@pytest.mark.parametrize("line", ["Advertisement", "02:17", "***", "1,234", "Show More", "3 comments", "logo", "Cookies"])
def test_furniture_is_told(line: str):
    assert is_furniture(unit(line))


@pytest.mark.parametrize("line", [STORY, "Related Articles", "Harbour Post", "Market to be rebuilt", "He paid 1,234."])
def test_what_is_no_furniture_is_not_taken_for_it(line: str):
    assert not is_furniture(unit(line))


@pytest.mark.parametrize(
    "line",
    [
        "Credit: East Coast Pictures",
        "Smoke over the harbour (AP Photo/Jane Roe)",
        "The market hall in February [Reuters]",
        "The hall on Monday (Jane Roe/East Coast)",
        "Jane Roe AFP",
        "Jane Roe for AP",
        "Jane Roe/Reuters",
        "Jane Roe / AFP",
        "Getty Images",
    ],
)
def test_a_credit_is_told(line: str):
    assert is_credit(unit(line))


@pytest.mark.parametrize(
    "line",
    [
        STORY,
        "Reuters reported on Monday that the hall would open.",
        "The treaty (2019/20)",
        "Apple in talks: Reuters",
        "Bank raises limit for UPI",
    ],
)
def test_what_is_no_credit_is_not_taken_for_it(line: str):
    assert not is_credit(unit(line))


@pytest.mark.parametrize(
    "line",
    ["11 June 2025", "Published 11 June 2025, 14:05 UTC", "11.06.2025", "2025年6月11日", "Updated at 14:05", "14:05"],
)
def test_a_dateline_is_told(line: str):
    assert is_dateline(unit(line))


@pytest.mark.parametrize("line", [STORY, "On 11 June 2025 the council met for the first time.", "Room 101", "Score 3:2"])
def test_what_is_no_dateline_is_not_taken_for_it(line: str):
    assert not is_dateline(unit(line))


def test_headings_links_and_prose_are_told():
    assert is_heading(unit("Related Articles"))
    assert is_heading(unit("Most read"))
    assert not is_heading(unit("The most read book of the year was about fish."))
    assert is_link(unit("Related article: The harbour after the fire"))
    assert not is_link(unit("Related article"))
    assert is_prose(unit(STORY))
    assert not is_prose(unit("Market to be rebuilt"))


def test_the_units_of_a_text_have_their_kinds():
    lines = [
        (STORY, "body"),
        ("What the traders say", "subheading"),
        ("He paid in coins.", "body"),
        ("Inside the market hall", "caption"),
        ("02:17", "boilerplate"),
        ("* Ferry to the islands is late again", "related_link"),
        ("The hall has three doors:", "body"),
        ("* the first of three doors", "body"),
        (STORY, "body"),
        ("1", "boilerplate"),
        ("The hall in February", "caption"),
        ("Credit: East Coast Pictures", "caption"),
        (STORY, "body"),
        ("A subheading without a text below it", "boilerplate"),
    ]
    content = [unit(line) for line, _ in lines]
    assert inner_kinds(content) == [kind for _, kind in lines]
