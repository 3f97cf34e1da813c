"""Related articles that stand whole on an aggregator's page, each under its outlet and age.

Two shapes come out of text extractors, and mixtures of them: outlet, age or date, and ``- outlet`` on lines of their
own, or glued together (``Reuters5 days ago``, ``time11-06-2025``) with bullets for category and outlet. Then a headline,
once or twice, and paragraphs.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from transforms.split.bylines import read_byline
from transforms.split.extent import looks_like_name
from transforms.split.inner import inner_kinds
from transforms.split.lexicon import fold, lexicon, strip_bullet
from transforms.split.lines import Unit
from transforms.split.marks import Mark, find_mark, is_label, mark_behind, plausible_outlet
from transforms.split.prose import PROSE_WORDS, is_comments, is_furniture, is_heading, is_prose, is_question

_SENTENCE_WORDS = 8
"""A sentence of so many words is an article's, if a short one."""
_FULL_STOPS = (".", "。", "।", "…")
_DASHES = ("-", "–", "—")
_BULLETS = 3
_BETWEEN = 2
"""At most this many lines, when and who, stand between an outlet and its name again."""
_DAY_WORDS = 3
_NUMBER = re.compile(r"\d+")
_QUOTED = re.compile(r"[\"“”„«»]")
_SHORT_WORDS, _SHORT = 8, 60
"""A line between them is no longer than this, in words and in characters."""
_HEADER_UNITS, _GALLERY_WORDS = 6, 3
"""At most this many bullets, repeated outlets and furniture stand between an age and a headline."""


@dataclass(slots=True)
class Entry:
    """One related article: its first unit, the units of outlet and mark, and the first unit behind them."""

    start: int
    mark_at: int | None
    mark: Mark | None
    outlet: str | None
    strong: bool
    behind: int


@dataclass(slots=True)
class Labelled:
    """The kinds of an entry's units, by their place in the list of units, and what was read from them."""

    kinds: dict[int, str]
    title: str | None
    outlet: str | None
    mark: Mark | None
    mark_at: int | None
    bylines: tuple[str, ...]


def _is_outlet_line(unit: Unit) -> bool:
    return plausible_outlet(unit.text) and not unit.bullet and not is_heading(unit) and not is_furniture(unit)


def _repeats(unit: Unit, outlet: str) -> bool:
    """Whether the unit is ``- outlet`` or ``* outlet``."""
    return unit.bullet and fold(strip_bullet(unit.text)) == fold(outlet)


def find_entries(units: Sequence[Unit]) -> list[Entry]:
    """The entries of a page, in order. ``units`` holds no blank ones. Which of them count depends on the page."""
    entries: list[Entry] = []
    taken = -1
    for at, unit in enumerate(units):
        entry = _entry_at(units, at, unit)
        if entry and entry.start > taken:
            entries.append(entry)
            taken = entry.behind - 1
    return entries


def _entry_at(units: Sequence[Unit], at: int, unit: Unit) -> Entry | None:
    if entry := _framed(units, at):
        return entry
    after = units[at + 1] if at + 1 < len(units) else None
    above_bullets = after is not None and after.bullet and not unit.bullet
    mark = find_mark(unit) or (_mark_by_bullets(units, at) if above_bullets else None)
    if mark is None:
        # An outlet without an age: its name, and its name again behind a dash or as the last of the bullets.
        if above_bullets and _is_repeated_outlet(units, at):
            return Entry(at, None, None, unit.text, True, at + 1)
        return None
    if mark.cut:
        # Where an outlet ends in a digit, ``Channel 93 weeks ago``, the bullets say where to cut.
        known = _mark_by_bullets(units, at)
        mark = known or mark
        name = unit.text[: mark.cut].strip()
        repeated = known is not None or (after is not None and _repeats(after, name))
        if repeated or not (is_label(name) or _authors(unit)):
            return Entry(at, at, mark, name, mark.glued or repeated, at + 1)
        if mark.glued:
            return Entry(at, at, mark, None, True, at + 1)
    start, outlet = _outlet_above(units, at)
    if outlet is not None:
        repeated = after is not None and _repeats(after, outlet)
        return Entry(start, at, mark, outlet, repeated, at + 1)
    if after is not None and after.text.startswith(_DASHES) and plausible_outlet(strip_bullet(after.text)):
        return Entry(start, at, mark, strip_bullet(after.text), True, at + 1)
    return Entry(start, at, mark, None, False, at + 1) if mark.cut or start < at else None


def _framed(units: Sequence[Unit], at: int) -> Entry | None:
    """The entry whose outlet, at ``at``, is printed again behind a dash, below a line or two that say when, and who.

    Nobody knows all the ways to print a date. Between the two names whatever has a number and letters, or two numbers, is
    one, and in a single line a few words: ``Monday``. What somebody has said, above ``- Jane Roe``, is none.
    """
    name = units[at].text
    ends = range(at + 2, min(at + 2 + _BETWEEN, len(units)))
    end = next((end for end in ends if units[end].text.startswith(_DASHES) and strip_bullet(units[end].text) == name), None)
    if end is None or not _is_outlet_line(units[at]) or not all(map(_is_short, units[at + 1 : end])):
        return None
    places = [place for place in range(at + 1, end) if find_mark(units[place]) or _may_say_when(units[place])]
    dated = next((place for place in places if _has_date(units[place]) or find_mark(units[place])), None)
    if dated is None and (end > at + 2 or not any(map(is_prose, units[end + 1 : end + 4]))):
        return None
    if dated is None and (
        units[at + 1].words > _DAY_WORDS or units[at + 1].ends_sentence or _QUOTED.search(units[at + 1].text)
    ):
        return None
    mark_at = dated if dated is not None else next(iter(places), None)
    mark = None if mark_at is None else find_mark(units[mark_at]) or _whole(units[mark_at])
    return Entry(at, mark_at, mark, name, True, end)


def _has_date(unit: Unit) -> bool:
    numbers = len(_NUMBER.findall(unit.text))
    return (
        not unit.ends_sentence and not _QUOTED.search(unit.text) and (numbers > 1 or (numbers == 1 and not unit.no_letters))
    )


def _is_short(unit: Unit) -> bool:
    short = unit.words <= _SHORT_WORDS and len(unit.text) <= _SHORT
    return short and not (unit.bullet or is_heading(unit) or is_comments(unit))


def _may_say_when(unit: Unit) -> bool:
    return unit.no_letters or not (is_furniture(unit) or _authors(unit) or looks_like_name(unit.text))


def _whole(unit: Unit) -> Mark:
    """A line as a date, however it is printed, without ``Published`` before it."""
    date = lexicon().without_prefix("date", unit.text)
    return Mark(len(unit.text) - len(date), date, False)


def _authors(unit: Unit) -> list[str]:
    """Who signed, if the unit is a byline. Bylines begin with "de" as well, but so do papers: ``De Groene Amsterdammer``."""
    return [] if unit.text.casefold().startswith("de ") else read_byline(unit)


def _outlet_above(units: Sequence[Unit], at: int) -> tuple[int, str | None]:
    """Where the lines above an age begin that belong to it, its outlet and its byline, and the outlet."""
    start = at - 1 if at and _authors(units[at - 1]) else at
    if start and _is_outlet_line(units[start - 1]):
        return start - 1, units[start - 1].text
    return start, None


def _bullets(units: Sequence[Unit], at: int) -> list[str]:
    """What the bullets directly below a unit say: the category and the outlet."""
    below = itertools.takewhile(lambda unit: unit.bullet, units[at + 1 : at + 1 + _BULLETS])
    return [strip_bullet(unit.text) for unit in below]


def _is_repeated_outlet(units: Sequence[Unit], at: int) -> bool:
    """Whether a name and the last of the bullets below it are one outlet, and a headline and a text follow.

    Menus repeat names too, in bullets of another kind and with more of them; the dash is only an outlet's.
    """
    unit = units[at]
    bullets = _bullets(units, at)
    if not bullets or not _is_outlet_line(unit) or fold(bullets[-1]) != unit.key:
        return False
    if units[at + 1].text.startswith(_DASHES):
        return True
    below = units[at + 1 + len(bullets) : at + 4 + len(bullets)]
    return bool(below) and not below[0].bullet and not is_furniture(below[0]) and any(map(is_prose, below))


def _mark_by_bullets(units: Sequence[Unit], at: int) -> Mark | None:
    """The age behind an outlet that a bullet below repeats: ``Tagesbotegestern``, whatever the age looks like."""
    marks = (mark_behind(units[at].text, name) for name in _bullets(units, at))
    return next(filter(None, marks), None)


@dataclass(frozen=True, slots=True)
class Zone:
    """The part ``[begin, end)`` of a page with related articles, and their entries; both are the page's end without any."""

    begin: int
    end: int
    entries: tuple[Entry, ...]


def zone(units: Sequence[Unit]) -> Zone:
    """Where the related articles stand.

    Entries under a heading of related articles count. Without a heading (the page was cut, or has none) only those
    count whose shape cannot be chance. Readers' comments below, a name and an age each, end them.
    """
    prose = next((at for at, unit in enumerate(units) if _is_text(unit)), len(units))
    heading = next((at for at, unit in enumerate(units) if "related" in unit.known), len(units))
    # What stands above all prose and above any heading of related articles is the main article's own head.
    entries = [entry for entry in find_entries(units) if entry.start > min(prose, heading)]
    first_strong = next((entry.start for entry in entries if entry.strong), None) or _first_of_several(units, entries)
    begin = _heading_above(units, entries, first_strong)
    if begin is None:
        begin = first_strong
    if begin is None:
        return Zone(len(units), len(units), ())
    sure = max((entry.start for entry in entries if entry.strong), default=begin)
    end = next((at for at in range(max(begin, sure), len(units)) if is_comments(units[at])), len(units))
    return Zone(begin, end, tuple(entry for entry in entries if begin <= entry.start < end))


def _first_of_several(units: Sequence[Unit], entries: Sequence[Entry]) -> int | None:
    """Where the first outlet with an age stands, if two of them or more have a headline and a text.

    Readers' comments, a name and an age each, have no headline.
    """
    comments = next((at for at, unit in enumerate(units) if is_comments(unit)), len(units))
    above = [entry for entry in entries if entry.start < comments]
    names = [entry.outlet for entry in above if entry.outlet]
    if len(set(names)) < len(names) and all(map(looks_like_name, names)):
        return None  # a live blog, with the names of its reporters
    return above[0].start if sum(_has_headline(units, entry) for entry in above) > 1 else None


def _has_headline(units: Sequence[Unit], entry: Entry) -> bool:
    if entry.mark_at is None or entry.outlet is None or entry.mark_at + 2 >= len(units):
        return False
    headline, text = units[entry.mark_at + 1 : entry.mark_at + 3]
    plain = not headline.text.endswith(_FULL_STOPS) and 2 <= headline.words < text.words and not is_furniture(headline)
    return plain and _is_text(text)


def _is_text(unit: Unit) -> bool:
    return is_prose(unit) and unit.words >= _SENTENCE_WORDS and not is_question(unit)


def _heading_above(units: Sequence[Unit], entries: Sequence[Entry], last: int | None) -> int | None:
    """The first heading of related articles, not below ``last``, with nothing but furniture before its first entry."""
    entries_left = list(reversed(entries))
    waiting: int | None = None
    for at, unit in enumerate(units):
        if entries_left and entries_left[-1].start == at:
            if waiting is not None:
                return waiting
            entries_left.pop()
        if last is not None and at >= last:
            return None
        if "related" in unit.known:
            waiting = at if waiting is None else waiting
        elif is_prose(unit) or is_comments(unit):
            # What stands under readers' comments, a name and an age, is a reader.
            waiting = None
    return None


def label_entry(units: Sequence[Unit], entry: Entry, end: int) -> Labelled:
    """Labels the units of one entry, ``units[entry.start:end]``."""
    kinds: dict[int, str] = {}
    outlet = entry.outlet
    bylines: dict[str, None] = {}
    for at in range(entry.start, entry.behind):
        names = _authors(units[at])
        bylines.update(dict.fromkeys(names))
        kinds[at] = "byline" if names else "boilerplate"
    if outlet is not None:
        kinds[entry.start] = "outlet"
    if entry.mark_at is not None:
        kinds[entry.mark_at] = "age"
    at = entry.behind
    header_end = min(end, at + _HEADER_UNITS)
    bullets: list[int] = []
    while at < header_end:
        unit = units[at]
        if outlet is not None and _repeats(unit, outlet):
            kinds[at] = "outlet"
        elif unit.bullet and plausible_outlet(strip_bullet(unit.text)) and not is_prose(unit):
            kinds[at] = "boilerplate"
            bullets.append(at)
        elif is_furniture(unit) and not _is_named_gallery(units, at, end):
            kinds[at] = "boilerplate"
        else:
            break
        at += 1
    if outlet is None and bullets:
        # Category first, outlet last.
        outlet = strip_bullet(units[bullets[-1]].text)
        kinds[bullets[-1]] = "outlet"
    title = None
    if at < end and _is_headline(units, at, end):
        title = units[at].text
        kinds[at] = "title"
        at += 1
        while at < end and units[at].reprints(units[at - 1]):
            kinds[at] = "title"
            at += 1
    kinds.update(zip(range(at, end), inner_kinds(units[at:end]), strict=True))
    return Labelled(kinds, title, outlet, entry.mark, entry.mark_at, tuple(bylines))


def _is_named_gallery(units: Sequence[Unit], at: int, end: int) -> bool:
    """Whether all that an entry has is a line such as ``Gallery: four bridges``."""
    unit = units[at]
    named = "furniture" not in unit.known and "furniture_prefix" in unit.known and unit.words > _GALLERY_WORDS
    return named and all(other.reprints(unit) or is_furniture(other) for other in units[at + 1 : end])


def _is_headline(units: Sequence[Unit], at: int, end: int) -> bool:
    unit = units[at]
    if unit.words > 2 * PROSE_WORDS or (is_furniture(unit) and not _is_named_gallery(units, at, end)):
        return False
    following = units[at + 1] if at + 1 < end else None
    if following is not None and following.reprints(unit):
        return True
    longer = following is not None and following.words > 1.5 * unit.words and is_prose(following)
    return longer or (not (unit.text.endswith(_FULL_STOPS) and unit.words > 4) and unit.words <= 40)
