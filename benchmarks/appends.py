"""Do ten appends find what one run finds? ``python -m benchmarks.appends DATA_FOLDER [--parts 10] [--shuffle SEED]``.

Takes ``neardup-fundus`` and every ``events-*.jsonl.gz`` of the folder apart into days: by date where records are dated, else
as they stand, or dealt out by chance with ``--shuffle``. Runs the job over the first day, appends the others one by one, and
runs it once over everything. Prints how well the two groupings agree, and each with the gold.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import data
from benchmarks.events import gold_of
from pipelines import news_events, options

_GIVEN = ("id", "title", "text", "published_at", "outlet")

Record = dict[str, Any]


def days(records: Sequence[Record], parts: int, shuffle: int | None) -> list[list[Record]]:
    """The records in so many parts of about one size.

    >>> [[record["id"] for record in day] for day in days([{"id": 1}, {"id": 2}, {"id": 3}], 2, None)]
    [[1, 2], [3]]
    """
    ordered = list(records)
    if shuffle is not None:
        random.Random(shuffle).shuffle(ordered)
    elif all(record.get("published_at") for record in records):
        ordered.sort(key=lambda record: (record["published_at"], record["id"]))
    size = -(-len(ordered) // parts)
    return [ordered[at : at + size] for at in range(0, len(ordered), size)]


class Appended(data.Output):
    """The tables that the job makes of a first day's records and of the days that are appended to it."""

    def __init__(self, parts: Sequence[Sequence[Record]]):
        self._folder = tempfile.TemporaryDirectory()
        root = Path(self._folder.name)
        started = time.perf_counter()
        for number, part in enumerate(parts):
            pages = root / f"{number:02}.jsonl"
            lines = (json.dumps({key: record[key] for key in _GIVEN if record.get(key)}) for record in part)
            pages.write_text("".join(f"{line}\n" for line in lines), "utf-8")
            call = ["--input", str(pages), "--output", str(root / "out"), "--mode", "append"]
            news_events.run(*options.parse(call))
            print(f"day {number + 1} of {len(parts)}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
        self.seconds = time.perf_counter() - started
        super().__init__(root / "out")
        self.changes = len(self.rows("event_changes", ["event_id"]))


Grouping = Callable[[data.Output], dict[str, str]]


def row(name: str, what: str, parts: Sequence[Sequence[Record]], gold: Mapping[str, str], found: Grouping) -> list[str]:
    """How one set is grouped by appends and by one run."""
    appended = Appended(parts)
    whole = data.Run({key: r[key] for key in _GIVEN if r.get(key)} for part in parts for r in part)
    by_appends, by_one = found(appended), found(whole)
    agreement = data.compare(by_appends, by_one)
    return [
        name,
        what,
        str(len(parts)),
        f"{agreement['pair_f1']:.3f}",
        f"{agreement['pair_precision']:.3f}",
        f"{agreement['pair_recall']:.3f}",
        f"{data.compare(by_appends, gold)['pair_f1']:.3f}",
        f"{data.compare(by_one, gold)['pair_f1']:.3f}",
        str(agreement["groups"]),
        str(agreement["gold_groups"]),
        str(appended.changes),
        f"{appended.seconds:.0f}",
        f"{whole.seconds:.0f}",
    ]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.appends", description=__doc__)
    parser.add_argument("folder", metavar="DATA_FOLDER")
    parser.add_argument("--parts", type=int, default=10, metavar="N")
    parser.add_argument("--shuffle", type=int, metavar="SEED", help="deal the records out by chance")
    parser.add_argument("--only", metavar="NAME", help="one set")
    given = parser.parse_args(arguments)
    head = [
        "set",
        "groups of",
        "parts",
        "agree F1",
        "P",
        "R",
        "appends",
        "one run",
        "groups",
        "of one run",
        "joined",
        "s",
        "s of one",
    ]
    rows = [head]
    copies = data.read(given.folder, "neardup-fundus")
    if copies and given.only in (None, "neardup-fundus"):
        gold = {record["id"]: record["gold_group"] for record in copies}
        parts = days(copies, given.parts, given.shuffle)
        rows.append(row("neardup-fundus", "copies", parts, gold, lambda output: output.main_article_of()))
    for name, records in data.event_sets(given.folder).items():
        if given.only == name or (given.only is None and name.startswith("events-")):
            parts = days(records, given.parts, given.shuffle)
            rows.append(row(name, "events", parts, gold_of(records), lambda output: output.event_of()))
            print(data.table(rows[:1] + rows[-1:]), file=sys.stderr)
    print(data.table(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
