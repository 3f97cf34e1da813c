"""Feeds of teasers and threads of comments: items of one form that follow each other.

An item has a line that its neighbours have too: the outlet's name, a date, a button to reply. Prose between such lines
is an item's and not the article's, however long it is.
"""

import itertools
from collections import defaultdict
from collections.abc import Sequence

from transforms.split.lines import Unit
from transforms.split.prose import is_credit, is_dateline, is_furniture, is_heading, is_prose

_MARKER_WORDS = 8
_REACH = 10
"""At most so many units lie between the marks of two items."""
_ITEMS, _COMMENTS = 4, 2
_PARAGRAPHS, _COMMENT_PARAGRAPHS = 1.6, 4.0
"""At most so many paragraphs an item has, on average."""
_HEADLINE_WORDS = range(4, 26)
_INTRODUCTION_WORDS = 3
_POINTS = 15
_MOST = 0.7
"""The share of the items that have to have a paragraph, and a headline."""


def listed(units: Sequence[Unit]) -> set[int]:
    """The places of the units of a page that belong to feeds and threads."""
    prose = [is_prose(unit) and not is_furniture(unit) for unit in units]
    paragraphs = _sums(prose)
    headlines = _sums(
        [
            not long and unit.words in _HEADLINE_WORDS and not is_furniture(unit)
            for unit, long in zip(units, prose, strict=True)
        ]
    )
    found: set[int] = set()
    for name, places in _marks(units).items():
        comments = name == _REPLY
        for run in _runs(places):
            if len(run) < (_COMMENTS if comments else _ITEMS):
                continue
            items = list(itertools.pairwise(run))
            with_text = [paragraphs[b] - paragraphs[a + 1] for a, b in items]
            with_headline = sum(headlines[b] > headlines[a + 1] for a, b in items)
            most = _MOST * len(items)
            if comments:
                same = 0 < sum(with_text) <= _COMMENT_PARAGRAPHS * len(items)
            else:
                same = sum(with_text) <= _PARAGRAPHS * len(items) and sum(map(bool, with_text)) >= most <= with_headline
            if same:
                # The first item's mark may stand at its end: it is as long as the shortest of the others.
                first = run[0] + 1 - min(b - a for a, b in items)
                found.update(range(max(0, first), run[-1] + 1))
    return found


def introduced(units: Sequence[Unit]) -> set[int]:
    """The places of the points of lists that stand in a text: a line with a colon above them, a paragraph below."""
    found: set[int] = set()
    for at, unit in enumerate(units):
        if at in found or not unit.text.endswith((":", "：")) or unit.words < _INTRODUCTION_WORDS or unit.bullet:
            continue
        for below in range(at + 1, min(at + 2 + _POINTS, len(units))):
            following = units[below]
            if is_prose(following) and not following.bullet:
                if below > at + 1:
                    found.update(range(at, below))
                break
            if is_furniture(following) or is_heading(following) or is_dateline(following):
                break
    return found


def is_row(unit: Unit) -> bool:
    """Whether a line is a table's: numbers, with a few words before them."""
    cells = unit.text.split()
    numbers = sum(cell[0].isdigit() or cell[-1].isdigit() for cell in cells)
    return 4 <= len(cells) <= 24 and numbers >= 3 and 2 * numbers >= len(cells)


_REPLY = "\0reply"
_DATE = "\0date"


def _marks(units: Sequence[Unit]) -> dict[str, list[int]]:
    """The places of short lines by what they say; of dates, and of buttons to reply, whatever they say."""
    marks: dict[str, list[int]] = defaultdict(list)
    for at, unit in enumerate(units):
        if "replies" in unit.known:
            marks[_REPLY].append(at)
        elif is_dateline(unit):
            marks[_DATE].append(at)
        elif (
            0 < unit.words <= _MARKER_WORDS
            and not is_furniture(unit)
            and not is_credit(unit)
            and not (unit.ends_sentence and unit.words > 3)
        ):
            marks[unit.key].append(at)
    return marks


def _runs(places: Sequence[int]) -> list[list[int]]:
    runs = [[places[0]]]
    for place in places[1:]:
        if place - runs[-1][-1] <= _REACH:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _sums(values: Sequence[bool]) -> list[int]:
    """How many of the values before each place are true."""
    return [0, *itertools.accumulate(map(int, values))]
