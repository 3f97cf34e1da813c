"""A page as units: paragraphs, whose hard-wrapped lines belong together, and single lines of anything else."""

import functools
import itertools
import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from transforms.common.paragraphs import join_wrapped
from transforms.common.words import is_unspaced
from transforms.split.lexicon import fold, has_bullet, kinds_of

T = TypeVar("T")

_SENTENCE_END = re.compile(r"""[.!?…。！？؟۔।։።]["'”’»›)\]」』）]*$""")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?$")
_NO_LETTERS = re.compile(r"[\W\d_]*$")
_SAMPLE = 200
"""Characters by which a script is told."""
_BEGINNING = 30
"""Characters by which two units are told apart before they are compared as a whole."""
_WRAP_WIDTHS = range(24, 161)
_NOTHING: frozenset[str] = frozenset()
_LIST_ENDS = ":,;："
_DASHES = frozenset("–—")
_WHOLE_LINES = frozenset(["furniture", "related", "links", "comments", "end"])
_CONTINUED_LINES = 3
_WRAP_SLACK = 0.12
"""How much shorter than the page's width a full line may be, as a share of the width."""


@dataclass(slots=True)
class Unit:
    """A candidate for a segment: the lines of a paragraph, one line of anything else, or a run of blank lines."""

    start: int
    end: int
    text: str
    words: int
    ends_sentence: bool
    known: frozenset[str]
    bullet: bool
    recurs: int | None = None
    """In how many surroundings it stands on its site, where these are enough for furniture."""
    facts: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """What was asked of the unit already, see ``remembered``. Lines that are printed alike share it."""

    def mark(self, kinds: Set[str]) -> None:
        """Adds to what is known of the unit; all that was asked of it has to be asked anew."""
        if not kinds <= self.known:
            self.known |= kinds
            self.facts = {}

    @property
    def blank(self) -> bool:
        return not self.text

    @property
    def is_clock(self) -> bool:
        return _CLOCK.match(self.text) is not None

    @property
    def no_letters(self) -> bool:
        return _NO_LETTERS.match(self.text) is not None

    @property
    def key(self) -> str:
        """What two printings of one headline have in common."""
        if "key" not in self.facts:
            self.facts["key"] = fold(self.text)
        return self.facts["key"]

    def reprints(self, other: Self) -> bool:
        """Whether two units are printings of one headline.

        What stands before a space is folded by itself, so that most units are told apart by how they begin.
        """
        own, others = fold(self.text[:_BEGINNING].rpartition(" ")[0]), fold(other.text[:_BEGINNING].rpartition(" ")[0])
        return (own.startswith(others) or others.startswith(own)) and self.key == other.key


def remembered(question: Callable[[Unit], T]) -> Callable[[Unit], T]:
    """A question about a unit that is answered once; rules ask the same of a unit many times over."""
    name = question.__name__

    @functools.wraps(question)
    def ask(unit: Unit) -> T:
        facts = unit.facts
        if name not in facts:
            facts[name] = question(unit)
        return facts[name]

    return ask


def read_lines(text: str) -> tuple[list[str], list[int]]:
    """The lines of a page without the space around them, and where each begins; last of all, where the page ends.

    >>> read_lines("one\\n two")
    (['one', 'two'], [0, 4, 8])
    """
    lines = text.split("\n")
    ends = list(itertools.accumulate([len(line) + 1 for line in lines], initial=0))
    if lines[-1]:
        ends[-1] -= 1
    else:
        del lines[-1], ends[-1]
    return [line.strip() for line in lines], ends


def word_estimate(text: str) -> int:
    """How long a text with single spaces is, in words; two characters of an unspaced script weigh one.

    >>> word_estimate("one two"), word_estimate("東京都")
    (2, 2)
    """
    spaced = text.count(" ") + 1
    return max(spaced, (len(text) + 1) // 2) if is_unspaced(text[:_SAMPLE]) else spaced


def ends_sentence(text: str) -> bool:
    return _SENTENCE_END.search(text[-6:]) is not None


def _first_word(text: str) -> int:
    """Length of the part of a line that could not have been put on the line before."""
    return 1 if is_unspaced(text[:8]) else len(text.split(" ", 1)[0])


def wrap_width(contents: Sequence[str]) -> int | None:
    """The width at which the page's paragraphs were wrapped, in characters; None where they were not.

    A line is full if the first word of the next one would not have fitted behind it. Text that was wrapped consists
    of full lines, few of which end a sentence; furniture around it does not, so that lines which go on in lower case
    are asked first.
    """
    pairs = [(a, b) for a, b in itertools.pairwise(contents) if a and b and a != b and not _begins_item(a, b)]
    continued = [
        (a, b)
        for a, b in pairs
        if b[0].islower()
        and len(a) in _WRAP_WIDTHS
        and not ends_sentence(a)
        and a[-1] not in _LIST_ENDS
        and not _is_known(b)
    ]
    if len(continued) >= _CONTINUED_LINES:
        width = max(len(a) for a, _ in continued)
        full = sum(_is_full(a, b, width) for a, b in continued)
        longer = sum(len(content) > width for content in contents)
        if full >= 0.8 * len(continued) and longer <= 1 + 0.4 * len(continued):
            return width
    short = [(a, b) for a, b in pairs if len(a) in _WRAP_WIDTHS and len(b) <= _WRAP_WIDTHS[-1]]
    if len(short) < 2 or len(short) < 0.5 * len(pairs):
        return None
    width = max(len(a) for a, _ in short)
    full_pairs = [(a, b) for a, b in short if _is_full(a, b, width)]
    open_ended = sum(not ends_sentence(a) for a, _ in full_pairs)
    longer = sum(len(content) > width for content in contents)
    if len(full_pairs) < 0.5 * len(pairs) or open_ended < 0.7 * len(full_pairs) or len(full_pairs) < max(2, longer):
        return None
    return width


def _begins_item(line: str, following: str) -> bool:
    """Whether a line is a point of a list; a dash within a sentence may come to stand at a line's beginning."""
    if not has_bullet(following):
        return False
    dash, _, rest = following.partition(" ")
    return dash not in _DASHES or not rest[:1].islower() or ends_sentence(line) or line[-1] in _LIST_ENDS


def _is_known(line: str) -> bool:
    """Whether a line is furniture, and so no part of a paragraph."""
    return not _WHOLE_LINES.isdisjoint(kinds_of(line))


def _is_full(line: str, following: str, width: int) -> bool:
    return len(line) + 1 + _first_word(following) > width * (1 - _WRAP_SLACK)


def _single_spaced(line: str) -> str:
    """A line that has no space around it, with each stretch of spaces inside it as a single one.

    Of all spaces only the one of ASCII is printable. To look is faster than to make a text anew that is most often the same.
    """
    return line if line.isprintable() and "  " not in line else " ".join(line.split())


def _looked_at(content: str) -> tuple[str, int, bool, frozenset[str], bool, None, dict[str, Any]]:
    """What a unit is besides its place, in the order of its fields."""
    text = _single_spaced(content)
    return text, word_estimate(text), ends_sentence(text), kinds_of(text), has_bullet(text), None, {}


# The pages of a site print the same lines, so that most of them have been looked at before.
_looked_at_before = functools.lru_cache(maxsize=1 << 15)(_looked_at)


def read_units(text: str) -> list[Unit]:
    """The page as units that tile it."""
    lines, starts = read_lines(text)
    width = wrap_width(lines)
    units: list[Unit] = []
    at = 0
    while at < len(lines):
        first = at
        content = lines[first]
        at += 1
        if not content:
            while at < len(lines) and not lines[at]:
                at += 1
            units.append(Unit(starts[first], starts[at], "", 0, False, _NOTHING, False))
            continue
        if width is not None and len(content) <= width:
            while at < len(lines) and _continues(lines[at - 1], lines[at], width):
                at += 1
            if at > first + 1:
                content = join_wrapped([_single_spaced(line) for line in lines[first:at]], text)
        look = _looked_at_before if len(content) <= _SAMPLE else _looked_at
        units.append(Unit(starts[first], starts[at], *look(content)))
    return units


def _continues(line: str, following: str, width: int) -> bool:
    """Whether the line below one of a paragraph belongs to the paragraph."""
    return (
        following != ""
        and following != line  # a headline that is printed twice
        and len(following) <= width
        and _is_full(line, following, width)
        and not _begins_item(line, following)
        and not _is_known(following)
    )
