"""What letters a text has, beside patterns that are asked of each character."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from transforms.language.letters import _LETTER, _PATTERNS, Letters, count_letters


def slowly(text: str) -> Letters:
    found = {script: len(pattern.findall(text)) for script, pattern in _PATTERNS.items()}
    return Letters(
        len(_LETTER.findall(text)), sum(map(str.isupper, text)), {s: count for s, count in found.items() if count}
    )


def test_every_character_of_the_common_scripts_counts_as_the_patterns_say():
    for begin in range(0, 0x3200, 0x100):
        text = "".join(map(chr, range(begin, begin + 0x100)))
        assert count_letters(text) == slowly(text)


def test_no_character_is_of_two_scripts():
    text = "".join(map(chr, range(sys.maxunicode + 1)))
    members = [set(pattern.findall(text)) for pattern in _PATTERNS.values()]
    assert len(set().union(*members)) == sum(map(len, members))


@given(st.text())
def test_a_text_s_letters_are_those_of_its_characters(text: str):
    assert count_letters(text) == slowly(text)
