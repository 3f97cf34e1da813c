"""Weights of terms: how often an article uses them, and how rare they are in the corpus and in the language."""

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass

import apache_beam as beam

from schemas.records import Described, Terms, Version

BACKGROUND_ARTICLES = 300
"""The language at large weighs as much as so many articles of the corpus."""
BLOCKS = 12
"""An article is compared with those that share one of this many of its heaviest terms."""
MAX_BLOCK = 400
"""Terms that more articles use make no block: rarer ones of the same articles do."""
COMMON_TERMS = 200_000
"""The most frequent terms of the corpus, whose counts every worker holds; all others are taken for rare."""


@dataclass(frozen=True)
class Corpus:
    """How many articles there are, and how many use each of the most frequent terms."""

    articles: int
    counts: dict[str, int]


@dataclass(eq=False)
class MostFrequent(beam.CombineFn):
    """Combines pairs of a term and its count to a dictionary of the most frequent; ties go to the lesser term."""

    limit: int = COMMON_TERMS

    def create_accumulator(self) -> list[tuple[str, int]]:
        return []

    def add_input(self, accumulator: list[tuple[str, int]], element: tuple[str, int]) -> list[tuple[str, int]]:
        accumulator.append(element)
        return self._cut(accumulator) if len(accumulator) > 2 * self.limit else accumulator

    def merge_accumulators(self, accumulators: Iterable[list[tuple[str, int]]]) -> list[tuple[str, int]]:
        return self._cut([pair for accumulator in accumulators for pair in accumulator])

    def extract_output(self, accumulator: list[tuple[str, int]]) -> dict[str, int]:
        return dict(self._cut(accumulator))

    def _cut(self, pairs: list[tuple[str, int]]) -> list[tuple[str, int]]:
        return heapq.nsmallest(self.limit, pairs, key=lambda pair: (-pair[1], pair[0]))


def inverse_frequency(corpus: Corpus, term: str, chance: float) -> float:
    """How much a term tells: the logarithm of how few articles use it, here and in the language at large."""
    used = corpus.counts.get(term, 1) + BACKGROUND_ARTICLES * chance
    return math.log((corpus.articles + BACKGROUND_ARTICLES + 1) / (used + 0.5))


def describe(version: Version, terms: Terms, corpus: Corpus) -> Described:
    """An article's terms with weights, as a vector of length one, and the blocks that it is compared in."""
    weights = [
        (1 + math.log(number)) * max(0.0, inverse_frequency(corpus, term, chance))
        for term, number, chance in zip(terms.terms, terms.counts, terms.chances, strict=True)
    ]
    length = math.sqrt(math.fsum(weight * weight for weight in weights)) or 1.0
    ranked = sorted(zip(weights, terms.terms, strict=True), key=lambda pair: (-pair[0], pair[1]))
    shared = [term for weight, term in ranked if weight > 0 and 1 < corpus.counts.get(term, 1) <= MAX_BLOCK]
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
        weights=tuple(weight / length for weight in weights),
        blocks=tuple(sorted(shared[:BLOCKS])),
    )
