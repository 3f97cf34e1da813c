"""Datasets that are written row by row, without a pipeline: for what reads datasets, and for large ones."""

import dataclasses
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support import DAY

from schemas.table import SCHEMA_VERSION, Table
from schemas.tables import ARTICLES, EVENTS, OCCURRENCES, PAGES, REJECTS, SEGMENTS, TABLES
from transforms.write.layout import MANIFEST, SUCCESS
from transforms.write.parquet import write_rows


@dataclass(frozen=True)
class Told:
    """An article: its id and event, where it stands as (page, index), the kept place first, and what it says."""

    article_id: str
    event_id: str
    places: Sequence[tuple[str, int]]
    body: str = "The ferry sails at noon."
    title: str | None = "Ferry sails"
    outlet: str | None = "Harbour Post"
    language: str | None = "en"
    day: int | None = 20_000


def row(table: Table, **given: Any) -> Any:
    """A row of a table of which only what is given is known."""
    values: dict[str, Any] = {}
    for field in table.fields():
        text = str(field.metadata["arrow"])
        plain = [] if text.startswith("list") else "" if text == "string" else 0
        values[field.name] = None if field.metadata["null"] else plain
    return table.row(**{**values, **given})


def write_dataset(
    folder: Path,
    told: Iterable[Told],
    *,
    rejects: Sequence[Any] = (),
    partitioned: bool = True,
    urls: Mapping[str, str] | None = None,
) -> Path:
    """Writes a dataset in which every page holds nothing but the bodies of its articles, and gives its folder.

    ``urls`` has addresses of pages that are not to have one of their own.
    """
    listed = list(told)
    by_event: defaultdict[str, list[Told]] = defaultdict(list)
    by_page: defaultdict[str, list[tuple[int, Told]]] = defaultdict(list)
    for article in listed:
        by_event[article.event_id].append(article)
        for page_id, index in article.places:
            by_page[page_id].append((index, article))
    rows: dict[str, list[Any]] = {table.name: [] for table in TABLES} | {"rejects": list(rejects)}
    for page_id, found in by_page.items():
        text, segments = "", []
        for number, (index, article) in enumerate(sorted(found, key=lambda pair: pair[0])):
            start, text = len(text), f"{text}{article.body}\n"
            where = {"page_id": page_id, "article_index": index}
            cut = {"segment_index": number, "kind": "body", "char_start": start, "char_end": len(text)}
            segments.append(row(SEGMENTS, **where, **cut))
            rows["occurrences"].append(_occurrence(article, page_id, index))
        rows["segments"] += segments
        address = {
            "source_uri": f"crawl.jsonl#{page_id}",
            "url": (urls or {}).get(page_id, f"https://post.example/{page_id}"),
        }
        size = {"byte_count": len(text.encode()), "encoding": "utf-8", "layout": "general"}
        rows["pages"].append(row(PAGES, page_id=page_id, text=text, language="en", **address, **size))
    rows["articles"] = [_article(article) for article in listed]
    rows["events"] = [_event(event_id, found) for event_id, found in by_event.items()]
    files = []
    for table in TABLES:
        parts: defaultdict[str, list[Any]] = defaultdict(list)
        for found_row in rows[table.name]:
            in_folder = table is ARTICLES and partitioned
            parts[f"event_id={found_row.event_id}/part.parquet" if in_folder else _plain_path(table)].append(found_row)
        for path, part in (parts or {_plain_path(table): []}).items():
            buckets = table is ARTICLES and not path.startswith("event_id=")
            written = write_rows(str(folder), table, path, part, with_partition=buckets)
            files.append({"table": table.name, "path": path, "rows": written.rows, "bytes": written.byte_count})
    manifest = {
        "run": "made",
        "schema_version": SCHEMA_VERSION,
        "started_at": "2025-06-12T08:00:00+00:00",
        "finished_at": "2025-06-12T08:01:00+00:00",
        "options": {"inputs": ["crawl/*.jsonl"]},
        "versions": {},
        "steps": {"read.files": 1},
        "rows": {name: len(found) for name, found in rows.items()},
        "files": files,
    }
    (folder / "_tmp").rmdir()
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    (folder / SUCCESS).touch()
    return folder


def _plain_path(table: Table) -> str:
    return "event_bucket=b00000/part.parquet" if table is ARTICLES else "part-00000-of-00001.parquet"


def _occurrence(article: Told, page_id: str, index: int) -> Any:
    kept = (page_id, index) == tuple(article.places[0])
    match = {
        "match": "kept" if kept else "exact",
        "similarity": 1.0,
        "containment": 1.0,
        "lost_by": None if kept else "page",
    }
    facts = {"title": article.title, "outlet": article.outlet, "role": "related" if index else "main"}
    return row(OCCURRENCES, page_id=page_id, article_index=index, article_id=article.article_id, **match, **facts)


def _article(article: Told) -> Any:
    page_id, index = article.places[0]
    given = {field.name: getattr(article, field.name) for field in dataclasses.fields(article)}
    day = given.pop("day")
    where = {"page_id": page_id, "article_index": index, "occurrence_count": len(given.pop("places"))}
    words = {"word_count": len(article.body.split()), "published_at": None if day is None else day * DAY}
    return row(ARTICLES, **given, **where, **words, published_precision=None if day is None else "day")


def _event(event_id: str, found: list[Told]) -> Any:
    days = [article.day * DAY for article in found if article.day is not None]
    counts = {"article_count": len(found), "occurrence_count": sum(len(article.places) for article in found)}
    names = {"label": found[0].title or "", "representative_article_id": found[0].article_id}
    outlets = sorted({article.outlet for article in found if article.outlet})
    languages = sorted({article.language for article in found if article.language})
    dates = {"first_published_at": min(days, default=None), "last_published_at": max(days, default=None)}
    return row(EVENTS, event_id=event_id, outlets=outlets, languages=languages, **names, **counts, **dates)


def reject(source: str, reason: str, message: str, payload: bytes) -> Any:
    """A row of ``rejects``."""
    return row(REJECTS, source_uri=source, stage="read", error_type=reason, message=message, payload=payload)
