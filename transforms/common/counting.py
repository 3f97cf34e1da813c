"""Counters in and out of every step, under one naming scheme: ``step.what`` or ``step.what.reason``.

What is counted goes to Beam's metrics, which are known once a run has ended, and to a tally of this process, by which a run
says how far it is. The tally is for show: a bundle that is tried again counts twice in it, and threads may lose a count.
"""

import json
import os
from collections import Counter
from functools import cache
from typing import Any

from apache_beam.metrics import Metrics

NAMESPACE = "clipbook"
TALLY_FOLDER = "CLIPBOOK_TALLY"
"""Names the environment's variable with the folder where worker processes leave their tallies; without it they do not."""

_tally: Counter[str] = Counter()


@cache  # making one costs ten times what counting does, and their names are few
def _counter(step: str, what: str) -> Any:
    return Metrics.counter(NAMESPACE, f"{step}.{what}")


def count(step: str, what: str, by: int = 1) -> None:
    """Adds to the counter ``step.what`` of the running pipeline; outside of one only to the tally."""
    _tally[f"{step}.{what}"] += by
    _counter(step, what).inc(by)


def tally(name: str, by: int = 1) -> None:
    """Adds to the tally alone: what tells how far a run is, and nothing of what it came to."""
    _tally[name] += by


def tallied(name: str) -> int:
    """What this process has counted under a name."""
    return _tally[name]


def leave_tally() -> None:
    """Leaves this process's tally where the process that shows the progress finds it; does nothing without such a place."""
    folder = os.environ.get(TALLY_FOLDER)
    if folder:
        path = os.path.join(folder, f"{os.getpid()}.json")
        with open(f"{path}.new", "w", encoding="ascii") as file:
            json.dump(dict(_tally), file)  # a copy, since the worker counts meanwhile
        os.replace(f"{path}.new", path)


def all_tallies(folder: str) -> Counter[str]:
    """The tally of this process and of the worker processes that leave theirs in a folder."""
    total = Counter(dict(_tally))
    for entry in sorted(os.listdir(folder)):
        if entry.endswith(".json"):
            with open(os.path.join(folder, entry), encoding="ascii") as file:
                total.update(json.load(file))
    return total
