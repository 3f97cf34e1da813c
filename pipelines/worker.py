"""A worker process of the in-process engine: Beam's own, less its chatter. Started by ``pipelines.workers``."""

import logging
import sys

from apache_beam.runners.worker import sdk_worker_main

if __name__ == "__main__":
    # Beam's worker reports every channel that it opens, and warns of a folder that only containers have.
    logging.disable(logging.INFO)
    logging.getLogger(sdk_worker_main.__name__).setLevel(logging.ERROR)
    sdk_worker_main.main(sys.argv)
