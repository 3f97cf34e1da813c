"""The rows of a shard of pages: pages, segments, occurrences, and the articles whose kept copy stands there."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from schemas.articles import Article
from schemas.occurrences import Occurrence
from schemas.pages import Page
from schemas.records import MAIN, FoundArticle, KeptArticle, Resolved, SplitPage, Verdict
from schemas.rejects import Reject
from schemas.segments import SEGMENTS
from transforms.common.keeping import lost_by, place
from transforms.common.paragraphs import article_bodies

STAGE = "deduplicate"


@dataclass(slots=True)
class ShardRows:
    """Everything that a shard of pages gives rise to."""

    segments: pa.Table
    pages: list[Page] = field(default_factory=list)
    occurrences: list[Occurrence] = field(default_factory=list)
    articles: list[tuple[Article, int]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


def distinct_pages(pages: Iterable[SplitPage]) -> tuple[dict[str, SplitPage], list[Reject]]:
    """One page of each id, from the least source, and a reject for every other one."""
    kept: dict[str, SplitPage] = {}
    rejects = []
    for page in sorted(pages, key=lambda page: (page.page_id, page.source_uri)):
        first = kept.setdefault(page.page_id, page)
        if first is not page:
            rejects.append(
                Reject(
                    page.source_uri,
                    STAGE,
                    "duplicate_record",
                    "The same record was read before, "
                    + (f"from {first.source_uri}" if first.source_uri != page.source_uri else "earlier in this file")
                    + "; that one is kept and nothing is lost.",
                    page.head,
                )
            )
    return kept, rejects


def shard_rows(pages: Iterable[SplitPage], resolved: Iterable[Resolved], kept: Iterable[KeptArticle]) -> ShardRows:
    """The rows of a shard, from its pages and what became of their articles."""
    by_id, rejects = distinct_pages(pages)
    rows = ShardRows(_segments(by_id.values()), rejects=rejects)
    verdicts = {(found.page_id, found.article_index): found.verdict for found in resolved}
    bodies: dict[str, dict[int, str]] = {}
    for page in by_id.values():
        bodies[page.page_id] = article_bodies(page.text, page.spans)
        for article in page.articles:
            verdict = verdicts[page.page_id, article.article_index]
            rows.occurrences.append(_occurrence(page, article, verdict, bodies[page.page_id]))
        main = next((article for article in page.articles if article.role == MAIN), None)
        rows.pages.append(_page(page, verdicts[page.page_id, main.article_index] if main else None))
    for copy in kept:
        body = bodies[copy.version.page_id].get(copy.version.article_index, "")
        rows.articles.append((_article(copy, body), copy.article_count))
    return rows


def _page(page: SplitPage, main: Verdict | None) -> Page:
    return Page(
        page_id=page.page_id,
        source_uri=page.source_uri,
        url=page.given.url,
        fetched_at=page.given.fetched_at,
        byte_count=page.byte_count,
        encoding=page.encoding,
        fixes=page.fixes,
        warnings=(*page.warnings, *_label_warnings(page, main)),
        layout=page.layout,
        text=page.text,
        language=main.language if main else None,
        language_confidence=main.language_confidence if main else None,
    )


def _label_warnings(page: SplitPage, main: Verdict | None) -> Iterator[str]:
    given = page.given.event_label
    if given and main and main.event_label != given:
        yield (
            f"event_label: {given!r} gave way to {main.event_label!r}, which is given to another copy of this article, one "
            "that stands before it in the order of keeping; give all copies of an article one label"
        )


def _segments(pages: Collection[SplitPage]) -> pa.Table:
    """The segments of pages, which come in the order of their ids. They are columns, since a page has forty of them."""
    spans = [span for page in pages for span in page.spans]
    return SEGMENTS.of_columns(
        {
            "page_id": [page.page_id for page in pages for _ in page.spans],
            "segment_index": [index for page in pages for index in range(len(page.spans))],
            "article_index": [span.article_index for span in spans],
            "kind": [span.kind_name for span in spans],
            "char_start": [span.start for span in spans],
            "char_end": [span.end for span in spans],
            "recurs": [span.recurs for span in spans],
            "override": [span.override for span in spans],
        }
    )


def _occurrence(page: SplitPage, article: FoundArticle, verdict: Verdict, bodies: dict[int, str]) -> Occurrence:
    body = bodies.get(article.article_index, "")
    here = (page.page_id, article.article_index)
    joined: tuple[str | None, int | None, float | None, float | None]
    if here == (verdict.kept_page_id, verdict.kept_article_index):
        match = "kept"
        joined = (None, None, None, None)
    elif here == (verdict.first_page_id, verdict.first_article_index):
        match = "near"
        joined = (
            verdict.joined_page_id,
            verdict.joined_article_index,
            verdict.joined_similarity,
            verdict.joined_containment,
        )
    else:
        match = "exact" if article.text_id == verdict.article_id else "near"
        joined = (verdict.first_page_id, verdict.first_article_index, 1.0, 1.0)
    order = place(article.role, len(body), article.published_at, *here)
    return Occurrence(
        page_id=page.page_id,
        article_index=article.article_index,
        article_id=verdict.article_id,
        text_id=article.text_id,
        role=article.role,
        title=article.title,
        outlet=article.outlet,
        age_text=article.age_text,
        bylines=article.bylines,
        published_at=article.published_at,
        published_precision=article.published_precision,
        match=match,
        similarity=verdict.similarity,
        containment=verdict.containment,
        joined_through_page_id=joined[0],
        joined_through_article_index=joined[1],
        joined_similarity=joined[2],
        joined_containment=joined[3],
        lost_by=lost_by(order, verdict.kept_order),
        body=body if match == "near" else None,
    )


def _article(kept: KeptArticle, body: str) -> Article:
    version = kept.version
    return Article(
        article_id=version.text_id,
        event_id=kept.event_id,
        title=version.title,
        outlet=version.outlet,
        bylines=version.bylines,
        published_at=version.published_at,
        published_precision=version.published_precision,
        body=body,
        language=version.language,
        language_confidence=version.language_confidence,
        word_count=version.word_count,
        occurrence_count=version.occurrence_count,
        page_id=version.page_id,
        article_index=version.article_index,
        background=kept.background,
    )
