"""The whole job as a process of its own, with its time and memory."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import log
from pathlib import Path

import psutil

_FILES = 16
"""Files that a corpus is written to: pages of one file are read by one worker."""
_POLL = 0.05
"""Seconds between two looks at the processes."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took. ``seconds`` passed on the clock; ``cpu_seconds`` are those of it and its children together.

    ``peak_bytes`` is the most resident memory at one time of the process and all its children together, looked at
    twenty times a second; what processes share (libraries, mostly) counts for each.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Usage(Spent):
    """What a run of the job took. ``rows`` has the rows of every table, ``steps`` what the steps counted."""

    rows: dict[str, int]
    steps: dict[str, int]


def write_pages(records: Iterable[Mapping[str, str]], folder: Path) -> int:
    """Writes pages in turn to files of JSON lines, as many as keep several workers busy; gives their bytes."""
    folder.mkdir(parents=True)
    with ExitStack() as open_files:
        names = [folder / f"{part:02}.jsonl" for part in range(_FILES)]
        files = [open_files.enter_context(open(name, "w", encoding="utf-8")) for name in names]
        for number, record in enumerate(records):
            files[number % _FILES].write(json.dumps(record, ensure_ascii=False) + "\n")
    return sum(name.stat().st_size for name in names)


class JobFailed(RuntimeError):
    """The job that was to be measured has failed."""


def run_job(pages: Path, output: Path, workers: int = 1, command: Sequence[str] = ("-m", "pipelines.news_events")) -> Usage:
    """Runs the job over a folder in one process, or in one and so many worker processes, and measures it.

    Raises:
      JobFailed: with what the job said.
    """
    spent = watched([sys.executable, *command, *job_flags(pages, output, workers)])
    manifest = json.loads((output / "_manifest.json").read_text("utf-8"))
    return Usage(spent.seconds, spent.cpu_seconds, spent.peak_bytes, manifest["rows"], manifest["steps"])


def job_flags(pages: Path, output: Path, workers: int) -> list[str]:
    """The job's flags for a folder of pages, in one process, or in one and so many worker processes."""
    mode = ["--direct_num_workers", str(workers)]
    if workers > 1:
        mode += ["--direct_running_mode", "multi_processing"]
    return ["--input", str(pages), "--output", str(output), *mode]


def watched(command: Sequence[str]) -> Spent:
    """Runs a command in the project's folder and measures it.

    Raises:
      JobFailed: with what it said, if it failed.
    """
    peak, spent = 0, dict[int, float]()
    with tempfile.TemporaryFile("w+") as told:
        started = time.perf_counter()
        job = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=told, cwd=Path(__file__).parent.parent)
        while job.poll() is None:
            resident = 0
            for process in _family(job):
                try:
                    with process.oneshot():
                        resident += process.memory_info().rss
                        times = process.cpu_times()
                        spent[process.pid] = times.user + times.system
                except psutil.Error:  # it has ended since
                    continue
            peak = max(peak, resident)
            time.sleep(_POLL)
        seconds = time.perf_counter() - started
        if job.returncode:
            told.seek(0)
            raise JobFailed(f"{' '.join(command)}: {told.read()[-2000:]}")
    return Spent(seconds, sum(spent.values()), peak)


def _family(job: psutil.Process) -> list[psutil.Process]:
    try:
        return [job, *job.children(recursive=True)]
    except psutil.Error:
        return []


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The slope of a straight line through the logarithms, by least squares: 1 where twice as much takes twice as long.

    >>> round(exponent([(10, 5), (100, 50), (1000, 500)]), 3)
    1.0
    """
    xs, ys = [log(x) for x, _ in points], [log(y) for _, y in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)
