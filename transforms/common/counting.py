"""Counters in and out of every step, under one naming scheme: ``step.what`` or ``step.what.reason``."""

from functools import cache
from typing import Any

from apache_beam.metrics import Metrics

NAMESPACE = "clipbook"


@cache  # making one costs ten times what counting does, and their names are few
def _counter(step: str, what: str) -> Any:
    return Metrics.counter(NAMESPACE, f"{step}.{what}")


def count(step: str, what: str, by: int = 1) -> None:
    """Adds to the counter ``step.what`` of the running pipeline; outside of one it does nothing."""
    _counter(step, what).inc(by)
