"""The ``pages`` table: one row per page that was read."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from schemas.table import STRINGS, TIMESTAMP, Table, column


@dataclass(frozen=True, slots=True)
class Page:
    page_id: str = column(
        pa.string(),
        "The letter p and a digest, in base 32, of the record's id or url where given, else of its path below the "
        "fixed part of the glob, and of its uncompressed bytes.",
    )
    source_uri: str = column(
        pa.string(),
        "Where it was read: a path or URI, then # and the record's id or number where a file holds several.",
    )
    url: str | None = column(pa.string(), "The page's own address, where the input or, of HTML, its markup says.", null=True)
    fetched_at: int | None = column(TIMESTAMP, "When it was fetched, where the input or --fetched_at says.", null=True)
    byte_count: int = column(
        pa.int64(),
        "Length of the record, uncompressed, in bytes; in a web archive that of the page alone, in Parquet that of the row "
        "as JSON.",
    )
    encoding: str = column(pa.string(), "The character encoding that the bytes were decoded from.")
    fixes: Sequence[str] = column(STRINGS, "What was repaired in the text, by name.")
    warnings: Sequence[str] = column(
        STRINGS,
        "What could not be read from the page, and why; also an event label of its own that gave way to another copy's.",
    )
    layout: str = column(
        pa.string(), "The layout that the page was split by: the name of its site's, else aggregator or general."
    )
    text: str = column(pa.string(), "The whole repaired text; lines end in a line feed.")
    language: str | None = column(
        pa.string(), "Language of the main article, ISO 639-1 where there is one; null for too little text.", null=True
    )
    language_confidence: float | None = column(pa.float32(), "How often such a verdict is right, from 0 to 1.", null=True)


PAGES = Table("pages", Page, "One row per page that was read.", sort_by=("page_id",))
