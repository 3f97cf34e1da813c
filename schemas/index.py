"""The index of a dataset, in its folder ``_index``: what an append has to know of earlier articles, without their texts.

Readers of the tables need none of it, only ``clipbook explain`` and the report look into it; names that begin with an
underscore are passed over by the tools that read Parquet. An article takes less than a kilobyte here. Its tables are
Parquet like the others, and the same for the same input.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from schemas.table import STRINGS, TIMESTAMP, Table, column

_INTEGERS = pa.list_(pa.field("element", pa.int32(), nullable=False))
_NUMBERS = pa.list_(pa.field("element", pa.float64(), nullable=False))


@dataclass(frozen=True, slots=True)
class IndexedText:
    text_id: str = column(pa.string(), "A distinct text: the digest that exact copies share.")
    article_id: str = column(pa.string(), "The article that it belongs to; the same where it is the kept one.")
    page_id: str = column(pa.string(), "Page of the first copy of this text, by the order of keeping.")
    article_index: int = column(pa.int32(), "Place of that copy on its page.")
    similarity: float = column(pa.float32(), "Likeness to the kept text, as in occurrences.")
    containment: float = column(pa.float32(), "Containment to the kept text, as in occurrences.")
    file: str | None = column(pa.string(), "File of occurrences that holds the text; null for a kept one.", null=True)
    bands: bytes = column(pa.binary(), "The keys of its MinHash bands, four bytes each.")


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    article_id: str = column(pa.string(), "The article.")
    event_id: str = column(pa.string(), "Its event.")
    file: str = column(pa.string(), "The file of articles that holds it.")
    kept_order: str = column(pa.string(), "Place of the kept copy in the order of keeping.")
    page_id: str = column(pa.string(), "Page of the kept copy.")
    article_index: int = column(pa.int32(), "Place of the kept copy on its page.")
    title: str | None = column(pa.string(), "Its headline.", null=True)
    outlet: str | None = column(pa.string(), "Its outlet.", null=True)
    published_at: int | None = column(TIMESTAMP, "Its date.", null=True)
    event_label: str | None = column(pa.string(), "The user's label that holds for it.", null=True)
    language: str | None = column(pa.string(), "Its language.", null=True)
    language_confidence: float | None = column(pa.float32(), "How often such a verdict is right.", null=True)
    occurrence_count: int = column(pa.int32(), "Occurrences that were folded into it.")
    word_count: int | None = column(pa.int32(), "Words of its body; null in a row that came before this column.", null=True)
    lead: str | None = column(pa.string(), "How its text begins, where it has no headline.", null=True)
    terms: Sequence[str] = column(STRINGS, "Its most telling terms.")
    counts: Sequence[int] = column(_INTEGERS, "How often it uses each.")
    particulars: int = column(pa.int32(), "How many of these terms, the first ones, are names and numbers.")
    names: Sequence[str] = column(STRINGS, "Names and numbers in the form that languages share.")
    name_counts: Sequence[int] = column(_INTEGERS, "How often it uses each.")
    name_chances: Sequence[float] = column(_NUMBERS, "The chance that any article holds it.")
    step: int = column(
        pa.int32(), "How much more alike its nearest neighbour is than its seventh, in millionths, when it came."
    )
    background: int = column(pa.int32(), "Mean likeness of its second to seventh neighbour, in millionths, when it came.")


@dataclass(frozen=True, slots=True)
class IndexedPage:
    page_id: str = column(pa.string(), "A page that was read.")


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    digest: bytes = column(
        pa.binary(), "A run of words that stands in a passage that recurs in texts which differ otherwise."
    )


@dataclass(frozen=True, slots=True)
class IndexedSite:
    site: str = column(pa.string(), "As in furniture.")
    pages: int = column(pa.int64(), "Records of the site that were read.")


@dataclass(frozen=True, slots=True)
class IndexedLine:
    site: str = column(pa.string(), "As in furniture.")
    line: bytes = column(pa.binary(), "The digest of a line that stands in several surroundings on the site.")
    surroundings: bytes = column(pa.binary(), "The digests of those surroundings, packed.")


TEXTS_INDEX = Table("_index/texts", IndexedText, "One row per distinct text, copies among them.", sort_by=("text_id",))
ARTICLES_INDEX = Table("_index/articles", IndexedArticle, "One row per distinct article.", sort_by=("article_id",))
PAGES_INDEX = Table("_index/pages", IndexedPage, "One row per page.", sort_by=("page_id",))
PASSAGES_INDEX = Table("_index/passages", IndexedPassage, "One row per run of a recurring passage.", sort_by=("digest",))
SITES_INDEX = Table("_index/sites", IndexedSite, "One row per site.", sort_by=("site",))
LINES_INDEX = Table("_index/lines", IndexedLine, "One row per line that may be furniture.", sort_by=("site", "line"))

INDEX: tuple[Table, ...] = (TEXTS_INDEX, ARTICLES_INDEX, PAGES_INDEX, PASSAGES_INDEX, SITES_INDEX, LINES_INDEX)
