"""Words, counts of words, and the form in which two texts are compared."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.common import words as words_module
from transforms.common.words import is_unspaced, normalised, word_count, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  ... – !", []),
        ("one two", ["one", "two"]),
        ("don't", ["don't"]),
        ("don’t", ["don’t"]),
        ("'quoted'", ["quoted"]),
        ("3.14 and 1,000.", ["3.14", "and", "1,000"]),
        ("U.S. law", ["U.S", "law"]),
        ("e-mail", ["e", "mail"]),
        ("12:30", ["12", "30"]),
        ("naïve café", ["naïve", "café"]),
        ("cafe\u0301 noir", ["cafe\u0301", "noir"]),
        ("東京 2025年", ["東", "京", "2025", "年"]),
        ("ラーメン", ["ラ", "ー", "メ", "ン"]),
        ("서울 시장", ["서울", "시장"]),
        ("Москва слезам", ["Москва", "слезам"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("a🎉b", ["a", "b"]),
    ],
)
def test_text_is_cut_into_words(text: str, expected: list[str]):
    assert words(text) == expected


def test_ascii_and_other_text_are_cut_by_the_same_rules():
    text = "The U.S. Navy's 3,000-ton ship (built in 1999: see p.12) can't sail at 12:30."
    assert [*words(text), "é"] == words(text + " é")


def test_characters_of_unspaced_scripts_are_counted_as_words():
    assert word_count("日本銀行は利上げ") == 8


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bank of Japan", False),
        ("日本銀行", True),
        ("AI 日本銀行は", True),
        ("", False),
        ("123", False),
        ("한국은행", False),
    ],
)
def test_a_text_is_unspaced_if_its_letters_are(text: str, expected: bool):
    assert is_unspaced(text) is expected


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("“Wait” – now!", '"wait" - NOW'),
        ("one\n\ntwo", "one two."),
        ("ＡＢＣ１２", "abc12"),
        ("Don’t", "don't"),
        ("STRASSE", "straße"),
        ("cafe\u0301", "café"),
    ],
)
def test_spellings_of_one_text_compare_equal(left: str, right: str):
    assert normalised(left) == normalised(right)


def test_different_numbers_do_not_compare_equal():
    assert normalised("rate of 3.25 percent") != normalised("rate of 3.5 percent")


LETTERS = st.characters(max_codepoint=0x24F) | st.sampled_from("’·“”–…€ΑβЖя가ע'.,:_ 09aZ½٣")
NASTY = st.text(LETTERS | st.sampled_from("\0\x85\u0301\u200d\ud800\udc00東กี𝐀🎉אְﬁßİ") | st.characters(), max_size=60)


@given(st.text(LETTERS, max_size=60) | NASTY)
def test_all_text_is_cut_by_the_same_pattern(text: str):
    found = words_module._UNICODE_WORD.findall(text)
    assert words(text) == found
    assert word_count(text) == len(found)
    folded = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    assert normalised(text) == " ".join(words_module._UNICODE_WORD.findall(folded))


def test_every_character_of_the_table_is_cut_as_all_text_is():
    usual = [chr(code) for code in range(0x10000) if not words_module._table()[code] & words_module._OTHER_RULES]
    whole = " ".join(f"a{one}b 1{one}2 _{one}_ a{one}1 a'{one}.5 a{one}'b 1.{one}" for one in usual)
    assert words_module._look_at(whole)
    assert words(whole) == words_module._UNICODE_WORD.findall(whole)
