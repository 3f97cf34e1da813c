"""How alike two texts are: shingles, MinHash signatures for finding candidates, and the exact check.

Candidates share a band of their signatures (Broder 1997; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets,
ch. 3). With b bands of r rows a pair of Jaccard likeness s becomes a candidate with probability 1 - (1 - s^r)^b:

    s                     0.1    0.2    0.3    0.36   0.4    0.5
    96 bands, 3 rows      0.09   0.54   0.93   0.990  0.998  1.000
    of 3,000 pairs, seen  0.09   0.55   0.93   0.990  0.999  1.000

Missed is the rest, and what ``candidates.LEADERS`` leaves out in crowds. A cut of a text, all of whose shingles stand
in the longer one, is as alike to it as it is long: of cuts to a third one in forty is missed, to a fifth every other one.
Three rows are few, so that an outlet's cut of a wire story (a likeness of 0.36 where a half with a fifth of it
reworded is left) is found; the exact check that follows throws out the rest. Strangers have a likeness near 0.005,
of which one pair in 80,000 becomes a candidate.
"""

import numpy as np

from transforms.common.hashing import constants, mix, of_words

BANDS, ROWS = 96, 3

SHINGLE_WORDS = 3
JACCARD = 0.5
"""Texts at least so alike are copies."""
CONTAINMENT = 0.8
"""So is a text of which at least this share stands in the other."""
FEW_SHINGLES = 30
"""Texts of fewer shingles than this are copies only by a stricter likeness: their shingles are chance to a larger part."""
JACCARD_FEW = 0.7
_PERMUTATIONS = BANDS * ROWS
_TIMES, _PLUS = (
    (constants(f"permutation {part}", _PERMUTATIONS) >> np.uint64(shift)).astype(np.uint32)
    for part, shift in (("times", 0), ("plus", 32))
)
"""A hash x becomes a x + b in each permutation, a being odd, modulo 2^32."""
_AT_ONCE = 4096
"""Shingles that are permuted at a time, in 5 MB: those of all but the longest texts."""


def shingles(text: str) -> np.ndarray:
    """The word trigrams of a normalised text as 32-bit hashes, in order, each once; a shorter text is one shingle.

    Of 1,000 shingles a hash collides about once in 8,000 texts.

    >>> len(shingles("a rose is a rose is")), len(shingles("a rose")), len(shingles(""))
    (3, 1, 0)
    """
    if not text:
        return np.zeros(0, dtype=np.uint32)
    words = of_words(text.split(" "))
    if len(words) < SHINGLE_WORDS:
        words = np.concatenate([words, np.zeros(SHINGLE_WORDS - len(words), dtype=np.uint64)])
    runs = len(words) - SHINGLE_WORDS + 1
    hashes = (mix(*(words[n : n + runs] for n in range(SHINGLE_WORDS))) >> np.uint64(32)).astype(np.uint32)
    _, first = np.unique(hashes, return_index=True)
    return hashes if len(first) == runs else hashes[np.sort(first)]


def bands(grams: np.ndarray) -> np.ndarray:
    """The keys of a text's bands, 64 bits each: texts that share one are candidates. None for a text without shingles."""
    if not len(grams):
        return np.zeros(0, dtype=np.uint64)
    least = np.full(_PERMUTATIONS, np.iinfo(np.uint32).max, dtype=np.uint32)
    for begin in range(0, len(grams), _AT_ONCE):
        permuted = grams[begin : begin + _AT_ONCE, None] * _TIMES
        permuted += _PLUS
        least = np.minimum(least, permuted.min(axis=0))
    rows = least.reshape(BANDS, ROWS)
    return mix(np.arange(BANDS), *(rows[:, row] for row in range(ROWS)))


def pack_bands(keys: np.ndarray) -> bytes:
    """The keys of a text's bands as they are kept: four bytes each. Two keys that clash make a candidate, no copy.

    >>> len(pack_bands(bands(np.arange(9, dtype=np.uint32))))
    384
    """
    return (keys >> np.uint64(32)).astype(np.uint32).tobytes()


DIGITS = 6
"""Likeness is told to so many places, so that it can travel as a whole number, which is ordered alike everywhere."""
HASH_BYTES = 4


def pack(grams: np.ndarray) -> bytes:
    """Shingles as they are compared: sorted, four bytes each."""
    return np.sort(grams).tobytes()


def compare(left: bytes, right: bytes) -> tuple[float, float]:
    """Jaccard likeness of two packed sets of shingles, and the share of the smaller one that the larger one holds.

    >>> numbers = np.arange(4, dtype=np.uint32)
    >>> compare(pack(numbers[:2]), pack(numbers[1:]))
    (0.25, 0.5)
    """
    a, b = np.frombuffer(left, dtype=np.uint32), np.frombuffer(right, dtype=np.uint32)
    smaller = min(len(a), len(b))
    if not smaller:
        return 0.0, 0.0
    both = np.sort(np.concatenate([a, b]))
    common = int(np.count_nonzero(both[1:] == both[:-1]))
    return round(common / (len(a) + len(b) - common), DIGITS), round(common / smaller, DIGITS)


def are_copies(jaccard: float, containment: float, smaller: int) -> bool:
    """Whether two texts are copies of one, by their likeness and the shingles of the smaller one.

    >>> are_copies(0.4, 0.9, 100), are_copies(0.4, 0.9, 10)
    (True, False)
    """
    if smaller < FEW_SHINGLES:
        return jaccard >= JACCARD_FEW
    return jaccard >= JACCARD or containment >= CONTAINMENT
