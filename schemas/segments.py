"""The ``segments`` table: every span of every page, labelled."""

from dataclasses import dataclass

import pyarrow as pa

from schemas.table import Table, column

KINDS = (
    "title",
    "subheading",
    "body",
    "caption",
    "byline",
    "author_bio",
    "outlet",
    "age",
    "section_heading",
    "related_link",
    "teaser",
    "boilerplate",
    "blank",
)
KIND_INDEX = {kind: index for index, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Segment:
    page_id: str = column(pa.string(), "The page.")
    segment_index: int = column(pa.int32(), "Place on the page, from 0.")
    article_index: int | None = column(
        pa.int32(),
        "The article of this page that it belongs to, 0 the main one where there is one; null for none.",
        null=True,
    )
    kind: str = column(pa.string(), "One of: " + ", ".join(KINDS) + ".")
    char_start: int = column(pa.int64(), "Where it starts in pages.text, in code points.")
    char_end: int = column(pa.int64(), "Where it ends: text[char_start:char_end] in Python.")
    recurs: int | None = column(
        pa.int32(),
        "Surroundings of its line on pages of the site, where these made it furniture (the table furniture) and it is of "
        "no article; null otherwise.",
        null=True,
    )
    override: str | None = column(
        pa.string(),
        "The kind of the user's override by which it is of its kind or of its article: segment, or not_an_article where it "
        "was of something that is none; null otherwise.",
        null=True,
    )


SEGMENTS = Table(
    "segments",
    Segment,
    "Every span of every page, labelled; in order they tile the page's text.",
    sort_by=("page_id", "segment_index"),
)
