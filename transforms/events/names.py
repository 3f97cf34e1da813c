"""What reports of one event in two languages have in common: names and numbers, in a form that both share.

A name is spelt as the language spells it: Lindhaven, Линдхавене; Saparov, Saparow, Сапарова. So it is brought into
Latin letters (anyascii), loses a case ending, and keeps its consonants, those that sound alike as one. Scripts without
capitals tell no names; of their articles numbers alone are compared.
"""

import re
from collections import Counter
from functools import lru_cache

from anyascii import anyascii

from transforms.events.terms import background, read

NAMES = 20
"""Names and numbers that are kept of an article."""
_READ = 600
"""Words of a body that are looked at; who and where stands first."""
_SHORTEST = 3
"""Consonants that tell a name; of fewer the letters are taken as they are."""
_ENDING = re.compile(r"(?<=\w{4})(?:[oe]go|[oe]mu|[aeioy]mi?|y?akh|ach|owi|(?<!t)s)\Z")
_HISSED = re.compile("t?sch|tch|sh|zh|ch(?=[aeiouy])|cz|ts|tz|c(?=[eiy])|z")
_HARD = re.compile("ck|qu|[cqx]")
# All but the consonants that every language sounds: vowels, and h, j and y, go.
_SILENT = re.compile("[^b-df-gk-np-tv-xz]")
_DOUBLED = re.compile(r"(.)\1+")
_LARGE_NOUNS = frozenset({"de", "lb"})
_OWN = 100
"""German nouns stand at least so much oftener in German than in English; names of the news, eight to fifty times."""
_NUMBER_CHANCES = ((re.compile(r"(?:19|20)\d\d"), 0.2), (re.compile(r"\d{1,2}"), 0.1), (re.compile(r".*"), 0.005))
"""The chance that any article holds a number: a year, a small number such as a day's, or another one."""


def spoken(name: str) -> str:
    """The form that spellings of one name in several languages share.

    >>> spoken("Lindhaven"), spoken("Линдхавене"), spoken("Scholz"), spoken("Шольц"), spoken("Ras")
    ('lndvn', 'lndvn', 'sls', 'sls', 'ras')
    """
    latin = anyascii(name).lower().replace("'", "")
    form = _HISSED.sub("s", _ENDING.sub("", latin)).replace("ph", "f").replace("kh", "h")
    form = _HARD.sub("k", form).replace("w", "v")
    form = _DOUBLED.sub(r"\1", _SILENT.sub("", form))
    return form if len(form) >= _SHORTEST else latin


def number(word: str) -> str:
    """A number as all languages write it.

    >>> number("3,25"), number("1.200"), number("1,200.50"), number("٣٥")
    ('3.25', '1200', '1200.50', '35')
    """
    digits = anyascii(word)
    whole, mark, decimals = digits.replace(",", ".").rpartition(".")
    if mark and len(decimals) != 3:
        return f"{whole.replace('.', '')}.{decimals}"
    return whole.replace(".", "") + decimals


def _number_chance(found: str) -> float:
    return next(chance for pattern, chance in _NUMBER_CHANCES if pattern.fullmatch(found))


def _is_own_word(word: str, language: str | None) -> bool:
    """Whether a word that is written large is a noun of a language that writes all of them so: far rarer in English."""
    return language in _LARGE_NOUNS and background(language)[word] > _OWN * background("en")[word]


@lru_cache(maxsize=100_000)
def _form(word: str, language: str | None) -> tuple[str, float] | None:
    """The form of a name or a number, and its chance; None for a word of the language."""
    if word[0].isdigit():
        return (form := number(word)), _number_chance(form)
    return None if _is_own_word(word, language) else (spoken(word), background(language)[word])


def names(title: str | None, body: str, language: str | None) -> list[tuple[str, int, float]]:
    """Names and numbers of an article in the form that languages share, with their counts and the chance of each.

    Those of the least chance are kept, sorted.
    """
    reading = read(title, body)
    found: dict[str, int] = {}
    chances: dict[str, float] = {}
    for word, times in Counter(reading.title + reading.body[:_READ]).items():
        if (word in reading.named or word[0].isdigit()) and (told := _form(word, language)):
            form, chance = told
            found[form] = found.get(form, 0) + times
            chances[form] = max(chances.get(form, 0.0), chance)
    kept = sorted(found, key=lambda form: (chances[form], -found[form], form))[:NAMES]
    return sorted((form, found[form], chances[form]) for form in kept)
