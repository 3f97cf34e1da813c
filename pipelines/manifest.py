"""What a run says of itself: options, versions, the counts of every step, and the files with their rows."""

import dataclasses
import platform
import re
import uuid
from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from apache_beam.metrics import MetricsFilter
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.runner import PipelineResult

from pipelines.options import JobOptions
from schemas.index import ARTICLES_INDEX
from schemas.table import SCHEMA_VERSION
from schemas.tables import TABLES
from transforms.common.counting import NAMESPACE
from transforms.common.times import from_micros
from transforms.write.dataset import read_json

_PACKAGES = (
    "clipbook",
    "apache-beam",
    "pyarrow",
    "ftfy",
    "langdetect",
    "chardet",
    "webencodings",
    "lxml",
    "dateparser",
    "wordfreq",
    "scipy",
)


_SECRET = re.compile("secret|token|password|key")
"""In the names of flags of Beam's whose values nobody but the user may read: a manifest is published."""


class CountsDisagree(RuntimeError):
    """What the steps counted does not add up: rows were lost or doubled."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def start(options: JobOptions, beam_options: PipelineOptions) -> dict[str, Any]:
    """A manifest as a run begins."""
    given = {name: getattr(options, name) for name in (field.name for field in dataclasses.fields(options))} | {
        "known_events": len(options.known_events),
        "overrides": len(options.overrides),
    }
    input_bytes = given.pop("input_bytes")
    if options.fetched_at is not None:
        given["fetched_at"] = from_micros(options.fetched_at).isoformat()
    return {
        "run": f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}",
        "schema_version": SCHEMA_VERSION,
        "started_at": _now(),
        "input_bytes": input_bytes,
        "options": given,
        "beam_options": {
            name: value
            for name, value in sorted(beam_options.get_all_options(drop_default=True).items())
            if isinstance(value, (str, int, float, bool)) and not _SECRET.search(name)
        },
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in _PACKAGES}},
    }


def counts(result: PipelineResult) -> dict[str, int]:
    """The counters of all steps, by name."""
    found = result.metrics().query(MetricsFilter().with_namespace(NAMESPACE))["counters"]
    totals: Counter[str] = Counter()
    for counter in found:
        value = counter.committed if counter.committed is not None else counter.attempted
        totals[counter.key.metric.name] += value or 0
    return dict(sorted(totals.items()))


def disagreements(steps: dict[str, int], rows: dict[str, int]) -> list[str]:
    """Sentences on counts that do not add up; none where all is well."""
    claims = [
        ("records read", steps.get("read.records", 0), "rows of pages and rejects", rows["pages"] + rows["rejects"]),
        ("recurring lines left out", steps.get("split.furniture", 0), "rows of furniture", rows["furniture"]),
        ("distinct articles", steps.get("deduplicate.articles", 0), "rows of articles", rows["articles"]),
        ("events found", steps.get("events.events", 0), "rows of events", rows["events"]),
        ("articles in events", steps.get("events.articles_of_events", 0), "rows of articles", rows["articles"]),
        (
            "occurrences counted by articles",
            steps.get("write.occurrences_of_articles", 0),
            "rows of occurrences",
            rows["occurrences"],
        ),
        (
            "occurrences counted by events",
            steps.get("events.occurrences_of_events", 0),
            "rows of occurrences",
            rows["occurrences"],
        ),
    ]
    return [f"{a} {what}, but {b} {other}" for what, a, other, b in claims if a != b]


def disagreements_of_append(steps: dict[str, int], rows: dict[str, int], indexed: int, earlier: dict[str, int]) -> list[str]:
    """Like ``disagreements``, for a run that has added to a dataset of so many rows; with the articles in the index."""
    written = steps.get("write.rows.pages", 0)
    rejects = sum(number for name, number in steps.items() if ".rejects." in name)
    known = steps.get("append.pages_known", 0)
    new = steps.get("deduplicate.articles", 0)
    claims = [
        ("records read", steps.get("read.records", 0), "new pages, known pages and rejects", written + known + rejects),
        ("earlier and new pages", earlier["pages"] + written, "rows of pages", rows["pages"]),
        ("earlier and new articles", earlier["articles"] + new, "rows of articles", rows["articles"]),
        ("earlier and new articles", earlier["articles"] + new, "articles in the index", indexed),
        ("events found", steps.get("events.events", 0), "rows of events", rows["events"]),
        ("articles in events", steps.get("events.articles_of_events", 0), "rows of articles", rows["articles"]),
        ("occurrences of events", steps.get("events.occurrences_of_events", 0), "rows of occurrences", rows["occurrences"]),
    ]
    return [f"{a} {what}, but {b} {other}" for what, a, other, b in claims if a != b]


def add_to(
    manifest: dict[str, Any], result: PipelineResult, files_path: str, earlier: dict[str, Any], rewritten: Collection[str]
) -> list[str]:
    """Adds what an append counted and wrote to what the earlier dataset holds, and gives the files that are passed on.

    A run that found no new page is none that added to the dataset, and is not counted among these.

    Raises:
      CountsDisagree: if the counts of the steps and the rows of the files do not agree.
    """
    listed = read_json(files_path)
    new = {(file["table"], file["path"]): file for file in listed["files"] if file["rows"] >= 0}
    replaced = {(file["table"], file["path"]) for file in listed["files"]}
    passed_on = [
        file
        for file in earlier["files"]
        if file["rows"] and file["table"] not in rewritten and (file["table"], file["path"]) not in replaced
    ]
    files = [*new.values(), *passed_on]
    rows = {table.name: sum(file["rows"] for file in files if file["table"] == table.name) for table in TABLES}
    indexed = sum(file["rows"] for file in files if file["table"] == ARTICLES_INDEX.name)
    steps = counts(result)
    wrong = disagreements_of_append(steps, rows, indexed, earlier["rows"]) if steps else []
    if wrong:
        raise CountsDisagree("; ".join(wrong))
    added = rows["pages"] > earlier["rows"]["pages"]
    manifest |= {
        "last_run": earlier["last_run"] + added,
        "added": {table: number - earlier["rows"].get(table, 0) for table, number in rows.items()},
        "finished_at": _now(),
        "steps": steps,
        "known_pages": listed["known_pages"],
        "rows": rows,
        "files": files,
    }
    return [f"{file['table']}/{file['path']}" for file in passed_on]


def finish(manifest: dict[str, Any], result: PipelineResult, files_path: str) -> None:
    """Adds what the run counted and wrote.

    Raises:
      CountsDisagree: if the counts of the steps and the rows of the files do not agree.
    """
    files = read_json(files_path)["files"]
    rows = {table.name: sum(file["rows"] for file in files if file["table"] == table.name) for table in TABLES}
    steps = counts(result)
    # A runner without counters can only be believed.
    wrong = disagreements(steps, rows) if steps else []
    if wrong:
        raise CountsDisagree("; ".join(wrong))
    manifest |= {"last_run": 1, "finished_at": _now(), "steps": steps, "rows": rows, "files": files}


def cause(error: BaseException) -> str:
    """The error in one line, from the deepest cause that has something to say."""
    seen = error
    while seen.__cause__ is not None:
        seen = seen.__cause__
    lines = [line.strip() for line in str(seen).splitlines() if line.strip()]
    if lines and lines[0].startswith("Traceback"):
        return lines[-1][:500]  # a worker process sends its error as text; the last line says what it was
    text = " ".join(lines)
    return f"{type(seen).__name__}: {text[:500]}" if text else type(seen).__name__
