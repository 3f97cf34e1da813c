"""Hashes of 64 bits, many at a time: the same in every process, and spread evenly.

They tell things apart that nobody gains by confusing. Ids, which others rely on, are cryptographic (``ids``).
"""

import hashlib
from collections.abc import Iterable

import numpy as np

from transforms.common.remembered import Remembered

_HASH = np.dtype("<u8")
"""A hash as its bytes are read, on every machine alike."""
_WORDS_KNOWN = 200_000
"""Words whose hashes are remembered: those of a language that are used, in some 40 MB."""


def _hash(word: str) -> bytes:
    return hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()


_HASHES = Remembered(_hash, _WORDS_KNOWN)
_LONGEST = 60
"""Characters of a word that is remembered; longer ones are data, of which megabytes would be kept."""


def constants(name: str, number: int) -> np.ndarray:
    """So many odd numbers of 64 bits that follow from a name."""
    made = [hashlib.blake2b(f"{name} {n}".encode(), digest_size=8).digest() for n in range(number)]
    return np.array([int.from_bytes(digest, "little") | 1 for digest in made], dtype=np.uint64)


_MULTIPLIERS = constants("multiplier", 8)


def of_words(words: Iterable[str]) -> np.ndarray:
    """A hash for each word, in an array that cannot be written to."""
    return np.frombuffer(b"".join(_HASHES[word] if len(word) <= _LONGEST else _hash(word) for word in words), dtype=_HASH)


def mix(*parts: np.ndarray) -> np.ndarray:
    """One hash for what stands in the same place of several arrays, up to seven of them, their order included.

    >>> one, other = np.arange(3, dtype=np.uint64), np.ones(3, dtype=np.uint64)
    >>> bool((mix(one, other) == mix(other, one)).all())
    False
    """
    mixed = parts[0].astype(np.uint64, copy=False) * _MULTIPLIERS[0]
    for part, multiplier in zip(parts[1:], _MULTIPLIERS[1:], strict=False):
        mixed += part.astype(np.uint64, copy=False) * multiplier
    # Multiplying carries low bits to high places; so the high ones are brought down, and once more.
    mixed ^= mixed >> np.uint64(32)
    mixed *= _MULTIPLIERS[-1]
    mixed ^= mixed >> np.uint64(29)
    return mixed
