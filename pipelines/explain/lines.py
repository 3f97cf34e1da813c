"""Why a segment of a page is what it is: what the dataset knows of it, and what the splitter's rules see in its line.

The run keeps the outcome, and of recurring lines the counts. The rest is asked anew of the rules, by the page's text alone;
what follows from what stands around a line, such as where an article begins and ends, is told as that and no more.
"""

import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pyarrow.dataset as ds

from pipelines.explain import found
from pipelines.explain.found import Row
from pipelines.published import Published
from pipelines.usage import UsageError
from schemas.overrides import NOT_AN_ARTICLE, SEGMENT
from schemas.tables import FURNITURE, OCCURRENCES, SEGMENTS
from transforms.common.hosts import host_of
from transforms.split import prose
from transforms.split.layouts import layouts
from transforms.split.lexicon import bare, fold, kinds_of, lexicon
from transforms.split.lines import Unit, read_units
from transforms.split.marks import find_mark

_FORMS = (
    (prose.is_heading, "it heads related articles, or links"),
    (prose.is_furniture, "by itself it is navigation, a button, an advert, a number or a sign"),
    (prose.is_credit, "it is a picture's credit, or ends in one"),
    (prose.is_link, "it is a lone link to another article"),
    (prose.is_dateline, "it is little more than a printed date or time"),
    (prose.is_comments, "it heads readers' comments, or counts them"),
    (lambda unit: find_mark(unit) is not None, "it is an age or a date, or ends in one"),
    (lambda unit: prose.is_prose(unit) and not prose.is_furniture(unit), "it is prose: a sentence, or long"),
)
"""Questions about a line by itself, and what an answer says."""
_NO_HEADLINES = frozenset(["byline", "age", "outlet", "author_bio", "section_heading", "blank"])
"""Kinds of which a line has marks of its own, which no headline has."""
_BEGIN = 40
"""Characters of a segment by which an override tells whether it still stands there."""


def _segment(dataset: Published, page: Row, named: str) -> Row:
    table = dataset.table(SEGMENTS).to_table(filter=ds.field("page_id") == page["page_id"])
    segments = sorted(table.to_pylist(), key=lambda row: row["segment_index"])
    if named.isdecimal() and named.isascii():
        chosen = next((row for row in segments if row["segment_index"] == int(named)), None)
        if chosen is None:
            has = f"it has 0 to {len(segments) - 1}" if segments else "it has none"
            raise UsageError(f"The page {page['page_id']} has no segment {named}; {has}.")
        return dict(chosen)
    words = " ".join(named.casefold().split())
    for row in segments:
        if words in " ".join(page["text"][row["char_start"] : row["char_end"]].casefold().split()):
            return dict(row)
    raise UsageError(f"No segment of the page {page['page_id']} holds {named!r}; give words of one line, or its number.")


def _phrases(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _phrases(each)


def _entries(line: str) -> list[dict[str, Any]]:
    """The entries of the vocabularies that a line consists of or begins with, with the languages that list them."""
    folded = fold(line)
    unbulleted = bare(folded)
    wanted: dict[str, tuple[str, set[str]]] = {}
    if lexicon().kinds(unbulleted):
        wanted[unbulleted] = ("is", set(lexicon().kinds(unbulleted)))
    for start in (folded, unbulleted):
        for phrase, kinds in lexicon().prefixes.matches(start):
            wanted.setdefault(phrase, ("begins with", set(kinds)))
    if not wanted or not kinds_of(line):
        return []
    languages: dict[str, set[str]] = {phrase: set() for phrase in wanted}
    folder = resources.files("transforms.split") / "vocabulary"
    for file in folder.iterdir():
        if file.name.endswith(".toml"):
            tables = tomllib.loads(file.read_text("utf-8"))
            for name in ("headings", "lines", "promotions"):
                for phrase in _phrases(list(tables.get(name, {}).values())):
                    for form in {fold(phrase), bare(fold(phrase))} & wanted.keys():
                        languages[form].add(file.name.removesuffix(".toml"))
    return [
        {"line": how, "phrase": phrase, "lists": sorted(kinds), "languages": sorted(languages[phrase])}
        for phrase, (how, kinds) in wanted.items()
    ]


def _by_layout(page: Row, units: list[Unit], at: int) -> list[str]:
    """What the page's layout says of a unit, which it marks too."""
    content = [unit for unit in units if not unit.blank]
    layout = layouts().of(host_of(page["url"]), (unit.text for unit in content))
    if layout is None or layout.name != page["layout"] or units[at].blank:
        return []
    before = units[at].known
    layout.mark(content)
    said = [f"the layout {layout.name} lists it: {', '.join(sorted(units[at].known - before))}"] * (
        units[at].known != before
    )
    place = next(n for n, unit in enumerate(content) if unit is units[at])
    if place in layout.boxed(content):
        said.append(f"it stands in a box that the layout {layout.name} describes")
    return said


def _furniture(dataset: Published, line: str, surroundings: int, page: Row) -> Row | None:
    """The row of a recurring line; where several sites have it, that of the page's site."""
    same = (ds.field("line") == line) & (ds.field("surroundings") == surroundings)
    rows = dataset.table(FURNITURE).to_table(filter=same).to_pylist()
    sites = [host_of(page["url"]), f"layout {page['layout']}", ""]
    rows = [row for row in rows if row["site"] in sites]
    return dict(min(rows, key=lambda row: sites.index(row["site"]))) if rows else None


def _owner(dataset: Published, segment: Row) -> Row | None:
    if segment["article_index"] is None:
        return None
    here = (ds.field("page_id") == segment["page_id"]) & (ds.field("article_index") == segment["article_index"])
    columns = ["article_index", "article_id", "role", "title", "match"]
    rows = dataset.table(OCCURRENCES).to_table(columns=columns, filter=here).to_pylist()
    return dict(rows[0]) if rows else None


def explain(dataset: Published, page_id: str, named: str) -> dict[str, Any]:
    """Why a segment, named by its number or by words of it, is of its kind and of its article or of none.

    Raises:
      UsageError: if the page has no such segment.
    """
    page = found.page(dataset, page_id)
    segment = _segment(dataset, page, named)
    text = page["text"][segment["char_start"] : segment["char_end"]]
    line = " ".join(text.split())
    units = read_units(page["text"])
    at = next((n for n, unit in enumerate(units) if unit.start <= segment["char_start"] < unit.end), None)
    unit = units[at] if at is not None else None
    whole = unit is not None and (unit.start, unit.end) == (segment["char_start"], segment["char_end"])
    reasons = []
    entries = []
    if unit is not None and at is not None and whole and not unit.blank:
        entries = _entries(unit.text)
        reasons = _by_layout(page, units, at)
        reasons += [said for asks, said in _FORMS if asks(unit)]
    return {
        "question": "segment",
        "dataset": dataset.name,
        "page_id": page_id,
        "source_uri": page["source_uri"],
        "url": page["url"],
        "layout": page["layout"],
        "segment": segment | {"text": text},
        "article": _owner(dataset, segment),
        "furniture": None if segment["recurs"] is None else _furniture(dataset, line, segment["recurs"], page),
        "vocabulary": entries,
        "rules": reasons,
        "remarks": [*_said(dataset, page_id, segment), *_remarks(segment, whole, bool(entries or reasons), unit)],
        "to_correct": _correction(page_id, segment, text, _is_lost_headline(dataset, segment, unit)),
    }


def _said(dataset: Published, page_id: str, segment: Row) -> list[str]:
    """What the user has said of the segment."""
    if segment["override"] == NOT_AN_ARTICLE:
        return ["It was of something that is no article, as you have said (not_an_article)."]
    return [
        f"It is of its kind since you have said so, in {found.told(row)}."
        for row in found.overrides(dataset, SEGMENT)
        if segment["override"] == SEGMENT and row["page_id"] == page_id and _within(row, segment)
    ]


def _within(line: Row, segment: Row) -> bool:
    start, end = line["char_start"], line["char_end"]
    if end is None:
        return bool(segment["char_start"] == start)
    return bool(segment["char_start"] < end and start < segment["char_end"])


def _is_lost_headline(dataset: Published, segment: Row, unit: Unit | None) -> bool:
    """Whether a line may be the headline that an article lacks: it is short, and the text begins with it or below it.

    What is of no article may be the main one's.
    """
    index = segment["article_index"] or 0
    if unit is None or unit.words >= prose.PROSE_WORDS or segment["kind"] in _NO_HEADLINES:
        return False
    here = ds.field("page_id") == segment["page_id"]
    rows = dataset.table(OCCURRENCES).to_table(columns=["title"], filter=here & (ds.field("article_index") == index))
    if rows.column(0).to_pylist() != [None]:
        return False
    body = here & (ds.field("article_index") == index) & (ds.field("kind") == "body")
    starts = dataset.table(SEGMENTS).to_table(columns=["char_start"], filter=body).column(0).to_pylist()
    return bool(starts) and segment["char_start"] <= min(starts)


def _correction(page_id: str, segment: Row, text: str, is_headline: bool) -> dict[str, Any] | None:
    """An override that would make the segment the headline, or turn it from text into furniture, or the other way round."""
    if segment["kind"] == "blank":
        return None
    begin = " ".join(text.split())[:_BEGIN].rstrip()
    kind = "title" if is_headline else "boilerplate" if segment["article_index"] is not None else "body"
    return {"override": SEGMENT, "page": page_id, "from": segment["char_start"], "kind": kind, "text": begin}


def _remarks(segment: Row, whole: bool, known: bool, unit: Unit | None) -> list[str]:
    if unit is not None and not unit.blank and not whole:
        return ["It was cut out of a longer line: a promotion within a paragraph, or an outlet glued to an age."]
    if segment["recurs"] is not None or segment["kind"] == "blank" or segment["override"] is not None:
        return []
    if segment["article_index"] is not None:
        return ["It is of its article by where it stands: in the run of lines that was taken for a text, or beside it."]
    where = "No article holds it by where it stands: outside of what was taken for a text."
    return [where] if known else [f"No vocabulary and no rule knows the line by itself. {where}"]
