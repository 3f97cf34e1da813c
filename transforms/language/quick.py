"""langdetect's detector with its inner loops done otherwise: the same verdicts to the last bit, in a third of the time.

langdetect (Nakatani 2010) walks over a text character by character and over all languages for every n-gram that it
draws. Here the characters are normalised and the n-grams found in a few calls, and a draw is one product of two
arrays. The random draws, their order and every sum are as in the library; ``tests/test_language.py`` holds the two
beside each other.
"""

import re
from functools import cache, lru_cache
from typing import Any

import numpy as np
from langdetect.detector import Detector
from langdetect.lang_detect_exception import ErrorCode, LangDetectException
from langdetect.utils.ngram import NGram

_LONGEST = 40
"""Letters of a word whose n-grams are remembered; longer ones are text without spaces."""
_SPACES = re.compile(" {2,}")
_LATIN = re.compile("[A-z]")
_NOT_LATIN = re.compile("[\u0300-\U0010ffff]")
"""What the library counts as another script. It means to leave out Latin Extended Additional, and does not."""


class _Normalised(dict[int, str]):
    """Characters as the library's n-grams have them, each asked for once."""

    def __missing__(self, code: int) -> str:
        found: str = NGram.normalize(chr(code))
        self[code] = found
        return found


_NORMALISED = _Normalised()


class _Profiles:
    """The shares of languages in an n-gram, as arrays that are made when they are first asked for."""

    def __init__(self, factory: Any):
        self._lists: dict[str, list[float]] = factory.word_lang_prob_map
        self._arrays: dict[str, np.ndarray] = {}
        self._grams = lru_cache(maxsize=50_000)(self._grams_of)

    def shares(self, gram: str) -> np.ndarray:
        found = self._arrays.get(gram)
        if found is None:
            found = self._arrays[gram] = np.array(self._lists[gram])
        return found

    def grams(self, text: str) -> list[str]:
        """The n-grams of a normalised text that the profiles know, in order.

        They begin anew at each space, so that each word's are asked for once.
        """
        *words, last = text.split(" ")
        found: list[str] = []
        for word in words:
            if word:
                found += (self._grams if len(word) <= _LONGEST else self._grams_of)(f"{word} ")
        if last:
            found += self._grams_of(last)
        return found

    def _grams_of(self, word: str) -> tuple[str, ...]:
        """The n-grams of a word with the space before it. Within two capitals and more there are none."""
        known = self._lists
        found = []
        grams, in_capitals = " ", False
        for char in word:
            last = grams[-1]
            grams = grams[-NGram.N_GRAM + 1 :] + char
            if not char.isupper():
                in_capitals = False
            elif last.isupper():
                in_capitals = True
            if not in_capitals:
                tails = (grams[-size:] for size in range(1, len(grams) + 1))
                found += [gram for gram in tails if gram != " " and gram in known]
        return tuple(found)


@cache
def _profiles(factory: Any) -> _Profiles:
    return _Profiles(factory)


class QuickDetector(Detector):
    """A detector as ``factory.create()`` makes one."""

    def __init__(self, factory: Any):
        super().__init__(factory)
        self._profiles = _profiles(factory)

    text: str

    def append(self, text: str) -> None:
        text = NGram.normalize_vi(self.MAIL_RE.sub(" ", self.URL_RE.sub(" ", text)))
        self.text += _SPACES.sub(" ", text[: self.max_text_length])

    def cleaning_text(self) -> None:
        if len(_LATIN.findall(self.text)) * 2 < len(_NOT_LATIN.findall(self.text)):
            self.text = _LATIN.sub("", self.text)

    def _extract_ngrams(self) -> list[str]:
        return self._profiles.grams(self.text.translate(_NORMALISED))

    def _detect_block(self) -> None:
        self.cleaning_text()
        grams = self._extract_ngrams()
        if not grams:
            raise LangDetectException(ErrorCode.CantDetectError, "No features in text.")
        total = np.zeros(len(self.langlist))
        self.random.seed(self.seed)
        for _ in range(self.n_trial):
            total += self._trial(grams) / self.n_trial
        self.langprob = total.tolist()

    def _trial(self, grams: list[str]) -> np.ndarray:
        """The probability of each language after so many draws that one of them is all but sure."""
        shares = np.array(self._init_probability())
        weight = (self.alpha + self.random.gauss(0.0, 1.0) * self.ALPHA_WIDTH) / self.BASE_FREQ
        for draw in range(self.ITERATION_LIMIT + 1):
            shares *= weight + self._profiles.shares(self.random.choice(grams))
            if draw % 5 == 0:
                # Added up in the library's order.
                shares /= sum(shares.tolist())
                if shares.max() > self.CONV_THRESHOLD:
                    break
        return shares
