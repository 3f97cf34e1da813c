"""The rows of a shard of pages."""

from dataclasses import replace

import pytest
from support import make_verdict, make_version

from schemas.records import FoundArticle, Given, KeptArticle, Resolved, Span, SplitPage
from schemas.segments import KIND_INDEX, SEGMENTS
from transforms.common.keeping import place
from transforms.write.rows import distinct_pages, shard_rows

TEXT = "Title\nMain text.\nOther text.\n"


def page(
    page_id: str = "p1", source: str = "a.txt", text: str = TEXT, head: bytes = b"Ti", label: str | None = None
) -> SplitPage:
    spans = (
        Span(KIND_INDEX["title"], 0, 0, 6),
        Span(KIND_INDEX["body"], 0, 6, 17),
        Span(KIND_INDEX["body"], 1, 17, 29),
    )
    main = FoundArticle(0, "main", "Title", "Post", "a day ago", 1, "day", None, ("A B",), "", 5, "day", "t1")
    related = FoundArticle(1, "related", None, "Herald", None, None, None, None, (), "", None, None, "t2")
    return SplitPage(
        page_id,
        source,
        Given(url="u", fetched_at=7, event_label=label),
        30,
        head,
        "utf-8",
        ("line_ends",),
        ("odd",),
        "general",
        text,
        spans,
        (main, related),
    )


def resolved(index: int, text_id: str, article_id: str, kept: tuple[str, int], alike: float = 1.0) -> Resolved:
    verdict = make_verdict(
        text_id=text_id,
        article_id=article_id,
        similarity=alike,
        kept_page_id=kept[0],
        kept_article_index=kept[1],
        first_page_id=kept[0] if text_id == article_id else "p1",
        first_article_index=kept[1] if text_id == article_id else index,
        joined_page_id="p7",
        joined_similarity=0.875,
        joined_containment=0.9375,
        kept_order=place("related", 11, None, *kept),
        event_label="june",
        language="en",
        language_confidence=0.9,
    )
    return Resolved("p1", index, verdict)


def kept(index: int, text_id: str, occurrences: int = 1) -> KeptArticle:
    version = make_version(
        text_id=text_id,
        article_index=index,
        title="Its title",
        outlet="Its outlet",
        bylines=("C D",),
        published_at=9,
        published_precision="hour",
        occurrence_count=occurrences,
    )
    return KeptArticle(version, "e2", 4)


def test_a_page_gives_its_row_and_its_segments():
    rows = shard_rows([page()], [resolved(0, "t1", "t1", ("p1", 0)), resolved(1, "t2", "t2", ("p1", 1))], [])
    (row,) = rows.pages
    assert (row.page_id, row.source_uri, row.url, row.fetched_at, row.byte_count) == ("p1", "a.txt", "u", 7, 30)
    assert (row.encoding, row.fixes, row.warnings, row.layout, row.text) == (
        "utf-8",
        ("line_ends",),
        ("odd",),
        "general",
        TEXT,
    )
    assert (row.language, row.language_confidence) == ("en", 0.9)
    first, *others = (tuple(row.values()) for row in rows.segments.to_pylist())
    assert first == ("p1", 0, 0, "title", 0, 6, None, None)
    assert [row[:6] for row in others] == [("p1", 1, 0, "body", 6, 17), ("p1", 2, 1, "body", 17, 29)]


def test_segments_stand_in_the_order_of_their_key_and_say_what_the_spans_say():
    whole = tuple(Span(KIND_INDEX["boilerplate"], None, n, n + 1, recurs=n, override="segment") for n in range(29))
    pages = [replace(page(page_id), articles=(), spans=whole[:n]) for page_id, n in (("p3", 2), ("p2", 29), ("p1", 0))]
    segments = shard_rows(pages, [], []).segments
    assert segments.schema == SEGMENTS.schema()
    kept = ["page_id", "segment_index", "recurs", "override", "article_index", "kind"]
    assert [tuple(row.values()) for row in segments.select(kept).to_pylist()] == [
        (page_id, n, n, "segment", None, "boilerplate") for page_id, spans in (("p2", 29), ("p3", 2)) for n in range(spans)
    ]


@pytest.mark.parametrize(
    ("told", "match", "body"),
    [
        (resolved(1, "t2", "t2", ("p1", 1)), "kept", None),
        (resolved(1, "t2", "t2", ("p0", 0)), "exact", None),
        (resolved(1, "t2", "t9", ("p0", 0), 0.75), "near", "Other text."),
    ],
)
def test_an_occurrence_tells_how_it_compares_with_the_kept_copy(told: Resolved, match: str, body: str | None):
    rows = shard_rows([page()], [resolved(0, "t1", "t1", ("p1", 0)), told], [])
    occurrence = rows.occurrences[1]
    assert (occurrence.article_id, occurrence.match, occurrence.body) == (told.verdict.article_id, match, body)
    assert (occurrence.similarity, occurrence.role, occurrence.outlet) == (told.verdict.similarity, "related", "Herald")


def joined(told: Resolved) -> tuple[object, ...]:
    occurrence = shard_rows([page()], [resolved(0, "t1", "t1", ("p1", 0)), told], []).occurrences[1]
    through = (occurrence.joined_through_page_id, occurrence.joined_through_article_index)
    return *through, occurrence.joined_similarity, occurrence.joined_containment, occurrence.lost_by


def test_the_kept_copy_joined_through_none_and_lost_by_nothing():
    assert joined(resolved(1, "t2", "t2", ("p1", 1))) == (None, None, None, None, None)


def test_a_copy_of_the_kept_words_joined_through_the_kept_one():
    assert joined(resolved(1, "t2", "t2", ("p0", 3))) == ("p0", 3, 1.0, 1.0, "page")


def test_the_first_copy_of_other_words_joined_through_the_copy_that_it_was_compared_with():
    assert joined(resolved(1, "t2", "t9", ("p0", 0), 0.75)) == ("p7", 0, 0.875, 0.9375, "page")


def test_another_copy_of_other_words_joined_through_the_first_of_them():
    told = resolved(1, "t2", "t9", ("p0", 0), 0.75)
    later = replace(told, verdict=replace(told.verdict, first_page_id="p3", first_article_index=4))
    assert joined(later) == ("p3", 4, 1.0, 1.0, "page")


@pytest.mark.parametrize(
    ("kept_order", "rule"),
    [
        (place("main", 1, None, "p9", 0), "related"),
        (place("related", 12, None, "p9", 0), "shorter"),
        (place("related", 11, 5, "p9", 0), "undated"),
    ],
)
def test_a_copy_tells_the_first_rule_that_it_lost_by(kept_order: str, rule: str):
    told = resolved(1, "t2", "t9", ("p0", 0))
    assert joined(replace(told, verdict=replace(told.verdict, kept_order=kept_order)))[-1] == rule


@pytest.mark.parametrize(("label", "warned"), [(None, False), ("june", False), ("fog", True)])
def test_a_label_that_gave_way_to_another_is_a_warning_of_its_page(label: str | None, warned: bool):
    told = [resolved(0, "t1", "t9", ("p0", 0)), resolved(1, "t2", "t2", ("p1", 1))]
    (row,) = shard_rows([page(label=label)], told, []).pages
    assert row.warnings[0] == "odd"
    assert [("'fog' gave way to 'june'" in warning) for warning in row.warnings[1:]] == [True] * warned


def test_a_kept_article_has_its_text_from_its_page_and_the_rest_from_all_copies():
    told = [resolved(0, "t1", "t1", ("p1", 0)), resolved(1, "t2", "t2", ("p1", 1))]
    ((article, of_event),) = shard_rows([page()], told, [kept(1, "t2", occurrences=3)]).articles
    assert (article.article_id, article.event_id, article.body, of_event) == ("t2", "e2", "Other text.", 4)
    assert (article.title, article.outlet, article.bylines) == ("Its title", "Its outlet", ("C D",))
    assert (article.published_at, article.published_precision, article.occurrence_count) == (9, "hour", 3)
    assert (article.page_id, article.article_index) == ("p1", 1)


def test_of_pages_with_one_id_the_least_source_is_kept():
    pages = [page(source="c.txt"), page(source="a.txt"), page(source="b.txt"), page("p2", "z.txt")]
    kept_pages, rejects = distinct_pages(pages)
    assert {page_id: kept_page.source_uri for page_id, kept_page in kept_pages.items()} == {"p1": "a.txt", "p2": "z.txt"}
    assert [(reject.source_uri, reject.stage, reject.error_type) for reject in rejects] == [
        ("b.txt", "deduplicate", "duplicate_record"),
        ("c.txt", "deduplicate", "duplicate_record"),
    ]
    assert rejects[0].message == "The same record was read before, from a.txt; that one is kept and nothing is lost."


def test_a_record_that_stands_twice_in_one_file_is_told_so():
    _, (reject,) = distinct_pages([page(), page()])
    assert reject.message == "The same record was read before, earlier in this file; that one is kept and nothing is lost."


def test_the_payload_of_a_duplicate_is_how_its_record_begins():
    _, (reject,) = distinct_pages([page(source="a.jsonl#1", head=b'{"t'), page(source="a.jsonl#2", head=b'{"t')])
    assert (reject.source_uri, reject.payload) == ("a.jsonl#2", b'{"t')
