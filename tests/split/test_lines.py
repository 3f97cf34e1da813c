"""Paragraphs and single lines."""

import itertools
import re
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import OTHER_STORY, STORY

from transforms.split.lines import _single_spaced, ends_sentence, read_lines, read_units, word_estimate, wrap_width

LONG = f"{STORY} {OTHER_STORY}"


def texts(text: str) -> list[str]:
    return [unit.text for unit in read_units(text)]


@given(st.text(alphabet="ab .\n\t\u3000", max_size=80))
def test_lines_tile_the_text(text: str):
    lines, starts = read_lines(text)
    assert [text[start:end] for start, end in itertools.pairwise(starts)] == re.findall("[^\n]*\n|[^\n]+", text)
    assert lines == [text[start:end].strip() for start, end in itertools.pairwise(starts)]
    assert (starts[0], starts[-1]) == (0, len(text))


@given(st.text(st.characters(exclude_categories=[]) | st.sampled_from(" \t\xa0\u3000\x85\x1c\u2028ab")))
def test_the_spaces_of_a_line_become_one_each(line: str):
    assert _single_spaced(line.strip()) == " ".join(line.split())


def test_of_all_spaces_the_one_of_ascii_is_printable():
    assert [char for char in map(chr, range(0x110000)) if char.isspace() and char.isprintable()] == [" "]


def test_blank_lines_run_together_and_others_stay_apart():
    assert texts("one\n\n \n\ntwo\nthree\n") == ["one", "", "two", "three"]


def test_a_page_of_nothing_has_no_units():
    assert texts("") == []


def test_a_last_line_without_a_line_end_is_a_unit():
    assert texts("one\ntwo") == ["one", "two"]


@pytest.mark.parametrize("columns", [40, 72, 95])
def test_a_hard_wrapped_paragraph_is_one_unit(columns: int):
    wrapped = textwrap.fill(LONG, columns)
    assert wrap_width(wrapped.split("\n")) in range(columns - 12, columns + 1)
    assert texts(f"{wrapped}\n\n{wrapped}\n") == [LONG, "", LONG]


def test_hyphens_at_line_ends_are_the_wraps_where_the_joined_word_is_likelier():
    lines = [
        "The council of Aldersby voted on Thursday even-",
        "ing to rebuild the covered market, which a storm",
        "had stripped of its roof in the early hours of a",
        "February day, and to keep the traders in a tent-",
        "like hall.",
    ]
    (unit,) = read_units("\n".join(lines))
    assert unit.text.startswith("The council of Aldersby voted on Thursday evening to rebuild")
    assert unit.text.endswith("to keep the traders in a tent-like hall.")


def test_a_list_of_short_lines_is_not_a_paragraph():
    menu = "Home\nNews\nSport\nWeather\nOn demand\nSign in\n"
    assert wrap_width(menu.split("\n")) is None
    assert texts(menu) == ["Home", "News", "Sport", "Weather", "On demand", "Sign in"]


def test_long_lines_are_paragraphs_by_themselves():
    assert texts(f"{STORY}\n{OTHER_STORY}\n") == [STORY, OTHER_STORY]


def test_a_bulleted_line_begins_a_unit_of_its_own():
    wrapped = textwrap.fill(LONG, 60)
    assert texts(f"{wrapped}\n\n* Business\n* Harbour Post\n")[-2:] == ["* Business", "* Harbour Post"]


def test_a_headline_printed_twice_is_two_units():
    wrapped = textwrap.fill(LONG, 60)
    headline = "Council votes to rebuild the covered market of Aldersby now"
    assert texts(f"{headline}\n{headline}\n\n{wrapped}\n")[:2] == [headline, headline]


def test_a_clock_mark_is_a_clock_mark():
    assert [unit.is_clock for unit in read_units("02:17\n1:02:17\n2:17 pm\n14:05 Uhr\n")] == [True, True, False, False]


@pytest.mark.parametrize(("line", "expected"), [("12,345", True), ("***", True), ("_", True), ("5 a", False), ("", True)])
def test_a_line_without_letters_is_told(line: str, expected: bool):
    units = read_units(line or "\n")
    assert units[0].no_letters is expected


@pytest.mark.parametrize(("text", "expected"), [("one two three", 3), ("東京都", 2), ("東京都庁", 2), ("word", 1)])
def test_length_is_estimated_in_words(text: str, expected: int):
    assert word_estimate(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It ended.", True),
        ("He said: “It ended.”", True),
        ("Really?!", True),
        ("終わった。", True),
        ("「終わった。」", True),
        ("समाप्त।", True),
        ("And so on…", True),
        ("A headline", False),
        ("He said:", False),
        ("3.5", False),
    ],
)
def test_the_end_of_a_sentence_is_told(text: str, expected: bool):
    assert ends_sentence(text) is expected


HEADLINES = st.text(st.sampled_from("aAéÉ 1２ﬁ’'½¨\u0301ß") | st.characters(), max_size=50)


@given(HEADLINES, HEADLINES, HEADLINES)
def test_two_printings_of_a_headline_are_told_as_their_whole_keys_tell_them(common: str, one: str, other: str):
    units = [unit for text in (f"{common} {one}", f"{common} {other}") for unit in read_units(text) if not unit.blank]
    for left, right in itertools.product(units, repeat=2):
        assert left.reprints(right) is (left.key == right.key)
