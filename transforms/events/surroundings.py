"""From what likeness on articles are one event: it depends on the corpus, and on the surroundings of the two.

The same cosine means little between two of a hundred reports on one match, and much between two articles that are
like nothing else. So a share of each article's background is taken off, as far as it is above the corpus' mean
background. What is left is held against a threshold that depends on four figures of the corpus:

- the step: how much more alike articles are to the most alike one than to the seventh. Where hardly an article has
  another one of its event there is no step, and what likeness there is is chance;
- the likeness of what is near: where reports of one event say it in words of their own, they are less alike, and so is
  what must be told from them;
- the brevity: of few words fewer are in common;
- the rivals: how many articles one may be of one event with, by their dates. The more, the more alike are the most
  alike strangers.

In a small corpus one pair that is very alike would speak for all others. So the two articles with the largest steps take
no part in the mean; they speak for themselves alone. Where there are so few that none has a seventh neighbour, two are too
many to be left out; where there are more than a tree holds, they are nothing.

The coefficients are those that ``python -m benchmarks.fit_events`` fits; it prints what they reach on data that they were
not fitted on, too.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from operator import itemgetter
from typing import Any

import apache_beam as beam
import numpy as np
from apache_beam.typehints.decorators import with_input_types, with_output_types

from schemas.records import Described
from transforms.common.counting import count
from transforms.events.leaders import MAX_TREE
from transforms.events.likeness import MILLION, are_near
from transforms.events.neighbours import NEAREST
from transforms.events.terms import TERMS

SAMPLE = 512
"""Articles that rivals and brevity are taken from: those of least ids, which are digests."""
Sampled = tuple[str, int | None, int]
"""The id of an article, when it was published, and how many terms it has."""
BILLION = 1_000_000_000
"""Rivals and brevity as whole numbers, as which they are kept with the dataset."""
MOST_STEP = 200_000
"""The step of one article that counts in full, in millionths: in a corpus of fourteen a single pair that is very alike
would otherwise speak for the others."""
_LEAST_SHARE = 0.001
"""Share of rivals below which a sample of that size tells nothing."""
_LEAST_TERMS = 5
"""Terms below which an article is not briefer."""


@dataclass(frozen=True)
class Coefficients:
    """What makes the threshold.

    ``alone`` is the threshold where there is no step; it falls by up to ``stepped``, all of it where the step is
    ``enough`` or more. It rises by ``near`` of the likeness of what is near, and by ``each_fold`` with each e-fold of
    rivals beyond ``few``, up to ``many``, about the largest number for which measurements are known; it falls by ``brief``
    of the brevity, but not below ``least``. ``background`` is the share of it that is taken off, half of it by each of two
    articles, and not more than ``most_off`` by each: the neighbours of an article of a large event are of that event.
    ``own`` is the share of what the threshold would have fallen with the two articles that are left out of the mean step
    which counts for themselves, half of it for each; it is not fitted.
    """

    alone: float = 0.643
    stepped: float = 0.583
    enough: float = 0.106
    near: float = 0.191
    each_fold: float = 0.016
    brief: float = 0.02
    background: float = 0.6
    own: float = 0.75
    most_off: float = 0.02
    few: int = 20
    many: int = 20_000
    least: float = 0.04


FITTED = Coefficients()


@dataclass(frozen=True)
class Surroundings:
    """Figures of a corpus: articles, mean step and mean background of one, and the share of articles that are rivals.

    ``expected`` are articles that are still to come: what is joined cannot be undone when they have come. ``beyond`` is
    what the mean step would have more if ``MOST_STEP`` bounded none. ``brevity`` is 0 where articles have as many terms
    as are kept of one, and grows with the logarithm of how much fewer they have. ``outstanding`` is what the mean step
    would have more with the two articles that it leaves out, and ``exceptional`` the lesser of their steps; others that
    have the same count as they do.
    """

    articles: int
    step: float
    background: float
    rivals: float
    expected: int = 0
    beyond: float = 0.0
    brevity: float = 0.0
    outstanding: float = 0.0
    exceptional: float = math.inf

    @property
    def near(self) -> float:
        """How alike articles are to what is near: the sum of step and background, which grows with likeness of any kind."""
        return self.step + self.beyond + self.background

    def threshold(self, by: Coefficients = FITTED) -> float:
        """The average likeness, less background, from which on articles are one event."""
        return float(self.thresholds(by))

    def thresholds(self, by: Coefficients) -> np.ndarray:
        """The threshold; those of many corpora where the figures are arrays."""
        rivals = np.clip((self.articles + self.expected) * self.rivals, 1.0, by.many)
        stepped = by.stepped * np.minimum(1.0, self.step / by.enough)
        close, many = by.near * self.near, by.each_fold * np.log(rivals / by.few)
        return np.asarray(np.maximum(by.least, by.alone - stepped + close + many - by.brief * self.brevity))

    def off(self, background: float, by: Coefficients = FITTED) -> float:
        """What is taken off an article's likeness to any other, for its background."""
        return min(by.most_off, by.background * (background - self.background) / 2)

    def own(self, step: float, by: Coefficients = FITTED) -> float:
        """What is added to an article's likeness to any other where its step is not in the mean, but speaks for itself."""
        if step < self.exceptional:
            return 0.0
        before, after = (min(1.0, mean / by.enough) for mean in (self.step, self.step + self.outstanding))
        return by.own * by.stepped * (after - before) / 2


@dataclass(frozen=True, slots=True)
class Sums:
    """Of neighbourhoods, in millionths: steps up to ``MOST_STEP`` each, what they have beyond that, and backgrounds, all
    added up; and the two largest steps."""

    steps: int = 0
    beyond: int = 0
    backgrounds: int = 0
    largest: int = 0
    second: int = 0


def sums_of(step: int, background: int) -> Sums:
    """What the figures of one article add to the sums.

    >>> sums_of(300_000, 50_000)
    Sums(steps=200000, beyond=100000, backgrounds=50000, largest=300000, second=0)
    """
    counted = min(step, MOST_STEP)
    return Sums(counted, step - counted, background, step)


def added(sums: Iterable[Sums]) -> Sums:
    """The sums of some neighbourhoods and of others together.

    >>> added([sums_of(300_000, 0), sums_of(100_000, 10_000), sums_of(150_000, 0)])
    Sums(steps=450000, beyond=100000, backgrounds=10000, largest=300000, second=150000)
    """
    steps = beyond = backgrounds = largest = second = 0
    for each in sums:
        steps += each.steps
        beyond += each.beyond
        backgrounds += each.backgrounds
        largest, second = max(largest, each.largest), max(min(largest, each.largest), second, each.second)
    return Sums(steps, beyond, backgrounds, largest, second)


class AddSums(beam.CombineFn):
    """Combines sums to those of all."""

    def create_accumulator(self) -> Sums:
        return Sums()

    def add_input(self, accumulator: Sums, element: Sums) -> Sums:
        return added((accumulator, element))

    def merge_accumulators(self, accumulators: Iterable[Sums]) -> Sums:
        return added(accumulators)

    def extract_output(self, accumulator: Sums) -> Sums:
        return accumulator


@dataclass(frozen=True, slots=True)
class Sample:
    """What a sample of the articles tells of the corpus, as ``Surroundings`` has it."""

    rivals: float
    brevity: float


def share_of_rivals(dates: Sequence[int | None]) -> float:
    """The share of pairs of articles that their dates do not keep apart; 1 where there are no pairs."""
    near = are_near(dates)[np.triu_indices(len(dates), k=1)]
    return max(_LEAST_SHARE, float(near.mean())) if near.size else 1.0


def brevity(terms: Iterable[int]) -> float:
    """The mean of how much fewer terms articles have than are kept of one, as a logarithm; 0 where there are no articles.

    >>> round(brevity([60, 60, 20, 20]), 3)
    0.549
    """
    each = [math.log(TERMS / max(_LEAST_TERMS, number)) for number in terms]
    return math.fsum(each) / len(each) if each else 0.0


def sampled(article: Described) -> Sampled:
    """An article as ``TakeSample`` takes it."""
    return article.article_id, article.published_at, len(article.terms)


@with_input_types(Sampled)
@with_output_types(Sample)
class TakeSample(beam.combiners.TopCombineFn):
    """Combines articles to what those of the least ids tell."""

    def __init__(self) -> None:
        super().__init__(SAMPLE, key=itemgetter(0), reverse=True)

    def extract_output(self, accumulator: Any) -> Sample:
        chosen = super().extract_output(accumulator)
        return Sample(share_of_rivals([date for _, date, _ in chosen]), brevity(terms for _, _, terms in chosen))


def surroundings(articles: int, sums: Sums, sample: Sample, expected: int = 0) -> Surroundings:
    """The figures of a corpus, from what was added up of it."""
    all_of_them = max(1, articles) * MILLION
    aside = (sums.largest, sums.second) if NEAREST < articles <= MAX_TREE else ()
    counted = [min(step, MOST_STEP) for step in aside]
    others = all_of_them - len(aside) * MILLION
    step = (sums.steps - sum(counted)) / others
    return Surroundings(
        articles,
        step,
        sums.backgrounds / all_of_them,
        sample.rivals,
        expected,
        beyond=(sums.beyond - sum(aside) + sum(counted)) / others,
        brevity=sample.brevity,
        outstanding=sums.steps / all_of_them - step,
        exceptional=sums.second / MILLION if aside else math.inf,
    )


_SUMS = {field.name: f"figures.{field.name}_millionths" for field in fields(Sums)}
"""The counters of the sums."""
_RIVALS, _BREVITY = "figures.rivals_billionths", "figures.brevity_billionths"


def told(found: Surroundings, sums: Sums) -> Surroundings:
    """The figures of the corpus, which are counted too: what explains events later asks the manifest for them."""
    count("events", "figures.articles", found.articles)
    count("events", "figures.expected", found.expected)
    for name, number in asdict(sums).items():
        count("events", _SUMS[name], number)
    count("events", _RIVALS, round(found.rivals * BILLION))
    count("events", _BREVITY, round(found.brevity * BILLION))
    return found


def recorded(steps: Mapping[str, int]) -> Surroundings | None:
    """The figures of a corpus from the counters of its run; None where it has left none, or not those of today.

    >>> recorded({"events.figures.articles": 7}) is None
    True
    """
    articles = steps.get("events.figures.articles")
    if articles is None or any(f"events.{name}" not in steps for name in (*_SUMS.values(), _RIVALS, _BREVITY)):
        return None
    sums = Sums(**{name: steps[f"events.{counter}"] for name, counter in _SUMS.items()})
    sample = Sample(steps[f"events.{_RIVALS}"] / BILLION, steps[f"events.{_BREVITY}"] / BILLION)
    return surroundings(articles, sums, sample, steps.get("events.figures.expected", 0))
