"""Hyphens at a line's end: whether the wrap put one there, or the word has it.

The joined word and its parts are looked up among the words that are frequent in the text's language (wordfreq's small
lists, Speer 2022): ``govern-ment`` is joined because "government" is a word; ``long-term`` is not, because its parts are
and "longterm" is none. Where the lists know neither, the wrap is taken to have made the hyphen.
"""

from collections import Counter
from functools import cache, lru_cache

import wordfreq

_READ = 20_000
"""Characters of a text by which its language is told."""
_MARGIN = 2.0
"""A joined word may be a hundred times rarer than the rarer of its parts (Zipf's scale is the logarithm to ten)."""
_FUNCTION_WORDS = {
    "bg": "и на за от се че по със",
    "ca": "els amb per que una les dels aquest",
    "cs": "že je na se jsou podle který také",
    "da": "og det er til af ikke som der",
    "de": "und der die das ist nicht mit von",
    "el": "και το να της για με που από",
    "en": "the and of to in that is was",
    "es": "el los las que del con por una",
    "fi": "ja on ei että oli se mukaan myös",
    "fr": "le les des et une du est dans",
    "hu": "az és hogy nem egy is azt meg",
    "it": "il che di della per non con gli",
    "nb": "og det er ikke som på av har",
    "nl": "het een van en dat niet zijn op",
    "pl": "się nie jest na że do od przez",
    "pt": "os que não uma com do da em",
    "ro": "și în care pe este din cu nu",
    "ru": "и в не на что по из как",
    "sh": "je da se na su koji za od",
    "sk": "že je na sa sú podľa ktorý aj",
    "sv": "och att det som är för inte av",
    "tr": "ve bir bu için de da ile olarak",
    "uk": "і в не на що та до за",
}


@cache
def _languages() -> dict[str, tuple[str, ...]]:
    """The languages of every function word."""
    found: dict[str, tuple[str, ...]] = {}
    for language, listed in _FUNCTION_WORDS.items():
        for word in listed.split():
            found[word] = (*found.get(word, ()), language)
    return found


@lru_cache(maxsize=8)
def language_of(text: str) -> str | None:
    """The language whose commonest words the text has most of; None where it has none of any.

    >>> language_of("Der Rat hat die neue Brücke und das Ufer mit Geld von Bürgern bezahlt.")
    'de'
    """
    languages = _languages()
    counts: Counter[str] = Counter()
    for word in text[:_READ].casefold().split():
        counts.update(languages.get(word, ()))
    return min(counts, key=lambda language: (-counts[language], language)) if counts else None


def _zipf(word: str, language: str) -> float:
    return wordfreq.zipf_frequency(word, language, wordlist="small")


def is_compound(first: str, second: str, language: str | None) -> bool:
    """Whether the hyphen between two parts belongs to the word.

    >>> is_compound("long", "term", "en"), is_compound("govern", "ment", "en"), is_compound("Velm", "arkers", "en")
    (True, False, False)
    """
    if language is None:
        return False
    parts = min(_zipf(first.casefold(), language), _zipf(second.casefold(), language))
    return parts > 0 and _zipf(f"{first}{second}".casefold(), language) < parts - _MARGIN
