"""The words by which lines are recognised, in all languages at once, from the files in ``vocabulary/``."""

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from transforms.common.words import is_unspaced

UNITS = ("second", "minute", "hour", "day", "week", "month", "year")

_DIGITS = re.compile(r"\d+")
_BULLET_SIGNS = "*•·▪■◦‣●○►▶→»>+#|–—-"
_BULLET = re.compile(rf"^(?:[{_BULLET_SIGNS}]+|o(?=\s))\s*")
_BULLET_BEGINNINGS = frozenset([*_BULLET_SIGNS, "o"])
_TRAILING = ":：…›»>→. "
_PROMOTION_LENGTH = 110
_PART = re.compile(r"[^\s.,;:!?()]+")
_CAPTION_STOPS = (".", "!", "?", "…", "。")
_CAPTION_END = re.compile(r"[.!?…][\"”’»]?\s+(?:/ )?|(?=©)")
_UPPER_NAME = re.compile(r"(?:/ )?[^\W\d_a-zß-ÿ][^\W\d_a-zß-ÿ.'’-]+(?: [^\W\d_a-zß-ÿ][^\W\d_a-zß-ÿ.'’-]*){1,4}")
_CREDIT_MARKS = ":：=＝/／.|｜"
_CREDIT_MARK = re.compile(r"[:：=＝/／|｜]|(?<=\b[Ff]ot)\.")
_WORD_START = re.compile(r"(?<![^\W\d_])[^\W\d_]|[(（\[【/]")
_UNKNOWN: frozenset[str] = frozenset()
_OPENING, _START = 3, 5
"""Characters by which phrases are looked up that a line may begin with."""
_FIRST, _STOPS = 40, ".,:;!?…：。"
_TAIL = 3
"""Characters by which most lines are told at once not to end in an age."""
_CREDIT_TAIL, _CREDIT_NAME_WORDS, _CREDIT_PHRASE = 90, 8, 30
_LONGEST = 160
"""Lines of more characters are prose or nothing that a vocabulary can name."""


def fold(line: str) -> str:
    """The form in which lines and phrases are compared: digits become ``{n}``, case and width are folded.

    >>> fold("  42  Comments")
    '{n} comments'
    """
    return _fold_short(line) if len(line) <= _LONGEST else _fold(line)


def _fold(line: str) -> str:
    if not line.isascii():
        line = unicodedata.normalize("NFKC", line).replace("’", "'")
    return _DIGITS.sub("{n}", " ".join(line.casefold().split()))


_fold_short = lru_cache(maxsize=1 << 15)(_fold)


def bare(line: str) -> str:
    """A folded line without the bullet before it and the colon or arrow behind it.

    >>> bare("• related articles:")
    'related articles'
    """
    return (strip_bullet(line) or line).rstrip(_TRAILING) or line


def strip_bullet(line: str) -> str:
    """A line without its bullet.

    >>> strip_bullet("* Business"), strip_bullet("- Reuters")
    ('Business', 'Reuters')
    """
    return _BULLET.sub("", line, count=1) if has_bullet(line) else line


def has_bullet(line: str) -> bool:
    return line[:1] in _BULLET_BEGINNINGS and _BULLET.match(line) is not None


@dataclass(frozen=True, slots=True)
class Age:
    """So many units before the page was fetched."""

    count: int
    unit: str


class Prefixes:
    """Phrases with which a line may begin, each with its kinds."""

    def __init__(self, phrases: dict[str, set[str]]):
        by_start: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        for phrase in sorted(filter(None, phrases), key=lambda p: (-len(p), p)):
            by_start[phrase[:_START]].append((phrase, frozenset(phrases[phrase])))
        self._by_start = {start: tuple(same) for start, same in by_start.items()}
        self._openings = {start[:_OPENING] for start in self._by_start}

    def matches(self, line: str) -> Iterator[tuple[str, frozenset[str]]]:
        """The phrases with which the folded line begins, up to a word's boundary, longer ones first."""
        if line[:_OPENING] not in self._openings and line[:2] not in self._openings and line[:1] not in self._openings:
            return
        for length in range(min(_START, len(line)), 0, -1):
            for phrase, kinds in self._by_start.get(line[:length], ()):
                if line.startswith(phrase):
                    rest = line[len(phrase) :]
                    if not rest or not phrase[-1].isalnum() or not rest[0].isalnum() or ord(rest[0]) > 0x2E7F:
                        yield phrase, kinds

    def longest(self, kind: str, line: str) -> str | None:
        """The longest phrase of a kind with which the folded line begins."""
        return next((phrase for phrase, kinds in self.matches(line) if kind in kinds), None)


class Lexicon:
    """Phrases of all languages, by what a line is that consists of them or begins with them."""

    _LINES = ("furniture", "end", "replies", "job_titles")
    _NAMES = ("agencies",)
    _PREFIXES = ("furniture", "related", "byline", "date", "update", "credit", "bio", "links")

    def __init__(self, files: list[dict[str, object]]):
        self._ages: dict[str, tuple[str, int | None]] = {}
        self._kinds: dict[str, set[str]] = defaultdict(set)
        self._promoted: set[str] = set()
        prefixes: dict[str, set[str]] = defaultdict(set)
        for file in files:
            self._add_ages(file["ages"])  # type: ignore[arg-type]
            for kind, phrases in file["headings"].items():  # type: ignore[attr-defined]
                for phrase in phrases:
                    self._kinds[bare(fold(phrase))].add(kind)
            lines = file["lines"]
            for kind in self._LINES:
                for phrase in lines[kind]:  # type: ignore[index]
                    self._kinds[bare(fold(phrase))].add(kind)
            for kind in self._NAMES:
                for phrase in lines.get(kind, ()):  # type: ignore[attr-defined]
                    self._kinds[bare(fold(phrase))].add(kind)
            for name in self._PREFIXES:
                for phrase in lines.get(f"{name}_prefixes", ()):  # type: ignore[attr-defined]
                    # When a text was changed is a date as well.
                    prefixes[fold(phrase)].update((name, "date") if name == "update" else (name,))
            promotions = file.get("promotions", {"begins": [], "names": []})
            for phrase in promotions["begins"]:  # type: ignore[index]
                prefixes[fold(phrase)].add("promotion")
            self._promoted.update(fold(name) for name in promotions["names"])  # type: ignore[index]
        self.prefixes = Prefixes(prefixes)
        self._credit_phrases = {
            phrase for phrase, kinds in prefixes.items() if "credit" in kinds and phrase[-1] in _CREDIT_MARKS
        }
        phrases = (*prefixes, *self._kinds)
        self._first_words = {phrase.split(" ", 1)[0].rstrip(_STOPS) for phrase in phrases if phrase}
        self._beginnings = {phrase[:2] for phrase in phrases if not phrase.isascii()}
        ends = {phrase.rpartition("}")[2] for phrase in self._ages}
        self._age_ends = {end[-_TAIL:] for end in ends}

    def _add_ages(self, ages: dict[str, list[str]]) -> None:
        for unit in UNITS:
            for entry in ages[unit]:
                phrase, _, stated = entry.partition(" = ")
                folded = fold(phrase).rstrip(".")
                count = int(stated) if stated else (None if "{n}" in folded else 1)
                self._ages.setdefault(folded, (unit, count))

    def kinds(self, line: str) -> set[str] | tuple[()]:
        """What a whole bare line may be: a kind of ``_LINES`` or of the headings (``related``, ``links``, ``comments``)."""
        return self._kinds.get(line, ())

    def without_prefix(self, name: str, line: str) -> str:
        """The line behind the phrase that it begins with.

        >>> lexicon().without_prefix("date", "Published on 12 June 2025")
        '12 June 2025'
        """
        phrase = self.prefixes.longest(name, fold(line))
        if phrase is None:
            return line
        return " ".join(line.split()[len(phrase.split()) :]) if phrase != fold(line) else line

    def is_promotion(self, sentence: str) -> bool:
        """Whether a sentence calls on its reader to take what the publisher offers besides.

        >>> lexicon().is_promotion("Sign up for our newsletter here.")
        True
        >>> lexicon().is_promotion("Sign up by Monday, the school said.")
        False
        """
        # A clause behind a comma tells of who said so.
        if len(sentence) > _PROMOTION_LENGTH or "," in sentence:
            return False
        folded = fold(sentence)
        if self.prefixes.longest("promotion", folded) is None:
            return False
        if is_unspaced(folded):
            return any(name in folded for name in self._promoted)
        return not self._promoted.isdisjoint(_PART.findall(folded))

    def is_promoted(self, word: str) -> bool:
        """Whether a word names what publishers offer besides: ``newsletter``."""
        return fold(word).strip(_STOPS) in self._promoted

    def may_begin(self, sentence: str) -> bool:
        """Whether a sentence begins as some phrase does; most do not, and need not be looked at."""
        word = sentence[:_FIRST].split(" ", 1)[0].casefold().rstrip(_STOPS)
        return word in self._first_words or (not word.isascii() and word[:2] in self._beginnings)

    def credit_at_end(self, text: str) -> bool:
        """Whether a caption ends in the credit of its picture.

        >>> lexicon().credit_at_end("The hall in March. Photo: Jane Roe")
        True
        >>> lexicon().credit_at_end("He saw a photo: it was his.")
        False
        """
        tail = text[-_CREDIT_TAIL:]
        for mark in _CREDIT_MARK.finditer(tail):
            name = tail[mark.end() :].strip()
            if not name or name[0].islower() or len(name.split()) > _CREDIT_NAME_WORDS:
                continue
            before = tail[max(0, mark.start() - _CREDIT_PHRASE) : mark.end()]
            starts = (word.start() for word in _WORD_START.finditer(before))
            if any(fold(before[start:]) in self._credit_phrases for start in starts):
                return True
        return self._is_credit_behind(tail)

    def _is_credit_behind(self, tail: str) -> bool:
        """Whether a credit without a colon stands in brackets at the end, or behind the last sentence."""
        if tail.endswith((")", "）")):
            name = tail[max(tail.rfind("("), tail.rfind("（")) + 1 : -1]
        else:
            ends = [] if tail.endswith(_CAPTION_STOPS) else list(_CAPTION_END.finditer(tail))
            if not ends:
                return False
            name = tail[ends[-1].end() :]
        if not 0 < len(name.split()) <= _CREDIT_NAME_WORDS:
            return False
        return (
            name.startswith("©")
            or _UPPER_NAME.fullmatch(name) is not None
            or self.prefixes.longest("credit", fold(name)) is not None
        )

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

    def _may_end_in_age(self, tail: str) -> bool:
        """Whether the end of a line is that of an age, or a shorter one behind a digit: ``4h``."""
        return tail[-_TAIL:] in self._age_ends or any(
            tail[-length:] in self._age_ends and tail[-length - 1].isdigit() for length in range(1, _TAIL)
        )

    def age_at_end(self, text: str) -> int | None:
        """Where an age begins that ends the text, glued to what stands before it: ``Reuters5 days ago``.

        >>> lexicon().age_at_end("Channel 4a day ago")
        9
        """
        if not 3 < len(text) <= 80 or not self._may_end_in_age(text[-_TAIL - 1 :].casefold()):
            return None
        best = None
        digit, spaces = text[-1].isdigit(), 0
        for start in range(len(text) - 2, max(0, len(text) - 40), -1):
            if text[start].isspace():
                spaces += 1
                continue
            inside = text[start].isdigit()
            digit = digit or inside
            # One or two words without a number ("today", "last week") end too many other words by chance.
            if (digit or spaces > 1) and not (inside and text[start - 1].isdigit()) and self.age(text[start:]):
                best = start
        return best


_PREFIX_KINDS = {kind: f"{kind}_prefix" for kind in (*Lexicon._PREFIXES, "promotion")}


@cache
def lexicon() -> Lexicon:
    """The lexicon of all vocabulary files, read once in a process."""
    folder = resources.files("transforms.split") / "vocabulary"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return Lexicon([tomllib.loads((folder / name).read_text("utf-8")) for name in names])


def kinds_of(line: str) -> frozenset[str]:
    """What the lexicon knows of a line: whole-line kinds, and ``<kind>_prefix`` for how it begins."""
    return _kinds_of_short(line) if 0 < len(line) <= _LONGEST else _UNKNOWN


@lru_cache(maxsize=1 << 14)
def _kinds_of_short(line: str) -> frozenset[str]:
    words = lexicon()
    folded = fold(line)
    unbulleted = bare(folded)
    found = set(words.kinds(unbulleted))
    for line_start in (folded, unbulleted) if unbulleted[:1] != folded[:1] else (folded,):
        for _, kinds in words.prefixes.matches(line_start):
            found.update(_PREFIX_KINDS[kind] for kind in kinds)
    if not found:
        return _UNKNOWN
    if "promotion_prefix" in found and words.is_promotion(line):
        found.add("furniture")
    return frozenset(found)
