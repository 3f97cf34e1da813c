"""All tables of a dataset, in the order in which a page meets them."""

from schemas.articles import ARTICLES
from schemas.event_changes import EVENT_CHANGES
from schemas.events import EVENTS
from schemas.furniture import FURNITURE
from schemas.occurrences import OCCURRENCES
from schemas.overrides import OVERRIDES
from schemas.pages import PAGES
from schemas.rejects import REJECTS
from schemas.segments import SEGMENTS
from schemas.table import Table

TABLES: tuple[Table, ...] = (
    ARTICLES,
    EVENTS,
    OCCURRENCES,
    PAGES,
    SEGMENTS,
    FURNITURE,
    REJECTS,
    EVENT_CHANGES,
    OVERRIDES,
)

__all__ = [
    "ARTICLES",
    "EVENTS",
    "EVENT_CHANGES",
    "FURNITURE",
    "OCCURRENCES",
    "OVERRIDES",
    "PAGES",
    "REJECTS",
    "SEGMENTS",
    "TABLES",
]
