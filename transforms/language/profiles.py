"""langdetect's profiles: how often each language has a letter, or two or three letters in a row, as arrays.

The library keeps a list of 55 floats for each of 90,000 n-grams, nearly all of them 0. Here are those alone that are not,
found by a table of hashes: a fifth of the memory, and the n-grams of a text are looked up all at once.
"""

import json
import threading
from functools import cache
from pathlib import Path

import numpy as np
from langdetect.detector_factory import PROFILES_DIRECTORY
from langdetect.utils.ngram import NGram

from transforms.language.characters import Characters, codes_of

_BITS = 21
"""Of a code point: three of them fit into one integer."""
_CODE = (1 << _BITS) - 1
_CAPITAL = 1 << _BITS
_PLACES = 1 << 19
"""Places for n-grams, six times as many as there are: few have to go on because theirs is taken."""
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""2^64 by the golden ratio, which spreads integers that are alike (Knuth's multiplicative hashing)."""
_SHIFT = np.uint64(64 - (_PLACES.bit_length() - 1))


def _normalised(char: str) -> int:
    """A character as the library's n-grams have it, and whether that is a capital."""
    found: str = NGram.normalize(char)
    return ord(found) | (_CAPITAL if found.isupper() else 0)


_NORMALISED = Characters(_normalised, np.uint32)


def grams_of(codes: np.ndarray) -> np.ndarray:
    """The n-grams of a text as integers: for each character itself, behind the one before it, and behind the two before it.

    Those with two spaces or one in their middle are none of the library's, and no profile knows them. Where two capitals
    follow one another there is none.
    """
    letters = np.empty(len(codes) + 2, np.uint64)
    letters[:2] = ord(" ")
    letters[2:] = marked = _NORMALISED.of(codes)
    letters &= np.uint64(_CODE)
    grams = np.empty((len(codes), 3), np.uint64)
    grams[:, 0] = letters[2:]
    grams[:, 1] = letters[2:] | letters[1:-1] << np.uint64(_BITS)
    grams[:, 2] = grams[:, 1] | letters[:-2] << np.uint64(2 * _BITS)
    capital = marked > _CODE
    follows = capital[1:] & capital[:-1]
    if follows.any():
        grams = grams[np.append(True, ~follows)]
    return grams.reshape(-1)


def _places_of(grams: np.ndarray) -> np.ndarray:
    return (grams * _SPREAD >> _SHIFT).view(np.int64)


class Profiles:
    """What share of a language's n-grams of a length each of them is.

    Args:
      languages: their codes, as langdetect has them.
      grams: all n-grams, as integers.
      first: where the shares of each begin, and where those of the last end.
      language, share: of each n-gram, for each language that has it.
    """

    def __init__(
        self, languages: tuple[str, ...], grams: np.ndarray, first: np.ndarray, language: np.ndarray, share: np.ndarray
    ):
        self.languages = languages
        self._first, self._language, self._share = first, language, share
        # An n-gram stands in the place that its hash names, or in the first one behind that was free.
        self._grams = np.zeros(_PLACES, np.uint64)
        self._number_of = np.zeros(_PLACES, np.int32)
        places, left = _places_of(grams), np.arange(len(grams))
        while len(left):
            free = left[self._grams[places[left]] == 0]
            self._grams[places[free]] = grams[free]
            left = left[self._grams[places[left]] != grams[left]]
            places[left] = (places[left] + 1) % _PLACES
        self._number_of[places] = np.arange(len(grams))
        # Rows are given out as n-grams are drawn, of which some thousands make up most texts; row 0 is that of none. Of the
        # array only so much takes memory as was written to.
        self._rows = np.zeros((1 + len(grams), len(languages)))
        self._row_of = np.zeros(_PLACES, np.int32)
        self._given = 0
        self._giving = threading.Lock()

    def known(self, grams: np.ndarray) -> np.ndarray:
        """The places of n-grams, less those that no language has, in order."""
        places = _places_of(grams)
        found = self._grams.take(places)
        passed = ((found != grams) & (found != 0)).nonzero()[0]
        while len(passed):
            places[passed] = there = (places[passed] + 1) % _PLACES
            found[passed] = now = self._grams[there]
            passed = passed[(now != grams[passed]) & (now != 0)]
        return places[found == grams]

    def shares(self, places: np.ndarray) -> np.ndarray:
        """For the n-gram in each of these places a row of its shares in all languages."""
        rows = self._row_of.take(places)
        if np.count_nonzero(rows) < len(rows):
            self._give_rows(set(places[rows == 0].tolist()))
            rows = self._row_of.take(places)
        return self._rows.take(rows, axis=0)

    def _give_rows(self, places: set[int]) -> None:
        with self._giving:
            for place in places:
                if not self._row_of[place]:
                    number = self._number_of[place]
                    some = slice(self._first[number], self._first[number + 1])
                    self._given += 1
                    self._rows[self._given, self._language[some]] = self._share[some]
                    self._row_of[place] = self._given


def _read(path: Path) -> tuple[str, np.ndarray, np.ndarray]:
    """A language, the n-grams of its profile, and what share of those of its length each is."""
    profile = json.loads(path.read_bytes())
    frequencies: dict[str, int] = profile["freq"]
    lengths = np.fromiter(map(len, frequencies), np.int64, len(frequencies))
    codes, last = codes_of("".join(frequencies)).astype(np.uint64), lengths.cumsum() - 1
    grams = codes[last]
    for back in (1, 2):
        longer = lengths > back
        grams[longer] |= codes[last[longer] - back] << np.uint64(back * _BITS)
    counts = np.fromiter(frequencies.values(), np.float64, len(frequencies))
    return profile["name"], grams, counts / np.array(profile["n_words"])[lengths - 1]


@cache
def load() -> Profiles:
    """The library's profiles.

    They are read in the order of their names, so that the last bit of a sum does not depend on the file system's order.
    """
    paths = sorted(path for path in Path(PROFILES_DIRECTORY).iterdir() if not path.name.startswith("."))
    read = [_read(path) for path in paths]
    language = np.arange(len(read), dtype=np.uint8).repeat([len(grams) for _, grams, _ in read])
    grams, shares = (np.concatenate([found[column] for found in read]) for column in (1, 2))
    order = grams.argsort(kind="stable")
    distinct, first = np.unique(grams[order], return_index=True)
    languages = tuple(name for name, _, _ in read)
    return Profiles(languages, distinct, np.append(first, len(grams)), language[order], shares[order])
