"""A worker process of the in-process engine: Beam's own, less its chatter. Started by ``pipelines.workers``."""

import contextlib
import logging
import os
import sys
import threading
import time

import wordfreq  # noqa: F401  (first, since it looks through all modules that have been imported before it)

# isort: split
from apache_beam.runners.worker import sdk_worker_main

from pipelines import building, engine, garbage, stages
from transforms.common.counting import leave_tally


def end_with(parent: int) -> None:
    """Leaves the tally once a second; ends this process once its parent is gone, which may have been killed."""
    while os.getppid() == parent:
        with contextlib.suppress(OSError, RuntimeError):  # the folder is gone, or a counter is new just now
            leave_tally()
        time.sleep(1)
    os._exit(1)


if __name__ == "__main__":
    garbage.keep_what_is_there()
    engine.send_in_pieces()
    building.ask_once()
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    # Beam's worker reports every channel that it opens, and warns of a folder that only containers have.
    logging.disable(logging.INFO)
    logging.getLogger(sdk_worker_main.__name__).setLevel(logging.ERROR)
    with stages.spared():
        sdk_worker_main.main(sys.argv)
