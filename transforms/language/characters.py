"""Texts as arrays of code points, and what is known of a character as a number, asked for once a process."""

import sys
from collections.abc import Callable

import numpy as np


def codes_of(text: str) -> np.ndarray:
    """The code points of a text.

    >>> codes_of("aé").tolist()
    [97, 233]
    """
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


class Characters:
    """A number above 0 for each character, which is asked for when the character is first met.

    Args:
      ask: gives a character's number, and always the same.
      kind: a type that holds all numbers.
    """

    def __init__(self, ask: Callable[[str], int], kind: type[np.unsignedinteger]):
        self._ask = ask
        # Memory is only taken for the parts of Unicode that are met.
        self._known = np.zeros(sys.maxunicode + 1, kind)

    def of(self, codes: np.ndarray) -> np.ndarray:
        found = self._known.take(codes)
        if np.count_nonzero(found) < len(found):
            for code in set(codes[found == 0].tolist()):
                self._known[code] = self._ask(chr(code))
            found = self._known.take(codes)
        return found
