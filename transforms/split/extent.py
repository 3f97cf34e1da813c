"""Where the main article's text begins and ends on a page.

Every unit has a score: its words, up to a limit, less a cost; furniture costs more than it gives. The run with the
largest sum is the text, up to the first sure sign of its end. Measured against marked-up pages, nothing simpler does
as well and little that is more complicated does better.
"""

from collections.abc import Sequence

import regex

from transforms.split.feeds import listed
from transforms.split.lines import Unit
from transforms.split.lists import introduced, is_row
from transforms.split.prose import (
    PROSE_WORDS,
    is_comments,
    is_credit,
    is_dateline,
    is_enumeration,
    is_furniture,
    is_heading,
    is_link,
    is_long,
    is_prose,
    is_question,
)

# In words. Chosen on marked-up pages of some 300 sites; ``benchmarks.splitting --cross_validate`` says how well choices
# of that kind carry to sites that they were not made on, and its table of parts what each is worth.
_WORD_LIMIT = 60
"""A paragraph that is longer speaks no louder: one long notice is not an article."""
COST = 6.0
"""What any line costs, so that a menu of short lines does not add up to a text."""
FURNITURE_SCORE = -8.0
_ITEM_SCORE = -4.0
"""At most this for an item of a feed or a thread, however long it is."""
_GAP_COST = 40.0
"""At most this for all the plain lines between two paragraphs."""
_ROW_SCORE = -1.0
_INTERRUPTION_SCORE, _INTERRUPTION_LINES = -2.0, 2
_ITEM_WORDS = 12
"""What has fewer words is no paragraph in a list, and none that an advert interrupts."""
_NOT_PLAIN = frozenset(["furniture", "furniture_prefix", "comments", "related", "links", "end"])

# The share of the text that has to stand before a mark of its end: the surer the mark, the less.
_TITLED_CARD_SHARE, _LONE_CARD_SHARE, _CARD_SHARE = 0.05, 0.35, 0.45
_COMMENTS_SHARE, _HEADING_SHARE, _END_SHARE = 0.5, 0.6, 0.8
_NEVER = 2.0
_BOX_LINKS = 3
"""A heading with so many links at most, and text below, is a box inside of the article."""

_NAME = regex.compile(r"[^\W\d_][\w.'’-]*(?: (?:[^\W\d_][\w.'’-]*)){0,4}$")
_PARTICLES = frozenset("al bin de del della den der des di du el la le of ibn van von zu".split())  # noqa: SIM905


def score(unit: Unit) -> float:
    """How much a unit speaks by itself for being part of the text."""
    if is_furniture(unit) or is_heading(unit) or unit.recurs or "repeated" in unit.known:
        return FURNITURE_SCORE
    if is_credit(unit) or is_link(unit) or is_dateline(unit):
        return -COST / 2
    if unit.words >= PROSE_WORDS and not unit.ends_sentence and is_enumeration(unit):
        return -COST
    weight = min(unit.words, _WORD_LIMIT)
    full = (unit.ends_sentence or is_long(unit)) and not (unit.bullet and unit.words < _ITEM_WORDS)
    return weight * (1.0 if full else 1 / 3) - COST


def text_run(units: Sequence[Unit]) -> tuple[int, int]:
    """The run of units, as ``[start, end)``, that is the text; empty where nothing is long enough to speak for itself.

    What short plain lines between two paragraphs cost, a table's or a listing's, has a limit; links, furniture and
    dates count in full.
    """
    items = listed(units)
    points = introduced(units)
    interrupting = interruptions(units)
    scores: list[float] = []
    forgiven = 0.0
    for at, unit in enumerate(units):
        value = score(unit)
        if value == FURNITURE_SCORE and at in interrupting:
            value = _INTERRUPTION_SCORE
        if at in items:
            value = min(value, _ITEM_SCORE)
        elif at in points:
            value = max(value, 0.0)
        elif is_row(unit):
            value = max(value, _ROW_SCORE)
        elif value >= COST:
            forgiven = 0.0
        elif value < 0 and _is_plain(unit):
            value = -min(-value, max(0.0, _GAP_COST - forgiven))
            forgiven -= value
        scores.append(value)
    return best_run(scores)


def interruptions(units: Sequence[Unit]) -> set[int]:
    """The places of the one or two lines, an advert or a button, that stand between two paragraphs."""
    found: set[int] = set()
    last = len(units)
    for at, unit in enumerate(units):
        if _is_full_paragraph(unit):
            between = units[last + 1 : at]
            if len(between) <= _INTERRUPTION_LINES and not any(is_heading(u) or _end_share(u) <= 1.0 for u in between):
                found.update(range(last + 1, at))
            last = at
    return found


def _is_full_paragraph(unit: Unit) -> bool:
    return unit.ends_sentence and unit.words >= _ITEM_WORDS and not is_question(unit) and not is_furniture(unit)


def _is_plain(unit: Unit) -> bool:
    """Whether a line that is no prose may all the same stand within a text."""
    link = unit.bullet and not unit.ends_sentence and unit.words > 3
    return not (link or unit.known & _NOT_PLAIN or is_link(unit) or is_dateline(unit))


def best_run(scores: Sequence[float]) -> tuple[int, int]:
    """The contiguous run with the largest sum, as ``[start, end)``; the first of equals; empty where no sum is above 0.

    Kadane's algorithm: one pass.

    >>> best_run([-1, 3, -2, 4, -9, 5])
    (1, 4)
    """
    best, start, end = 0.0, 0, 0
    total, begin = 0.0, 0
    for at, value in enumerate(scores):
        if total <= 0:
            total, begin = 0.0, at
        total += value
        if total > best:
            best, start, end = total, begin, at + 1
    return start, end


def _card_share(units: Sequence[Unit], at: int, end: int, alone: bool) -> float:
    """The share of the text that has to stand before an author's card; the more it tells of an author, the less."""
    following = range(at + 1, min(end, at + 4))
    titled = any("job_titles" in units[place].known for place in following)
    biography = next((p for p in following if units[p].words >= 8 and units[p].text.startswith(f"{units[at].text} ")), None)
    if not titled and biography is not None and biography + 1 < end and not is_furniture(units[biography + 1]):
        # The text goes on: the line was a subheading that names a place or a body, and so does the paragraph below it.
        return _NEVER if not is_heading(units[biography + 1]) else _CARD_SHARE
    if not alone or biography is None:
        return _CARD_SHARE
    return _TITLED_CARD_SHARE if titled else _LONE_CARD_SHARE


def find_cut(units: Sequence[Unit], start: int, end: int) -> int:
    """Where the run ends for good: at the first mark of an end that stands behind enough of the text.

    The surer the mark, the less text has to stand before it. A heading of related articles also stands inside of
    articles, above a box of links.
    """
    total = sum(unit.words for unit in units[start:end])
    # Several people with a paragraph each are what the article is about.
    cards = {at for at in range(start, end) if author_card(units, at, end)}
    before = 0
    for at, unit in enumerate(units[start:end], start):
        share = before / total if total else 0.0
        if at in cards and share >= _card_share(units, at, end, alone=len(cards) == 1):
            return at
        if share >= _end_share(unit) and not link_box(units, at, end):
            return at
        before += unit.words
    return end


def short_paragraphs(units: Sequence[Unit], start: int, end: int) -> int:
    """The place behind the short sentences that follow the text at once; alone they weigh too little to be found."""
    while 0 <= start < end < len(units) and _is_short_paragraph(units[end]):
        end += 1
    return end


def _is_short_paragraph(unit: Unit) -> bool:
    return unit.ends_sentence and unit.words >= 2 and not unit.bullet and _is_plain(unit) and not is_credit(unit)


def last_sentence(units: Sequence[Unit], end: int) -> int:
    """The place behind the last prose before what ends an article for good; ``end`` where there is none."""
    for at in range(end, len(units)):
        if _end_share(units[at]) <= 1.0 or author_card(units, at, len(units)):
            break
        if _is_short_paragraph(units[at]) or (
            is_prose(units[at]) and not is_furniture(units[at]) and not is_credit(units[at])
        ):
            end = at + 1
    return end


def link_box(units: Sequence[Unit], at: int, end: int) -> bool:
    """Whether a heading with a link or a few stands here, and the text goes on below: a box inside of an article."""
    if not is_heading(units[at]):
        return False
    following = units[at + 1 : min(end, at + 2 + _BOX_LINKS)]
    links = next((number for number, unit in enumerate(following) if is_prose(unit)), 0)
    return links > 0


def _end_share(unit: Unit) -> float:
    """The share of the text that has to stand before a unit for it to end the text."""
    if is_comments(unit):
        return _COMMENTS_SHARE
    if is_heading(unit):
        return _HEADING_SHARE
    return _END_SHARE if "end" in unit.known else 2.0


def looks_like_name(text: str) -> bool:
    """Two to five words that each begin with a capital, or a short unspaced name: a person, perhaps.

    >>> looks_like_name("Ludwig van der Berg"), looks_like_name("Stocks fall sharply")
    (True, False)
    """
    if not 1 <= text.count(" ") <= 4 or not _NAME.match(text):
        return False
    parts = text.split()
    return all(part[0].isupper() or part.casefold() in _PARTICLES or not part[0].islower() for part in parts) and (
        parts[0][0].isupper() or not parts[0][0].islower()
    )


def author_card(units: Sequence[Unit], at: int, end: int) -> bool:
    """Whether an author's card begins here: a name, and within three units a paragraph that begins with it."""
    unit = units[at]
    if not looks_like_name(unit.text):
        return False
    for following in units[at + 1 : min(end, at + 4)]:
        if "job_titles" in following.known:
            return True
        if following.words >= 8 and following.text.startswith(unit.text.split()[0]):
            return following.text.startswith(unit.text) or is_prose(following)
    return False
