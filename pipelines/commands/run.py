"""Cuts articles out of pages and files them by event: the main job, ``pipelines.news_events``, under another name."""

from collections.abc import Sequence

from pipelines import news_events


def main(arguments: Sequence[str]) -> int:
    """Runs the main job on the flags that it takes, Beam's among them."""
    return news_events.main(arguments, prog="clipbook run")
