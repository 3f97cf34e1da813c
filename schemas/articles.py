"""The ``articles`` table: one row per distinct article, laid out by event."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from schemas.table import STRINGS, TIMESTAMP, Table, column


@dataclass(frozen=True, slots=True)
class Article:
    article_id: str = column(pa.string(), "The letter a and a digest, in base 32, of the kept copy's normalised text.")
    event_id: str = column(pa.string(), "The event that it tells of; in the path, not in the file.")
    title: str | None = column(pa.string(), "Headline of the kept copy, or of the next one that has one.", null=True)
    outlet: str | None = column(pa.string(), "Outlet of the kept copy, or of the next one that has one.", null=True)
    bylines: Sequence[str] = column(STRINGS, "Authors by the kept copy, or by the next one that has any.")
    published_at: int | None = column(TIMESTAMP, "Date of the kept copy, or of the next one that has one.", null=True)
    published_precision: str | None = column(pa.string(), "Length of the interval that published_at starts.", null=True)
    body: str = column(
        pa.string(), "Body and subheadings of the kept copy: paragraphs apart by a blank line, wrapped lines joined."
    )
    language: str | None = column(pa.string(), "ISO 639-1 where there is one; null for too little text.", null=True)
    language_confidence: float | None = column(pa.float32(), "How often such a verdict is right, from 0 to 1.", null=True)
    word_count: int = column(pa.int32(), "Words of the body; characters in scripts without spaces.")
    occurrence_count: int = column(pa.int32(), "Occurrences that were folded into it.")
    page_id: str = column(pa.string(), "Page of the occurrence that was kept.")
    article_index: int = column(pa.int32(), "Place of the kept occurrence on its page.")
    background: float | None = column(
        pa.float32(),
        "How alike other articles around it are, of which a share was taken off when events were made: the mean likeness of "
        "its second to seventh most alike article.",
        null=True,
    )


ARTICLES = Table(
    "articles", Article, "One row per distinct article.", sort_by=("event_id", "article_id"), partition="event_id"
)
