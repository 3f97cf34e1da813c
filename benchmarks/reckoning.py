"""What would a terabyte take? ``python -m benchmarks.reckoning [--sizes 300,1000,3000] [--cores 100]``.

Runs the whole job over aggregator pages (``benchmarks.story_pages``), counts the bytes of every shuffle and of every side
input (``benchmarks.shuffled``), and prints for each what a page takes, what its largest key holds, and how both grow: an
exponent of 1 is in proportion to the pages, 0 is no growth. From that and from the processor time of a page come the
figures for 1 TB and 100 TB. They are a reckoning: nobody has run the job on so much.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.article_sources import sources
from benchmarks.data import table
from benchmarks.measure import Usage, exponent, run_job
from benchmarks.throughput import make

_START = 10
"""Pages of the run that is taken for the start."""
_INPUTS = {"1 TB": 1e12, "100 TB": 1e14}
_SHOWN = 1e-3
"""Shuffles with a smaller share of all bytes are summed up in one line, unless a single key holds them."""

Figures = Mapping[str, Any]


def run(count: int, folder: Path) -> tuple[int, Usage, Figures]:
    """The bytes of so many pages, what the job took, and what crossed its shuffles."""
    made = make(sources(None, 1), count, 1, folder / f"pages {count}")
    figures = folder / f"{count}.json"
    usage = run_job(made.folder, folder / f"output {count}", command=("-m", "benchmarks.shuffled", str(figures)))
    print(f"{count:,} pages: {usage.seconds:.0f} s", file=sys.stderr)
    return made.size, usage, json.loads(figures.read_text("utf-8"))


def growth(points: Sequence[tuple[int, float]]) -> str:
    """The exponent, where there is something at every size."""
    return f"{exponent(points):.2f}" if len(points) > 1 and all(value > 0 for _, value in points) else ""


def shuffles(found: Mapping[int, Figures]) -> str:
    """A line for each shuffle: bytes of a page, keys, the largest key, and how these grow."""
    sizes = sorted(found)
    last = found[sizes[-1]]["groups"]
    total = sum(group["bytes"] for group in last.values())
    rows = [["shuffle", "bytes a page", "grows", "keys", "largest key", "grows"]]
    rest = 0
    for name, group in sorted(last.items(), key=lambda pair: (-pair[1]["bytes"], pair[0])):
        if group["bytes"] < _SHOWN * total and (group["keys"] != 1 or group["elements"] < 2):
            rest += group["bytes"]
            continue
        of = {size: found[size]["groups"].get(name, {"bytes": 0, "largest": 0}) for size in sizes}
        rows.append(
            [
                name,
                f"{group['bytes'] / sizes[-1]:,.0f}",
                growth([(size, of[size]["bytes"]) for size in sizes]),
                f"{group['keys']:,}",
                f"{group['largest']:,}",
                growth([(size, of[size]["largest"]) for size in sizes]),
            ]
        )
    rows += [["all others", f"{rest / sizes[-1]:,.0f}", "", "", "", ""]]
    rows += [["all", f"{total / sizes[-1]:,.0f}", growth([(size, _total(found[size])) for size in sizes]), "", "", ""]]
    return table(rows)


def _total(figures: Figures) -> float:
    return float(sum(group["bytes"] for group in figures["groups"].values()))


def sides(found: Mapping[int, Figures]) -> str:
    """A line for each side input of some size."""
    sizes = sorted(found)
    rows = [["side input", "bytes", "grows"]]
    for name, held in sorted(found[sizes[-1]]["sides"].items(), key=lambda pair: (-pair[1], pair[0])):
        if held >= 1000:
            rows.append([name, f"{held:,}", growth([(size, found[size]["sides"].get(name, 0)) for size in sizes])])
    return table(rows)


def projected(pages: int, written: int, cpu_seconds: float, shuffled: float, cores: int) -> str:
    """What so many bytes of pages would take, in proportion to the largest run."""
    rows = [["input", "pages", "CPU hours", f"hours with {cores:,} cores", "shuffled"]]
    for name, size in _INPUTS.items():
        many = size / written * pages
        hours = many * cpu_seconds / pages / 3600
        rows.append(
            [name, f"{many:,.0f}", f"{hours:,.0f}", f"{hours / cores:,.1f}", f"{many * shuffled / pages / 1e12:,.1f} TB"]
        )
    return table(rows)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.reckoning", description=__doc__)
    parser.add_argument("--sizes", default="300,1000,3000", metavar="N,N,…", help="pages (default: 300,1000,3000)")
    parser.add_argument("--cores", type=int, default=100, help="cores at work at once (default: 100)")
    given = parser.parse_args(arguments)
    sizes = sorted(int(each) for each in given.sizes.split(","))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = run(_START, folder)[1]
        runs = {size: run(size, folder) for size in sizes}
    found = {size: figures for size, (_, _, figures) in runs.items()}
    written, usage, largest = runs[sizes[-1]]
    print(f"{sizes[-1]:,} pages, {written / sizes[-1]:,.0f} bytes each\n")
    print(shuffles(found))
    print(f"\n{sides(found)}\n")
    # The counting itself takes time, so that this is a little too much.
    spent = usage.cpu_seconds - start.cpu_seconds
    print(projected(sizes[-1], written, spent, _total(largest), given.cores))


if __name__ == "__main__":
    main(sys.argv[1:])
