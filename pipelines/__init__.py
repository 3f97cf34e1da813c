"""The jobs: they wire the steps of ``transforms``, know the options and hold the command line."""

import logging

from pipelines import garbage


class _WithoutCloudNotice(logging.Filter):
    """Beam says at every start that Google's client libraries are not there. Nobody here asked for them."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "apitools not found" not in record.getMessage()


logging.getLogger().addFilter(_WithoutCloudNotice())

garbage.collect_seldom()  # here, since it pays most while modules are imported
