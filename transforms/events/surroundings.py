"""From what likeness on articles are one event: it depends on the corpus, and on the surroundings of the two.

The same cosine means little between two of a hundred reports on one match, and much between two articles that are
like nothing else. So a share of each article's background is taken off, as far as it is above the corpus' mean
background. What is left is held against a threshold that depends on three figures of the corpus:

- the step: how much more alike articles are to the most alike one than to the seventh. Where hardly an article has
  another one of its event there is no step, and what likeness there is is chance;
- the likeness of what is near: where reports of one event are short, or say it in words of their own, they are less
  alike, and so is what must be told from them;
- the rivals: how many articles one may be of one event with, by their dates. The more, the more alike are the most
  alike strangers.

The coefficients are those that ``python -m benchmarks.fit_events`` fits; it prints what they reach on data that they were
not fitted on, too.
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
MOST_STEP = 200_000
"""The step of one article that counts in full, in millionths: in a corpus of fourteen a single pair that is very alike
would otherwise speak for the others."""
_LEAST_SHARE = 0.001
"""Share of rivals below which a sample of that size tells nothing."""


@dataclass(frozen=True)
class Coefficients:
    """What makes the threshold.

    ``alone`` is the threshold where there is no step; it falls by up to ``stepped``, all of it where the step is
    ``enough`` or more. It rises by ``near`` of the likeness of what is near, and by ``each_fold`` with each e-fold of
    rivals beyond ``few``, up to ``many``, about the largest number for which measurements are known; it does not fall
    below ``least``. ``background`` is the share of it that is taken off, half of it by each of two articles, and not more
    than ``most_off`` by each: the neighbours of an article of a large event are of that event.
    """

    alone: float = 0.616
    stepped: float = 0.578
    enough: float = 0.108
    near: float = 0.24
    each_fold: float = 0.015
    background: float = 0.6
    most_off: float = 0.02
    few: int = 20
    many: int = 20_000
    least: float = 0.04


FITTED = Coefficients()


@dataclass(frozen=True)
class Surroundings:
    """Figures of a corpus: articles, mean step and mean background of one, and the share of articles that are rivals.

    ``expected`` are articles that are still to come: what is joined cannot be undone when they have come. ``beyond`` is
    what the mean step would have more if ``MOST_STEP`` bounded none.
    """

    articles: int
    step: float
    background: float
    rivals: float
    expected: int = 0
    beyond: float = 0.0

    @property
    def near(self) -> float:
        """How alike articles are to what is near: the sum of step and background, which grows with likeness of any kind."""
        return self.step + self.beyond + self.background

    def threshold(self, by: Coefficients = FITTED) -> float:
        """The average likeness, less background, from which on articles are one event."""
        rivals = min(max(1.0, (self.articles + self.expected) * self.rivals), by.many)
        stepped = by.stepped * min(1.0, self.step / by.enough)
        return max(by.least, by.alone - stepped + by.near * self.near + by.each_fold * math.log(rivals / by.few))

    def off(self, background: float, by: Coefficients = FITTED) -> float:
        """What is taken off an article's likeness to any other, for its background."""
        return min(by.most_off, by.background * (background - self.background) / 2)


Sums = tuple[int, int, int]
"""Steps up to ``MOST_STEP`` each, what they have beyond that, and backgrounds: added up, in millionths."""


_SUMS = ("figures.steps_millionths", "figures.beyond_millionths", "figures.backgrounds_millionths")
"""The counters of these sums."""


def sums_of(step: int, background: int) -> Sums:
    """What one article adds to the sums.

    >>> sums_of(300_000, 50_000)
    (200000, 100000, 50000)
    """
    counted = min(step, MOST_STEP)
    return counted, step - counted, background


class SumNeighbourhoods(beam.CombineFn):
    """Combines neighbourhoods to the sums of their steps and backgrounds."""

    def create_accumulator(self) -> Sums:
        return 0, 0, 0

    def add_input(self, accumulator: Sums, element: Neighbourhood) -> Sums:
        return self.merge_accumulators([accumulator, sums_of(step(element), background(element))])

    def merge_accumulators(self, accumulators: Iterable[Sums]) -> Sums:
        steps, beyond, backgrounds = 0, 0, 0
        for accumulator in accumulators:
            steps += accumulator[0]
            beyond += accumulator[1]
            backgrounds += accumulator[2]
        return steps, beyond, backgrounds

    def extract_output(self, accumulator: Sums) -> Sums:
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


def surroundings(articles: int, sums: Sums, rivals: float, expected: int = 0) -> Surroundings:
    """The figures of a corpus, from what was added up of it."""
    step, beyond, background = (number / (max(1, articles) * MILLION) for number in sums)
    return Surroundings(articles, step, background, rivals, expected, beyond)


def told(found: Surroundings, sums: Sums) -> Surroundings:
    """The figures of the corpus, which are counted too: what explains events later asks the manifest for them."""
    count("events", "figures.articles", found.articles)
    count("events", "figures.expected", found.expected)
    for name, number in zip(_SUMS, sums, strict=True):
        count("events", name, number)
    count("events", "figures.rivals_billionths", round(found.rivals * BILLION))
    return found


def recorded(steps: Mapping[str, int]) -> Surroundings | None:
    """The figures of a corpus from the counters of its run; None where it has left none, or not those of today.

    >>> sums = {f"events.figures.{name}_millionths": 0 for name in ("steps", "beyond", "backgrounds")}
    >>> recorded(sums | {"events.figures.articles": 2, "events.figures.rivals_billionths": 500_000_000})
    Surroundings(articles=2, step=0.0, background=0.0, rivals=0.5, expected=0, beyond=0.0)
    """
    articles = steps.get("events.figures.articles")
    if articles is None or any(f"events.{name}" not in steps for name in _SUMS):
        return None
    added, beyond, backgrounds = (steps[f"events.{name}"] for name in _SUMS)
    rivals = steps.get("events.figures.rivals_billionths", 0) / BILLION
    return surroundings(articles, (added, beyond, backgrounds), rivals, steps.get("events.figures.expected", 0))
