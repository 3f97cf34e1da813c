"""From what likeness on articles are one event: it depends on the corpus, and on the surroundings of the two.

The same cosine means little between two of a hundred reports on one match, and much between two articles that are
like nothing else. So a share of each article's background is taken off, as far as it is above the corpus' mean
background. What is left is held against a threshold that depends on two figures of the corpus:

- the step: how much more alike articles are to the most alike one than to the seventh. Where hardly an article has
  another one of its event there is no step, and what likeness there is is chance;
- the rivals: how many articles one may be of one event with, by their dates. The more, the more alike are the most
  alike strangers.

The coefficients are fitted by ``python -m benchmarks.fit_events``; it prints them and what they reach on data that
they were not fitted on. Of those that do about as well, we took some that leave none of the sets far from its best.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import apache_beam as beam
import numpy as np
from apache_beam.typehints.decorators import with_input_types, with_output_types

from schemas.records import Described
from transforms.common.counting import count
from transforms.events.likeness import MILLION, are_near
from transforms.events.neighbours import Neighbourhood, background, step

SAMPLE = 512
"""Articles that the share of rivals is taken from: those of least ids, which are digests."""
Dated = tuple[str, int | None]
"""The id of an article, and when it was published."""
BILLION = 1_000_000_000
"""The share of rivals as a whole number, as which it is kept with the dataset."""
_LEAST_SHARE = 0.001
"""Share of rivals below which a sample of that size tells nothing."""


@dataclass(frozen=True)
class Coefficients:
    """What makes the threshold.

    ``alone`` is the threshold where there is no step; it falls by up to ``stepped``, all of it where the step is
    ``enough`` or more. It rises by ``each_fold`` with each e-fold of rivals beyond ``few``, up to ``many``, about the
    largest number for which measurements are known; it does not fall below ``least``. ``background`` is the share of
    it that is taken off, half of it by each of two articles, and not more than ``most_off`` by each: the neighbours of an
    article of a large event are of that event.
    """

    alone: float = 0.45
    stepped: float = 0.332
    enough: float = 0.14
    each_fold: float = 0.019
    background: float = 0.6
    most_off: float = 0.02
    few: int = 20
    many: int = 20_000
    least: float = 0.04


FITTED = Coefficients()


@dataclass(frozen=True)
class Surroundings:
    """Figures of a corpus: articles, mean step and mean background of one, and the share of articles that are rivals.

    ``expected`` are articles that are still to come: what is joined cannot be undone when they have come.
    """

    articles: int
    step: float
    background: float
    rivals: float
    expected: int = 0

    def threshold(self, by: Coefficients = FITTED) -> float:
        """The average likeness, less background, from which on articles are one event."""
        rivals = min(max(1.0, (self.articles + self.expected) * self.rivals), by.many)
        stepped = by.stepped * min(1.0, self.step / by.enough)
        return max(by.least, by.alone - stepped + by.each_fold * math.log(rivals / by.few))

    def off(self, background: float, by: Coefficients = FITTED) -> float:
        """What is taken off an article's likeness to any other, for its background."""
        return min(by.most_off, by.background * (background - self.background) / 2)


class SumNeighbourhoods(beam.CombineFn):
    """Combines neighbourhoods to the sum of steps and the sum of backgrounds, in millionths."""

    def create_accumulator(self) -> tuple[int, int]:
        return 0, 0

    def add_input(self, accumulator: tuple[int, int], element: Neighbourhood) -> tuple[int, int]:
        return accumulator[0] + step(element), accumulator[1] + background(element)

    def merge_accumulators(self, accumulators: Iterable[tuple[int, int]]) -> tuple[int, int]:
        steps, backgrounds = 0, 0
        for accumulator in accumulators:
            steps += accumulator[0]
            backgrounds += accumulator[1]
        return steps, backgrounds

    def extract_output(self, accumulator: tuple[int, int]) -> tuple[int, int]:
        return accumulator


def share_of_rivals(dates: Sequence[int | None]) -> float:
    """The share of pairs of articles that their dates do not keep apart; 1 where there are no pairs."""
    near = are_near(dates)[np.triu_indices(len(dates), k=1)]
    return max(_LEAST_SHARE, float(near.mean())) if near.size else 1.0


def date_of(article: Described) -> Dated:
    """An article as ``ShareOfRivals`` takes it."""
    return article.article_id, article.published_at


@with_input_types(Dated)
@with_output_types(float)
class ShareOfRivals(beam.combiners.TopCombineFn):
    """Combines articles with their dates to the share of rivals in a sample of them, those of the least ids."""

    def __init__(self) -> None:
        super().__init__(SAMPLE, key=itemgetter(0), reverse=True)

    def extract_output(self, accumulator: Any) -> float:
        return share_of_rivals([date for _, date in super().extract_output(accumulator)])


def surroundings(articles: int, sums: tuple[int, int], rivals: float, expected: int = 0) -> Surroundings:
    """The figures of a corpus, from what was added up of it."""
    steps, backgrounds = sums
    each = max(1, articles) * MILLION
    return Surroundings(articles, steps / each, backgrounds / each, rivals, expected)


def told(found: Surroundings, sums: tuple[int, int]) -> Surroundings:
    """The figures of the corpus, which are counted too: what explains events later asks the manifest for them."""
    steps, backgrounds = sums
    count("events", "figures.articles", found.articles)
    count("events", "figures.expected", found.expected)
    count("events", "figures.steps_millionths", steps)
    count("events", "figures.backgrounds_millionths", backgrounds)
    count("events", "figures.rivals_billionths", round(found.rivals * BILLION))
    return found


def recorded(steps: Mapping[str, int]) -> Surroundings | None:
    """The figures of a corpus from the counters of its run; None where it has left none.

    >>> recorded({"events.figures.articles": 2, "events.figures.rivals_billionths": 500_000_000})
    Surroundings(articles=2, step=0.0, background=0.0, rivals=0.5, expected=0)
    """
    articles = steps.get("events.figures.articles")
    if articles is None:
        return None
    sums = steps.get("events.figures.steps_millionths", 0), steps.get("events.figures.backgrounds_millionths", 0)
    rivals = steps.get("events.figures.rivals_billionths", 0) / BILLION
    return surroundings(articles, sums, rivals, steps.get("events.figures.expected", 0))
