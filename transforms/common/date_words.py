"""In which languages a line can be a date, by its words: a quick look before dateparser is asked. That tries one language
after the other, all of them where a line is no date, and compiles the patterns of each for it.

dateparser reads a line in a language only where each of its words is known there. So it is not asked about a language that
lacks one: as a word, as the name of a time zone, and as what a pattern takes. Only words of ASCII letters are looked at, as
they are once dateparser has taken their accents off; with others a line may be a date in every language that has their
letters.
``tests/common/test_date_words.py`` holds this beside dateparser's own verdicts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

from dateparser.date import sanitize_date
from dateparser.timezones import timezone_info_list
from dateparser.utils import normalize_unicode

LANGUAGES = (
    "en", "de", "fr", "es", "pt", "it", "ru", "ja", "zh", "ko", "ar", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "hu",
    "ro", "bg", "el", "uk", "sr", "tr", "he", "fa", "hi", "bn", "th", "vi", "id", "hr", "ca",
)  # fmt: skip
"""What printed dates are read in; where a date means something in several, dateparser has an order of its own. Each costs
time when a line first may be a date in it."""

_WORD = re.compile(r"[^\W\d_]+")
_OFFSET = re.compile("utc|gmt")
"""Behind an offset from these dateparser passes over anything, so a line with one may be a date."""
_ESCAPE = re.compile(r"\\[a-zA-Z]")
_IN_PATTERN = re.compile(r"\[[^\]]*\]|([^\W\d_]+)([?*+{]?)")
_BESIDE = set("()[]|?*+{}")
"""What stands beside a piece of a word in a pattern."""
_NUMBER = re.compile(r"\d+")
_LONGEST_NUMBER = 4
"""Digits of a number that is a day, a month or a year, and not all of a date."""
_ROMAN = re.compile("m[mdclxvi]*")
_EVERYWHERE = {"am", "pm", "z", "early", "morning", "t", "st", "nd", "rd", "th", "q"}
"""What dateparser takes in every language: of times, days and quarters."""
_PATTERNS = ("simplifications", "relative-type-regex")
"""Where a language's data has patterns, and not words."""


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The ASCII words of a language, and the pieces that its patterns make words of."""

    words: frozenset[str]
    pieces: frozenset[str]

    def knows(self, word: str) -> bool:
        """Whether a word is one of the language's, or pieces of such, with a word before or behind them."""
        if word in self.words:
            return True
        reached = {at for at in range(len(word)) if not at or word[:at] in self.words}
        for begin in range(len(word)):
            if begin in reached:
                reached.update(end for end in range(begin + 1, len(word) + 1) if word[begin:end] in self.pieces)
        return any(at == len(word) or (at and word[at:] in self.words) for at in reached)


def plain(text: str) -> str:
    """A text as dateparser looks at it: in small letters without accents."""
    # Where case is ignored, a Turkish i without a dot is one with a dot.
    return normalize_unicode(text.lower()).replace("ı", "i")


def _strings(data: Any) -> Iterator[str]:
    """All strings in a language's data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _strings(value)
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from _strings(value)


def _read(pattern: str) -> tuple[set[str], set[str]]:
    """The words that stand in a pattern, and the pieces that it makes words of.

    >>> words, pieces = _read(r"in (\\d+) (minut|hour)en? d[ae]y")
    >>> sorted(words), sorted(pieces)
    (['in'], ['a', 'd', 'e', 'en', 'hour', 'minut', 'y'])
    """
    pattern = _ESCAPE.sub("  ", pattern)
    words, pieces = set[str](), set[str]()
    for found in _IN_PATTERN.finditer(pattern):
        word, repeated = found.groups()
        if word is None:
            pieces.update(filter(str.isalpha, found[0]))
        elif _BESIDE.isdisjoint(pattern[max(found.start() - 1, 0) : found.end() + 1]):
            words.add(word)
        else:
            pieces.add(word)
            if repeated:
                pieces.add(word[:-1])
            if repeated in ("+", "{"):
                pieces.add(word[-1])
    return words, pieces - {""}


@cache
def _names_of_zones() -> frozenset[str]:
    names = (name for zones in timezone_info_list for name, _ in zones["timezones"])
    return frozenset(word for name in names for word in _WORD.findall(name.lower()))


@cache
def _vocabulary(language: str) -> _Vocabulary:
    data: dict[str, Any] = import_module(f"dateparser.data.date_translation_data.{language}").info
    words, pieces = set(_EVERYWHERE), set[str]()
    for key, value in data.items():
        for text in map(plain, _strings(value)):
            in_text, in_pattern = _read(text) if key in _PATTERNS else (set(_WORD.findall(text)), set[str]())
            words |= in_text
            pieces |= in_pattern
    if data.get("no_word_spacing"):
        pieces |= words
    return _Vocabulary(frozenset(filter(str.isascii, words)), frozenset(filter(str.isascii, pieces)))


@cache
def _letters(language: str) -> frozenset[str]:
    """The letters of a language's words, and of its patterns."""
    data: dict[str, Any] = import_module(f"dateparser.data.date_translation_data.{language}").info
    return frozenset("ı").union(*map(plain, _strings(data)))


@lru_cache(maxsize=1 << 14)
def _knowing(word: str, languages: tuple[str, ...]) -> frozenset[str]:
    """Those of the languages that know a word."""
    return frozenset(language for language in languages if _vocabulary(language).knows(word))


def may_be_date_in(text: str, languages: Sequence[str]) -> tuple[str, ...]:
    """Those of the languages in which dateparser may find a day, a month and a year in a text.

    >>> may_be_date_in("12 juin 2025", ("en", "fr")), may_be_date_in("Take 39, 2005", ("en", "fr"))
    (('fr',), ())
    """
    sane = normalize_unicode(sanitize_date(text)).lower()
    words, numbers = _WORD.findall(sane), _NUMBER.findall(sane)
    if not words and len(numbers) < 3 and all(len(number) <= _LONGEST_NUMBER for number in numbers):
        return ()
    if _OFFSET.search(sane):
        return tuple(languages)
    return knowing_all(words, tuple(languages))


def knowing_all(words: Sequence[str], languages: tuple[str, ...] = LANGUAGES) -> tuple[str, ...]:
    """Those of the languages in which each of the words, in small letters, may be part of a date.

    >>> knowing_all(["juni"], ("en", "de")), knowing_all(["june", "beats"])
    (('de',), ())
    """
    foreign = frozenset("".join(word for word in words if not word.isascii()))
    if foreign:
        return tuple(language for language in languages if foreign <= _letters(language))
    asked = [word for word in words if not _ROMAN.fullmatch(word) and word not in _names_of_zones()]
    knowing = [_knowing(word, languages) for word in asked]
    return tuple(language for language in languages if all(language in known for known in knowing))
