"""Counting within bounds: the most frequent of many names, and sizes in bins."""

from collections.abc import Iterable
from dataclasses import dataclass

_MOST = 20_000
"""Names that are counted at a time: some megabytes, and more outlets than a crawl of a country has."""


@dataclass(frozen=True, slots=True)
class Count:
    """A line of a list: what is counted, and how often it came; ``share`` is of the longest bar, from 0 to 1."""

    name: str
    count: int
    share: float = 0.0


class Tally:
    """Counts names. Of more distinct ones than ``most``, those that are frequent are kept, and their counts are low by
    at most twice the total over ``most`` (Misra and Gries 1982; counts that come in batches: Agarwal et al. 2012).

    >>> tally = Tally(most=2)
    >>> for name, count in [("a", 5), ("b", 1), ("a", 2), ("c", 3)]:
    ...     tally.add(name, count)
    >>> tally.ranked(5), tally.exact
    ([Count(name='a', count=4, share=1.0)], False)
    """

    def __init__(self, most: int = _MOST):
        self._most = most
        self._counts: dict[str, int] = {}
        self.exact = True

    def add(self, name: str, count: int = 1) -> None:
        self._counts[name] = self._counts.get(name, 0) + count
        if len(self._counts) > self._most:
            # Half are dropped at once, so that this costs little for each name.
            self.exact = False
            ranked = sorted(self._counts.values(), reverse=True)
            low = ranked[-(-self._most // 2)]
            self._counts = {name: count - low for name, count in self._counts.items() if count > low}

    def __len__(self) -> int:
        return len(self._counts)

    def total(self) -> int:
        return sum(self._counts.values())

    def ranked(self, most: int | None = None) -> list[Count]:
        """The most frequent names, equal ones by name."""
        return scaled(sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))[:most])


def scaled(pairs: Iterable[tuple[str, int]]) -> list[Count]:
    """Names and counts as lines of a list, the longest bar being 1."""
    listed = list(pairs)
    longest = max((count for _, count in listed), default=0) or 1
    return [Count(name, count, count / longest) for name, count in listed]


def doubling(size: int) -> int:
    """The bin of a size, where each bin is twice as wide as the one before: 1, 2, 3 to 4, 5 to 8.

    >>> [doubling(size) for size in (1, 2, 3, 4, 5, 8, 9)]
    [0, 1, 2, 2, 3, 3, 4]
    """
    return max(0, size - 1).bit_length()


def doubling_name(number: int) -> str:
    """
    >>> [doubling_name(number) for number in range(4)]
    ['1', '2', '3–4', '5–8']
    """
    if number < 2:
        return str(number + 1)
    return f"{(1 << number - 1) + 1:,}–{1 << number:,}"


def in_doubling_bins(counts: dict[int, int]) -> list[Count]:
    """Counts by bin, empty bins between full ones included."""
    return scaled((doubling_name(number), counts.get(number, 0)) for number in range(max(counts, default=-1) + 1))
