"""Registers the records that cross a shuffle with Beam's row coder: deterministic, and a fifth of a pickle's size."""

from apache_beam import coders

from schemas import records
from schemas.articles import Article
from schemas.events import Event
from schemas.rejects import Reject

REGISTERED = (
    records.InputFile,
    records.Span,
    records.Given,
    records.FoundArticle,
    records.SplitPage,
    records.Place,
    records.Version,
    records.Likeness,
    records.Verdict,
    records.Resolved,
    records.Terms,
    records.Described,
    records.InEvent,
    records.KeptArticle,
    records.WrittenFile,
    Article,
    Event,
    Reject,
)

for _type in REGISTERED:
    coders.registry.register_row(_type)

__all__ = ["REGISTERED"]
