"""langdetect's detector with its loops done otherwise: the same verdicts to the last bit, in a fraction of the time.

langdetect (Nakatani 2010) walks over a text character by character, and over all languages for every n-gram that it
draws. Here a text is an array: its n-grams are found in a few calls, and what many texts draw is multiplied at once. The
library's seed is the same for every text, and so are the random numbers: they are made once. What is drawn, in which order,
and every sum are as in the library; ``tests/language/test_quick.py`` holds the two beside each other. Python adds floats
more exactly from 3.12 on, so that last bits differ between its versions, here as there.
"""

import itertools
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

import numpy as np
from langdetect.detector import Detector
from langdetect.utils.ngram import NGram

from transforms.language.characters import codes_of
from transforms.language.profiles import Profiles, grams_of, load

_SEED = 0
"""Any will do; without one the library's verdicts differ from call to call."""
_TRIALS = 7
_LONGEST = 10_000
"""Characters of a text that count. This and the number of trials are what the library begins with."""
_PER_SUM = 5
"""Draws after which the library has the shares add up to 1; the first time after a single one."""
_GAUSS = 4
"""Random words that a number of normal distribution takes; each second one is made of the same words as the one before."""
_DRAWN = 1024
"""Random words that are looked at first, enough for most texts; four times as many each time that they do not suffice."""
AT_ONCE = 128
"""Texts that are best asked for at once: what a call of numpy costs by itself is shared by them."""


@cache
def _words(count: int) -> np.ndarray:
    """The first numbers of 32 bits that Python's generator gives."""
    numbers = Random(_SEED).getrandbits(32 * count)  # noqa: S311 - the library's numbers, no secrets
    return np.frombuffer(numbers.to_bytes(4 * count, "little"), "<u4")


@cache
def _gauss(word: int) -> tuple[float, float]:
    """The two numbers of normal distribution that are made of the random words from this one on."""
    rng = Random(_SEED)  # noqa: S311 - as above
    if word:
        rng.getrandbits(32 * word)
    return rng.gauss(0.0, 1.0), rng.gauss(0.0, 1.0)


class _Draws:
    """The n-grams that the library draws from those of each text, one by one.

    A draw is the first bits of a random word, as many as the number of n-grams has; words that come to more are passed over.
    """

    def __init__(self, profiles: Profiles, grams: Sequence[np.ndarray]):
        self._profiles = profiles
        self._grams = grams
        self._looked_at = [0] * len(grams)
        self._places = [np.array([], np.int64)] * len(grams)
        self._drawn = self._places.copy()
        self._look_further(range(len(grams)))

    def _look_further(self, texts: Iterable[int]) -> None:
        for text in texts:
            grams = self._grams[text]
            self._looked_at[text] = 4 * self._looked_at[text] or _DRAWN
            numbers = _words(self._looked_at[text]) >> np.uint32(32 - len(grams).bit_length())
            self._places[text] = (numbers < len(grams)).nonzero()[0]
            self._drawn[text] = grams[numbers[self._places[text]]]
        self._all = np.concatenate(self._drawn)
        self._counts = np.array(list(map(len, self._drawn)))
        self._starts = self._counts.cumsum() - self._counts

    def first_from(self, text: int, word: int) -> int:
        """The first draw of a text that is made of this word or a later one."""
        while self._places[text][-1] < word:
            self._look_further([text])
        return int(self._places[text].searchsorted(word))

    def word_of(self, text: int, draw: int) -> int:
        return int(self._places[text][draw])

    def shares(self, texts: np.ndarray, first: np.ndarray) -> np.ndarray:
        """For each of these texts a row for each draw of one sum, from this one on: the shares of all languages."""
        while (short := first + _PER_SUM > self._counts[texts]).any():
            self._look_further(texts[short].tolist())
        drawn = self._all[(self._starts[texts] + first)[:, None] + np.arange(_PER_SUM)]
        return self._profiles.shares(drawn.reshape(-1)).reshape(*drawn.shape, -1)


@dataclass(slots=True)
class _Course:
    """How far the library is with a text: its trial, and the first and the last draw of it until now."""

    text: int
    trial: int = -1
    first: int = 0
    last: int = -1
    weight: float = 0.0
    normals: tuple[float, float] = (0.0, 0.0)

    def begin_trial(self, draws: _Draws) -> None:
        word = 0 if self.trial < 0 else draws.word_of(self.text, self.last) + 1
        self.trial += 1
        if self.trial % 2 == 0:
            self.normals = _gauss(word)
            word += _GAUSS
        self.weight = (Detector.ALPHA_DEFAULT + self.normals[self.trial % 2] * Detector.ALPHA_WIDTH) / Detector.BASE_FREQ
        self.first = draws.first_from(self.text, word)
        self.last = self.first - 1


def _wholes(shares: np.ndarray) -> np.ndarray:
    """What the shares of each text add up to, added in the order and as exactly as the library adds them."""
    if sys.version_info >= (3, 12):
        return np.array([[sum(row)] for row in shares.tolist()])
    return np.add.accumulate(shares, axis=1)[:, -1:]


def _probabilities(profiles: Profiles, grams: Sequence[np.ndarray]) -> np.ndarray:
    """A row for each text with the probability of each language: the mean of trials.

    A trial takes as many draws as make one of the languages all but sure, some 45. The texts draw together, each from its
    own place on; one that has had its trials leaves.
    """
    draws = _Draws(profiles, grams)
    means = np.zeros((len(grams), len(profiles.languages)))
    shares = np.empty_like(means)
    courses = [_Course(text) for text in range(len(grams))]
    at_begin = np.full(len(grams), True)
    while courses:
        for place in at_begin.nonzero()[0].tolist():
            courses[place].begin_trial(draws)
        shares[at_begin] = 1.0 / len(profiles.languages)
        texts = np.array([course.text for course in courses])
        factors = draws.shares(texts, np.array([course.last + 1 for course in courses]))
        factors += np.array([course.weight for course in courses])[:, None, None]
        factors[at_begin, 1:] = 1.0  # the first sum of a trial has one draw
        for draw in range(_PER_SUM):
            shares *= factors[:, draw]
        shares /= _wholes(shares)
        for course in courses:
            course.last = course.first if course.last < course.first else course.last + _PER_SUM
        at_limit = [course.last - course.first >= Detector.ITERATION_LIMIT for course in courses]
        at_end = (shares.max(axis=1) > Detector.CONV_THRESHOLD) | at_limit
        for place in at_end.nonzero()[0].tolist():
            means[courses[place].text] += shares[place] / _TRIALS
        staying = ~at_end | [course.trial + 1 < _TRIALS for course in courses]
        if not staying.all():
            courses, shares, at_end = list(itertools.compress(courses, staying)), shares[staying], at_end[staying]
        at_begin = at_end
    return means


def _cleaned(text: str) -> np.ndarray:
    """What the library looks at: no addresses, Vietnamese in one form, no Latin letters where others prevail."""
    if "http" in text:
        text = Detector.URL_RE.sub(" ", text)
    if "@" in text:
        text = Detector.MAIL_RE.sub(" ", text)
    if not text.isascii():
        text = NGram.normalize_vi(text)
    codes = codes_of(text[:_LONGEST])
    if not text.isascii():
        latin = (codes >= ord("A")) & (codes <= ord("z"))
        # The library means to leave out Latin Extended Additional, and does not.
        if np.count_nonzero(latin) * 2 < np.count_nonzero(codes >= 0x300):
            codes = codes[~latin]
    return codes


def rank(texts: Iterable[str]) -> list[list[tuple[str, float]]]:
    """For each text the languages that are more probable than 0.1, by langdetect's codes, the most probable first.

    ``AT_ONCE`` texts take a fraction of the time that each of them takes by itself.

    >>> [found[0][0] for found in rank(["Der Bürgermeister sagte am Montag nichts.", "The mayor said nothing on Monday."])]
    ['de', 'en']
    """
    profiles = load()
    ranked: list[list[tuple[str, float]]] = []
    known = (profiles.known(grams_of(_cleaned(text))) for text in texts)
    while together := list(itertools.islice(known, AT_ONCE)):
        with_grams = [grams for grams in together if len(grams)]
        rows = iter(_probabilities(profiles, with_grams).tolist() if with_grams else ())
        ranked += [_ranked(zip(profiles.languages, next(rows), strict=True)) if len(grams) else [] for grams in together]
    return ranked


def _ranked(found: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    return sorted((pair for pair in found if pair[1] > Detector.PROB_THRESHOLD), key=lambda pair: pair[1], reverse=True)
