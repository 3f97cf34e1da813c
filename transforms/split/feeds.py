"""Feeds of teasers and threads of comments: items of one form that follow each other.

An item has a line that its neighbours have too: the outlet's name, a date, a button to reply. Prose between such lines
is an item's and not the article's, however long it is.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from transforms.split.lines import Unit
from transforms.split.prose import FURNITURE_WORDS, PROSE_WORDS, is_credit, is_dateline, is_furniture, is_prose

# Items as they were seen on pages of some 300 sites; articles whose paragraphs alternate with subheadings or credits
# are longer between their lines than these limits.
_MARKER_WORDS = 8
"""A line that items have in common is short: a name, a date, a button."""
_REACH = 10
"""At most so many units lie between the marks of two items."""
_ITEMS, _COMMENTS = 4, 2
"""So many items are a feed; a button to reply is so sure that two are a thread."""
_PARAGRAPHS, _COMMENT_PARAGRAPHS = 1.6, 4.0
"""At most so many paragraphs an item has, on average."""
_MOST = 0.7
"""The share of the items that have to have a paragraph, and a headline."""
_HEADLINE_WORDS = range(4, 26)
_TEASERS = 3
_TEASER_HEADLINE_WORDS, _TEASER_WORDS = range(5, 26), range(8, 46)
"""Subheadings are shorter than headlines, and paragraphs longer than what sums an article up."""
_LABELS, _LABEL_WORDS, _BETWEEN = 2, 4, 4
"""Labels between a headline and its teaser, how short they are, and units between two teasers."""
_PRINTINGS = 3
_SENTENCE_WORDS = 8
"""Shorter sentences may well be said three times."""
_HEADING_WORDS = 6


def listed(units: Sequence[Unit]) -> set[int]:
    """The places of the units of a page that belong to feeds and threads."""
    return _marked(units) | _alternating(units)


def _marked(units: Sequence[Unit]) -> set[int]:
    """Items that a line in common tells."""
    runs = [
        (run, name == _REPLY)
        for name, places in _marks(units).items()
        for run in _runs(places)
        if len(run) >= (_COMMENTS if name == _REPLY else _ITEMS)
    ]
    if not runs:
        return set()
    prose = [is_prose(unit) and not is_furniture(unit) for unit in units]
    paragraphs = _sums(prose)
    headlines = _sums(
        [
            not long and unit.words in _HEADLINE_WORDS and not is_furniture(unit)
            for unit, long in zip(units, prose, strict=True)
        ]
    )
    found: set[int] = set()
    for run, comments in runs:
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


def _alternating(units: Sequence[Unit]) -> set[int]:
    """Items that their form tells: a headline and one short paragraph, several times in a row."""
    found: set[int] = set()
    run: list[tuple[int, int]] = []
    for first, last in _teasers(units):
        end = run[-1][1] + 1 if run else first
        if run and (first - end > _BETWEEN or any(map(_is_paragraph, units[end:first]))):
            found.update(_span(run))
            run = []
        run.append((first, last))
    found.update(_span(run))
    return found


def _span(run: Sequence[tuple[int, int]]) -> range:
    return range(run[0][0], run[-1][1] + 1) if len(run) >= _TEASERS else range(0)


def _teasers(units: Sequence[Unit]) -> Iterator[tuple[int, int]]:
    """Headlines with one short paragraph below, as the places of both; a label or two may stand between them."""
    for at, unit in enumerate(units):
        if unit.ends_sentence or unit.words not in _TEASER_HEADLINE_WORDS or _is_paragraph(unit) or is_furniture(unit):
            continue
        below = at + 1
        while below < min(at + 1 + _LABELS, len(units)) and units[below].words < _LABEL_WORDS:
            below += 1
        alone = below + 1 >= len(units) or not _is_paragraph(units[below + 1])
        # Wrapped lines alternate so too, but go on in lower case.
        wrapped = any(line.text[0].islower() for line in (unit, *units[below : below + 1]))
        if below == len(units) or wrapped or not alone or not _is_paragraph(units[below]):
            continue
        if units[below].words in _TEASER_WORDS:
            yield at, below


def _is_paragraph(unit: Unit) -> bool:
    return is_prose(unit) and not is_furniture(unit) and not is_credit(unit)


def mark_repeated(units: Sequence[Unit]) -> None:
    """Marks lines that a page prints again and again between its paragraphs: buttons, notes on adverts and videos.

    Their digits count: rows of a table, and reports in the same words, differ by them. Refrains stand among verse, who
    speaks in an interview has a colon, and short sentences may be said twice.
    """
    counts = Counter([unit.text for unit in units if unit.words < FURNITURE_WORDS])
    repeated = {text for text, count in counts.items() if count >= _PRINTINGS and not text.endswith((":", "："))}
    for at, unit in enumerate(units):
        if unit.text not in repeated or unit.words >= FURNITURE_WORDS:
            continue
        around = (*units[max(0, at - 1) : at], *units[at + 1 : at + 2])
        said = unit.ends_sentence and unit.words < _SENTENCE_WORDS
        if not said and any(neighbour.words >= PROSE_WORDS for neighbour in around):
            unit.mark({"repeated"})


def mark_headings(units: Sequence[Unit]) -> None:
    """Marks lines such as ``More from Culture`` as headings of links, where a headline and no paragraph stands below."""
    for unit, following in itertools.pairwise(units):
        if "links_prefix" not in unit.known or unit.words > _HEADING_WORDS or unit.ends_sentence or unit.bullet:
            continue
        if not _is_paragraph(following) and not is_furniture(following):
            unit.mark({"links"})


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
        elif 0 < unit.words <= _MARKER_WORDS:
            marks[unit.key].append(at)
    return {
        name: places
        for name, places in marks.items()
        if name in (_REPLY, _DATE) or (len(places) >= _ITEMS and _is_marker(units[places[0]]))
    }


def _is_marker(unit: Unit) -> bool:
    return not (is_furniture(unit) or is_credit(unit) or (unit.ends_sentence and unit.words > 3))


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
