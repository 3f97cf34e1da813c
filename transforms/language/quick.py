"""langdetect's detector with its loops done otherwise: the same verdicts to the last bit, in a fraction of the time.

langdetect (Nakatani 2010) walks over a text character by character, and over all languages for every n-gram that it
draws. Here a text is an array: its n-grams are found in a few calls, and five draws are one product. The library's seed is
the same for every text, and so are the random numbers: they are made once. What is drawn, in which order, and every sum are
as in the library; ``tests/language/test_quick.py`` holds the two beside each other. Python adds floats more exactly from
3.12 on, so that last bits differ between its versions, here as there.
"""

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
_AT_ONCE = 10
"""Sums for which draws are fetched at a time: a trial takes some 45 draws until a language is all but sure."""
_GAUSS = 4
"""Random words that a number of normal distribution takes; each second one is made of the same words as the one before."""
_DRAWN = 256
"""Random words that are looked at first; four times as many each time that they do not suffice."""


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
    """The n-grams that the library draws from a text's, one by one.

    A draw is the first bits of a random word, as many as the number of n-grams has; words that come to more are passed over.
    """

    def __init__(self, profiles: Profiles, grams: np.ndarray):
        self._profiles = profiles
        self._grams = grams
        self.languages = len(profiles.languages)
        self._look_at(_DRAWN)

    def _look_at(self, words: int) -> None:
        numbers = _words(words) >> np.uint32(32 - len(self._grams).bit_length())
        self._looked_at = words
        self._words = (numbers < len(self._grams)).nonzero()[0]
        self._drawn = numbers[self._words]

    def first_from(self, word: int) -> int:
        """The first draw that is made of this word or a later one."""
        while self._words[-1] < word:
            self._look_at(4 * self._looked_at)
        return int(self._words.searchsorted(word))

    def word_of(self, draw: int) -> int:
        return int(self._words[draw])

    def shares(self, draw: int, count: int) -> np.ndarray:
        """For each of so many draws from this one on, a row of the shares of all languages."""
        while len(self._words) < draw + count:
            self._look_at(4 * self._looked_at)
        return self._profiles.shares(self._grams[self._drawn[draw : draw + count]])


def _probabilities(profiles: Profiles, grams: np.ndarray) -> np.ndarray:
    """The probability of each language: the mean of trials, each of as many draws as make one of them all but sure."""
    draws = _Draws(profiles, grams)
    total = np.zeros(draws.languages)
    word = 0
    for trial in range(_TRIALS):
        if trial % 2 == 0:
            normal = _gauss(word)
            word += _GAUSS
        weight = (Detector.ALPHA_DEFAULT + normal[trial % 2] * Detector.ALPHA_WIDTH) / Detector.BASE_FREQ
        shares, draw = _trial(draws, draws.first_from(word), weight)
        total += shares / _TRIALS
        word = draws.word_of(draw) + 1
    return total


def _trial(draws: _Draws, first: int, weight: float) -> tuple[np.ndarray, int]:
    """The probability of each language after so many draws that one of them is all but sure, and the last draw."""
    shares = (draws.shares(first, 1)[0] + weight) * (1.0 / draws.languages)
    last = first
    leader = 0
    factors = np.empty((_AT_ONCE, 1 + _PER_SUM, draws.languages))
    while True:
        drawn = draws.shares(last + 1, _AT_ONCE * _PER_SUM)
        np.add(drawn.reshape(_AT_ONCE, _PER_SUM, -1), weight, factors[:, 1:])
        for product in factors:
            # Added up in the library's order, and so are they multiplied below.
            values = shares.tolist()
            whole = sum(values)
            now = np.divide(shares, whole, product[0])
            if values[leader] < whole / 2:
                leader = values.index(max(values))
            if values[leader] / whole > Detector.CONV_THRESHOLD or last - first >= Detector.ITERATION_LIMIT:
                return now, last
            np.multiply.reduce(product, 0, None, shares)
            last += _PER_SUM


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


def rank(text: str) -> list[tuple[str, float]]:
    """The languages that are more probable than 0.1, by langdetect's codes, the most probable first.

    >>> rank("Der Bürgermeister sagte am Montag nichts.")[0][0]
    'de'
    """
    profiles = load()
    grams = profiles.known(grams_of(_cleaned(text)))
    if not len(grams):
        return []
    found = zip(profiles.languages, _probabilities(profiles, grams).tolist(), strict=True)
    return sorted((pair for pair in found if pair[1] > Detector.PROB_THRESHOLD), key=lambda pair: pair[1], reverse=True)
