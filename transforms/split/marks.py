"""The age or date, and the outlet, that an aggregator prints above an article, glued together or on lines of their own."""

import re
import unicodedata
from dataclasses import dataclass

from transforms.split.lexicon import lexicon
from transforms.split.lines import Unit, remembered

_DATE = r"\d{1,2}[-./]\d{1,2}[-./]\d{4}"
_DATE_AT_END = re.compile(rf"(?<!\d){_DATE}$")
_ICONS = ("time", "clock", "date", "calendar", "icon")
_OUTLET_WORDS = 7


@dataclass(frozen=True, slots=True)
class Mark:
    """The age or date in a unit. ``cut`` is where it begins in the unit's text, ``glued`` whether without a space."""

    cut: int
    text: str
    is_age: bool
    glued: bool = False


@remembered
def find_mark(unit: Unit) -> Mark | None:
    """The age or date that a short unit consists of or ends with."""
    text = unit.text
    if unit.words > _OUTLET_WORDS + 4 or len(text) > 80 or unit.ends_sentence:
        return None
    if lexicon().age(text):
        return Mark(0, text, True)
    cut = lexicon().age_at_end(text)
    if cut is not None and plausible_outlet(text[:cut].rstrip()):
        return Mark(cut, text[cut:], True, glued=text[cut - 1] != " ")
    date = _DATE_AT_END.search(text) if text[-1:].isdigit() else None
    if date and (date.start() == 0 or unicodedata.category(text[date.start() - 1])[0] in "LM"):
        return Mark(date.start(), date.group(), False, glued=date.start() > 0)
    return None


def mark_behind(text: str, name: str) -> Mark | None:
    """The age or date that is glued to a name that is known.

    >>> mark_behind("RMF2402-03-2025", "RMF24")
    Mark(cut=5, text='02-03-2025', is_age=False, glued=True)
    """
    rest = text[len(name) :]
    if not text.startswith(name) or not rest:
        return None
    if lexicon().age(rest):
        return Mark(len(name), rest, True, glued=True)
    return Mark(len(name), rest, False, glued=True) if re.fullmatch(_DATE, rest) else None


def plausible_outlet(text: str) -> bool:
    """Whether a line can be an outlet's name: short, with letters, no sentence."""
    return (
        0 < len(text) <= 60
        and text.count(" ") < _OUTLET_WORDS
        and any(map(str.isalpha, text))
        and not text.endswith(("…", ":", ",", ";"))
        and (not text.endswith(("!", "?")) or text.count(" ") < 2)
    )


def is_icon(name: str) -> bool:
    """Whether the name before a mark is what a picture of a clock was called.

    >>> is_icon("time"), is_icon("Time Out")
    (True, False)
    """
    return name.casefold() in _ICONS
