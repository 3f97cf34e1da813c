"""Reads a dataset with Spark, where pyspark and Java are installed: ``python tests/read_with_spark.py OUTPUT``.

Prints a line for each table. Ends with a sentence and status 1 where a table does not fit the others; where Spark is not
there it says so and ends with status 0. No lock file holds pyspark, which is large and of use to few.
"""

import importlib.util
import shutil
import sys
from pathlib import Path

from read_output import TABLES, Unreadable, main


def missing() -> str | None:
    """What is not here that Spark needs, as a sentence."""
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed, so nothing was read with Spark."
    return None if shutil.which("java") else "There is no Java, so nothing was read with Spark."


def read(output: Path) -> dict[str, int]:
    """The rows of every table as Spark counts them.

    Raises:
      Unreadable: if articles do not fit their events.
    """
    from pyspark.sql import SparkSession

    settings = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
    settings |= {"spark.sql.session.timeZone": "UTC", "spark.sql.shuffle.partitions": "2"}
    builder = SparkSession.builder.master("local[1]").appName("clipbook")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        frames = {table: spark.read.parquet(f"{output}/{table}") for table in TABLES}
        kinds = dict(frames["articles"].dtypes)
        if kinds["event_id"] != "string" or kinds["published_at"] != "timestamp":
            raise Unreadable(
                f"Spark takes articles.event_id for {kinds['event_id']}, published_at for {kinds['published_at']}."
            )
        lost = frames["articles"].join(frames["events"], "event_id", "left_anti").count()
        if lost:
            raise Unreadable(f"Spark finds no event for {lost} articles.")
        return {table: frame.count() for table, frame in frames.items()}
    finally:
        spark.stop()


if __name__ == "__main__":
    if reason := missing():
        print(f"read_with_spark: {reason}", file=sys.stderr)  # noqa: T201
        sys.exit(0)
    sys.exit(main(sys.argv[1:], "read_with_spark", read))
