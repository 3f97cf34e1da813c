"""Words by their rank in a language, and invented ones that look like that language's own."""

import random
from collections import defaultdict
from functools import cache
from itertools import accumulate

import wordfreq

COMMON = 100
"""The most frequent words of a language: the grammar. They stay where they are."""
LISTED = 20_000
"""Words of a language that are told apart by rank; those behind them are as rare as invented ones."""
_NEAR = 1.6
"""A word is replaced by one of at most so many times its rank, or of as small a part of it."""
_SHORTEST, _LONGEST = 4, 11
"""Letters of an invented word."""


def pareto(rng: random.Random, shape: float, scale: float) -> int:
    """A rank from 0 without an upper end: some come often, and new ones never stop coming.

    Among n draws about ``scale * (n / scale) ** shape`` are different, once n is well above ``scale``: Heaps' law.
    (Lomax's distribution, rounded down.)
    """
    return int(scale * ((1.0 - rng.random()) ** (-1.0 / shape) - 1.0))


class Language:
    """The words of one language, from wordfreq's list, most frequent first."""

    def __init__(self, name: str):
        counted = wordfreq.get_frequency_dict({"no": "nb"}.get(name, name), wordlist="small")
        ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        chosen = [pair for pair in ordered if pair[0].isalpha()][:LISTED]
        self.name = name
        self.words = [word for word, _ in chosen]
        self.sums = list(accumulate(share for _, share in chosen))
        self.ranks = {word: rank for rank, word in enumerate(self.words)}
        self._followers: defaultdict[str, list[str]] = defaultdict(list)
        for word in self.words[COMMON:]:
            padded = f"^^{word}$"
            for i in range(len(padded) - 2):
                self._followers[padded[i : i + 2]].append(padded[i + 2])
        self._invented: dict[int, str] = {}

    def near(self, rng: random.Random, rank: int) -> str:
        """A word about as frequent as the one of this rank, and not of the grammar."""
        drawn = int(rank * _NEAR ** rng.uniform(-1, 1))
        return self.words[min(max(drawn, COMMON), len(self.words) - 1)]

    def invented(self, number: int) -> str:
        """The invented word of this number: letters that follow each other as in the language's own words."""
        if number not in self._invented:
            rng = random.Random(f"{self.name} {number}")
            for _ in range(50):  # a language whose words are all shorter or longer gets what comes
                word = self._chain(rng)
                if _SHORTEST <= len(word) <= _LONGEST and word not in self.ranks:
                    break
            self._invented[number] = word
        return self._invented[number]

    def _chain(self, rng: random.Random) -> str:
        last, letters = "^^", list[str]()
        while (letter := rng.choice(self._followers[last])) != "$" and len(letters) < 2 * _LONGEST:
            letters.append(letter)
            last = last[1] + letter
        return "".join(letters)


@cache
def language(name: str) -> Language:
    """The words of a language, by its ISO 639-1 name; English for one that wordfreq has no list of."""
    return Language(name if {"no": "nb"}.get(name, name) in wordfreq.available_languages("small") else "en")
