"""The files of a dataset: those that the manifest names are there, whole, of the right schema and in the right place."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from pipelines.promises.findings import Findings
from pipelines.published import MANIFEST, Published
from schemas.index import INDEX
from schemas.table import Table
from schemas.tables import TABLES

BATCH = 4_096
"""Rows that are held of a table at once; of pages fewer, since they hold whole texts."""
_PART = re.compile(r"((?:run-\d{5}-)?)part-(\d{5})-of-(\d{5})\.parquet")
"""A run that adds to a dataset puts its files beside those of earlier runs, and its number before their names."""
_EVENT = re.compile(r"event_id=(e[a-z2-7]{16}|none)")
_BUCKET = re.compile(r"event_bucket=(?:r\d{5})?b\d{5}")
_WHOLE = frozenset({"pages", "segments", "occurrences"})
"""Tables that have every part."""
_FILES, _PLACE, _SCHEMA = "the manifest names all files", "files lie where they belong", "files have their table's schema"


class Sound:
    """The files that can be read, by table, with their path below the table's folder.

    ``complete``: no file of a table is missing or cannot be read; ``indexed``: nor is one of the index, if there is one.
    """

    def __init__(self, dataset: Published):
        self._dataset = dataset
        self.appended = any(path.rpartition("/")[2].startswith("run-") for table in TABLES for path in dataset.paths(table))
        self.options: dict[str, Any] = dataset.manifest.get("options") or {}
        self.paths: dict[str, list[str]] = {table.name: [] for table in (*TABLES, *INDEX)}
        self.complete = True
        self.indexed = "last_run" in dataset.manifest

    def open(self, table: Table, path: str) -> pq.ParquetFile:
        return pq.ParquetFile(f"{self._dataset.folder}/{table.name}/{path}", filesystem=self._dataset.files)

    def batches(
        self, table: Table, path: str, columns: list[str] | None = None, rows: int = BATCH
    ) -> Iterator[pa.RecordBatch]:
        """A file as a stream; of an article's file with the event of its folder."""
        with self.open(table, path) as file:
            event = event_of(path) if table.partition else None
            inside = None if columns is None else [name for name in columns if name in file.schema_arrow.names]
            for batch in file.iter_batches(batch_size=rows, columns=inside, use_threads=False):
                if event is not None and (columns is None or table.partition in columns):
                    ids = pa.array([event] * batch.num_rows, pa.string())
                    batch = batch.append_column(table.partition, ids)
                yield batch

    def rows(self, table: Table, columns: list[str], rows: int = BATCH) -> Iterator[tuple[str, dict[str, Any]]]:
        """All rows of a table, each with the path of its file."""
        for path in self.paths[table.name]:
            for batch in self.batches(table, path, columns, rows):
                for row in batch.to_pylist():
                    yield path, row


def event_of(path: str) -> str | None:
    """The event that the path of a file of articles names; None where events stand in the file.

    >>> event_of("event_id=eabc/part-00000-of-00001.parquet")
    'eabc'
    """
    folder = path.partition("/")[0]
    return folder.removeprefix("event_id=") if folder.startswith("event_id=") else None


def check_files(dataset: Published, findings: Findings) -> Sound:
    """Checks the manifest against the files; gives those that can be read."""
    sound = Sound(dataset)
    there = _sizes(dataset, {entry["table"] for entry in dataset.manifest["files"]})
    rows: Counter[str] = Counter()
    named = set()
    for entry in dataset.manifest["files"]:
        name = f"{entry['table']}/{entry['path']}"
        table = next((table for table in (*TABLES, *INDEX) if table.name == entry["table"]), None)
        if table is None or name in named:
            findings.add(_FILES, MANIFEST, name, "The manifest names it twice." if table else "There is no such table.")
            continue
        named.add(name)
        rows[table.name] += entry["rows"]
        _check_place(table, entry, findings)
        if name not in there:
            findings.add(_FILES, table.name, entry["path"], "The file is in the manifest, but not there.")
        elif there[name] != entry["bytes"]:
            message = f"The file has {there[name]:,} bytes, and {entry['bytes']:,} by the manifest."
            findings.add(_FILES, table.name, entry["path"], message)
            _check_file(sound, table, entry, findings)
        else:
            _check_file(sound, table, entry, findings)
    for name in sorted(set(there) - named):
        findings.add(_FILES, name.partition("/")[0], name.partition("/")[2], "The file is there, but not in the manifest.")
    for table in INDEX:
        sound.paths[table.name].sort()
        sound.indexed &= sound.paths[table.name] == sorted(dataset.paths(table))
    for table in TABLES:
        if rows[table.name] != dataset.rows.get(table.name):
            message = f"The manifest says {dataset.rows.get(table.name)} rows, and {rows[table.name]} over its files."
            findings.add(_FILES, MANIFEST, table.name, message)
        _check_parts(table, dataset.paths(table), findings)
        sound.paths[table.name].sort()
        sound.complete &= sound.paths[table.name] == sorted(dataset.paths(table)) != []
    return sound


def _sizes(dataset: Published, named: set[str]) -> dict[str, int]:
    """The bytes of every Parquet file in the folders of tables, and of those that are named, by its path."""
    found = {}
    for name in sorted(named | {table.name for table in (*TABLES, *INDEX)}):
        selector = pafs.FileSelector(f"{dataset.folder}/{name}", recursive=True, allow_not_found=True)
        for info in dataset.files.get_file_info(selector):
            if info.type == pafs.FileType.File and info.path.endswith(".parquet"):
                found[info.path[len(dataset.folder) + 1 :]] = info.size
    return found


def _check_place(table: Table, entry: dict[str, Any], findings: Findings) -> None:
    folder, _, name = entry["path"].rpartition("/")
    good = bool(_PART.fullmatch(name))
    if table.partition:
        good = good and bool(_EVENT.fullmatch(folder) or _BUCKET.fullmatch(folder))
        if folder == f"{table.partition}=none" and entry["rows"]:
            findings.add(_PLACE, table.name, entry["path"], f"It has {entry['rows']} rows, which belong to no event.")
    else:
        good = good and not folder
    if not good:
        findings.add(_PLACE, table.name, entry["path"], "No file of this table is named so.")


def _check_parts(table: Table, paths: list[str], findings: Findings) -> None:
    """Whether a table has files, of one layout, and of each folder all parts that their names count."""
    if not paths:
        findings.add(_FILES, table.name, "", "The table has no file, not even one without rows.")
    parts: dict[tuple[str, int], set[int]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        if found := _PART.fullmatch(name):
            parts.setdefault((f"{folder}/{found[1]}", int(found[3])), set()).add(int(found[2]))
    if len({place for place, _ in parts}) < len(parts):
        findings.add(_PLACE, table.name, "", "Parts of two countings lie in one folder.")
    for (place, of), numbers in parts.items():
        # Of the other tables a part that got no row is not written.
        missing = table.name in _WHOLE and len(numbers) < of
        if max(numbers) >= of or missing:
            findings.add(_PLACE, table.name, place.strip("/"), f"Of {of} parts there are {sorted(numbers)[:10]}.")
    if table.partition and len({path.partition("=")[0] for path in paths}) > 1:
        findings.add(_PLACE, table.name, "", "Folders of events and of buckets are mixed.")


def _check_file(sound: Sound, table: Table, entry: dict[str, Any], findings: Findings) -> None:
    path = entry["path"]
    try:
        with sound.open(table, path) as file:
            rows, schema = file.metadata.num_rows, file.schema_arrow
    except (OSError, pa.ArrowException) as error:
        message = f"The file cannot be read ({type(error).__name__}: {str(error)[:200]})."
        findings.add(_FILES, table.name, path, message)
        return
    if rows != entry["rows"]:
        findings.add(_FILES, table.name, path, f"The file has {rows} rows, and {entry['rows']} by the manifest.")
    wanted = table.schema(with_partition=bool(table.partition) and event_of(path) is None)
    differing = _difference(wanted, schema)
    if differing:
        findings.add(_SCHEMA, table.name, path, differing)
    else:
        sound.paths[table.name].append(path)


def _difference(wanted: pa.Schema, found: pa.Schema) -> str | None:
    """A sentence on the first thing that is other than it should be."""
    for key, value in (wanted.metadata or {}).items():
        if (found.metadata or {}).get(key) != value:
            said = (found.metadata or {}).get(key)
            return f"Its {key.decode()} is {said.decode('utf-8', 'replace') if said else None!r}, not {value.decode()!r}."
    if wanted.names != found.names:
        return f"Its columns are {', '.join(found.names)}, not {', '.join(wanted.names)}."
    for field in wanted:
        other = found.field(field.name)
        if not other.type.equals(field.type) or other.nullable != field.nullable:
            return f"Its column {field.name} is {other.type}{'' if other.nullable else ' not null'}, not {field.type}."
    return None
