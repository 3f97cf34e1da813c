"""Are made-up articles like real ones? ``python -m benchmarks.article_figures DATA_FOLDER [--count N] [--show EVENT]``.

Prints the same figures of the real articles of the folder and of made-up ones: how many articles terms stand in, how the
vocabulary grows, and how alike articles of one event and of different events are.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from math import log, sqrt

from benchmarks.article_sources import sources
from benchmarks.articles import Corpus
from benchmarks.data import table
from transforms.common.words import words

_LEAD = 120
_BANDS = ((1, 1), (2, 2), (3, 9), (10, 99), (100, 10**9))
_PAIRS, _KIN = 20_000, 4
"""Pairs of strangers that are looked at, and articles of one event whose pairs are."""


class Figures:
    """Figures of a corpus, given as the event and the text of each article."""

    def __init__(self, articles: Sequence[tuple[str, str]], seed: int = 1):
        mixed = list(articles)
        random.Random(seed).shuffle(mixed)
        self._events = [event for event, _ in mixed]
        self._terms = [Counter(words(" ".join(text.casefold().split()[:_LEAD]))) for _, text in mixed]
        self._found: Counter[str] = Counter(term for terms in self._terms for term in terms)

    def _cosine(self, left: int, right: int) -> float:
        def weights(at: int) -> dict[str, float]:
            raw = {t: (1 + log(n)) * log(len(self._terms) / self._found[t]) for t, n in self._terms[at].items()}
            length = sqrt(sum(weight * weight for weight in raw.values())) or 1.0
            return {term: weight / length for term, weight in raw.items()}

        a, b = weights(left), weights(right)
        return sum(weight * b.get(term, 0.0) for term, weight in a.items())

    def _quantiles(self, pairs: Sequence[tuple[int, int]]) -> list[str]:
        found = sorted(self._cosine(*pair) for pair in pairs)
        return [f"{found[int(q * (len(found) - 1))]:.3f}" if found else "-" for q in (0.1, 0.5, 0.9, 0.99)]

    def rows(self) -> list[str]:
        rng = random.Random(0)
        number = len(self._terms)
        sizes = Counter(self._events)
        places: dict[str, list[int]] = {}
        for at, event in enumerate(self._events):
            places.setdefault(event, []).append(at)
        # As many articles of an event, each with another one, so that the largest events do not decide alone.
        chosen = [rng.sample(members, min(len(members), _KIN)) for members in places.values() if len(members) > 1]
        kin = list({pair for members in chosen for pair in combinations(sorted(members), 2)})
        strangers = [(a, b) for a, b in (rng.sample(range(number), 2) for _ in range(_PAIRS))]
        strangers = [(a, b) for a, b in strangers if self._events[a] != self._events[b]]
        tenth = len({term for terms in self._terms[: number // 10] for term in terms})
        spread = [sum(low <= n <= high for n in self._found.values()) / len(self._found) for low, high in _BANDS]
        return [
            f"{number:,}",
            f"{len(sizes):,}",
            f"{sum(n == 1 for n in sizes.values()) / len(sizes):.2f}",
            str(max(sizes.values())),
            f"{len(self._found):,}",
            f"{log(len(self._found) / tenth) / log(10):.2f}",
            *(f"{share:.3f}" for share in spread),
            *self._quantiles(kin),
            *self._quantiles(strangers),
        ]


_NAMES = (
    "articles",
    "events",
    "of these with one article",
    "articles of the largest",
    f"distinct words in the first {_LEAD} of each",
    "growth of these (exponent, from a tenth)",
    "share of them in 1 article",
    "in 2",
    "in 3 to 9",
    "in 10 to 99",
    "in 100 or more",
    "cosine in one event: lowest tenth",
    "median",
    "highest tenth",
    "highest hundredth",
    "cosine of strangers: lowest tenth",
    "median",
    "highest tenth",
    "highest hundredth",
)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.article_figures", description=__doc__)
    parser.add_argument("folder", nargs="?", metavar="DATA_FOLDER", help="without it, stories drawn from word lists")
    parser.add_argument("--count", type=int, help="made-up records (default: as many as there are real articles)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, metavar="EVENT", help="print the articles of one made-up event instead")
    given = parser.parse_args(arguments)
    found = sources(given.folder, given.seed)
    corpus = Corpus(found, given.seed)
    if given.show is not None:
        for article in corpus.event(given.show):
            print(f"{article.id}  {article.published_at:%Y-%m-%d %H:%M}  {article.title}\n\n{article.text}\n")
        return
    english = [source for source in found if source.language == "en"]
    real = [
        (f"{number}", " ".join([draft.title, *(s for paragraph in draft.paragraphs for s in paragraph)]))
        for number, source in enumerate(english)
        for draft in source.drafts
    ]
    made = [
        (article.gold_event, f"{article.title} {article.text}")
        for article in corpus.articles(given.count or len(real))
        if article.language == "en" and not article.copy_of
    ]
    columns = [Figures(real).rows(), Figures(made).rows()]
    print(table([["in English, without copies", "real", "made up"], *map(list, zip(_NAMES, *columns, strict=True))]))


if __name__ == "__main__":
    main(sys.argv[1:])
