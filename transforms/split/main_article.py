"""The main article of a page: its text, the headline, byline and date above it, and what stands below."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from transforms.common.words import words
from transforms.split.bylines import Dated, better, is_dated_twice, read_byline, read_date
from transforms.split.extent import (
    COST,
    FURNITURE_SCORE,
    author_card,
    best_run,
    find_cut,
    last_sentence,
    looks_like_name,
    score,
    short_paragraphs,
    text_run,
)
from transforms.split.inner import inner_kinds
from transforms.split.lexicon import fold, lexicon, strip_bullet
from transforms.split.lines import Unit
from transforms.split.marks import Mark, find_mark, is_label, plausible_outlet
from transforms.split.prose import (
    PROSE_WORDS,
    holds_year,
    is_agency,
    is_comments,
    is_credit,
    is_credit_line,
    is_dateline,
    is_furniture,
    is_heading,
    is_link,
    is_prose,
    is_question,
)

_LABEL_WORDS = 3
_PREFIXED_WORDS = 4
_NO_TITLES = frozenset(["furniture", "end", "comments", "replies", "job_titles"])
"""What lines are as a whole that are never a headline."""
_HEADLINE_WORDS = 5
_STANDFIRST, _STANDFIRST_WORDS = 2.0, 12
_STANDFIRST_WITHIN = 15
"""Lines below a headline that sum it up, or show it in a picture's words, at most."""
_STANDFIRST_MOST = 60
"""Words of a standfirst with which a text may begin, at most."""
_PLACE_WORDS = frozenset(["de", "da", "di", "do", "van", "af", "av", "fra", "från", "od", "from", "per", "po"])
_LOOKED_AT = 400
"""Characters of a paragraph whose words a headline is held to."""
_SIGNED_WITHIN = 5
_TITLE_REACH, _LINES_ABOVE = 30, 200
"""How many lines that may be a headline are looked at above the text, and among how many lines."""
_FAR = 0.1
"""What a line beyond so many loses for each line between."""
_SHARED = 0.3
"""Share of a headline's longer words that the text has too."""
_BIO_PARAGRAPHS, _BIO_WORDS = 2, 80
_SITE_NAME = re.compile(r" [-–—|·:] (?:\S+ ){0,4}\S+$")


@dataclass(slots=True)
class Main:
    """What was found: the kind of every unit, by place, and the parts of the article."""

    kinds: dict[int, str] = field(default_factory=dict)
    title: str | None = None
    bylines: dict[str, None] = field(default_factory=dict)
    dated: Dated | None = None
    mark: Mark | None = None
    mark_at: int | None = None
    outlet: str | None = None
    own: set[int] = field(default_factory=set)
    """Places of the units that belong to the article."""

    @property
    def date_text(self) -> str | None:
        return self.dated.text if self.dated else None


def find_title(units: Sequence[Unit], start: int, given: str | None, body: Sequence[Unit]) -> int | None:
    """The place of the headline above the text, or None."""
    text = [unit.text[:_LOOKED_AT] for unit in body[:12] if not unit.recurs]
    vocabulary = {word.casefold() for line in text for word in words(line) if len(word) > 3 or not word.isascii()}
    counts: dict[str, int] = {}
    for unit in units[:start]:
        counts[unit.key] = counts.get(unit.key, 0) + 1
    places = range(max(0, start - _LINES_ABOVE), start)
    # Buttons and adverts may stand between the headline and the text, so they are not counted.
    candidates = [
        at
        for at in places
        if _may_be_title(units[at]) and not _begins_like_furniture(units[at]) and not _is_above_credit(units, at, start)
    ][-_TITLE_REACH:]
    away = {at: len(candidates) - number for number, at in enumerate(candidates)}
    wanted = fold(given) if given else None
    best, best_at, best_share = 0.0, None, 0.0
    signed = False
    for at in places:
        unit = units[at]
        if wanted and unit.key == wanted:
            return at
        if best_at is not None and at - best_at <= _SIGNED_WITHIN and _is_signature(unit):
            signed = True
        if at not in away:
            continue
        shared, content = _shared(unit, vocabulary)
        share = shared / content if content else 0.0
        value = 1.0 + 4.0 * share + (2.0 if counts[unit.key] > 1 else 0.0)
        value -= 0.25 * away[at] + _FAR * max(0, start - at - _TITLE_REACH)
        value += 2.0 if 5 <= unit.words <= 20 else (-1.0 if unit.words < 4 or unit.words > 30 else 0.5)
        value -= 3.0 if unit.bullet else 0.0
        value -= 3.0 if unit.ends_sentence and unit.text[-1:] in ".。" else 0.0
        # A headline stands above the byline and the date, captions below them.
        value -= 3.0 if "byline_prefix" in unit.known or signed else 0.0
        # A line with a year may be the number of an issue, or say to whom the page belongs.
        value -= 3.0 if holds_year(unit) else 0.0
        # Below a headline stands what sums the article up, and has more words of the text than the headline.
        standfirst = (
            best_at is not None
            and units[best_at].words >= _HEADLINE_WORDS
            and (best_at == at - 1 or (best_share >= _SHARED and at - best_at <= _STANDFIRST_WITHIN))
        )
        if value > best + (_STANDFIRST if standfirst else 0.0):
            best, best_at, best_share = value, at, share
    if best_at is not None:
        return best_at
    return _prefixed_title(units, places[-_TITLE_REACH:], vocabulary)


def _prefixed_title(units: Sequence[Unit], places: range, vocabulary: set[str]) -> int | None:
    """Where no better headline is: the line that begins as a button or a credit does, and tells of what the text does.

    So does ``Photo finish in Tolme election``.
    """
    best, best_at = 0.0, None
    for at in places:
        unit = units[at]
        if unit.words < _PREFIXED_WORDS or not _may_be_title(unit) or not _is_prefixed(unit):
            continue
        shared, content = _shared(unit, vocabulary)
        if shared >= max(2, content / 2) and shared > best:
            best, best_at = shared, at
    return best_at


def _is_prefixed(unit: Unit) -> bool:
    """Whether a unit begins like a button, or with one word that begins credits as well."""
    phrase = lexicon().prefixes.longest("credit", unit.key)
    if phrase is not None:
        return phrase.isalpha() and not unit.key[len(phrase) :].lstrip().startswith((":", "/", "by "))
    return "furniture_prefix" in unit.known and "related_prefix" not in unit.known


def _is_above_credit(units: Sequence[Unit], at: int, start: int) -> bool:
    """Whether a unit is a caption, above its credit; an agency alone may have written the text below a headline."""
    return at + 1 < start and is_credit_line(units[at + 1]) and not is_agency(units[at + 1])


def _may_be_title(unit: Unit) -> bool:
    """Whether a unit is neither furniture by itself nor says who wrote the text, or when."""
    return 2 <= unit.words <= 40 and not (
        unit.no_letters
        or unit.known & _NO_TITLES
        or is_heading(unit)
        or is_dateline(unit)
        or read_byline(unit)
        or find_mark(unit)
    )


def _begins_like_furniture(unit: Unit) -> bool:
    return is_furniture(unit) or is_credit(unit) or is_link(unit)


def _shared(unit: Unit, vocabulary: set[str]) -> tuple[int, int]:
    """How many of a unit's longer words the text has, and how many there are."""
    content = [word.casefold() for word in words(unit.text) if len(word) > 3 or not word.isascii()]
    return sum(word in vocabulary for word in content), len(content)


def _is_signature(unit: Unit) -> bool:
    """Whether a unit says who wrote the text, or when."""
    return bool(read_byline(unit)) or ("byline_prefix" in unit.known and unit.words <= 8) or is_dateline(unit)


def find_main(
    units: Sequence[Unit], given_title: str | None, alone: bool = False, within: tuple[int, int] | None = None
) -> Main:
    """Labels the units of a page, or of the part of it before the related articles; none of them is blank.

    ``alone`` says that nothing but the article and furniture stands there, as on an aggregator's page: then every
    sentence before the furniture at the end is the article's, however far from the rest. ``within`` are the places
    ``[start, end)`` between which the text is to be found, where the layout says.
    """
    main = Main()
    low, high = within or (0, len(units))
    inside = units[low:high]
    start, end = text_run(inside)
    if start == end:
        # Nothing is long enough to speak for itself: a page of a sentence or two is a short article all the same.
        start, end = best_run([float(unit.words) if _could_be_text(unit) else -COST for unit in inside])
    is_line = start == end and given_title is not None
    if is_line:
        start, end = _only_line(inside, given_title or "")
    end = short_paragraphs(inside, start, find_cut(inside, start, end))
    if alone and start < end:
        end = last_sentence(inside, end)
    start, end = start + low, end + low
    title_at = find_title(units, start, given_title, units[start:end])
    if title_at is None and start < end and _is_title_of(units[start], units[start + 1 : end], given_title):
        title_at, start = start, start + 1
    while title_at is not None and start < end and units[start].reprints(units[title_at]):
        start += 1
    _label_text(main, units, start, end)
    if is_line and start < end:
        main.kinds[start] = "body"
        main.own.add(start)
    _label_head(main, units, start, title_at)
    _label_signature(main, units, start, end)
    _label_bio(main, units, start, end)
    _label_tail(main, units, end)
    return main


def _could_be_text(unit: Unit) -> bool:
    """Whether a unit is text where nothing better is: any sentence, or a long line whatever it looks like."""
    if unit.words >= PROSE_WORDS:
        return not is_furniture(unit)
    return unit.ends_sentence and unit.words >= 3 and score(unit) > FURNITURE_SCORE and not is_dateline(unit)


def _only_line(units: Sequence[Unit], given_title: str) -> tuple[int, int]:
    """The places of the one line that could be text; of none where there are several.

    A record that holds its headline apart may have a single line of text, without a full stop. The line is neither the
    headline again nor furniture, does not say who wrote what when, and is no menu, in which every word is written large.
    """
    title = fold(given_title)
    lines = [
        at
        for at, unit in enumerate(units)
        if unit.words >= _HEADLINE_WORDS
        and not (is_furniture(unit) or is_heading(unit) or is_link(unit) or is_credit(unit) or is_dateline(unit))
        and not (read_byline(unit) or find_mark(unit) or title.startswith(unit.key) or _is_printing(unit, title))
        and not unit.text.istitle()
    ]
    return (lines[0], lines[0] + 1) if len(lines) == 1 else (0, 0)


def _is_title_of(unit: Unit, rest: Sequence[Unit], given_title: str | None) -> bool:
    """Whether the first unit of the run is the headline rather than the first paragraph."""
    if given_title and unit.key == fold(given_title):
        return True
    if bool(rest) and unit.words < PROSE_WORDS and rest[0].reprints(unit):
        return True
    headline = is_question(unit) or not unit.ends_sentence
    return bool(rest) and headline and unit.words <= 40 and rest[0].words > unit.words and is_prose(rest[0])


def _label_text(main: Main, units: Sequence[Unit], start: int, end: int) -> None:
    for at, kind in zip(range(start, end), inner_kinds(units[start:end]), strict=True):
        main.kinds[at] = kind
        if kind in ("body", "subheading", "caption"):
            main.own.add(at)
    # A headline under a heading inside the text ("Read more", and a line without a full stop) is a link.
    for at in range(start, end):
        if main.kinds[at] == "section_heading":
            following = at + 1
            while following < end and _is_boxed(units[following], main.kinds[following]):
                main.kinds[following] = "related_link"
                main.own.discard(following)
                following += 1
            if following == at + 1:
                main.kinds[at] = "boilerplate"


def _is_boxed(unit: Unit, kind: str) -> bool:
    """Whether a unit below a heading within the text is a headline of another article."""
    return kind in ("subheading", "caption", "related_link") and not (unit.ends_sentence or is_credit(unit))


def _label_head(main: Main, units: Sequence[Unit], start: int, title_at: int | None) -> None:
    """The units above the text. What stands above the headline, far from the text, is furniture."""
    top = start if title_at is None else title_at
    title_key = None
    if title_at is not None:
        main.title = units[title_at].text
        title_key = units[title_at].key
    for at in range(start if title_at is None or title_at < start else title_at + 1):
        unit = units[at]
        kind = "boilerplate"
        if title_key is not None and _is_printing(unit, title_key):
            kind = "title"
        elif at > top or start - at <= 4:
            kind = _head_kind(main, units, at, start, below_title=title_at is not None and at == title_at + 1)
        main.kinds.setdefault(at, kind)
        if main.kinds[at] in ("title", "byline", "caption", "body", "age", "outlet"):
            main.own.add(at)


def _is_printing(unit: Unit, title: str) -> bool:
    """Whether a unit is the headline, with or without the site's name behind it."""
    rest = unit.key.removeprefix(title)
    return not rest or (rest != unit.key and bool(_SITE_NAME.match(rest)))


def _head_kind(main: Main, units: Sequence[Unit], at: int, start: int, below_title: bool) -> str:
    unit = units[at]
    if kind := _byline(main, unit):
        return kind
    if main.mark is None and not is_furniture(unit) and (mark := find_mark(unit)) and (mark.is_age or mark.cut):
        main.mark, main.mark_at = mark, at
        name = unit.text[: mark.cut].strip()
        if name and not is_label(name):
            main.outlet = name
        return "age"
    if main.mark_at is not None and unit.bullet and plausible_outlet(strip_bullet(unit.text)) and not is_prose(unit):
        # Bullets below the age: category first, outlet last.
        following = units[at + 1] if at + 1 < start else None
        if main.outlet == strip_bullet(unit.text) or (main.outlet is None and (following is None or not following.bullet)):
            main.outlet = strip_bullet(unit.text)
            return "outlet"
        return "boilerplate"
    if kind := _dateline(main, unit):
        return kind
    if is_furniture(unit) or is_heading(unit) or is_link(unit):
        return "boilerplate"
    if is_credit(unit):
        return "caption"
    following = units[at + 1] if at + 1 < start else None
    if following is not None and is_credit_line(following) and not is_furniture(following):
        return "caption"
    if kind := _name(main, unit, following):
        return kind
    if main.title is not None and (is_prose(unit) or (below_title and unit.words >= _STANDFIRST_WORDS)):
        return "body"
    return "boilerplate"


def _byline(main: Main, unit: Unit) -> str | None:
    """Takes the names of a byline, and gives its kind."""
    names = read_byline(unit)
    if not names:
        return None
    main.bylines.update(dict.fromkeys(names))
    main.dated = better(main.dated, read_date(unit))
    return "byline"


def _dateline(main: Main, unit: Unit) -> str | None:
    """Takes the day of a line that states one, and gives its kind."""
    if not is_dateline(unit) and not is_dated_twice(unit):
        return None
    main.dated = better(main.dated, read_date(unit) or Dated(0, lexicon().without_prefix("date", unit.text)))
    return "boilerplate"


def _name(main: Main, unit: Unit, following: Unit | None) -> str | None:
    """Takes a name that stands alone above its bearer's post, or above a date, and gives its kind."""
    if following is None or not looks_like_name(unit.text):
        return None
    if "job_titles" not in following.known and not is_dateline(following):
        return None
    main.bylines[unit.text] = None
    return "byline"


def _label_signature(main: Main, units: Sequence[Unit], start: int, end: int) -> None:
    """Below a standfirst, with which a text may begin, stand names and days as they do below a headline.

    A text may have names and days for subheadings, too: so none is read where they stand above it already, a day is the
    only one in the text or stands beside a name, and a name stands beside a day where its line may tell of a place.
    """
    if main.title is None or main.bylines or start == end or units[start].words > _STANDFIRST_MOST:
        return
    days = [at for at in range(start, end) if is_dateline(units[at])]
    names = set[int]()
    for at in range(start + 1, min(end, start + 1 + _SIGNED_WITHIN)):
        unit = units[at]
        if main.kinds[at] == "body" and is_prose(unit):
            break
        if main.kinds[at] not in ("body", "subheading", "boilerplate"):
            continue
        following = units[at + 1] if at + 1 < end else None
        is_dated = read_date(unit) is not None or at + 1 in days
        if not main.bylines and (is_dated or not _may_be_place(unit)) and _byline(main, unit):
            names.add(at)
        elif at in days and read_date(unit) and main.dated is None and (at - 1 in names or len(days) == 1):
            main.kinds[at] = _dateline(main, unit) or "boilerplate"
        elif not main.bylines and following is not None and read_date(following) and _name(main, unit, following):
            names.add(at)
    for at in names:
        main.kinds[at] = "byline"
        main.own.add(at)


def _may_be_place(unit: Unit) -> bool:
    """Whether a line begins with a word that begins bylines and tells of places as well: ``De Nueva York``."""
    return unit.key.partition(" ")[0] in _PLACE_WORDS


def _label_bio(main: Main, units: Sequence[Unit], start: int, end: int) -> None:
    """At its end a text may say who wrote it: a paragraph that begins with a name of the byline."""
    body = [at for at in range(start, end) if main.kinds[at] == "body"]
    for at in body[1:][-_BIO_PARAGRAPHS:]:
        named = any(units[at].text.startswith(name) for name in main.bylines)
        if units[at].words <= _BIO_WORDS and named:
            main.kinds[at] = "author_bio"


def _label_tail(main: Main, units: Sequence[Unit], end: int) -> None:
    """The units below the text: the author's card, lists of links and teasers, and furniture."""
    at = end
    listing: int | None = None
    while at < len(units):
        unit = units[at]
        if listing is None and author_card(units, at, len(units)):
            # What follows a card is the feed of the newsroom, with or without a heading.
            listing = at
            at = _label_card(main, units, at)
            continue
        if is_heading(unit) and not is_prose(unit):
            main.kinds[at] = "boilerplate"
            listing = at
        elif is_comments(unit):
            main.kinds[at] = "boilerplate"
            listing = None
        elif is_furniture(unit) or is_credit(unit) or unit.known & {"job_titles"}:
            main.kinds[at] = "boilerplate"
        elif is_link(unit) or (listing is not None and not is_dateline(unit) and not lexicon().age(unit.text)):
            main.kinds[at] = _listed_kind(units, at)
            if listing is not None and main.kinds[at] != "boilerplate" and is_heading(units[listing]):
                main.kinds[listing] = "section_heading"
        else:
            main.kinds[at] = "boilerplate"
        at += 1


def _listed_kind(units: Sequence[Unit], at: int) -> str:
    """What a unit is among links and teasers: one of them, or the name of a part of the list."""
    unit = units[at]
    if is_prose(unit):
        return "teaser"
    if unit.words <= _LABEL_WORDS and at + 1 < len(units) and is_prose(units[at + 1]):
        return "section_heading"
    return "related_link" if unit.words >= 2 else "boilerplate"


def _label_card(main: Main, units: Sequence[Unit], at: int) -> int:
    """Labels an author's card and returns the place behind it."""
    name = units[at].text
    main.kinds[at] = "byline"
    main.own.add(at)
    main.bylines[name] = None
    at += 1
    while at < len(units) and ("job_titles" in units[at].known or is_furniture(units[at])):
        main.kinds[at] = "boilerplate"
        at += 1
    if at < len(units) and is_prose(units[at]) and units[at].text.startswith(name.split()[0]):
        main.kinds[at] = "author_bio"
        main.own.add(at)
        at += 1
    return at
