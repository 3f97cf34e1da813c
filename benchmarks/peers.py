"""How does Clipbook stand beside datatrove? ``python -m benchmarks.peers [--pages 3000] [--corpus FOLDER] [--workers 1]``.

Both read the same JSON lines, one made-up article each (``benchmarks.articles``), repair them with ftfy, keep one of each
group of copies that MinHash finds, and write Parquet (``benchmarks.peer_datatrove``, ``benchmarks.same_part``), with the
same number of workers. Printed are the time on the clock, the processor time and the peak of memory of each, Clipbook's
by datatrove's, and beside them Clipbook's whole job. What a run over ten articles takes is the start.

datatrove is installed into ``.venv-datatrove`` where that is not there yet (some 800 MB), or is looked for where
``--datatrove`` names a Python that has it. It shares no environment with Clipbook, since its requirements may clash.
"""

import argparse
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.article_sources import sources
from benchmarks.articles import Corpus
from benchmarks.data import table
from benchmarks.measure import Spent, job_flags, watched, write_pages

_ROOT = Path(__file__).parent.parent
_VENV = _ROOT / ".venv-datatrove"
_PACKAGES = ("datatrove[io,processing]==0.10.1", "ftfy==6.3.1", "spacy>=3.8,<4")
"""ftfy as Clipbook has it; spacy cuts English into words, and its own extra would bring tensorflow."""
_SCRIPT = "benchmarks/peer_datatrove.py"
_START = 10
"""Articles of the run that is taken for the start."""
_MISREAD = 20
"""One article of so many was read in a wrong encoding, so that ftfy has something to do."""

Run = Callable[[Path, Path], Spent]


@dataclass(frozen=True, slots=True)
class Result:
    """What a run took, and how many texts it wrote."""

    spent: Spent
    texts: int


def records(corpus: Corpus, count: int, distinct: set[str]) -> Iterator[dict[str, str]]:
    """So many articles as pages; ``distinct`` is filled with the ids of those that are no copies."""
    for number, article in enumerate(corpus.articles(count)):
        if article.copy_of is None:
            distinct.add(article.id)
        text = article.text
        if number % _MISREAD == 0:
            text = text.replace("'", "’").encode().decode("cp1252", "ignore")
        published_at = article.published_at.isoformat()
        yield {"id": article.id, "title": article.title, "text": text, "published_at": published_at}


def python_with_datatrove() -> Path:
    """The Python of the environment that holds datatrove, which is made where it is not there."""
    python = _VENV / "bin" / "python"
    if not (_VENV / "ready").exists():
        print(f"datatrove is installed into {_VENV}", file=sys.stderr)
        venv.create(_VENV, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *_PACKAGES], check=True)
        (_VENV / "ready").touch()
    return python


def runs(python: Path, workers: int) -> dict[str, Run]:
    """How each is run over a folder of pages into a new folder."""

    def datatrove(pages: Path, output: Path) -> Spent:
        return watched([str(python), "-P", _SCRIPT, str(pages), str(output), str(workers)])

    def module(name: str) -> Run:
        return lambda pages, output: watched([sys.executable, "-m", name, *job_flags(pages, output, workers)])

    return {
        "datatrove": datatrove,
        "Clipbook, the same part": module("benchmarks.same_part"),
        "Clipbook, the whole job": module("pipelines.news_events"),
    }


def _texts(output: Path) -> int:
    """The rows of the table of texts that a run wrote."""
    found = next(folder for name in ("kept", "articles") if (folder := output / name).exists())
    return sum(pq.read_metadata(file).num_rows for file in found.rglob("*.parquet"))


def measure(each: dict[str, Run], pages: Path, folder: Path) -> dict[str, Result]:
    found = {}
    for number, (name, run) in enumerate(each.items()):
        output = folder / str(number)
        found[name] = Result(run(pages, output), _texts(output))
        print(f"{name}: {found[name].spent.seconds:.0f} s", file=sys.stderr)
    return found


def compared(found: dict[str, Result], start: dict[str, Result]) -> str:
    """What each took, with its start and less it, and that by what the first took."""
    rows = [["", "seconds", "CPU s", "peak MB", "seconds, ratio", "CPU, ratio", "peak, ratio", "texts kept"]]

    def add(name: str, spent: Spent, first: Spent, texts: str) -> None:
        took = [f"{spent.seconds:.1f}", f"{spent.cpu_seconds:.1f}", f"{spent.peak_bytes / 1e6:,.0f}"]
        ratios = [
            f"{mine / its:.2f}"
            for mine, its in (
                (spent.seconds, first.seconds),
                (spent.cpu_seconds, first.cpu_seconds),
                (spent.peak_bytes, first.peak_bytes),
            )
        ]
        rows.append([name, *took, *ratios, texts])

    def less(name: str) -> Spent:
        one, other = found[name].spent, start[name].spent
        return Spent(
            one.seconds - other.seconds, one.cpu_seconds - other.cpu_seconds, max(1, one.peak_bytes - other.peak_bytes)
        )

    first = next(iter(found))
    for name, result in found.items():
        add(name, result.spent, found[first].spent, f"{result.texts:,}")
    for name in found:
        add(f"{name}, less the start", less(name), less(first), "")
    return table(rows)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.peers", description=__doc__)
    parser.add_argument("--pages", type=int, default=3000, help="articles, one a page (default: 3000)")
    parser.add_argument("--corpus", metavar="FOLDER", help="a folder of data; without it stories drawn from word lists")
    parser.add_argument("--workers", type=int, default=1, help="workers of each (default: 1)")
    parser.add_argument("--datatrove", type=Path, metavar="PYTHON", help="a Python that has datatrove")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    each = runs(given.datatrove or python_with_datatrove(), given.workers)
    corpus = Corpus(sources(given.corpus, given.seed), given.seed)
    distinct = set[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = write_pages(records(corpus, given.pages, distinct), folder / "pages")
        write_pages(islice(records(corpus, given.pages, set()), _START), folder / "few pages")
        start = measure(each, folder / "few pages", folder / "start")
        found = measure(each, folder / "pages", folder / "found")
    print(f"{given.pages:,} articles in {size / 1e6:.1f} MB, of which {len(distinct):,} are no copies;", end=" ")
    print(f"workers: {given.workers}. Ratios are to datatrove.\n")
    print(compared(found, start))


if __name__ == "__main__":
    main(sys.argv[1:])
