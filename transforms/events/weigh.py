"""Weights of terms: how often an article uses them, and how rare they are in the corpus and in the language."""

import itertools
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import apache_beam as beam

from schemas.records import Described, Terms, Version
from transforms.events.terms import background

BACKGROUND_ARTICLES = 300
"""The language at large weighs as much as so many articles of the corpus."""
BLOCKS = 10
"""An article is compared with those that share one of this many of its heaviest terms. Ten find the most alike article
in 99.9 of 100 cases, six in 98."""
DENSE = 400
"""A term that more articles use makes no block alone: it makes one with each other such term of the same article."""
DENSE_TERMS = 4
"""Terms of an article that make blocks so."""
COMMON_TERMS = 200_000
"""The most frequent terms of the corpus, whose counts every worker holds; all others are taken for rare."""
NAME_BLOCKS = 6
"""Blocks by names that articles in other languages hold too; there are none in a corpus of one language."""
_EVERY = "*"
"""The one block of a corpus that would not be dense: what likeness is chance is seen among all of few articles alone."""
_NAME = "^"
"""Before a block's term: the block is that of a name. No term begins with this sign, or is the one above."""
_FEW_NAMES = 120.0
"""Squared weight that is added to that of an article's names before they are compared: as much as three or four rare
names have. So it takes several to be alike; a single one that is all that two articles have makes a fifth."""


@dataclass(frozen=True)
class Corpus:
    """How many articles there are; how many use each of the most frequent terms, and each name of several languages."""

    articles: int
    counts: dict[str, int]
    names: dict[str, int]


def most_frequent(pairs: Iterable[tuple[str, int]], limit: int = COMMON_TERMS) -> list[tuple[str, int]]:
    """The terms of the greatest counts, most frequent first; ties go to the lesser term."""
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:limit]


def shared_terms(of_articles: Iterable[Iterable[str]], limit: int = COMMON_TERMS) -> list[tuple[str, int]]:
    """How many articles hold each term that several do; of very many terms the most frequent.

    >>> shared_terms([["fire", "quay"], ["fire"]])
    [('fire', 2)]
    """
    counts = Counter(itertools.chain.from_iterable(of_articles))
    return most_frequent((pair for pair in counts.items() if pair[1] > 1), limit)


def names_of_several(of_articles: Iterable[tuple[str, Iterable[str]]], limit: int = COMMON_TERMS) -> list[tuple[str, int]]:
    """How many articles hold each name that articles in several languages do; of very many names the most frequent.

    >>> names_of_several([("en", ["ash", "may"]), ("en", ["ash"]), ("de", ["may"])])
    [('may', 2)]
    """
    counts: Counter[str] = Counter()
    language_of: dict[str, str] = {}
    several: set[str] = set()
    for language, names in of_articles:
        for name in names:
            counts[name] += 1
            if language_of.setdefault(name, language) != language:
                several.add(name)
    return most_frequent(((name, counts[name]) for name in several), limit)


@dataclass(eq=False)
class MostFrequent(beam.CombineFn):
    """Combines lists of terms with their counts to a dictionary of the most frequent; ties go to the lesser term."""

    limit: int = COMMON_TERMS

    def create_accumulator(self) -> list[tuple[str, int]]:
        return []

    def add_input(self, accumulator: list[tuple[str, int]], element: list[tuple[str, int]]) -> list[tuple[str, int]]:
        return self.merge_accumulators([accumulator, element])

    def merge_accumulators(self, accumulators: Iterable[list[tuple[str, int]]]) -> list[tuple[str, int]]:
        merged: list[tuple[str, int]] = []
        for accumulator in accumulators:
            merged = merged + accumulator
            if len(merged) > 2 * self.limit:
                merged = most_frequent(merged, self.limit)
        return merged

    def extract_output(self, accumulator: list[tuple[str, int]]) -> dict[str, int]:
        return dict(most_frequent(accumulator, self.limit))


def inverse_frequency(articles: int, used: int, chance: float) -> float:
    """How much a term tells that some articles use: the logarithm of how few, here and in the language at large."""
    return max(0.0, math.log((articles + BACKGROUND_ARTICLES + 1) / (used + BACKGROUND_ARTICLES * chance + 0.5)))


def weights(terms: Terms, language: str | None, corpus: Corpus) -> list[float]:
    """The weights of an article's terms, as a vector of length one; all 0 where no term tells anything."""
    chances = background(language)
    found = [
        (1 + math.log(number)) * inverse_frequency(corpus.articles, corpus.counts.get(term, 1), chances[term])
        for term, number in zip(terms.terms, terms.counts, strict=True)
    ]
    length = math.sqrt(math.fsum(weight * weight for weight in found)) or 1.0
    return [weight / length for weight in found]


def name_weights(terms: Terms, corpus: Corpus) -> dict[str, float]:
    """Those names of an article that several languages hold, with weights; the vector's length is less than one."""
    found = {
        name: (1 + math.log(number)) * inverse_frequency(corpus.articles, corpus.names[name], chance)
        for name, number, chance in zip(terms.names, terms.name_counts, terms.name_chances, strict=True)
        if name in corpus.names
    }
    length = math.sqrt(_FEW_NAMES + math.fsum(weight * weight for weight in found.values()))
    return {name: weight / length for name, weight in found.items()}


def blocks(weighed: Iterable[tuple[str, float]], counts: dict[str, int], number: int) -> list[str]:
    """The blocks that an article is compared in: its heaviest terms that others use too, dense ones in pairs.

    >>> blocks([("a", 0.9), ("b", 0.8), ("c", 0.7), ("d", 0.6)], {"a": 900, "b": 2, "c": 500, "d": 3}, 1)
    ['b', 'a c']
    """
    shared = [pair for pair in weighed if pair[1] > 0 and counts.get(pair[0], 1) > 1]
    ranked = [term for term, _ in sorted(shared, key=lambda pair: (-pair[1], pair[0]))]
    dense = [term for term in ranked if counts[term] > DENSE][:DENSE_TERMS]
    sparse = [term for term in ranked if counts[term] <= DENSE][:number]
    pairs = [f"{left} {right}" for left, right in itertools.combinations(sorted(dense), 2)]
    return sparse + pairs or dense


def describe(version: Version, terms: Terms, corpus: Corpus) -> Described:
    """An article's terms and names with weights, and the blocks that it is compared in."""
    weighed = weights(terms, version.language, corpus)
    named = name_weights(terms, corpus)
    if corpus.articles <= DENSE:
        found = [_EVERY] if terms.terms or named else []
    else:
        found = blocks(zip(terms.terms, weighed, strict=True), corpus.counts, BLOCKS)
        found += [f"{_NAME}{block}" for block in blocks(named.items(), corpus.names, NAME_BLOCKS)]
    return Described(
        article_id=version.text_id,
        title=version.title,
        lead=terms.lead,
        outlet=version.outlet,
        language=version.language,
        published_at=version.published_at,
        occurrence_count=version.occurrence_count,
        event_label=version.event_label,
        terms=terms.terms,
        weights=tuple(weighed),
        particulars=terms.particulars,
        names=tuple(named),
        name_weights=tuple(named.values()),
        blocks=tuple(found),
    )
