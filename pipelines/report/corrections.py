"""What the user has corrected, as a report lists it."""

import heapq
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pipelines.report.tally import Count, scaled
from pipelines.tables import Tables
from schemas.overrides import APPLIED, NEEDLESS, OUTCOMES, OVERRIDES

MOST = 1_000
"""Lines that are listed, so that the report stays small: a person's file has fewer. The table has all."""
_NAMES = 6
"""Names of a line that are shown."""


@dataclass(slots=True)
class Corrections:
    """Lines of the file of overrides: those that did not apply first, each part in order; and how many of each outcome."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    outcomes: list[Count] = field(default_factory=list)
    total: int = 0
    untold: int = 0


def corrections(tables: Tables) -> Corrections:
    """Reads the table of overrides."""
    names = [column.name for column in OVERRIDES.fields()]
    counts: Counter[str] = Counter()
    shown: list[dict[str, Any]] = []
    for batch in tables.batches(OVERRIDES, names):
        rows = batch.to_pylist()
        counts.update(row["outcome"] for row in rows)
        shown = heapq.nsmallest(MOST, [*shown, *map(_line, rows)], key=lambda row: (row["holds"], row["line"]))
    total = counts.total()
    ranked = [(outcome, counts[outcome]) for outcome in OUTCOMES if counts[outcome]]
    return Corrections(shown, scaled(ranked), total, total - len(shown))


def _line(row: dict[str, Any]) -> dict[str, Any]:
    names = list(row["names"])
    if row["page_id"] is not None:
        end = "" if row["char_end"] is None else f" to {row['char_end']}"
        names = [f"{row['page_id']} from {row['char_start']}{end}: {row['kind']}"]
    return row | {
        "names": names[:_NAMES],
        "more": max(0, len(names) - _NAMES),
        "holds": row["outcome"] in (APPLIED, NEEDLESS) and (row["outcome"] == NEEDLESS or row["message"] is None),
    }
