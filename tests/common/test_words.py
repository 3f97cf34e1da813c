"""Words, counts of words, and the form in which two texts are compared."""

import unicodedata

import pytest
from hypothesis import given, settings
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


USUAL = st.characters(max_codepoint=0x24F) | st.sampled_from("’·“”–…€ΑβЖя가ע'.,:_ 09aZ½٣")
RARE = st.sampled_from("aB1'’., \0\x85\u0301\u200c\u200d\ud800\udc00東〇กีーकी𝐀🎉אְﬁßİ")


@settings(max_examples=500)
@given(st.text(USUAL, max_size=60) | st.text(RARE, max_size=12) | st.text(USUAL | RARE | st.characters(), max_size=60))
def test_all_text_is_cut_by_the_same_pattern(text: str):
    for whole in (text, text + " " * words_module._SHORT):
        found = words_module._UNICODE_WORD.findall(whole)
        assert words(whole) == found
        assert word_count(whole) == len(found)
        folded = unicodedata.normalize("NFKC", whole).replace("’", "'").casefold()
        assert normalised(whole) == " ".join(words_module._UNICODE_WORD.findall(folded))


def test_every_character_of_the_table_is_cut_as_all_text_is():
    usual = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    for code in range(0, len(usual), 500):
        some = usual[code : code + 500]
        whole = " ".join(
            f"a{one}b 1{one}2 _{one}_ a{one}1 a'{one}.5 a{one}'b 1{one}.2 {one}\u0301 東{one} กี{one}x" for one in some
        )
        assert words(whole) == words_module._UNICODE_WORD.findall(whole)
