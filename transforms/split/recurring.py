"""Lines that stand on other pages of the same site, and which of them are furniture.

"Get the morning briefing" stands between the paragraphs of every article. But a related article's headline and its short
paragraphs stand on hundreds of pages too. What tells them apart is what stands around them: a line of an article has
the same paragraph above or below it wherever the article is printed, while furniture stands between other paragraphs on
each page. So what is counted is not pages but surroundings, the distinct paragraphs nearest above a line and nearest
below it, of which the fewer count. A page on which a line stands often gives it one surrounding: its first.

Counting takes one pass, and little room. Of the digests of the paragraphs above a line the least ``EXACT`` are kept, and
of those below it: a bottom-k sketch (Bar-Yossef et al. 2002; Beyer et al. 2007). Below ``EXACT`` the count is exact;
from there on it follows from how close the digests lie. The union of two sketches is cut anew, so neither order, nor
grouping, nor a record that is read twice makes a difference.

A page is split once, with the counts of its run; what is read later changes no page that is split.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from schemas.records import Recurring
from transforms.split.lexicon import lexicon
from transforms.split.lines import Unit, read_units, remembered
from transforms.split.prose import FURNITURE_WORDS, PROSE_WORDS

EXACT = 16
"""Fewer surroundings are counted exactly; of as many or more, the standard error is a quarter."""
LEAST = 2
"""A line with fewer surroundings is furniture on no site."""
_SHARE, _SENTENCE_SHARE = 50, 20
"""Furniture stands on one page in so many, or it is a line that several articles share by chance or by habit, such as a
subheading; sentences are text more often, and reports that follow a pattern repeat them."""
MAX_LINES = 400
"""So many lines of a page are counted, the first ones: enough for articles with menus, and a bound for lists."""
MAX_KEPT = 1 << 15
"""So many lines of a site are known to recur, those with the most surroundings. ``MAX_LINES`` a page, each on two pages
and on one page in fifty, cannot be more than 20,000 lines."""

_LONGEST = 160
_SENTENCE_WORDS = 8
"""Shorter sentences ("No one was hurt.") are written anew in other articles."""
_OPENING = 120
"""Characters by which a paragraph is known again, though copies of it may be cut off behind them."""
_BYTES, _COUNT_BYTES = 8, 4
_ENTRY = _BYTES + _COUNT_BYTES

NONE = Recurring(0, b"")


def _digest(text: str) -> bytes:
    # Digits count: rows of tables are the same but for them, and stand in articles.
    printed = " ".join(text.casefold().split())
    return hashlib.blake2b(printed.encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest()


def is_countable(unit: Unit) -> bool:
    """Whether a unit could be furniture that no vocabulary knows: short, mostly letters, no age, no short sentence."""
    text = unit.text
    return (
        0 < unit.words <= FURNITURE_WORDS
        and len(text) <= _LONGEST
        and (unit.words >= _SENTENCE_WORDS or not (unit.ends_sentence or text.endswith((":", "："))))
        and all(kind.endswith("_prefix") for kind in unit.known)
        and 2 * sum(map(str.isalpha, text)) > len(text)
        and not lexicon().age(text)
    )


@remembered
def _line(unit: Unit) -> bytes:
    """The digest by which a unit is counted; ``b""`` for what is not."""
    return _digest(unit.text) if is_countable(unit) else b""


def sightings(text: str) -> dict[bytes, bytes]:
    """The lines of a page that may recur: the digest of each, and its surroundings, to be merged with those of others.

    At the page's begin and end a line has a paragraph on one side only, which then stands for the other side too, so
    that two fetches of one page are not two surroundings. A page without a paragraph tells nothing.
    """
    above: dict[bytes, bytes] = {}
    below: dict[bytes, bytes] = {}
    waiting: list[bytes] = []
    last = b""
    for unit in read_units(text):
        if unit.words >= PROSE_WORDS:
            last = _digest(unit.text[:_OPENING])
            below.update(dict.fromkeys(waiting, last))
            waiting.clear()
        elif len(above) < MAX_LINES and (line := _line(unit)) and line not in above:
            above[line] = last
            waiting.append(line)
    if not last:
        return {}
    return {line: b"\1" + (over or below[line]) + (below.get(line) or over) for line, over in above.items()}


def _sides(packed: bytes) -> tuple[set[bytes], set[bytes]]:
    digests = [packed[at : at + _BYTES] for at in range(1, len(packed), _BYTES)]
    return set(digests[: packed[0]]), set(digests[packed[0] :])


def merge(left: bytes, right: bytes) -> bytes:
    """The surroundings of a line from two parts of the input; ``b""`` is none.

    They are packed: a byte for the number of paragraphs above, then the digests of those and of the ones below, sorted.
    """
    if not left or not right or left == right or _holds_less(left, right):
        return left or right
    sides = [sorted(a | b)[:EXACT] for a, b in zip(_sides(left), _sides(right), strict=True)]
    return bytes([len(sides[0])]) + b"".join(sides[0] + sides[1])


def _holds_less(full: bytes, single: bytes) -> bool:
    """Whether on both sides as many digests are kept as may be, and the one that is to be added is none of the least."""
    if (len(full), len(single)) != (1 + 2 * EXACT * _BYTES, 1 + 2 * _BYTES):
        return False
    middle = 1 + EXACT * _BYTES
    return single[1 : 1 + _BYTES] >= full[middle - _BYTES : middle] and single[-_BYTES:] >= full[-_BYTES:]


def _distinct(digests: bytes) -> int:
    """How many distinct digests there were, from the least of them: the more the closer they lie, where there are many."""
    count = len(digests) // _BYTES
    if count < EXACT:
        return count
    largest = int.from_bytes(digests[-_BYTES:], "big")
    return max(EXACT, ((EXACT - 1) << (8 * _BYTES)) // (largest + 1))


def surroundings(packed: bytes) -> int:
    """In how many surroundings a line stands: exact below ``EXACT``, an estimate from there on.

    >>> surroundings(merge(b"\\1" + b"aaaaaaaa" + b"bbbbbbbb", b"\\1" + b"cccccccc" + b"bbbbbbbb"))
    1
    """
    if not packed:
        return 0
    middle = 1 + packed[0] * _BYTES
    return min(_distinct(packed[1:middle]), _distinct(packed[middle:]))


def needed(pages: int, sentence: bool = False) -> int:
    """In how many surroundings a line has to stand to be furniture, on a site of so many pages.

    A record that was read twice counts twice among the pages, which raises the number a little at most.

    >>> [needed(pages) for pages in (1, 100, 1_000)], [needed(pages, sentence=True) for pages in (1, 60, 1_000)]
    ([2, 2, 20], [3, 3, 50])
    """
    return max(LEAST + sentence, -(-pages // (_SENTENCE_SHARE if sentence else _SHARE)))


def rank(line: bytes, packed: bytes) -> bytes:
    """A line as it is ranked among those of its site: by its surroundings, then by its digest."""
    return min(surroundings(packed), 2**31 - 1).to_bytes(_COUNT_BYTES, "big") + line


def table(pages: int, ranked: Iterable[bytes]) -> Recurring:
    """What pages of a site are split with: its lines that may be furniture."""
    least = needed(pages).to_bytes(_COUNT_BYTES, "big")
    lines = (line[_COUNT_BYTES:] + line[:_COUNT_BYTES] for line in ranked if line[:_COUNT_BYTES] >= least)
    return Recurring(pages, b"".join(sorted(lines)))


def found_in(recurring: Recurring, line: bytes) -> int:
    """The surroundings of the line with this digest; 0 where it is not among the lines of the site."""
    lines = recurring.lines
    at = _ENTRY * bisect_left(range(len(lines) // _ENTRY), line, key=lambda n: lines[n * _ENTRY : n * _ENTRY + _BYTES])
    return int.from_bytes(lines[at + _BYTES : at + _ENTRY], "big") if lines[at : at + _BYTES] == line else 0


def mark(units: Sequence[Unit], recurring: Recurring) -> None:
    """Sets ``recurs`` of the units that recur often enough to be furniture."""
    if not recurring.lines:
        return
    for unit in units:
        if line := _line(unit):
            found = found_in(recurring, line)
            if found >= needed(recurring.pages, unit.ends_sentence):
                unit.recurs = found
