"""The ``overrides`` table: what a user has corrected, line by line, and what became of each line."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from schemas.table import STRINGS, Table, column

SAME_EVENT, NOT_SAME_EVENT, NOT_AN_ARTICLE = "same_event", "not_same_event", "not_an_article"
SEGMENT, KEEP = "segment", "keep"
OVERRIDES_KINDS = (SAME_EVENT, NOT_SAME_EVENT, NOT_AN_ARTICLE, SEGMENT, KEEP)

APPLIED, NEEDLESS, WAITS, OVERRULED, UNMATCHED = "applied", "needless", "waits", "overruled", "unmatched"
OUTCOMES = (WAITS, APPLIED, NEEDLESS, OVERRULED, UNMATCHED)
"""Of several that a line meets with, the first is told: a copy that is kept says more than one that is not."""


@dataclass(frozen=True, slots=True)
class OverrideRow:
    line: int = column(pa.int32(), "Line of the file of overrides, from 1.")
    override: str = column(pa.string(), "One of: " + ", ".join(OVERRIDES_KINDS) + ".")
    names: Sequence[str] = column(STRINGS, "What it names, as it is written: articles, places, events.")
    page_id: str | None = column(pa.string(), "Of a segment, its page.", null=True)
    char_start: int | None = column(pa.int64(), "Of a segment, where it starts, as in segments.", null=True)
    char_end: int | None = column(pa.int64(), "Of a segment, where it ends, where the line says that.", null=True)
    kind: str | None = column(pa.string(), "Of a segment, the kind that it is to be of.", null=True)
    article_index: int | None = column(
        pa.int32(), "Of a segment, the article that it is to be of, where the line says that.", null=True
    )
    why: str | None = column(pa.string(), "What the user says of it.", null=True)
    outcome: str = column(
        pa.string(),
        "applied; needless: it holds, and would without the line; waits: it concerns what earlier runs have written, which "
        "an append does not change; overruled: something else that you say stands above it; unmatched: what it names is "
        "not there.",
    )
    message: str | None = column(pa.string(), "A sentence on the outcome; null where it is just applied.", null=True)
    article_ids: Sequence[str] = column(
        STRINGS, "The articles that its names mean in this dataset, in order of their ids, each once."
    )
    run: int = column(pa.int32(), "The run that it is the outcome of, as events.created_run counts.")


OVERRIDES = Table(
    "overrides",
    OverrideRow,
    "One row per line of the file of overrides that the last run with one was given.",
    sort_by=("line",),
)
