"""Counters in and out of every step, under one naming scheme: ``step.what`` or ``step.what.reason``."""

from apache_beam.metrics import Metrics

NAMESPACE = "clipbook"


def count(step: str, what: str, by: int = 1) -> None:
    """Adds to the counter ``step.what`` of the running pipeline; outside of one it does nothing."""
    Metrics.counter(NAMESPACE, f"{step}.{what}").inc(by)
