"""Reading a data folder, running the job over its records, and comparing groupings with the gold."""

import gzip
import json
import tempfile
import time
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds

from pipelines import news_events, options

_TEXTS = Path(__file__).parent / "texts"


def read(folder: str, name: str) -> list[dict[str, Any]]:
    """The records of ``folder/<name>.jsonl.gz``; an empty list where the folder has no such file."""
    path = Path(folder) / f"{name}.jsonl.gz"
    if not path.exists():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def event_sets(folder: str) -> dict[str, list[dict[str, Any]]]:
    """All sets of articles with their events: ``events-*.jsonl.gz`` of the folder, and those that we wrote, by name."""
    sets = {path.name.removesuffix(".jsonl.gz"): path for path in sorted(Path(folder).glob("events-*.jsonl.gz"))}
    found = {name: read(folder, name) for name in sets}
    for path in sorted(_TEXTS.glob("*.jsonl")):
        found[path.stem] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for records in found.values():
        for record in records:
            if record.get("date"):
                record["published_at"] = record.pop("date")
    return found


class Output:
    """The tables of a dataset that the job has made of one file of records."""

    def __init__(self, folder: Path):
        self._out = folder

    def rows(self, table: str, columns: Sequence[str]) -> list[dict[str, Any]]:
        partitioning = "hive" if table == "articles" else None
        source = ds.dataset(self._out / table, format="parquet", partitioning=partitioning)
        return source.to_table(columns=list(columns)).to_pylist()

    def main_article_of(self) -> dict[str, str]:
        """The article of every record's main article, by the record's id; a lost record stands for itself."""
        pages = {
            row["page_id"]: row["source_uri"].partition("#")[2] for row in self.rows("pages", ["page_id", "source_uri"])
        }
        found = {record: f"lost {record}" for record in pages.values()}
        for row in self.rows("occurrences", ["page_id", "article_index", "role", "article_id"]):
            if row["article_index"] == 0 and row["role"] == "main":
                found[pages[row["page_id"]]] = row["article_id"]
        return found

    def event_of(self) -> dict[str, str]:
        """The event of every record's main article."""
        events = {row["article_id"]: row["event_id"] for row in self.rows("articles", ["article_id", "event_id"])}
        return {record: events.get(article, article) for record, article in self.main_article_of().items()}


class Run(Output):
    """The tables that the job makes of some records, and the seconds that it took."""

    def __init__(self, records: Iterable[Mapping[str, Any]]):
        self._folder = tempfile.TemporaryDirectory()
        root = Path(self._folder.name)
        with open(root / "pages.jsonl", "w", encoding="utf-8") as file:
            for record in records:
                file.write(json.dumps(record) + "\n")
        job, beam_options = options.parse(["--input", str(root / "pages.jsonl"), "--output", str(root / "out")])
        started = time.perf_counter()
        news_events.run(job, beam_options)
        self.seconds = time.perf_counter() - started
        super().__init__(root / "out")


def _pairs(counts: Counter[Any]) -> int:
    return sum(n * (n - 1) // 2 for n in counts.values())


def compare(found: Mapping[str, Hashable], gold: Mapping[str, Hashable]) -> dict[str, float]:
    """B-cubed F1, pairwise precision, recall and F1, and the adjusted Rand index of a grouping (Hubert and Arabie 1985)."""
    ids = sorted(gold)
    mine = Counter(found.get(i, i) for i in ids)
    theirs = Counter(gold[i] for i in ids)
    both = Counter((found.get(i, i), gold[i]) for i in ids)
    together, a, b, total = _pairs(both), _pairs(mine), _pairs(theirs), len(ids) * (len(ids) - 1) // 2
    precision = sum(both[found.get(i, i), gold[i]] / mine[found.get(i, i)] for i in ids) / len(ids)
    recall = sum(both[found.get(i, i), gold[i]] / theirs[gold[i]] for i in ids) / len(ids)
    expected = a * b / total if total else 0.0
    return {
        "b_cubed": 2 * precision * recall / (precision + recall),
        "pair_precision": together / a if a else 1.0,
        "pair_recall": together / b if b else 1.0,
        "pair_f1": 2 * together / (a + b) if a + b else 1.0,
        "rand": (together - expected) / ((a + b) / 2 - expected) if a + b != 2 * expected else 1.0,
        "groups": len(mine),
        "gold_groups": len(theirs),
    }


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of text in columns, the first row as the head."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
