"""How many letters a text has, how many capitals, and how many characters of which script."""

from dataclasses import dataclass

import numpy as np
import regex

from transforms.language.characters import Characters, codes_of

SHARED, KANA, HAN = "shared", "kana", "han"
LANGUAGES = {
    "Thai": "th", "Greek": "el", "Hebrew": "he", "Hangul": "ko", "Georgian": "ka", "Armenian": "hy", "Tamil": "ta",
    "Telugu": "te", "Kannada": "kn", "Malayalam": "ml", "Gujarati": "gu", "Gurmukhi": "pa", "Bengali": "bn",
    "Khmer": "km", "Lao": "lo", "Myanmar": "my", "Sinhala": "si", "Ethiopic": "am",
}  # fmt: skip
"""Scripts that belong to one language, and which."""
_PATTERNS = {
    SHARED: regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Arabic}\p{Devanagari}]"),
    KANA: regex.compile(r"[\p{Hiragana}\p{Katakana}]"),
    HAN: regex.compile(r"\p{Han}"),
    **{script: regex.compile(rf"\p{{{script}}}") for script in LANGUAGES},
}
"""By script; no character is of two of them."""
_LETTER = regex.compile(r"[\p{L}\p{M}]")
_MET, _IS_LETTER, _IS_CAPITAL, _SCRIPT = 1, 2, 4, 8
"""What a character's kind is the sum of, the last as often as says the place of its script among the patterns."""


def _kind(char: str) -> int:
    script = next((place for place, pattern in enumerate(_PATTERNS.values(), 1) if pattern.match(char)), 0)
    letter = _IS_LETTER if _LETTER.match(char) else 0
    return _MET + letter + (_IS_CAPITAL if char.isupper() else 0) + _SCRIPT * script


_KINDS = Characters(_kind, np.uint8)


@dataclass(frozen=True, slots=True)
class Letters:
    """How many letters and marks a text has, how many capitals, and how many characters of each script in ``scripts``."""

    letters: int
    capitals: int
    scripts: dict[str, int]


def count_letters(text: str) -> Letters:
    """What letters a text has.

    >>> count_letters("Ein Ω.")
    Letters(letters=4, capitals=2, scripts={'shared': 3, 'Greek': 1})
    """
    kinds = np.bincount(_KINDS.of(codes_of(text)), minlength=_SCRIPT * (1 + len(_PATTERNS))).reshape(-1, _SCRIPT)
    _, *of_scripts = kinds.sum(axis=1).tolist()
    of_kinds = kinds.sum(axis=0).tolist()
    return Letters(
        sum(count for kind, count in enumerate(of_kinds) if kind & _IS_LETTER),
        sum(count for kind, count in enumerate(of_kinds) if kind & _IS_CAPITAL),
        {script: count for script, count in zip(_PATTERNS, of_scripts, strict=True) if count},
    )
