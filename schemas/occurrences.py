"""The ``occurrences`` table: one row per place where an article was found."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from schemas.table import STRINGS, TIMESTAMP, Table, column

PRECISIONS = ("second", "minute", "hour", "day", "week", "month", "year")
LOST_BY = ("related", "shorter", "later", "undated", "page", "run", "override")
"""Why a copy is not the kept one, in the order in which copies are kept; then, that an append keeps what was kept, and that
the user wants another copy kept."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    page_id: str = column(pa.string(), "The page.")
    article_index: int = column(pa.int32(), "The article on the page, as they stand: the main one is 0, where there is one.")
    article_id: str = column(pa.string(), "The distinct article that it is.")
    text_id: str | None = column(
        pa.string(),
        "The letter a and the digest of its own normalised text: what its article would be called if it were kept.",
        null=True,
    )
    role: str = column(pa.string(), "main or related.")
    title: str | None = column(pa.string(), "The headline, the input's before the page's.", null=True)
    outlet: str | None = column(pa.string(), "Who published it, the input's before the page's.", null=True)
    age_text: str | None = column(pa.string(), "The age as printed, such as '7 minutes ago'.", null=True)
    bylines: Sequence[str] = column(STRINGS, "Its authors, as printed.")
    published_at: int | None = column(
        TIMESTAMP, "Start of the interval meant by the input, a printed date, or the age against fetched_at.", null=True
    )
    published_precision: str | None = column(
        pa.string(), "Length of that interval: " + ", ".join(PRECISIONS) + ".", null=True
    )
    match: str = column(pa.string(), "How it compares with the kept copy: kept, exact or near.")
    similarity: float = column(pa.float32(), "Jaccard likeness of its word shingles to the kept copy's, 0 to 1.")
    containment: float = column(pa.float32(), "Share of the smaller copy's shingles that the larger one holds, 0 to 1.")
    joined_through_page_id: str | None = column(
        pa.string(),
        "The copy on whose likeness this one joined, the next on its way to the kept one: for the first copy of a near "
        "text that text's most alike, over the strongest chain; for another copy of the same words their first; null for "
        "the kept one.",
        null=True,
    )
    joined_through_article_index: int | None = column(pa.int32(), "The article of that copy on its page.", null=True)
    joined_similarity: float | None = column(pa.float32(), "Like similarity, but to that copy.", null=True)
    joined_containment: float | None = column(pa.float32(), "Like containment, but of that copy.", null=True)
    lost_by: str | None = column(
        pa.string(),
        "The first rule that decided for the kept copy: this one is related and that is main, shorter, later, undated, "
        "page, where only the ids of their pages differ, run: it is the better one, but came with a later run, or override: "
        "the user wants the other one kept; null for the kept one.",
        null=True,
    )
    body: str | None = column(
        pa.string(), "This copy's text where match is near; null otherwise, then it is the article's.", null=True
    )


OCCURRENCES = Table(
    "occurrences", Occurrence, "One row per place where an article was found.", sort_by=("page_id", "article_index")
)
