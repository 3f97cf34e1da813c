"""The ``event_changes`` table: events that an append found to be one with an earlier event."""

from dataclasses import dataclass

import pyarrow as pa

from schemas.table import Table, column

REASONS = ("likeness", "label", "override")
"""A new article is like articles of both; both have the articles of one label of the user's; or the user says so."""


@dataclass(frozen=True, slots=True)
class EventChange:
    event_id: str = column(pa.string(), "The event that is no more.")
    became: str = column(
        pa.string(),
        "The event that its articles are in since: of the two the one of the earlier created_run, then the least.",
    )
    run: int = column(pa.int32(), "The run that joined them, as events.created_run counts.")
    reason: str = column(
        pa.string(),
        "likeness: a new article is like articles of both; label: both have articles of one label of the user's; override: "
        "the user says that they are one.",
    )


EVENT_CHANGES = Table(
    "event_changes",
    EventChange,
    "One row per event that an append joined to an earlier one. An event that it became may have become another one later.",
    sort_by=("event_id",),
)
