"""The ``rejects`` table: the dead letters, one row per record that could not be processed."""

from dataclasses import dataclass

import pyarrow as pa

from schemas.table import Table, column

PAYLOAD_LIMIT = 1024
"""Bytes of a refused record that are kept."""


@dataclass(frozen=True, slots=True)
class Reject:
    source_uri: str = column(pa.string(), "Where the record was read.")
    stage: str = column(pa.string(), "The step that refused it.")
    error_type: str = column(pa.string(), "The kind of error, a word to count by.")
    message: str = column(pa.string(), "A sentence that tells a person what to do.")
    payload: bytes = column(pa.binary(), f"The first bytes of the record, at most {PAYLOAD_LIMIT}.")


REJECTS = Table(
    "rejects",
    Reject,
    "One row per record that could not be processed.",
    sort_by=("source_uri", "stage", "error_type", "message", "payload"),
)
