"""The coders of the records that cross a shuffle: Beam's row coder, deterministic, and a fifth of a pickle's size."""

from typing import Any

from apache_beam import coders
from apache_beam.coders.coders import FastCoder

from schemas import records
from schemas.articles import Article
from schemas.event_changes import EventChange
from schemas.events import Event
from schemas.furniture import Furniture
from schemas.index import IndexedArticle, IndexedLine, IndexedPage, IndexedPassage, IndexedSite, IndexedText
from schemas.overrides import OverrideRow
from schemas.rejects import Reject

REGISTERED = (
    records.InputFile,
    records.Given,
    records.RepairedPage,
    records.Recurring,
    records.FoundArticle,
    records.Span,
    records.SplitPage,
    records.Place,
    records.Version,
    records.Likeness,
    records.Verdict,
    records.Resolved,
    records.Terms,
    records.Described,
    records.Noticed,
    records.Vector,
    records.Asked,
    records.InLanguage,
    records.InEvent,
    records.Member,
    records.Patch,
    records.KeptArticle,
    records.WrittenFile,
    Article,
    Event,
    EventChange,
    Furniture,
    OverrideRow,
    Reject,
    IndexedArticle,
    IndexedLine,
    IndexedPage,
    IndexedPassage,
    IndexedSite,
    IndexedText,
)


class RecordCoder(FastCoder):
    """Encodes one registered type as a row.

    A row coder by itself travels to a worker process as a schema, and a process that has not yet imported the type
    makes up another one with the same fields. This coder travels as a reference to this module, which imports and
    registers all types before the first row is read.
    """

    def __init__(self, record_type: type):
        self._type = record_type

    @classmethod
    def from_type_hint(cls, typehint: type, _registry: Any) -> "RecordCoder":
        return cls(typehint)

    def to_type_hint(self) -> type:
        return self._type

    def is_deterministic(self) -> bool:
        return True

    def _create_impl(self) -> Any:
        return _ROWS[self._type].get_impl()

    def __reduce__(self) -> Any:
        return RecordCoder, (self._type,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RecordCoder) and self._type is other._type

    def __hash__(self) -> int:
        return hash((RecordCoder, self._type))


for _type in REGISTERED:
    coders.registry.register_row(_type)
_ROWS: dict[type, coders.RowCoder] = {_type: coders.RowCoder.from_type_hint(_type, coders.registry) for _type in REGISTERED}
for _type in REGISTERED:
    coders.registry.register_coder(_type, RecordCoder)
