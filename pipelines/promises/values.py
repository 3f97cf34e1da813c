"""The values of single rows: order, ids, texts, vocabularies, ranges, and what is null only together."""

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.promises.files import Sound
from pipelines.promises.findings import Findings
from schemas.occurrences import LOST_BY, PRECISIONS
from schemas.overrides import OUTCOMES, OVERRIDES_KINDS
from schemas.rejects import PAYLOAD_LIMIT
from schemas.segments import KINDS
from schemas.table import Table
from schemas.tables import TABLES

Mask = Callable[[pa.RecordBatch], Any]
"""Which rows of a batch are wrong; null counts as right."""

_LANGUAGE = "^[a-z]{2,3}$"


def _id(column: str, letter: str) -> tuple[str, str, Mask, str]:
    pattern = f"^{letter}[a-z2-7]{{16}}$"
    return (
        "ids are well-formed",
        column,
        lambda b: pc.invert(pc.match_substring_regex(b[column], pattern)),
        f"is not {letter} and 16 letters or digits of base 32",
    )


def _among(column: str, values: tuple[str, ...]) -> tuple[str, str, Mask, str]:
    return (
        "words are of their vocabulary",
        column,
        lambda b: pc.invert(pc.is_in(b[column], pa.array([*values, None], pa.string()))),
        f"is none of {', '.join(values)}",
    )


def _outside(column: str, low: float, high: float) -> tuple[str, str, Mask, str]:
    # Not (low <= x <= high), so that NaN is outside.
    return (
        "numbers are within their range",
        column,
        lambda b: pc.invert(pc.and_(pc.greater_equal(b[column], low), pc.less_equal(b[column], high))),
        f"is not from {low:g} to {high:g}",
    )


def _only_together(column: str, other: str) -> tuple[str, str, Mask, str]:
    return (
        "what belongs together is null together",
        column,
        lambda b: pc.xor(pc.is_null(b[column]), pc.is_null(b[other])),
        f"and {other}: one is null and one is not",
    )


def _empty(column: str) -> tuple[str, str, Mask, str]:
    return ("names are not empty", column, lambda b: pc.equal(b[column], ""), "is empty")


_MANY = float(2**62)
_LANGUAGES = [
    ("languages are named by their codes", "language",
     lambda b: pc.invert(pc.match_substring_regex(b["language"], _LANGUAGE)), "is no code of ISO 639"),
    _only_together("language", "language_confidence"),
    _outside("language_confidence", 0, 1),
]  # fmt: skip
_PUBLISHED = [_only_together("published_at", "published_precision"), _among("published_precision", PRECISIONS)]

RULES: dict[str, list[tuple[str, str, Mask, str]]] = {
    "pages": [_id("page_id", "p"), _empty("source_uri"), _empty("encoding"), _empty("layout"),
              _outside("byte_count", 0, _MANY), *_LANGUAGES],
    "segments": [_id("page_id", "p"), _among("kind", KINDS), _outside("segment_index", 0, _MANY),
                 _outside("article_index", 0, _MANY), _outside("recurs", 2, _MANY), _among("override", OVERRIDES_KINDS)],
    "overrides": [_among("override", OVERRIDES_KINDS), _among("outcome", OUTCOMES), _among("kind", KINDS),
                  _id("page_id", "p"), _outside("line", 1, _MANY), _outside("run", 1, _MANY)],
    "occurrences": [_id("page_id", "p"), _id("article_id", "a"), _id("text_id", "a"), _among("role", ("main", "related")),
                    _among("match", ("kept", "exact", "near")), _among("lost_by", LOST_BY), *_PUBLISHED,
                    _outside("article_index", 0, _MANY), _outside("similarity", 0, 1), _outside("containment", 0, 1),
                    _outside("joined_similarity", 0, 1), _outside("joined_containment", 0, 1),
                    _only_together("joined_through_page_id", "joined_through_article_index"),
                    _only_together("joined_through_page_id", "joined_similarity"),
                    _only_together("joined_through_page_id", "joined_containment"),
                    _only_together("joined_through_page_id", "lost_by")],
    "articles": [_id("article_id", "a"), _id("event_id", "e"), _id("page_id", "p"), *_PUBLISHED, *_LANGUAGES,
                 _outside("occurrence_count", 1, _MANY), _outside("word_count", 0, _MANY)],
    "events": [_id("event_id", "e"), _id("representative_article_id", "a"), _empty("label"),
               _outside("article_count", 1, _MANY), _outside("occurrence_count", 1, _MANY),
               _only_together("first_published_at", "last_published_at")],
    "furniture": [_empty("line"), _outside("needed", 2, _MANY), _outside("pages_of_site", 1, _MANY),
                  ("furniture stands in as many surroundings as it needs", "surroundings",
                   lambda b: pc.less(b["surroundings"], b["needed"]), "is less than needed")],
    "rejects": [_empty("source_uri"), _empty("stage"), _empty("error_type"),
                ("messages are sentences", "message",
                 lambda b: pc.invert(pc.match_substring_regex(b["message"], r"^[^\n]+\.$")), "is no sentence on one line"),
                ("payloads are short", "payload",
                 lambda b: pc.greater(pc.binary_length(b["payload"]), PAYLOAD_LIMIT), f"has over {PAYLOAD_LIMIT} bytes")],
}  # fmt: skip
_ROWS = 512
"""Rows of a batch: pages hold whole texts, and a text may have megabytes."""
_DOUBLES = frozenset({"rejects"})
"""Tables in which two rows may be the same: a line that breaks off twice in one file."""


def check_values(sound: Sound, findings: Findings) -> None:
    """Checks the rows of all tables, each by itself and with the one before it."""
    for table in TABLES:
        for path in sound.paths[table.name]:
            before = None
            for batch in sound.batches(table, path, rows=_ROWS if table.name in ("pages", "articles") else 16 * _ROWS):
                if batch.num_rows == 0:
                    continue
                keys = pa.record_batch([batch[name] for name in table.sort_by], names=list(table.sort_by))
                _check_order(table, path, before, keys, findings)
                _check_batch(table, batch, findings)
                before = keys.slice(keys.num_rows - 1)


def _check_batch(table: Table, batch: pa.RecordBatch, findings: Findings) -> None:
    for promise, column, wrong, what in RULES.get(table.name, ()):
        for at in _true(wrong(batch)):
            value = repr(batch[column][at].as_py())
            findings.add(promise, table.name, _key(table, batch, at), f"{column} {value[:120]} {what}.")
    for name in batch.schema.names:
        for at in _unfit(batch[name]):
            findings.add(
                "texts are Unicode without NUL",
                table.name,
                _key(table, batch, at),
                f"{name} holds a NUL or a lone surrogate.",
            )


def _true(mask: Any) -> list[int]:
    return [] if not pc.any(mask).as_py() else pc.indices_nonzero(mask.fill_null(False)).to_pylist()


def _unfit(column: pa.Array) -> Iterator[int]:
    """Rows of a column whose texts are none."""
    if pa.types.is_list(column.type) and pa.types.is_string(column.type.value_type):
        flat, rows = column.flatten(), pc.list_parent_indices(column)
        for at in _unfit(flat):
            yield rows[at].as_py()
    elif pa.types.is_string(column.type):
        yield from _true(pc.match_substring(column, "\0"))
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            for at, raw in enumerate(column.cast(pa.binary())):
                try:
                    (raw.as_py() or b"").decode("utf-8")
                except UnicodeDecodeError:
                    yield at


def _key(table: Table, batch: pa.RecordBatch, at: int) -> str:
    names = table.sort_by[:1] if table.name == "rejects" else [name for name in table.sort_by if name != table.partition]
    return "/".join(str(batch[name][at].as_py()) for name in names)


def _check_order(table: Table, path: str, before: pa.RecordBatch | None, keys: pa.RecordBatch, findings: Findings) -> None:
    """Whether every key stands behind the one before it."""
    joined = pa.Table.from_batches([before, keys] if before is not None else [keys])
    equal: Any = pa.array([True] * (joined.num_rows - 1), pa.bool_())
    behind: Any = pa.array([False] * (joined.num_rows - 1), pa.bool_())
    for name in table.sort_by:
        column = joined[name].combine_chunks()
        one, other = column.slice(0, len(column) - 1), column.slice(1)
        behind = pc.or_(behind, pc.and_(equal, pc.less(one, other)))
        equal = pc.and_(equal, pc.equal(one, other))
    good = pc.or_(behind, equal) if table.name in _DOUBLES else behind
    for at in _true(pc.invert(good)):
        row = joined.slice(at + 1, 1).to_pylist()[0]
        key = "/".join(str(value) for name, value in row.items() if name != table.partition)
        what = "is there twice" if equal[at].as_py() else "stands before the row above it in the order of the table"
        findings.add("rows stand in order, each once", table.name, key[:200], f"The row {what}, in {path}.")
