"""What two texts have in common, and what each has alone: passages of words, found by their hashes."""

from dataclasses import dataclass

import numpy as np

from transforms.common.hashing import constants, of_words
from transforms.deduplicate.likeness import SHINGLE_WORDS

MOST_WORDS = 200_000
"""Words of a text that are looked at, in some 20 MB; the longest articles have a tenth of that."""
_BASE = constants("passages", 1)


@dataclass(frozen=True, slots=True)
class Passages:
    """The longest passage that two texts share, and the longest of each that shares no shingle with the other."""

    common: str
    only_one: str
    only_other: str


def _windows(words: np.ndarray, length: int) -> np.ndarray:
    """A hash of every run of so many words, by which runs of several texts are compared (Karp and Rabin 1987)."""
    powers = np.cumprod(np.full(len(words), _BASE[0], dtype=np.uint64))
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(words * powers, dtype=np.uint64)])
    # Each sum is brought to the power that the last possible word of any text has.
    lifted = np.cumprod(np.full(MOST_WORDS + 1, _BASE[0], dtype=np.uint64))[::-1]
    runs = len(words) - length + 1
    return (sums[length:] - sums[:runs]) * lifted[:runs] if runs > 0 else np.zeros(0, dtype=np.uint64)


def _longest_common(one: np.ndarray, other: np.ndarray) -> tuple[int, int]:
    """Where in the first text the longest run of words begins that stands in the other one too, and how long it is."""
    best, at = 0, 0
    low, high = 1, min(len(one), len(other))
    while low <= high:
        middle = (low + high) // 2
        shared = np.flatnonzero(np.isin(_windows(one, middle), _windows(other, middle)))
        if len(shared):
            best, at, low = middle, int(shared[0]), middle + 1
        else:
            high = middle - 1
    return at, best


def _longest_alone(words: np.ndarray, other: np.ndarray) -> tuple[int, int]:
    """Where the longest run of words begins that is in no shingle which the other text has, and how long it is."""
    alone = np.ones(len(words), dtype=bool)
    for at in np.flatnonzero(np.isin(_windows(words, SHINGLE_WORDS), _windows(other, SHINGLE_WORDS))):
        alone[at : at + SHINGLE_WORDS] = False
    edges = np.flatnonzero(np.diff(np.concatenate([[False], alone, [False]]).astype(np.int8)))
    if not len(edges):
        return 0, 0
    lengths = edges[1::2] - edges[::2]
    longest = int(lengths.argmax())
    return int(edges[::2][longest]), int(lengths[longest])


def passages(one: str, other: str) -> Passages:
    """What two normalised texts share and do not share.

    >>> passages("the ferry sailed at noon on friday", "she said the ferry sailed at noon")
    Passages(common='the ferry sailed at noon', only_one='on friday', only_other='she said')
    """
    words = one.split(" ")[:MOST_WORDS] if one else []
    others = other.split(" ")[:MOST_WORDS] if other else []
    left, right = of_words(words), of_words(others)

    def text(of: list[str], run: tuple[int, int]) -> str:
        return " ".join(of[run[0] : run[0] + run[1]])

    return Passages(
        text(words, _longest_common(left, right)),
        text(words, _longest_alone(left, right)),
        text(others, _longest_alone(right, left)),
    )
