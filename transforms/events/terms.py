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

TERMS = 40
"""Terms that are kept of an article."""
_TITLE_WEIGHT = 2
_LEAD_WORDS = 120
"""Words of the body that are looked at. What happened stands first; the background behind it is that of other events too."""
_ARTICLE_WORDS = 300
_UNLISTED = 2e-7
"""Share of a word that wordfreq does not list among all words; a name or a number, mostly."""
_NUMBER_SHARE = 2e-6
_COMMON = 0.4
"""A term that more articles than this hold by chance tells nothing."""
_WORTH = regex.compile(r"[\p{L}\p{N}]")
_WORDFREQ_NAMES = {"no": "nb"}
_LABEL_TAIL = regex.compile(r"\s+(?:[|–—]|-)\s+[^|–—]{2,40}$")


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
    found = [word if word[0].isdigit() else word.removesuffix("'s").replace(".", "") for word in words(folded)]
    if not is_unspaced(text):
        return [word for word in found if len(word) > 1 and _WORTH.search(word)]
    terms = [word for word in found if len(word) > 1]
    terms += [a + b for a, b in itertools.pairwise(found) if len(a) == len(b) == 1]
    return terms


def background(term: str, language: str | None) -> float:
    """The chance that an article of usual length holds the term, from the language at large."""
    share = _NUMBER_SHARE if term[0].isdigit() else _frequencies(language).get(term, _UNLISTED) if language else _UNLISTED
    return 1.0 - math.exp(-share * _ARTICLE_WORDS)


def telling_terms(title: str | None, body: str, language: str | None) -> list[tuple[str, int, float]]:
    """The most telling terms of an article: each with its count (the title's twice) and its chance in any article.

    Sorted by term.
    """
    lead = tokens(body[: _LEAD_WORDS * 12])[:_LEAD_WORDS]
    counts = Counter(lead)
    for term in tokens(title or ""):
        counts[term] += _TITLE_WEIGHT
    scored = []
    for term, number in counts.items():
        chance = background(term, language)
        if chance > _COMMON:
            continue
        scored.append((-(1 + math.log(number)) * -math.log(chance), term, number, chance))
    scored.sort()
    return sorted((term, number, chance) for _, term, number, chance in scored[:TERMS])


def clean_label(title: str, outlets: frozenset[str]) -> str:
    """A headline without the outlet behind it.

    >>> clean_label("Fire at harbour - Harbour Post", frozenset({"harbour post"}))
    'Fire at harbour'
    """
    tail = _LABEL_TAIL.search(title)
    if tail and tail.group().strip(" |–—-").casefold() in outlets:
        return title[: tail.start()].rstrip()
    return title
