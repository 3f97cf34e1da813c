"""An article as its most telling words."""

import pytest
from support import STORY

from transforms.events.terms import TERMS, background, clean_label, telling_terms, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mayor's office", ["the", "mayor", "office"]),
        ("The mayor’s office", ["the", "mayor", "office"]),
        ("U.S. a 7 42", ["us", "42"]),
        ("... – !", []),
        ("日本銀行", ["日本", "本銀", "銀行"]),
        ("日銀 NHK", ["日銀", "nhk"]),
    ],
)
def test_a_text_is_cut_into_terms(text: str, expected: list[str]):
    assert sorted(tokens(text)) == sorted(expected)


def test_common_words_are_likely_in_any_article_and_names_are_not():
    assert background("the", "en") > 0.9
    assert background("aldersby", "en") < 0.001
    assert background("aldersby", "en") < background("1999", "en") < 0.01


def test_a_language_without_a_word_list_knows_no_common_words():
    assert background("the", "xx") == background("the", None) == background("aldersby", "en")


def test_the_most_telling_terms_are_those_of_the_matter():
    terms = [term for term, _, _ in telling_terms("Aldersby market to be rebuilt", STORY, "en")]
    assert {"aldersby", "market", "fairground"} <= set(terms)
    assert terms == sorted(terms)


def test_terms_of_the_headline_count_twice():
    counts = {term: number for term, number, _ in telling_terms("Ferry ferry", "The ferry sank off Aldersby.", "en")}
    assert (counts["ferry"], counts["aldersby"]) == (5, 1)


def test_a_long_article_keeps_a_bounded_number_of_terms():
    body = " ".join(f"word{n}x" for n in range(1000))
    assert len(telling_terms(None, body, "en")) == TERMS


def test_an_empty_article_has_no_terms():
    assert telling_terms(None, "", None) == []


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("Fire at harbour - Harbour Post", "Fire at harbour"),
        ("Fire at harbour | HARBOUR POST", "Fire at harbour"),
        ("Fire at harbour - the long night", "Fire at harbour - the long night"),
        ("Harbour Post", "Harbour Post"),
    ],
)
def test_the_outlet_behind_a_headline_is_no_part_of_a_label(title: str, label: str):
    assert clean_label(title, frozenset({"harbour post"})) == label
