"""The ``events`` table: one row per event."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from schemas.table import STRINGS, TIMESTAMP, Table, column


@dataclass(frozen=True, slots=True)
class Event:
    event_id: str = column(
        pa.string(),
        "The letter e and a digest, in base 32, of its founding article: of its first run, the earliest, then the least id.",
    )
    external_id: str | None = column(pa.string(), "The user's own id or label, where the user named the event.", null=True)
    label: str = column(pa.string(), "A headline that a person would recognise it by; the user's, where --events gives one.")
    keywords: Sequence[str] = column(STRINGS, "Words that tell it from other events, most telling first.")
    outlets: Sequence[str] = column(STRINGS, "Who reported it, most articles first.")
    languages: Sequence[str] = column(STRINGS, "Languages of its articles, most articles first.")
    article_count: int = column(pa.int32(), "Distinct articles.")
    occurrence_count: int = column(pa.int32(), "Occurrences of these articles.")
    first_published_at: int | None = column(TIMESTAMP, "Earliest date of an article, where any has one.", null=True)
    last_published_at: int | None = column(TIMESTAMP, "Latest date of an article, where any has one.", null=True)
    representative_article_id: str = column(pa.string(), "The most central article.")
    created_run: int = column(
        pa.int32(), "The run that founded it: 1 for one that wrote the whole dataset, and one more for each append since."
    )


EVENTS = Table("events", Event, "One row per event.", sort_by=("event_id",))
