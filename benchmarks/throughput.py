"""How fast is the job, and where does the time go? ``python -m benchmarks.throughput [--pages 1000] [--corpus FOLDER]``.

Makes aggregator pages of some five thousand characters (``benchmarks.story_pages``), runs the whole job over them, and
prints: pages and megabytes a second, processor hours a terabyte, the peak of memory, the time of each step and of our
functions that take most; how that compares with the floor, which is the same two libraries in a bare loop
(``ftfy.fix_text`` on each page, ``langdetect`` on the first thousand characters of each distinct article); what a second
worker gains; and how time and memory grow with the number of pages. What a run over ten pages takes is the start.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ftfy
from langdetect import DetectorFactory, LangDetectException, detect

from benchmarks import story_pages
from benchmarks.article_sources import Source, sources
from benchmarks.articles import Corpus
from benchmarks.data import table
from benchmarks.measure import Usage, exponent, run_job, write_pages

_START = 10
"""Pages of the run that is taken for the start."""
_TEXT = 1000
"""Characters of an article that langdetect is given."""
_FETCHED_AT = "2025-12-31T12:00:00Z"


@dataclass(frozen=True, slots=True)
class Made:
    """A corpus of pages as a folder of files, and the texts of its articles, each once."""

    folder: Path
    pages: list[str]
    texts: list[str]

    @property
    def size(self) -> int:
        """Bytes of all pages, in UTF-8."""
        return sum(len(page.encode()) for page in self.pages)


def make(found: Sequence[Source], count: int, seed: int, folder: Path) -> Made:
    """So many pages, written to a new folder."""
    pages, texts = list[str](), dict[str, None]()
    articles = Corpus(found, seed).articles(story_pages.records_needed(count))
    for page, told in story_pages.pages(articles, count, seed):
        pages.append(page)
        texts.update(dict.fromkeys(told))
    write_pages(({"id": str(i), "text": page, "fetched_at": _FETCHED_AT} for i, page in enumerate(pages)), folder)
    return Made(folder, pages, list(texts))


def floor(made: Made) -> tuple[float, float]:
    """Processor seconds of ftfy on each page and of langdetect on each distinct article, in a bare loop."""
    DetectorFactory.seed = 0
    detect("The profiles are loaded by the first call.")
    started = time.process_time()
    for page in made.pages:
        ftfy.fix_text(page)
    repaired = time.process_time()
    for text in made.texts:
        try:
            detect(text[:_TEXT])
        except LangDetectException:  # no letters
            continue
    return repaired - started, time.process_time() - repaired


def _run(made: Made, output: Path, workers: int = 1) -> Usage:
    usage = run_job(made.folder, output, workers)
    print(f"{len(made.pages):,} pages with {workers} at work: {usage.seconds:.0f} s", file=sys.stderr)
    return usage


def speed(made: Made, start: Usage, runs: Sequence[tuple[str, Usage]], floors: tuple[float, float]) -> str:
    """What whole runs over one corpus took, and the floor."""
    size, pages = made.size, len(made.pages)
    head = ["", "pages/s", "MB/s", "seconds", "CPU s", "CPU h/TB", "peak MB", "CPU of the floor"]

    def row(name: str, seconds: float, cpu: float, peak: str) -> list[str]:
        rates = [f"{pages / seconds:,.0f}", f"{size / seconds / 1e6:.2f}", f"{seconds:.1f}", f"{cpu:.1f}"]
        return [name, *rates, f"{cpu / size * 1e12 / 3600:,.0f}", peak, f"{cpu / sum(floors):.2f}"]

    rows = [head]
    for name, usage in runs:
        rows.append(row(name, usage.seconds, usage.cpu_seconds, f"{usage.peak_bytes / 1e6:,.0f}"))
        net = (usage.seconds - start.seconds, usage.cpu_seconds - start.cpu_seconds)
        rows.append(row(f"{name}, less the start", *net, f"{(usage.peak_bytes - start.peak_bytes) / 1e6:,.0f}"))
    rows.append(row("floor: ftfy and langdetect", sum(floors), sum(floors), ""))
    rows.append(row("of this, ftfy", floors[0], floors[0], ""))
    rows.append(row("of this, langdetect", floors[1], floors[1], ""))
    return table(rows)


def profile(figures: dict[str, Any], pages: int, floors: tuple[float, float], top: int) -> str:
    """The time of each step, and of the functions that take most."""
    total = sum(figures["steps"].values())
    steps = [["step", "CPU s", "share", "us a page", "of the floor"]]
    for name, seconds in sorted(figures["steps"].items(), key=lambda pair: -pair[1]):
        shares = [f"{seconds / total:.1%}", f"{seconds / pages * 1e6:,.0f}", f"{seconds / sum(floors):.2f}"]
        steps.append([name, f"{seconds:.2f}", *shares])
    functions = [["our innermost function > library", "CPU s", "share", "us a page"]]
    for name, seconds in sorted(figures["functions"].items(), key=lambda pair: -pair[1])[:top]:
        functions.append([name, f"{seconds:.2f}", f"{seconds / total:.1%}", f"{seconds / pages * 1e6:,.0f}"])
    return f"{table(steps)}\n\n{table(functions)}"


def growth(found: Sequence[tuple[int, Usage]], start: Usage) -> str:
    """Time and memory of runs over more and more pages, less the start, and the exponents of their growth."""
    rows = [["pages", "occurrences", "articles", "us a page", "CPU us a page", "peak kB a page"]]
    measures = []
    for pages, usage in found:
        more = pages - _START
        net = (
            (usage.seconds - start.seconds) / more * 1e6,
            (usage.cpu_seconds - start.cpu_seconds) / more * 1e6,
            (usage.peak_bytes - start.peak_bytes) / more / 1e3,
        )
        measures.append([(float(more), each * more) for each in net])
        shown = [f"{pages:,}", f"{usage.rows['occurrences']:,}", f"{usage.rows['articles']:,}"]
        rows.append([*shown, *(f"{each:,.1f}" for each in net)])
    if len(found) > 1:
        exponents = [f"{exponent(points):.3f}" for points in zip(*measures, strict=True)]
        rows.append(["exponent of all pages", "", "", *exponents])
    return table(rows)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.throughput", description=__doc__)
    parser.add_argument("--pages", type=int, default=1000, help="pages of the runs that are looked into (default: 1000)")
    parser.add_argument("--corpus", metavar="FOLDER", help="a folder of data; without it stories drawn from word lists")
    parser.add_argument(
        "--sizes", default="1000,3000,10000", metavar="N,N,…", help="pages of the runs for the growth; 0: none"
    )
    parser.add_argument("--top", type=int, default=15, help="functions to list (default: 15)")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    found = sources(given.corpus, given.seed)
    sizes = sorted(size for each in given.sizes.split(",") if (size := int(each)) > _START)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = _run(make(found, _START, given.seed, folder / "pages of start"), folder / "start")
        made = make(found, given.pages, given.seed, folder / "pages")
        one = _run(made, folder / "one")
        two = _run(made, folder / "two", workers=2)
        sampled = ("-m", "benchmarks.sampling", str(folder / "figures.json"))
        run_job(made.folder, folder / "sampled", command=sampled)
        figures = json.loads((folder / "figures.json").read_text("utf-8"))
        floors = floor(made)
        print(
            f"{len(made.pages):,} pages, {made.size / len(made.pages):,.0f} bytes each; {len(made.texts):,} distinct texts"
        )
        print(f"in {one.rows['occurrences']:,} places, of which {one.rows['articles']:,} articles are kept\n")
        print(speed(made, start, [("one process", one), ("two workers", two)], floors))
        print(f"\nTwo workers are {one.seconds / two.seconds:.2f} times as fast as one process", end="")
        print(f" ({(one.seconds - start.seconds) / (two.seconds - start.seconds):.2f} less the start of one).\n")
        print(profile(figures, len(made.pages), floors, given.top))
        runs = []
        for size in sizes:
            grown = made if size == given.pages else make(found, size, given.seed, folder / f"pages {size}")
            runs.append((size, one if size == given.pages else _run(grown, folder / str(size))))
        if runs:
            print(f"\n{growth(runs, start)}")


if __name__ == "__main__":
    main(sys.argv[1:])
