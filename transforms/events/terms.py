"""An article as its most telling words.

How common a word is in its language comes from wordfreq, so that five articles can be told apart as well as five
hundred thousand: in a small corpus the counts of documents alone are noise.
"""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import regex
import wordfreq

from transforms.common.remembered import Remembered
from transforms.common.words import is_unspaced, words

TERMS = 60
"""Terms that are kept of an article. With 40 or with 120 events were found as well to half a point."""
_TITLE_WEIGHT = 4
_LEAD_WORDS = 120
_LEAD_WEIGHT = 2
"""What happened stands first, so a term counts twice in the lead; the background behind it is that of other events too."""
_READ = 6_000
"""Characters of a body that are looked at, some thousand words."""
_READ_TITLE = 500
"""Characters of a title; a longer one is none."""
_LONGEST = 60
"""Characters of a word; longer ones are data or addresses, which tell nothing, and of which caches would keep megabytes."""
_ARTICLE_WORDS = 300


def _chance(share: float) -> float:
    """The chance that an article of usual length holds a word, from its share of all words."""
    return 1.0 - math.exp(-share * _ARTICLE_WORDS)


_UNLISTED_CHANCE = _chance(2e-7)
"""That of a word that wordfreq does not list; a name or a number, mostly."""
_NUMBER_CHANCE = _chance(2e-6)
_COMMON = 0.4
"""A term that more articles than this hold by chance tells nothing."""
_ELIDED = regex.compile(r"^(?:[cdjlmnst]|qu|all|dall|dell|nell|sull|un)'(?=\p{L}{2})")
"""An article or preposition that runs into the word behind it, in French and Italian: "l'eau", "dell'acqua"."""
_LARGE = regex.compile(r"(?<=[\p{Ll}\p{M}\p{N},;]\s)\p{Lu}[\p{L}\p{M}'.]*")
_WORTH = regex.compile(r"[\p{L}\p{N}]")
_WORDFREQ_NAMES = {"no": "nb"}


@cache
def _available() -> frozenset[str]:
    return frozenset(wordfreq.available_languages("small"))


def _term(word: str) -> str:
    """A word as a term; empty for a letter or a sign alone."""
    folded = word.casefold()
    if folded[0].isdigit():
        return folded if len(folded) > 1 else ""
    if "'" in folded:
        folded = _ELIDED.sub("", folded.removesuffix("'s"))
    # "U.S." and "US" are one term; "3.25" is not "325".
    folded = folded.replace(".", "")
    return folded if len(folded) > 1 and (folded.isalnum() or _WORTH.search(folded)) else ""


_TERMS = Remembered(_term, 200_000)


def _words(text: str) -> list[str]:
    return [word for word in words(text.replace("’", "'")) if len(word) <= _LONGEST]


def tokens(text: str) -> list[str]:
    """Terms of a text in order: words of two letters or more; of unspaced scripts, pairs of characters."""
    found = _words(text)
    return _tokens(text, found, map(_TERMS.__getitem__, found))


def _tokens(text: str, found: Sequence[str], terms: Iterable[str]) -> list[str]:
    """The terms of a text's words but the empty ones, and the pairs."""
    told = list(filter(None, terms))
    if is_unspaced(text):
        told += [(a + b).casefold() for a, b in itertools.pairwise(found) if len(a) == len(b) == 1]
    return told


class Background(dict[str, float]):
    """For every term the chance that an article of usual length holds it, from the language at large.

    What a list holds is remembered once it was asked for; all else has the same chance.
    """

    def __init__(self, shares: Mapping[str, float]):
        super().__init__()
        self._shares = shares

    def __missing__(self, term: str) -> float:
        if term[0].isdigit():
            return _NUMBER_CHANCE
        if term not in self._shares:
            return _UNLISTED_CHANCE
        found = self[term] = _chance(self._shares[term])
        return found


@cache
def background(language: str | None) -> Background:
    """The chances of a language's terms. One without a word list knows no common words."""
    name = _WORDFREQ_NAMES.get(language or "", language)
    # Asked for a language that it does not have, wordfreq would take a neighbour's words.
    return Background(wordfreq.get_frequency_dict(name, wordlist="small") if name in _available() else {})


def _particulars(text: str, found: Sequence[str], terms: Sequence[str]) -> frozenset[str]:
    """Terms that are names or numbers: those written large within a sentence and nowhere small, and those of digits."""
    large = {_TERMS[word.rstrip(".'")] for word in set(_LARGE.findall(text)) if len(word) <= _LONGEST}
    small = {term for word, term in zip(found, terms, strict=True) if term in large and word[0].islower()}
    return frozenset((large - small - {""}) | {term for term in set(terms) if term and term[0].isdigit()})


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read of an article: terms of its title and of its body in order, and which are names or numbers."""

    title: list[str]
    body: list[str]
    named: frozenset[str]


@lru_cache(maxsize=2)
def read(title: str | None, body: str) -> Reading:
    """An article's terms. The last is remembered, since its terms and its names are both asked for.

    >>> text = "On Monday the mayor of Aldersby, May Ash, said the market may open with 14 stalls."
    >>> sorted(read(None, text).named)
    ['14', 'aldersby', 'ash', 'monday']
    """
    text = body[:_READ].replace("’", "'")
    found = _words(text)
    terms = list(map(_TERMS.__getitem__, found))
    return Reading(tokens((title or "")[:_READ_TITLE]), _tokens(text, found, terms), _particulars(text, found, terms))


def telling_terms(title: str | None, body: str, language: str | None) -> tuple[list[tuple[str, int]], int]:
    """The most telling terms of an article with their counts: four for each in the title, two in the lead, else one.

    Names and numbers stand first, and how many they are is told; then come the others; each sorted.
    """
    reading = read(title, body)
    lead = reading.body[:_LEAD_WORDS]
    counts = Counter(reading.body + lead * (_LEAD_WEIGHT - 1) + reading.title * _TITLE_WEIGHT)
    chances = background(language)
    scored = [
        ((1 + math.log(number)) * math.log(chance), term)
        for term, number in counts.items()
        if (chance := chances[term]) <= _COMMON
    ]
    kept = {term for _, term in sorted(scored)[:TERMS]}
    named, others = sorted(kept & reading.named), sorted(kept - reading.named)
    return [(term, counts[term]) for term in (*named, *others)], len(named)
