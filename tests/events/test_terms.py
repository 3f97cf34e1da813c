"""An article as its most telling words."""

import pytest
from support import STORY

from transforms.events.terms import _WORTH, TERMS, background, telling_terms, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mayor's office", ["the", "mayor", "office"]),
        ("The mayor’s office", ["the", "mayor", "office"]),
        ("U.S. a 7 42 3.25", ["us", "42", "3.25"]),
        ("... – !", []),
        ("日本銀行", ["日本", "本銀", "銀行"]),
        ("日銀 NHK", ["日銀", "nhk"]),
    ],
)
def test_a_text_is_cut_into_terms(text: str, expected: list[str]):
    assert sorted(tokens(text)) == sorted(expected)


def test_whatever_python_takes_for_a_letter_or_a_number_makes_a_term():
    assert all(_WORTH.match(char) for char in map(chr, range(0x110000)) if char.isalnum())


def test_common_words_are_likely_in_any_article_and_names_are_not():
    assert background("en")["the"] > 0.9
    assert background("en")["aldersby"] < background("en")["1999"] < 0.01


def test_a_language_without_a_word_list_knows_no_common_words():
    assert background("xx")["the"] == background(None)["the"] == background("en")["aldersby"]


def test_the_most_telling_terms_are_those_of_the_matter_in_order():
    found, particular = telling_terms("Aldersby market to be rebuilt", STORY, "en")
    terms = [term for term, _ in found]
    assert {"aldersby", "market", "fairground"} <= set(terms)
    named, others = terms[:particular], terms[particular:]
    assert (named, others) == (sorted(named), sorted(others))
    assert "aldersby" in named
    assert {"market", "fairground"} <= set(others)


def test_terms_count_four_times_in_the_headline_and_twice_in_the_lead():
    body = "Aldersby " + "and so it went on " * 30 + "Orsund"
    counts = dict(telling_terms("Ferry ferry", body, "en")[0])
    assert (counts["ferry"], counts["aldersby"], counts["orsund"]) == (8, 2, 1)


def test_a_long_article_keeps_a_bounded_number_of_terms():
    found, _ = telling_terms(None, " ".join(f"word{n}x" for n in range(1000)), "en")
    assert len(found) == TERMS


def test_an_empty_article_has_no_terms():
    assert telling_terms(None, "", None) == ([], 0)
