"""The words by which lines are recognised, in all languages at once, from the files in ``vocabulary/``."""

import re
import tomllib
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

UNITS = ("second", "minute", "hour", "day", "week", "month", "year")

_DIGITS = re.compile(r"\d+")
_BULLET = re.compile(r"^(?:[*•·▪■◦‣●○►▶→»>+#|–—-]+|o(?=\s))\s*")
_TRAILING = ":：…›»>→. "
_LONGEST = 160
"""Lines of more characters are prose or nothing that a vocabulary can name."""


def fold(line: str) -> str:
    """The form in which lines and phrases are compared: digits become ``{n}``, case and width are folded.

    >>> fold("  42  Comments")
    '{n} comments'
    """
    if not line.isascii():
        line = unicodedata.normalize("NFKC", line).replace("’", "'")
    return _DIGITS.sub("{n}", " ".join(line.casefold().split()))


def bare(line: str) -> str:
    """A folded line without the bullet before it and the colon or arrow behind it.

    >>> bare("• related articles:")
    'related articles'
    """
    without = _BULLET.sub("", line, count=1)
    return (without or line).rstrip(_TRAILING) or line


def strip_bullet(line: str) -> str:
    """A line without its bullet.

    >>> strip_bullet("* Business"), strip_bullet("- Reuters")
    ('Business', 'Reuters')
    """
    return _BULLET.sub("", line, count=1)


def has_bullet(line: str) -> bool:
    return _BULLET.match(line) is not None


@dataclass(frozen=True, slots=True)
class Age:
    """So many units before the page was fetched."""

    count: int
    unit: str


class Prefixes:
    """Phrases with which a line may begin."""

    def __init__(self, phrases: set[str]):
        by_start: dict[str, list[str]] = defaultdict(list)
        for phrase in phrases:
            if phrase:
                by_start[phrase[:2]].append(phrase)
        self._by_start = {start: tuple(sorted(same, key=lambda p: (-len(p), p))) for start, same in by_start.items()}

    def match(self, line: str) -> str | None:
        """The longest phrase with which the folded line begins, up to a word's boundary."""
        for size in (2, 1):
            for phrase in self._by_start.get(line[:size], ()):
                if line.startswith(phrase):
                    rest = line[len(phrase) :]
                    if not rest or not phrase[-1].isalnum() or not rest[0].isalnum() or ord(rest[0]) > 0x2E7F:
                        return phrase
        return None


class Lexicon:
    """Phrases of all languages, by what a line is that consists of them or begins with them."""

    _LINES = ("furniture", "end", "job_titles")
    _PREFIXES = ("furniture", "related", "byline", "date", "credit")

    def __init__(self, files: list[dict[str, object]]):
        self._ages: dict[str, tuple[str, int | None]] = {}
        self._kinds: dict[str, set[str]] = defaultdict(set)
        prefixes: dict[str, set[str]] = {name: set() for name in self._PREFIXES}
        for file in files:
            self._add_ages(file["ages"])  # type: ignore[arg-type]
            for kind, phrases in file["headings"].items():  # type: ignore[attr-defined]
                for phrase in phrases:
                    self._kinds[bare(fold(phrase))].add(kind)
            lines = file["lines"]
            for kind in self._LINES:
                for phrase in lines[kind]:  # type: ignore[index]
                    self._kinds[bare(fold(phrase))].add(kind)
            for name in self._PREFIXES:
                prefixes[name].update(fold(phrase) for phrase in lines[f"{name}_prefixes"])  # type: ignore[index]
        self.prefixes = {name: Prefixes(phrases) for name, phrases in prefixes.items()}
        self._age_ends = {phrase[-1] for phrase in self._ages}

    def _add_ages(self, ages: dict[str, list[str]]) -> None:
        for unit in UNITS:
            for entry in ages[unit]:
                phrase, _, stated = entry.partition(" = ")
                folded = fold(phrase)
                count = int(stated) if stated else (None if "{n}" in folded else 1)
                self._ages.setdefault(folded, (unit, count))

    def kinds(self, folded: str) -> set[str] | tuple[()]:
        """What a whole line may be: ``related``, ``links``, ``comments``, ``furniture``, ``end`` or ``job_titles``."""
        return self._kinds.get(bare(folded), ())

    def without_prefix(self, name: str, line: str) -> str:
        """The line behind the phrase that it begins with.

        >>> lexicon().without_prefix("date", "Published on 12 June 2025")
        '12 June 2025'
        """
        phrase = self.prefixes[name].match(fold(line))
        if phrase is None:
            return line
        return " ".join(line.split()[len(phrase.split()) :]) if phrase != fold(line) else line

    def age(self, text: str) -> Age | None:
        """The age that the whole text states.

        >>> lexicon().age("7 minutes ago")
        Age(count=7, unit='minute')
        """
        if len(text) > 40:
            return None
        found = self._ages.get(fold(text).rstrip("."))
        if found is None:
            return None
        unit, count = found
        if count is None:
            digits = _DIGITS.search(text)
            if digits is None or len(digits.group()) > 4:
                return None
            count = int(digits.group())
        return Age(count, unit)

    def age_at_end(self, text: str) -> int | None:
        """Where an age begins that ends the text, glued to what stands before it: ``Reuters5 days ago``.

        >>> lexicon().age_at_end("Channel 4a day ago")
        9
        """
        if not 3 < len(text) <= 80 or fold(text[-1:]) not in self._age_ends:
            return None
        best = None
        for start in range(len(text) - 2, max(0, len(text) - 40), -1):
            if (text[start - 1].isdigit() and text[start].isdigit()) or text[start].isspace():
                continue
            tail = text[start:]
            # One or two words without a number ("today", "last week") end too many other words by chance.
            if (_DIGITS.search(tail) or tail.count(" ") > 1) and self.age(tail):
                best = start
        return best


@cache
def lexicon() -> Lexicon:
    """The lexicon of all vocabulary files, read once in a process."""
    folder = resources.files("transforms.split") / "vocabulary"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return Lexicon([tomllib.loads((folder / name).read_text("utf-8")) for name in names])


@lru_cache(maxsize=1 << 14)
def kinds_of(line: str) -> frozenset[str]:
    """What the lexicon knows of a line: whole-line kinds, and ``<kind>_prefix`` for how it begins."""
    if not line or len(line) > _LONGEST:
        return frozenset()
    words = lexicon()
    folded = fold(line)
    found = set(words.kinds(folded))
    unbulleted = bare(folded)
    for name, prefixes in words.prefixes.items():
        if prefixes.match(folded) or prefixes.match(unbulleted):
            found.add(f"{name}_prefix")
    return frozenset(found)
