"""Joining the lines of a wrapped paragraph."""

import pytest

from schemas.records import Span
from schemas.segments import KIND_INDEX
from transforms.common.paragraphs import article_bodies, join_wrapped


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ([], ""),
        (["one"], "one"),
        (["one", "two"], "one two"),
        (["the govern-", "ment said"], "the government said"),
        (["North-", "South talks"], "North-South talks"),
        (["it ended -", "at last"], "it ended - at last"),
        (["it ended –", "at last"], "it ended – at last"),
        (["from 3-", "4 percent"], "from 3- 4 percent"),
        (["日本銀行は", "利上げした"], "日本銀行は利上げした"),
        (["Правитель-", "ство решило"], "Правительство решило"),
    ],
)
def test_wrapped_lines_become_one(lines: list[str], joined: str):
    assert join_wrapped(lines) == joined


def test_a_body_is_the_paragraphs_and_subheadings_of_one_article():
    text = "Title\nFirst para-\ngraph.\n\nMid\nOther.\nSecond.\n"
    cut = [
        ("title", 0, "Title\n"),
        ("body", 0, "First para-\ngraph.\n"),
        ("blank", None, "\n"),
        ("subheading", 0, "Mid\n"),
        ("body", 1, "Other.\n"),
        ("body", 0, "Second.\n"),
    ]
    spans, start = [], 0
    for kind, owner, part in cut:
        spans.append(Span(KIND_INDEX[kind], owner, start, start + len(part)))
        start += len(part)
    assert start == len(text)
    assert article_bodies(text, spans) == {0: "First paragraph.\n\nMid\n\nSecond.", 1: "Other."}


ENGLISH = "The council said that it was in the interest of the town and that the loan is to run for years."


@pytest.mark.parametrize(
    ("line", "following", "joined"),
    [
        ("The govern-", "ment said", "The government said"),
        ("a long-", "term plan", "a long-term plan"),
        ("a well-", "known face", "a well-known face"),
        ("of South-", "Korea", "of South-Korea"),
        ("the Velm-", "arkers came", "the Velmarkers came"),
        ("in 2024-", "style", "in 2024-style"),
        ("die Vor-", "und Nachteile", "die Vor- und Nachteile"),
        ("from 10-", "to 12-year-olds", "from 10- to 12-year-olds"),
    ],
)
def test_a_hyphen_at_a_lines_end_stays_where_the_word_has_it(line: str, following: str, joined: str):
    assert join_wrapped([line, following], ENGLISH).startswith(joined)


def test_compounds_are_told_in_the_language_of_the_text():
    german = "Der Rat und die Verwaltung sind mit dem Bau nicht von gestern auf heute fertig."
    assert join_wrapped(["die Bundes-", "regierung"], german) == "die Bundesregierung"


def test_a_long_run_of_letters_before_a_hyphen_costs_nothing():
    assert join_wrapped(["a" * 1_000_000 + "1-", "b"], ENGLISH).endswith("1-b")
