"""The age or date, and the outlet, that an aggregator prints above an article, glued together or on lines of their own."""

import re
import unicodedata
from dataclasses import dataclass

from transforms.split.lexicon import fold, lexicon
from transforms.split.lines import Unit, remembered

_DATE = r"\d{1,2}[-./]\d{1,2}[-./]\d{4}"
_DATE_AT_END = re.compile(rf"(?<!\d){_DATE}$")
_ICONS = ("time", "clock", "date", "calendar", "icon")
_SEPARATORS = " ·•|/–—-"
"""What stands between an outlet and its age. A comma is none: ``In Tolme, two days ago`` is a caption."""
_SIGN = re.compile("[·•|]")
_OUTLET_WORDS = 7


@dataclass(frozen=True, slots=True)
class Mark:
    """The age or date in a unit.

    ``cut`` is where it begins in the unit's text, with the dot or dash before it; ``glued`` says whether without a space.
    """

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
    if age := _age_before_sign(text):
        return Mark(0, age, True)
    start = lexicon().age_at_end(text)
    if start is not None and (found := _behind_name(text, start)):
        return found
    date = _DATE_AT_END.search(text) if text[-1:].isdigit() else None
    if date and (date.start() == 0 or unicodedata.category(text[date.start() - 1])[0] in "LM"):
        return Mark(date.start(), date.group(), False, glued=date.start() > 0)
    return None


def _age_before_sign(text: str) -> str | None:
    """The age with which a line begins that goes on behind a dot: ``3 hours ago · Sport``."""
    sign = _SIGN.search(text)
    age = text[: sign.start()].rstrip() if sign else ""
    # As at a line's end, a word or two without a number may be anything: "Today | Weather".
    counted = age.count(" ") > 1 or any(map(str.isdigit, age))
    return age if counted and lexicon().age(age) else None


def _behind_name(text: str, start: int) -> Mark | None:
    """The age that begins at ``start``, if an outlet, a label or nothing stands before it."""
    name = text[:start].rstrip(_SEPARATORS)
    if name and not plausible_outlet(name) and not is_label(name):
        return None
    spaced = text[len(name) : start].isspace()
    return Mark(start if spaced else len(name), text[start:], True, glued=len(name) == start)


def mark_behind(text: str, name: str) -> Mark | None:
    """The age or date behind a name that is known: glued to it, or behind a dot or a dash whatever it looks like.

    >>> mark_behind("RMF2402-03-2025", "RMF24")
    Mark(cut=5, text='02-03-2025', is_age=False, glued=True)
    >>> mark_behind("Dunmore Gazette · June 10, 2025", "Dunmore Gazette")
    Mark(cut=15, text='June 10, 2025', is_age=False, glued=False)
    """
    rest = text[len(name) :]
    behind = rest.lstrip(_SEPARATORS)
    if not behind or not text.startswith(name):
        return None
    between = rest[: -len(behind)]
    is_age = lexicon().age(behind) is not None
    signed = between.strip() and any(map(str.isdigit, behind))
    if not is_age and not signed and (between or not re.fullmatch(_DATE, behind)):
        return None
    return Mark(len(text) - len(behind) if between.isspace() else len(name), behind, is_age, glued=not between)


def plausible_outlet(text: str) -> bool:
    """Whether a line can be an outlet's name: short, with letters, no sentence."""
    return (
        0 < len(text) <= 60
        and text.count(" ") < _OUTLET_WORDS
        and any(map(str.isalpha, text))
        and not text.endswith(("…", ":", ",", ";"))
        and (not text.endswith(("!", "?")) or text.count(" ") < 2)
    )


def is_label(name: str) -> bool:
    """Whether what stands before a mark is no outlet: what a picture of a clock was called, or ``Updated``.

    >>> is_label("time"), is_label("Updated"), is_label("Time Out")
    (True, True, False)
    """
    folded = fold(name)
    # Some dates begin with "today", and some papers are called so.
    dated = lexicon().prefixes.longest("date", folded) == folded and lexicon().age(name) is None
    return folded in _ICONS or dated
