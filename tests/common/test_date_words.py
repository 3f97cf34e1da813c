"""In which languages a line may be a date, beside what dateparser says when it is asked about all."""

import re
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.common.date_words import _PATTERNS, LANGUAGES, _strings, may_be_date_in, plain
from transforms.common.printed_dates import _parse, _parser


def data(language: str) -> dict[str, Any]:
    found: dict[str, Any] = import_module(f"dateparser.data.date_translation_data.{language}").info
    return found


@cache
def fragments() -> list[str]:
    """What the languages know: words, and the literal parts of patterns."""
    strings = {text for language in LANGUAGES for text in _strings(data(language)) if len(text) < 60}
    literal = (re.sub(r"\\[a-zA-Z]|[()\[\]|?*+{}^$]|\\", " ", text) for text in strings)
    return sorted({" ".join(text.split()) for text in literal} | strings)


JUNK = [
    "Take",
    "castle",
    "captain",
    "HUMANS",
    "Anna",
    "Total",
    "tampaz",
    "devetfoo",
    "parmar",
    "kasim",
    "yil",
    "i",
    "MMXXV",
    "XII",
]
GLUE = [" ", " ", ", ", ".", "-", "/", ":", "", "'", "_", " @ ", "\xa0", "\u2013", "T", " on: "]
NUMBERS = st.one_of(st.integers(0, 40), st.integers(1900, 2100), st.sampled_from([20250612, 61, 99])).map(str)
ZONES = st.sampled_from(["UTC", "GMT+2", "EST", "CAST", "+0200", "Z", "am", "p.m.", "st", "nd", "th", "Q1"])
PARTS = st.one_of(NUMBERS, NUMBERS, st.deferred(lambda: st.sampled_from(fragments())), st.sampled_from(JUNK), ZONES)
LINES = st.lists(st.tuples(PARTS, st.sampled_from(GLUE)), min_size=2, max_size=7).map(
    lambda parts: "".join(part + glue for part, glue in parts)[:80]
)


def wholly(text: str) -> datetime | None:
    try:
        return _parser(LANGUAGES).get_date_data(text).date_obj
    except Exception:  # noqa: BLE001 - as in what is tested
        return None


@settings(deadline=None, max_examples=150)
@given(LINES)
def test_a_line_is_the_date_that_it_is_when_all_languages_are_asked(line: str):
    assert _parse(line) == wholly(line)


def months(language: str) -> list[str]:
    names = ("january", "march", "may", "august", "october", "december")
    return [name for month in names for name in data(language)[month]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_s_own_dates_may_be_dates_in_it(language: str):
    for month in months(language):
        assert language in may_be_date_in(f"12 {month} 2025", LANGUAGES), month
        assert language in may_be_date_in(f"2025. {month} 12., 14:05", LANGUAGES), month


@pytest.mark.parametrize("line", ["Take 39, 2005", "Century 77 / 51 / 2005 8 : 53 HUMANS", "Captain 43, 2008", "08:12", ""])
def test_what_is_a_date_in_no_language_is_not_asked_about(line: str):
    assert may_be_date_in(line, LANGUAGES) == ()


def test_no_pattern_takes_any_word_at_all():
    """What the words of a pattern are read from has no wildcards but such as stand beside letters that are not ASCII."""
    wild = re.compile(r"\\[wSD]|\[\^|(?<!\\)\.")
    looks = re.compile(r"\(\?<?[=!](?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\[[.,]+\]")
    found = []
    for language in LANGUAGES:
        for key in _PATTERNS:
            patterns = _strings([list(p) if isinstance(p, dict) else p for p in data(language).get(key, [])])
            if key == "relative-type-regex":
                patterns = _strings(list(data(language).get(key, {}).values()))
            found += [
                pattern for pattern in map(plain, patterns) if wild.search(looks.sub("", pattern)) and pattern.isascii()
            ]
    assert found == []
