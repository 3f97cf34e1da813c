"""Does the job cost the same for each article, however many there are? ``python -m benchmarks.scale [DATA_FOLDER]``.

Runs the whole job over corpora of 1,000 to 100,000 made-up articles (``benchmarks.articles``), one to a page, and prints
what an article takes, and how that changes with ten times as many. What a run over ten articles takes is the start: it is
printed, and taken away from the others. Neither time nor memory for an article should grow by more than a tenth.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import log10
from pathlib import Path

from benchmarks.article_sources import sources
from benchmarks.articles import Corpus
from benchmarks.data import Output, compare, table
from benchmarks.measure import Usage, run_job, write_pages

_START = 10
"""Articles of the run that is taken for the start."""
_ALLOWED = 1.1
"""What an article may take where there are ten times as many."""


Result = tuple[int, Usage, dict[str, float]]


def records(corpus: Corpus, count: int, gold: dict[str, str]) -> Iterator[dict[str, str]]:
    """So many articles as pages. ``gold`` is filled with the event of each that is no copy, by its id."""
    for article in corpus.articles(count):
        if article.copy_of is None:
            gold[article.id] = article.gold_event
        yield {
            "id": article.id,
            "title": article.title,
            "text": article.text,
            "published_at": article.published_at.isoformat(),
        }


def _growth(sizes: Sequence[int], each: Sequence[float]) -> list[str]:
    """The factor for each size over the one before it, for ten times as many; a mark where it is too large."""
    shown = [""]
    for (fewer, before), (more, after) in pairwise(zip(sizes, each, strict=True)):
        factor = (after / before) ** (1 / log10(more / fewer)) if before > 0 < after else 0.0
        shown.append(f"{factor:.2f}{' !' if factor > _ALLOWED else ''}")
    return shown


def measure(corpus: Corpus, count: int, workers: int, folder: Path) -> Result:
    """The bytes of a corpus of so many articles, what the job took, and how well its events were found."""
    gold: dict[str, str] = {}
    written = write_pages(records(corpus, count, gold), folder / "pages")
    usage = run_job(folder / "pages", folder / "output", workers)
    return written, usage, compare(Output(folder / "output").event_of(), gold)


def totals(found: Mapping[int, Result]) -> str:
    """What each run took and gave."""
    scores = {"pair P": "pair_precision", "pair R": "pair_recall", "pair F1": "pair_f1", "B-cubed": "b_cubed"}
    rows = [["pages", "MB", "seconds", "CPU s", "peak MB", "articles", "events", "gold", *scores]]
    for written, usage, score in found.values():
        took = [f"{usage.seconds:.1f}", f"{usage.cpu_seconds:.1f}", f"{usage.peak_bytes / 1e6:,.0f}"]
        out = [f"{usage.rows['articles']:,}", f"{usage.rows['events']:,}", f"{score['gold_groups']:,}"]
        right = [f"{score[name]:.3f}" for name in scores.values()]
        rows.append([f"{usage.rows['pages']:,}", f"{written / 1e6:.1f}", *took, *out, *right])
    return table(rows)


def growth(found: Mapping[int, Result], of: Callable[[int], float]) -> str:
    """What an article, or a kilobyte, took, less the start and with it, and how that grows.

    Args:
      found: the runs by their articles.
      of: how many articles or kilobytes one of them had.
    """
    start = found[_START][1]
    sizes = [size for size in found if size > _START]
    columns = [[f"{size:,}" for size in sizes]]
    names = ["pages"]
    for name, unit in (("seconds", 1e6), ("cpu_seconds", 1e6), ("peak_bytes", 1e-3)):
        each = [(getattr(found[n][1], name) - getattr(start, name)) / (of(n) - of(_START)) * unit for n in sizes]
        raw = [getattr(found[n][1], name) / of(n) * unit for n in sizes]
        names += [{"seconds": "us", "cpu_seconds": "CPU us", "peak_bytes": "peak kB"}[name], "grows", "with start"]
        columns += [[f"{value:,.1f}" for value in each], _growth(sizes, each), [f"{value:,.1f}" for value in raw]]
    return table([names, *map(list, zip(*columns, strict=True))])


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=__doc__)
    parser.add_argument("folder", nargs="?", metavar="DATA_FOLDER", help="without it, stories drawn from word lists")
    parser.add_argument("--sizes", default="1000,10000,100000", metavar="N,N,…")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    sizes = sorted(int(size) for size in given.sizes.split(","))
    corpus = Corpus(sources(given.folder, given.seed), given.seed)
    found = {}
    for size in (_START, *sizes):
        with tempfile.TemporaryDirectory() as folder:
            found[size] = measure(corpus, size, given.workers, Path(folder))
        _, usage, score = found[size]
        took = f"{usage.seconds:.0f} s, {usage.cpu_seconds:.1f} CPU s, {usage.peak_bytes / 1e6:,.0f} MB"
        print(f"{size:,} articles: {took}, pair F1 {score['pair_f1']:.3f}", file=sys.stderr)
    print(totals(found))
    print(f"\nFor each page, less the start (the run over {_START}), and with it; and the factor by which it grows")
    print(f"with ten times as many, where at most {_ALLOWED} is wanted:\n")
    print(growth(found, float))
    print("\nThe same for each kilobyte, since pages of a larger corpus are not of the same length:\n")
    print(growth(found, lambda size: found[size][0] / 1e3))


if __name__ == "__main__":
    main(sys.argv[1:])
