"""What the user says of segments: parts of a page's text that are of another kind than the rules have it.

A page is found by its id, which is a digest of its record, and a part of it by its place in the text. So an override holds
as long as the page is the same; where a newer Clipbook repairs or splits it otherwise, the words that the user may give
tell whether they still stand there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from schemas.overrides import APPLIED, NEEDLESS, OVERRULED, SEGMENT, UNMATCHED
from schemas.records import MAIN, FoundArticle, Noticed, Override, Span, SplitPage
from schemas.segments import KIND_INDEX, KINDS
from transforms.common.pages import without_articles
from transforms.common.paragraphs import article_bodies, join_wrapped
from transforms.common.texts import text_id
from transforms.split.bylines import read_byline
from transforms.split.lexicon import lexicon
from transforms.split.lines import read_units
from transforms.split.marks import find_mark
from transforms.split.page import OWNED

_SHOWN = 60
"""Characters of a page's text that a message shows."""
_READ = ("title", "outlet", "byline", "age")
"""Kinds of segments that say something of their article besides its text."""


def correct(page: SplitPage, lines: Iterable[Override]) -> tuple[SplitPage, list[Noticed]]:
    """The page with its segments as the user says they are, and what became of each line.

    The text of an article follows its segments, and so do headline, outlet, bylines and age, where the input does not give
    them. An article of which nothing is left is none. Of two lines on the same words the earlier one holds.

    Args:
      page: as it was split; its articles are not dated yet.
      lines: overrides of segments of this page.
    """
    before = {article.article_index: article for article in page.articles}
    noticed: list[Noticed] = []
    changed: set[tuple[int, str]] = set()
    claimed: list[tuple[int, int]] = []
    for line in sorted(lines, key=lambda each: each.line):
        page, said = _apply(page, line, changed, claimed)
        noticed.append(said)
    if any(said.outcome == APPLIED for said in noticed):
        page = _reread(page, changed, before)
    return page, noticed


def _apply(
    page: SplitPage, line: Override, changed: set[tuple[int, str]], claimed: list[tuple[int, int]]
) -> tuple[SplitPage, Noticed]:
    """Takes one line into account. Adds to what has changed, kinds by article, and to the stretches of earlier lines."""

    def not_done(outcome: str, message: str) -> tuple[SplitPage, Noticed]:
        return page, Noticed(line.line, outcome, message)

    start = line.start or 0
    holding = next((span for span in page.spans if span.start <= start < span.end), None)
    if holding is None:
        return not_done(UNMATCHED, f"The text of the page has {len(page.text):,} characters, so none starts at {start:,}.")
    if line.end is None and holding.start != start:
        return not_done(
            UNMATCHED,
            f"No segment starts at {start:,}; one goes from {holding.start:,} to {holding.end:,}.",
        )
    end = holding.end if line.end is None else line.end
    if end > len(page.text):
        return not_done(UNMATCHED, f"The text of the page has {len(page.text):,} characters, so none ends at {end:,}.")
    words = " ".join(page.text[start:end].split())
    if not words:
        return not_done(UNMATCHED, f"From {start:,} to {end:,} stands no text.")
    if line.text is not None and not words.startswith(" ".join(line.text.split())):
        return not_done(UNMATCHED, f"At {start:,} stands {words[:_SHOWN]!r}, not {line.text[:_SHOWN]!r}.")
    inside = [span for span in page.spans if span.start < end and start < span.end and KINDS[span.kind] != "blank"]
    if any(begin < end and start < stop for begin, stop in claimed):
        return not_done(OVERRULED, "An earlier line says of what kind these words are; take one of them out.")
    owner = None
    if line.segment_kind in OWNED:
        if line.article_index is not None and line.article_index >= max(1, len(page.articles)):
            has = f"it has {len(page.articles)}, numbered from 0" if page.articles else "it has none"
            return not_done(UNMATCHED, f"The page has no article {line.article_index}; {has}.")
        owner = line.article_index if line.article_index is not None else _nearest(page.spans, inside)
    claimed.append((start, end))
    kind = KIND_INDEX[line.segment_kind or ""]
    if all((span.kind, span.article_index) == (kind, owner) for span in inside):
        return not_done(NEEDLESS, "It is of this kind already.")
    if owner is not None and not page.articles:
        page = replace(page, articles=(_new_main(page),))
    changed.update((span.article_index, KINDS[span.kind]) for span in inside if span.article_index is not None)
    if owner is not None and line.segment_kind:
        changed.add((owner, line.segment_kind))
    return replace(page, spans=tuple(_relabelled(page, start, end, kind, owner))), Noticed(line.line, APPLIED)


def _nearest(spans: Sequence[Span], inside: Sequence[Span]) -> int:
    """The article that words are of: their own, if they have one; else that of the words above them, else of those below."""
    owners = {span.article_index for span in inside} - {None}
    if len(owners) == 1:
        return next(iter(owners)) or 0
    above = [span for span in spans if span.end <= inside[0].start and span.article_index is not None]
    below = [span for span in spans if span.start >= inside[-1].end and span.article_index is not None]
    found = above[-1] if above else below[0] if below else None
    return found.article_index or 0 if found else 0


def _new_main(page: SplitPage) -> FoundArticle:
    """The main article of a page on which none was found, as the input knows it."""
    given = page.given
    return FoundArticle(
        article_index=0,
        role=MAIN,
        title=given.title,
        outlet=given.outlet or given.site_name,
        age_text=None,
        age_count=None,
        age_unit=None,
        date_text=None,
        bylines=(),
        body="",
    )


def _relabelled(page: SplitPage, start: int, end: int, kind: int, owner: int | None) -> Iterable[Span]:
    """The spans of a page, those from one place to another of a new kind; a span that reaches beyond is cut."""
    text = page.text
    for span in page.spans:
        if span.end <= start or end <= span.start or KINDS[span.kind] == "blank":
            yield span
            continue
        begin, stop = max(span.start, start), min(span.end, end)
        # Blank parts are no segments of their own within a line.
        if not text[span.start : begin].strip():
            begin = span.start
        if not text[stop : span.end].strip():
            stop = span.end
        if not text[begin:stop].strip():
            yield span
            continue
        if span.start < begin:
            yield replace(span, end=begin, recurs=None)
        yield Span(kind, owner, begin, stop, None, SEGMENT)
        if stop < span.end:
            yield replace(span, start=stop, recurs=None)


def _reread(page: SplitPage, changed: set[tuple[int, str]], before: Mapping[int, FoundArticle]) -> SplitPage:
    """The page with its articles as their segments have them; what no longer has any is no article.

    An article whose text has changed still answers to the name that it would have without that.
    """
    bodies = article_bodies(page.text, page.spans)
    articles = []
    for article in page.articles:
        kinds = {kind for index, kind in changed if index == article.article_index}
        read = {name: _lines_of(page, article.article_index, name) for name in _READ if name in kinds}
        corrected = _article(replace(article, body=bodies.get(article.article_index, "")), read, page)
        original = before.get(article.article_index)
        was = text_id(original, page.page_id) if original else ""
        articles.append(corrected if was == text_id(corrected, page.page_id) else replace(corrected, was=was))
    page = replace(page, articles=tuple(articles))
    owners = {span.article_index for span in page.spans}
    nothing_left = {
        article.article_index
        for article in articles
        if article.article_index not in owners and not (article.article_index == 0 and page.given.title)
    }
    return without_articles(page, nothing_left, SEGMENT)


def _lines_of(page: SplitPage, index: int, kind: str) -> list[str]:
    """What the segments of a kind say of an article, wrapped lines joined."""
    wanted = [span for span in page.spans if span.article_index == index and KINDS[span.kind] == kind]
    return [
        join_wrapped([line.strip() for line in page.text[span.start : span.end].split("\n")], page.text) for span in wanted
    ]


def _article(article: FoundArticle, read: dict[str, list[str]], page: SplitPage) -> FoundArticle:
    """The article with what the changed kinds of its segments say; what the input gives stands above that."""
    given = page.given if article.role == MAIN else None
    if "title" in read:
        article = replace(article, title=next(filter(None, [given.title if given else None, *read["title"]]), None))
    if "outlet" in read:
        names = [given.outlet if given else None, *read["outlet"], given.site_name if given else None]
        article = replace(article, outlet=next(filter(None, names), None))
    if "byline" in read:
        article = replace(article, bylines=tuple(dict.fromkeys(name for line in read["byline"] for name in _people(line))))
    if "age" in read:
        text = next(map(_age_in, read["age"]), None)
        age = lexicon().age(text) if text else None
        article = replace(article, age_text=text, age_count=age.count if age else None, age_unit=age.unit if age else None)
    return article


def _age_in(line: str) -> str:
    """The age in a line without the dot beside it; a line that no rule can read is one as it stands."""
    units = read_units(line)
    mark = find_mark(units[0]) if units else None
    return mark.text if mark else line


def _people(line: str) -> list[str]:
    """Who is named in a byline; a line that no rule can read is a name."""
    units = read_units(line)
    return (read_byline(units[0]) if units else []) or [line]
