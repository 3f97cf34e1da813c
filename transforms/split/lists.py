"""Lists and tables that stand within a text."""

from collections.abc import Sequence

from transforms.split.lines import Unit, remembered
from transforms.split.prose import is_dateline, is_furniture, is_heading, is_prose

_INTRODUCTION_WORDS = 3
"""``Share:`` and ``Read also:`` introduce no list of the text's."""
_POINTS = 15
"""A list that goes on for longer is a menu as often as not."""


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


@remembered
def is_row(unit: Unit) -> bool:
    """Whether a line is a table's: numbers, with a few words before them."""
    if not 4 <= unit.words <= 24:
        return False
    cells = unit.text.split()
    numbers = sum(cell[0].isdigit() or cell[-1].isdigit() for cell in cells)
    return 4 <= len(cells) <= 24 and numbers >= 3 and 2 * numbers >= len(cells)
