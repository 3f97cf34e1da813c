"""Helpers that several test modules share: running the job, reading tables, writing inputs."""

import contextlib
import dataclasses
import gzip
import hashlib
import io
import json
import logging
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds

from pipelines.news_events import main
from schemas.records import FoundArticle, Version
from schemas.tables import TABLES

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"

# A paragraph long enough to be an article's text wherever it stands.
STORY = (
    "The council of Aldersby voted on Thursday evening to rebuild the covered market, which a storm had stripped of its "
    "roof in February, and to keep the traders in a tent on the fairground until the work is done. Nine voted for it."
)
OTHER_STORY = (
    "Divers from the maritime school found the bell of the lightship Perseverance in eleven metres of water on Sunday, two "
    "kilometres east of the place where she was lost. It will be shown in the town hall of Sandness from the first of May."
)


def make_article(**given: Any) -> FoundArticle:
    """An article of which nothing is known but what is given."""
    known = {"article_index": 0, "role": "main", "bylines": (), "body": ""}
    unknown = ("title", "outlet", "age_text", "age_count", "age_unit", "date_text")
    return FoundArticle(**{**dict.fromkeys(unknown), **known, **given})


def make_version(**given: Any) -> Version:
    """A version of a text of which only what is given is known."""
    values: dict[str, Any] = dict.fromkeys(field.name for field in dataclasses.fields(Version))
    values |= {name: "~" for name in values if name.endswith("_from")}
    values |= {"text_id": "a1", "order": "0", "role": "main", "page_id": "p1", "article_index": 0, "shard": "0"}
    values |= {"bylines": (), "occurrence_count": 1, "word_count": 0, "body": ""}
    return Version(**{**values, **given})


@dataclass(frozen=True)
class Outcome:
    """What a call of the command line came to."""

    status: int
    out: str
    err: str


def call(*arguments: object) -> Outcome:
    """Runs the main job in this process, with what it prints caught, and logging and signals left as they were."""
    out, err = io.StringIO(), io.StringIO()
    handlers, level = list(logging.getLogger().handlers), logging.getLogger().level
    on_term = signal.getsignal(signal.SIGTERM)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main([str(argument) for argument in arguments])
    finally:
        logging.getLogger().handlers[:] = handlers
        logging.getLogger().setLevel(level)
        signal.signal(signal.SIGTERM, on_term)
    return Outcome(status, out.getvalue(), err.getvalue())


def run_job(inputs: object, output: Path, *flags: object) -> Path:
    """Runs the job, which must succeed, and gives the dataset's folder."""
    outcome = call("--input", inputs, "--output", output, *flags)
    assert outcome.status == 0, outcome.err
    return output


def rows(dataset: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table; articles with the event of their folder."""
    partitioning = "hive" if table == "articles" else None
    return ds.dataset(dataset / table, format="parquet", partitioning=partitioning).to_table().to_pylist()


def all_rows(dataset: Path) -> dict[str, list[dict[str, Any]]]:
    return {table.name: rows(dataset, table.name) for table in TABLES}


def digests(dataset: Path) -> dict[str, str]:
    """The digest of every Parquet file, by its path below the dataset's folder."""
    real = dataset.resolve()
    files = sorted(real.rglob("*.parquet"))
    return {str(path.relative_to(real)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def write_json_lines(path: Path, records: list[object]) -> Path:
    """A file of JSON lines; bytes and strings among the records stand as they are."""
    lines = []
    for record in records:
        if isinstance(record, bytes):
            lines.append(record)
        else:
            lines.append((record if isinstance(record, str) else json.dumps(record)).encode("utf-8"))
    content = b"".join(line + b"\n" for line in lines)
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return path
