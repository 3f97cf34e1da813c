"""The user's file of overrides: reading it, line by line, and saying afterwards what became of it.

A wrong line is told before the run, with what to do about it. So is a contradiction, as far as the file shows it by itself;
what only a run can see is told by the run, in the table ``overrides``.
"""

import itertools
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

import regex

from pipelines import logs
from pipelines.tables import Tables
from pipelines.usage import did_you_mean
from schemas.overrides import (
    APPLIED,
    KEEP,
    NEEDLESS,
    NOT_AN_ARTICLE,
    NOT_SAME_EVENT,
    OUTCOMES,
    OVERRIDES,
    OVERRIDES_KINDS,
    SAME_EVENT,
    SEGMENT,
)
from schemas.records import Override
from schemas.segments import KINDS
from transforms.common.forest import Partition

MAX_LINES = 100_000
"""A file of one's own hand has fewer; workers hold all of it."""
_LINE_BYTES, _FILE_BYTES = 1 << 20, 64 << 20
"""A longer line, or file, is none that somebody wrote."""
_LONGEST = 2_000
"""Characters of a reason, or of the words that a segment begins with."""
_LAST = 2**31
"""Columns hold whole numbers of four bytes, and no page has so many characters."""
NAMED = 1_000
"""Lines that were not applied are named in the manifest, so many of them; the table has all."""
_WARNED = 20
"""And so many in the log."""

_ARTICLE, _EVENT, _PAGE = r"a[a-z2-7]{16}", r"e[a-z2-7]{16}", r"p[a-z2-7]{16}"
_PLACE = rf"{_PAGE}#(?:0|[1-9][0-9]{{0,5}})"
_ARTICLE_NAME = regex.compile(rf"{_ARTICLE}|{_PLACE}")
_NAME_IN_EVENT = regex.compile(rf"{_ARTICLE}|{_PLACE}|{_EVENT}")
_PAGE_NAME = regex.compile(_PAGE)
_UNFIT = regex.compile(r"[\p{Cc}\p{Cs}]+")

_EXAMPLES = {
    SAME_EVENT: '{"override": "same_event", "articles": ["a…", "a…"]}',
    NOT_SAME_EVENT: '{"override": "not_same_event", "articles": ["a…", "a…"]}',
    NOT_AN_ARTICLE: '{"override": "not_an_article", "article": "a…"}',
    SEGMENT: '{"override": "segment", "page": "p…", "from": 0, "kind": "boilerplate"}',
    KEEP: '{"override": "keep", "article": "p…#0"}',
}
_FIELDS = {
    SAME_EVENT: {"articles"},
    NOT_SAME_EVENT: {"articles"},
    NOT_AN_ARTICLE: {"article"},
    SEGMENT: {"page", "from", "to", "kind", "article", "text"},
    KEEP: {"article"},
}


def read_overrides(file: BinaryIO) -> tuple[Override, ...]:
    """The overrides of a file of JSON lines.

    Raises:
      ValueError: if a line is none, or contradicts another one; the message names the line and says what to do.
    """
    found: list[Override] = []
    size = 0
    for number in itertools.count(1):
        raw = file.readline(_LINE_BYTES + 1)
        size += len(raw)
        if not raw:
            break
        try:
            if len(raw) > _LINE_BYTES:
                raise ValueError(f"it is longer than {_LINE_BYTES:,} bytes; give one override a line")
            if number > MAX_LINES or size > _FILE_BYTES:
                raise ValueError(
                    f"a file of overrides has at most {MAX_LINES:,} lines and {_FILE_BYTES >> 20} MB; take some out"
                )
            if raw.strip():
                found.append(_override(number, raw))
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None
    _check_together(found)
    return tuple(found)


def _override(number: int, raw: bytes) -> Override:
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError):
        raise ValueError(f"this is no JSON object; write one such as {_EXAMPLES[SAME_EVENT]}") from None
    if not isinstance(record, dict):
        raise ValueError(f"this is no JSON object; write one such as {_EXAMPLES[SAME_EVENT]}")
    kind = record.get("override")
    if not isinstance(kind, str) or kind not in OVERRIDES_KINDS:
        shown = _shown(kind)
        raise ValueError(f"override is {shown}; {did_you_mean(shown, OVERRIDES_KINDS, _listed(OVERRIDES_KINDS))}")
    known = {"override", "why"} | _FIELDS[kind]
    unknown = sorted(set(record) - known)
    if unknown:
        raise ValueError(f"{kind} has no field {_shown(unknown[0])}; write it as {_EXAMPLES[kind]}")
    why = _text(record, "why")
    if kind in (SAME_EVENT, NOT_SAME_EVENT):
        return Override(number, kind, names=_names(record, kind), why=why)
    if kind == SEGMENT:
        return _segment(number, record, why)
    return Override(number, kind, names=(_name(record.get("article"), _ARTICLE_NAME, "article"),), why=why)


def _names(record: dict[str, Any], kind: str) -> tuple[str, ...]:
    given = record.get("articles")
    if not isinstance(given, list):
        raise ValueError(f"articles is {_shown(given)}, no list; write it as {_EXAMPLES[kind]}")
    names = tuple(_name(name, _NAME_IN_EVENT, "articles") for name in given)
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise ValueError(f"it names {twice[0]} twice; name each article once")
    if len(names) < 2 or (kind == NOT_SAME_EVENT and len(names) > 2):
        wanted = "two" if kind == NOT_SAME_EVENT else "two or more"
        raise ValueError(f"it names {len(names)}; {kind} takes {wanted}")
    return names


def _name(value: Any, pattern: regex.Pattern[str], field: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        events = " or an event's id, e and 16 more" if pattern is _NAME_IN_EVENT else ""
        raise ValueError(
            f"{field} is {_shown(value)}; give a whole article_id (a and 16 letters or digits), a place such as p…#0 "
            f"(page_id and article_index){events}"
        )
    return value


def _segment(number: int, record: dict[str, Any], why: str | None) -> Override:
    page, kind = record.get("page"), record.get("kind")
    if not isinstance(page, str) or not _PAGE_NAME.fullmatch(page):
        raise ValueError(f"page is {_shown(page)}; give a whole page_id, p and 16 letters or digits")
    kinds = [name for name in KINDS if name != "blank"]
    if not isinstance(kind, str) or kind not in kinds:
        raise ValueError(f"kind is {_shown(kind)}; {did_you_mean(_shown(kind), kinds, _listed(kinds))}")
    start, end = _number(record, "from"), _number(record, "to")
    if start is None:
        raise ValueError("from is missing; give the segment's char_start")
    if end is not None and end <= start:
        raise ValueError(f"to is {end} and from {start}; to is where it ends, the segment's char_end")
    return Override(
        line=number,
        kind=SEGMENT,
        page_id=page,
        start=start,
        end=end,
        segment_kind=kind,
        article_index=_number(record, "article"),
        text=_text(record, "text"),
        why=why,
    )


def _number(record: dict[str, Any], name: str) -> int | None:
    value = record.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _LAST:
        raise ValueError(f"{name} is {_shown(value)}; give a whole number from 0")
    return value


def _text(record: dict[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"{name} is {_shown(value)}, no text")
    if len(value) > _LONGEST:
        raise ValueError(f"{name} is longer than {_LONGEST:,} characters; shorten it")
    return _UNFIT.sub(" ", value).strip() or None


def _shown(value: Any) -> str:
    return "missing" if value is None else repr(value)[:60]


def _listed(names: Sequence[str]) -> str:
    return f"known are {', '.join(names)}."


def _check_together(found: Sequence[Override]) -> None:
    """Refuses what the lines say against each other, as far as their names alone show it."""
    first: dict[Any, Override] = {}
    for each in found:
        key = (each.kind, *sorted(each.names), each.page_id, each.start, each.end)
        earlier = first.setdefault(key, each)
        if earlier is not each:
            says = (
                "says something else of the same segment" if each.segment_kind != earlier.segment_kind else "says the same"
            )
            raise ValueError(f"line {each.line}: line {earlier.line} {says}; take one of them out")
    gone = {each.names[0]: each.line for each in found if each.kind == NOT_AN_ARTICLE}
    together = Partition()
    for each in found:
        if each.kind in (KEEP, SAME_EVENT, NOT_SAME_EVENT):
            for name in each.names:
                if name in gone:
                    raise ValueError(
                        f"line {each.line}: it names {name}, which is no article by line {gone[name]}; take one of them out"
                    )
        if each.kind == SAME_EVENT:
            for name in each.names[1:]:
                together.union(each.names[0], name)
    for each in found:
        if each.kind == NOT_SAME_EVENT and together.find(each.names[0]) == together.find(each.names[1]):
            root = together.find(each.names[0])
            lines = [str(e.line) for e in found if e.kind == SAME_EVENT and together.find(e.names[0]) == root]
            by = f"line {lines[0]}" if len(lines) == 1 else f"lines {', '.join(lines[:5])}"
            raise ValueError(
                f"line {each.line}: {each.names[0]} and {each.names[1]} are one event by {by} (same_event); take one out"
            )


# What became of them.


def rows_of(folder: str, files: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the table ``overrides`` of a dataset, in order of their lines; a person's file, so all are held."""
    names = [field.name for field in OVERRIDES.fields()]
    found = [row for batch in Tables(folder, files).batches(OVERRIDES, names) for row in batch.to_pylist()]
    return sorted(found, key=lambda row: row["line"])


def is_told(row: Mapping[str, Any]) -> bool:
    """Whether what became of a line is worth a warning."""
    return row["outcome"] not in (APPLIED, NEEDLESS) or (row["outcome"] == APPLIED and row["message"] is not None)


def section(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the manifest says of the overrides: how many were given, what became of them, and what could not be done."""
    outcomes = Counter(row["outcome"] for row in rows)
    told = [row for row in rows if is_told(row)]
    return {
        "given": len(rows),
        **{outcome: outcomes[outcome] for outcome in OUTCOMES},
        "told": [
            {name: row[name] for name in ("line", "override", "names", "page_id", "char_start", "outcome", "message")}
            for row in told[:NAMED]
        ],
    }


def warn(rows: Sequence[Mapping[str, Any]]) -> None:
    """Warns of each line that no longer applies, or not as it is meant; of many, of the first."""
    told = [row for row in rows if is_told(row)]
    for row in told[:_WARNED]:
        logs.logger.warning("overrides, line %d (%s): %s", row["line"], row["override"], row["message"])
    if len(told) > _WARNED:
        logs.logger.warning("overrides: %d more lines did not apply; the table overrides has all", len(told) - _WARNED)
