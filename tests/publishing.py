"""Datasets of one reject, for tests of publishing."""

import json
from pathlib import Path

import pyarrow.parquet as pq

from schemas.rejects import Reject
from schemas.tables import REJECTS
from transforms.write.dataset import Dataset
from transforms.write.parquet import write_rows
from transforms.write.publish import open_dataset

PART = "part-00000-of-00001.parquet"
FILES = [
    "_SUCCESS",
    "_manifest.json",
    f"articles/event_id=none/{PART}",
    *(
        f"{name}/{PART}"
        for name in ("event_changes", "events", "furniture", "occurrences", "overrides", "pages", "rejects", "segments")
    ),
]
"""What is in a dataset of one reject."""


def fill(dataset: Dataset, message: str) -> dict[str, object]:
    """Writes one reject as a run would, and gives the manifest of the run."""
    written = write_rows(dataset.staging, REJECTS, PART, [Reject("u", "read", "e", message, b"")])
    return {"run": message, "files": [{"table": "rejects", "path": PART, "rows": 1, "bytes": written.byte_count}]}


def publish(path: Path, message: str) -> None:
    dataset = open_dataset(str(path), "run")
    dataset.publish(fill(dataset, message))


def message_of(path: Path) -> str:
    return pq.read_table(path / "rejects" / PART)["message"][0].as_py()


def set_version(manifest: Path, version: object) -> None:
    manifest.write_text(json.dumps({**json.loads(manifest.read_text("utf-8")), "schema_version": version}), "utf-8")
