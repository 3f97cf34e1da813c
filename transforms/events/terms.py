"""An article as its most telling words.

How common a word is in its language comes from wordfreq, so that five articles can be told apart as well as five
hundred thousand: in a small corpus the counts of documents alone are noise.
"""

import itertools
import math
from collections import Counter
from functools import cache

import regex
import wordfreq

from transforms.common.words import is_unspaced, words

TERMS = 60
"""Terms that are kept of an article. With 40 or with 120 events were found as well to half a point."""
_TITLE_WEIGHT = 4
_LEAD_WORDS = 120
_LEAD_WEIGHT = 2
"""What happened stands first, so a term counts twice in the lead; the background behind it is that of other events too."""
_READ = 6_000
"""Characters of a body that are looked at, some thousand words."""
_ARTICLE_WORDS = 300
_UNLISTED = 2e-7
"""Share of a word that wordfreq does not list among all words; a name or a number, mostly."""
_NUMBER_SHARE = 2e-6
_COMMON = 0.4
"""A term that more articles than this hold by chance tells nothing."""
_ELIDED = regex.compile(r"^(?:[cdjlmnst]|qu|all|dall|dell|nell|sull|un)'(?=\p{L}{2})")
"""An article or preposition that runs into the word behind it, in French and Italian: "l'eau", "dell'acqua"."""
_SMALL = regex.compile(r"\b\p{Ll}[\p{L}\p{M}'’.]*")
_LARGE = regex.compile(r"(?<=[\p{Ll}\p{M}\p{N},;]\s)\p{Lu}[\p{L}\p{M}'’.]*")
_WORTH = regex.compile(r"[\p{L}\p{N}]")
_WORDFREQ_NAMES = {"no": "nb"}


@cache
def _available() -> frozenset[str]:
    return frozenset(wordfreq.available_languages("small"))


@cache
def _frequencies(language: str) -> dict[str, float]:
    name = _WORDFREQ_NAMES.get(language, language)
    # Asked for a language that it does not have, wordfreq would take a neighbour's words.
    return wordfreq.get_frequency_dict(name, wordlist="small") if name in _available() else {}


def tokens(text: str) -> list[str]:
    """Terms of a text in order: words of two letters or more; of unspaced scripts, pairs of characters."""
    folded = text.casefold().replace("’", "'")
    # "U.S." and "US" are one term; "3.25" is not "325".
    found = [
        word if word[0].isdigit() else _ELIDED.sub("", word.removesuffix("'s")).replace(".", "") for word in words(folded)
    ]
    if not is_unspaced(text):
        return [word for word in found if len(word) > 1 and _WORTH.search(word)]
    terms = [word for word in found if len(word) > 1]
    terms += [a + b for a, b in itertools.pairwise(found) if len(a) == len(b) == 1]
    return terms


def background(term: str, language: str | None) -> float:
    """The chance that an article of usual length holds the term, from the language at large."""
    share = _NUMBER_SHARE if term[0].isdigit() else _frequencies(language).get(term, _UNLISTED) if language else _UNLISTED
    return 1.0 - math.exp(-share * _ARTICLE_WORDS)


def particulars(text: str) -> frozenset[str]:
    """Terms that are names or numbers: those written large within a sentence and nowhere small, and those of digits.

    >>> sorted(particulars("On Monday the mayor of Aldersby, May Ash, said the market may open with 14 stalls."))
    ['14', 'aldersby', 'ash', 'monday']
    """
    small = set(tokens(" ".join(_SMALL.findall(text))))
    large = set(tokens(" ".join(_LARGE.findall(text)))) - small
    return frozenset(large | {term for term in tokens(text) if term[0].isdigit()})


def telling_terms(title: str | None, body: str, language: str | None) -> tuple[list[tuple[str, int]], int]:
    """The most telling terms of an article with their counts: four for each in the title, two in the lead, else one.

    Names and numbers stand first, and how many they are is told; then come the others; each sorted.
    """
    text = body[:_READ]
    read = tokens(text)
    counts = Counter(read)
    for term in read[:_LEAD_WORDS]:
        counts[term] += _LEAD_WEIGHT - 1
    for term in tokens(title or ""):
        counts[term] += _TITLE_WEIGHT
    scored = []
    for term, number in counts.items():
        chance = background(term, language)
        if chance <= _COMMON:
            scored.append(((1 + math.log(number)) * math.log(chance), term, number))
    scored.sort()
    named = particulars(text)
    kept = sorted((term not in named, term, number) for _, term, number in scored[:TERMS])
    return [(term, number) for _, term, number in kept], sum(not other for other, _, _ in kept)
