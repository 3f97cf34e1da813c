"""What is found broken: by promise, a few examples of each, and how many there are."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

SHOWN = 5
"""Examples of one broken promise that are kept; the others are counted."""

Told = Callable[[str], None]
"""Hears what is being checked."""


def silent(_: str) -> None:
    """Hears nothing of it."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One place where a promise is broken: the promise in a few words, the table, the row's key, and what is wrong."""

    promise: str
    table: str
    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Better:
    """A copy that would have been kept, had it not come with a later run: its key, the article, and the rule."""

    key: str
    article_id: str
    rule: str


class Findings:
    """What is broken, in the order in which it was found; and what is not, but could be better."""

    def __init__(self, shown: int = SHOWN) -> None:
        self._shown = shown
        self.counts: Counter[tuple[str, str]] = Counter()
        self.examples: list[Broken] = []
        self.better_copies = 0
        self.better_examples: list[Better] = []

    def add(self, promise: str, table: str, key: object, message: str) -> None:
        """Notes that a promise is broken at a row; ``message`` is a sentence that shows what was found."""
        self.counts[promise, table] += 1
        if self.counts[promise, table] <= self._shown:
            self.examples.append(Broken(promise, table, str(key), message))

    def add_better(self, key: str, article_id: str, rule: str) -> None:
        """Notes a copy that stands above the kept one in the order of keeping, by a rule of it."""
        self.better_copies += 1
        if self.better_copies <= self._shown:
            self.better_examples.append(Better(key, article_id, rule))

    @property
    def whole(self) -> bool:
        """Whether no promise is broken."""
        return not self.counts
