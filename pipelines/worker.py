"""A worker process of the in-process engine: Beam's own, less its chatter. Started by ``pipelines.workers``."""

import logging
import os
import sys
import threading
import time

from apache_beam.runners.worker import sdk_worker_main

from pipelines import garbage


def end_with(parent: int) -> None:
    """Ends this process once its parent is gone, which may have been killed without a chance to say so."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


if __name__ == "__main__":
    garbage.collect_seldom()
    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    # Beam's worker reports every channel that it opens, and warns of a folder that only containers have.
    logging.disable(logging.INFO)
    logging.getLogger(sdk_worker_main.__name__).setLevel(logging.ERROR)
    sdk_worker_main.main(sys.argv)
