"""How alike two texts are: shingles, MinHash signatures for finding candidates, and the exact check.

Candidates share a band of their signatures (Broder 1997; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets,
ch. 3). With b bands of r rows a pair of Jaccard likeness s becomes a candidate with probability 1 - (1 - s^r)^b:

    s                     0.1    0.2    0.3    0.36   0.4    0.5
    64 bands, 3 rows      0.06   0.40   0.83   0.95   0.985  0.9998
    of 3,000 pairs, seen  0.06   0.38   0.83   0.96   0.986  0.9993

What is missed is the rest, and what ``transform.LEADERS`` leaves out in crowds. A cut of a text, all of whose shingles stand
in the longer one, is as alike to it as it is long: of cuts to a third one in ten is missed, to a fifth six in ten.
Three rows are few, so that an outlet's cut of a wire story (a likeness of 0.36 where a half with a fifth of it
reworded is left) is found; the exact check that follows throws out the rest. Strangers have a likeness near 0.005,
of which one pair in 125,000 becomes a candidate.
"""

import array
import zlib
from collections.abc import Sequence

from rensa import RMinHash

from transforms.common.words import words

BANDS, ROWS = 64, 3
_SEED = 1

SHINGLE_WORDS = 3
JACCARD = 0.5
"""Texts at least so alike are copies."""
CONTAINMENT = 0.8
"""So is a text of which at least this share stands in the other."""
FEW_SHINGLES = 30
"""Texts of fewer shingles than this are copies only by a stricter likeness: their shingles are chance to a larger part."""
JACCARD_FEW = 0.7


def shingles(text: str) -> list[str]:
    """The word trigrams of a normalised text, in order, each once; a shorter text is one shingle.

    >>> shingles("a rose is a rose is")
    ['a rose is', 'rose is a', 'is a rose']
    """
    tokens = words(text)
    if len(tokens) <= SHINGLE_WORDS:
        return [" ".join(tokens)] if tokens else []
    grams = zip(*(tokens[i:] for i in range(SHINGLE_WORDS)), strict=False)
    return list(dict.fromkeys(map(" ".join, grams)))


def bands(grams: Sequence[str]) -> list[str]:
    """The keys of a text's bands: texts that share one are candidates."""
    if not grams:
        return []
    minhash = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    minhash.update(list(grams))
    values = minhash.digest()
    return [
        f"{band}:" + "-".join(f"{value:x}" for value in values[band * ROWS : (band + 1) * ROWS]) for band in range(BANDS)
    ]


def pack_bands(keys: Sequence[str]) -> bytes:
    """The keys of a text's bands as they are kept: four bytes each. Two keys that clash make a candidate, no copy."""
    return array.array("I", [zlib.crc32(key.encode()) for key in keys]).tobytes()


DIGITS = 6
"""Likeness is told to so many places, so that it can travel as a whole number, which is ordered alike everywhere."""
HASH_BYTES = 4


def pack(grams: Sequence[str]) -> bytes:
    """Shingles as sorted 32-bit hashes: four bytes each. Of 1,000 shingles a hash collides about once in 8,000 texts."""
    return array.array("I", sorted({zlib.crc32(gram.encode("utf-8", "surrogatepass")) for gram in grams})).tobytes()


def _unpack(packed: bytes) -> set[int]:
    return set(array.array("I", packed))


def compare(left: bytes, right: bytes) -> tuple[float, float]:
    """Jaccard likeness of two packed sets of shingles, and the share of the smaller one that the larger one holds.

    >>> compare(pack(["a", "b"]), pack(["b", "c", "d"]))
    (0.25, 0.5)
    """
    a, b = _unpack(left), _unpack(right)
    common = len(a & b)
    smaller = min(len(a), len(b))
    if not smaller:
        return 0.0, 0.0
    return round(common / (len(a) + len(b) - common), DIGITS), round(common / smaller, DIGITS)


def are_copies(jaccard: float, containment: float, smaller: int) -> bool:
    """Whether two texts are copies of one, by their likeness and the shingles of the smaller one.

    >>> are_copies(0.4, 0.9, 100), are_copies(0.4, 0.9, 10)
    (True, False)
    """
    if smaller < FEW_SHINGLES:
        return jaccard >= JACCARD_FEW
    return jaccard >= JACCARD or containment >= CONTAINMENT
