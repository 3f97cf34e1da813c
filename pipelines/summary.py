"""What a run came to, for a person."""

from typing import TextIO

import pyarrow.compute as pc
import pyarrow.dataset as ds
from apache_beam.io.filesystems import FileSystems

from pipelines.screen import counted
from transforms.write.dataset import read_json
from transforms.write.layout import MANIFEST, REPORT

_EVENTS = 12
_WIDTH = 78


def show(output: str, stream: TextIO) -> None:
    """Prints what stands in a dataset: counts, the largest events by label, rejects, and how to look further."""
    manifest = read_json(FileSystems.join(output, MANIFEST))
    rows = manifest["rows"]
    folded = rows["occurrences"] - rows["articles"]
    print(f"{rows['pages']:>8,} page{'' if rows['pages'] == 1 else 's'}", file=stream)
    copies = f"{folded:,} cop{'y' if folded == 1 else 'ies'} folded"
    print(f"{rows['articles']:>8,} articles, found {rows['occurrences']:,} times ({copies})", file=stream)
    print(f"{rows['events']:>8,} event{'' if rows['events'] == 1 else 's'}", file=stream)
    print(f"{rows['rejects']:>8,} reject{'' if rows['rejects'] == 1 else 's'}", file=stream)
    if "added" in manifest:
        known = manifest["steps"].get("append.pages_known", 0)
        added = ", ".join(counted(manifest["added"][name], name[:-1]) for name in ("pages", "articles", "rejects"))
        print(f"\nThis run added {added}; it passed over {counted(known, 'page')} that it found there.", file=stream)
    if "://" not in output:
        _show_events(output, rows["events"], stream)
        _show_rejects(output, stream)
    quoted = output.replace("'", "''")
    report = FileSystems.join(output, REPORT)
    if FileSystems.exists(report):
        print(f"\nThe report is {report}; open it in a browser.", file=stream)
    print(f"\nThe dataset is in {output}. To look at it with DuckDB:\n", file=stream)
    print(
        f"  SELECT label, article_count FROM read_parquet('{quoted}/events/*.parquet') ORDER BY article_count DESC;",  # noqa: S608 - a line to paste
        file=stream,
    )


def _show_events(output: str, total: int, stream: TextIO) -> None:
    events = ds.dataset(f"{output}/events", format="parquet").to_table(["label", "article_count", "event_id"])
    ranked = events.sort_by([("article_count", "descending"), ("event_id", "ascending")]).slice(0, _EVENTS).to_pylist()
    if ranked:
        print("\nEvents by articles:", file=stream)
    for event in ranked:
        label = "".join(character if character.isprintable() else " " for character in event["label"])
        print(f"{event['article_count']:>8,}  {label if len(label) <= _WIDTH else label[: _WIDTH - 1] + '…'}", file=stream)
    if total > _EVENTS:
        print(f"          and {total - _EVENTS:,} more", file=stream)


def _show_rejects(output: str, stream: TextIO) -> None:
    rejects = ds.dataset(f"{output}/rejects", format="parquet").to_table(["error_type"])
    counts = sorted(pc.value_counts(rejects["error_type"]).to_pylist(), key=lambda e: (-e["counts"], e["values"]))
    if counts:
        print("\nRejects by reason:", file=stream)
    for entry in counts:
        print(f"{entry['counts']:>8,}  {entry['values']}", file=stream)
