"""split_page: a page's text to spans that tile it, and the articles that they make up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.records import MAIN, RELATED, FoundArticle, Recurring, Span
from schemas.segments import KIND_INDEX
from transforms.common.paragraphs import article_bodies
from transforms.split.feeds import mark_headings, mark_repeated
from transforms.split.layouts import layouts
from transforms.split.lexicon import kinds_of, lexicon
from transforms.split.lines import Unit, read_units
from transforms.split.main_article import Main, find_main
from transforms.split.promotions import pieces
from transforms.split.recurring import NONE, mark
from transforms.split.related import Labelled, label_entry, zone

OWNED = frozenset(["title", "subheading", "body", "caption", "byline", "author_bio", "outlet", "age"])
"""Kinds of segments that are of an article."""


@dataclass(frozen=True, slots=True)
class Split:
    """A page cut up: the layout that was used, spans that tile the text, and articles in order."""

    layout: str
    spans: tuple[Span, ...]
    articles: tuple[FoundArticle, ...]


def split_page(
    text: str,
    given_title: str | None = None,
    given_outlet: str | None = None,
    host: str = "",
    recurring: Recurring = NONE,
    site_name: str | None = None,
) -> Split:
    """Cuts a page into labelled spans and articles.

    Args:
      text: the repaired text of the page; lines end in a line feed.
      given_title: the main article's headline, where the input says; it helps to find the headline on the page.
      given_outlet: the main article's outlet, where the input says.
      host: the host of the page's address, by which its layout is known; ``""`` where there is none.
      recurring: the lines that recur on the page's site.
      site_name: what the page's markup calls its site, the outlet of a main article that names none.
    """
    units = read_units(text)
    mark(units, recurring)
    places = [at for at, unit in enumerate(units) if not unit.blank]
    content = [units[at] for at in places]
    boxed: dict[int, str] = {}
    layout = layouts().of(host, (unit.text for unit in content))
    if layout:
        layout.mark(content)
        boxed = {places[at]: kind for at, kind in layout.boxed(content).items()}
        places = [at for at in places if at not in boxed]
        content = [units[at] for at in places]
    mark_repeated(content)
    mark_headings(content)
    related = zone(content)
    begin, entries = related.begin, related.entries
    within = layout.bounds(content[:begin]) if layout else None
    main = find_main(content[:begin], given_title, alone=bool(entries), within=within)
    labels: list[list[tuple[str, int | None, int, int]]] = [
        [(boxed.get(at, "blank"), None, unit.start, unit.end)] for at, unit in enumerate(units)
    ]
    articles: list[FoundArticle] = []
    has_main = bool(main.own) or given_title is not None
    for at, kind in main.kinds.items():
        unit = content[at]
        owner = 0 if has_main and at in main.own and kind in OWNED else None
        labels[places[at]] = _cut(unit, kind, owner, main if at == main.mark_at else None, text)
    offset = 1 if has_main else 0
    first = entries[0].start if entries else len(content)
    for at in range(begin, first):
        kind = "section_heading" if "related" in content[at].known else "boilerplate"
        labels[places[at]] = [(kind, None, content[at].start, content[at].end)]
    for at in range(related.end, len(content)):
        labels[places[at]] = [("boilerplate", None, content[at].start, content[at].end)]
    found: list[Labelled] = []
    for number, entry in enumerate(entries):
        end = entries[number + 1].start if number + 1 < len(entries) else related.end
        labelled = label_entry(content, entry, end)
        found.append(labelled)
        for at, kind in labelled.kinds.items():
            owner = number + offset if kind in OWNED else None
            labels[places[at]] = _cut(content[at], kind, owner, labelled if at == labelled.mark_at else None, text)
    spans = tuple(
        Span(KIND_INDEX[kind], owner, start, end, unit.recurs if kind == "boilerplate" and len(unit_labels) == 1 else None)
        for unit, unit_labels in zip(units, labels, strict=True)
        for kind, owner, start, end in unit_labels
    )
    bodies = article_bodies(text, spans)
    if has_main:
        articles.append(_main_article(main, given_title, given_outlet, site_name, bodies.get(0, "")))
    for number, labelled in enumerate(found):
        index = number + offset
        articles.append(_related_article(labelled, index, bodies.get(index, "")))
    name = layout.name if layout else "aggregator" if entries else "general"
    return Split(name, spans, tuple(articles))


def _cut(
    unit: Unit, kind: str, owner: int | None, labelled: Labelled | Main | None, text: str
) -> list[tuple[str, int | None, int, int]]:
    """The parts of a unit: a line that glues an outlet, an author or an icon to an age is cut between them."""
    if kind == "body":
        return _cut_out(unit, owner, text)
    if labelled is None or labelled.mark is None or not labelled.mark.cut:
        return [(kind, owner, unit.start, unit.end)]
    (at,) = _places(text, unit.start, [labelled.mark.cut])
    name = unit.text[: labelled.mark.cut].strip()
    if labelled.outlet is not None and name == labelled.outlet:
        return [("outlet", owner, unit.start, at), ("age", owner, at, unit.end)]
    if labelled.bylines and "byline_prefix" in kinds_of(name):
        return [("byline", owner, unit.start, at), ("age", owner, at, unit.end)]
    return [("boilerplate", None, unit.start, at), ("age", owner, at, unit.end)]


def _cut_out(unit: Unit, owner: int | None, text: str) -> list[tuple[str, int | None, int, int]]:
    """The parts of a paragraph: what it holds of promotions is not the article's."""
    found = pieces(unit.text)
    # Where lines were joined without a space, a piece's place is not known.
    if len(found) == 1 or " ".join(text[unit.start : unit.end].split()) != unit.text:
        return [("body", owner, unit.start, unit.end)]
    starts = [unit.start, *_places(text, unit.start, [piece.start for piece in found[1:]]), unit.end]
    return [
        (piece.kind, owner if piece.kind == "body" else None, start, end)
        for piece, start, end in zip(found, starts[:-1], starts[1:], strict=True)
    ]


def _places(text: str, start: int, letters: Sequence[int]) -> Iterator[int]:
    """Where in the text the so many first characters of a unit end, for rising numbers; in a unit runs of spaces are one."""
    at = start
    while text[at].isspace():
        at += 1
    read = 0
    for wanted in letters:
        for _ in range(wanted - read):
            space = text[at].isspace()
            at += 1
            while space and text[at].isspace():
                at += 1
        read = wanted
        yield at


def _main_article(
    main: Main, given_title: str | None, given_outlet: str | None, site_name: str | None, body: str
) -> FoundArticle:
    age = lexicon().age(main.mark.text) if main.mark else None
    return FoundArticle(
        article_index=0,
        role=MAIN,
        title=given_title or main.title,
        outlet=given_outlet or main.outlet or site_name,
        age_text=main.mark.text if main.mark else None,
        age_count=age.count if age else None,
        age_unit=age.unit if age else None,
        date_text=main.date_text,
        bylines=tuple(main.bylines),
        body=body,
    )


def _related_article(labelled: Labelled, index: int, body: str) -> FoundArticle:
    age = lexicon().age(labelled.mark.text) if labelled.mark else None
    return FoundArticle(
        article_index=index,
        role=RELATED,
        title=labelled.title,
        outlet=labelled.outlet,
        age_text=labelled.mark.text if labelled.mark else None,
        age_count=age.count if age else None,
        age_unit=age.unit if age else None,
        date_text=None,
        bylines=labelled.bylines,
        body=body,
    )
