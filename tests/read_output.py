"""Reads a dataset with tools that its users have, DuckDB, pandas and Polars: ``python tests/read_output.py OUTPUT``.

Prints a line for each table. Ends with a sentence and status 1 where a table cannot be read or does not fit the others.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl

TABLES = ("articles", "events", "occurrences", "pages", "segments", "furniture", "rejects", "event_changes")

# Each counts what must not be there.
CLAIMS = {
    "occurrences name an article that is not there": (
        "SELECT count(*) FROM occurrences ANTI JOIN articles USING (article_id)"
    ),
    "articles name an event that is not there": "SELECT count(*) FROM articles ANTI JOIN events USING (event_id)",
    "occurrences name a page that is not there": "SELECT count(*) FROM occurrences ANTI JOIN pages USING (page_id)",
    "occurrences joined through a place that is no copy of theirs": (
        "SELECT count(*) FROM (FROM occurrences WHERE match != 'kept') AS o ANTI JOIN occurrences AS through ON "
        "o.article_id = through.article_id AND o.joined_through_page_id = through.page_id "
        "AND o.joined_through_article_index = through.article_index"
    ),
    "segments name a page that is not there": "SELECT count(*) FROM segments ANTI JOIN pages USING (page_id)",
    "events are represented by an article that is not there": (
        "SELECT count(*) FROM events ANTI JOIN articles ON representative_article_id = article_id"
    ),
    "articles count other occurrences than there are": (
        "SELECT count(*) FROM articles LEFT JOIN (SELECT article_id, count(*) AS n FROM occurrences GROUP BY ALL) "
        "USING (article_id) WHERE coalesce(n, 0) != occurrence_count"
    ),
    "events count other articles than there are": (
        "SELECT count(*) FROM events LEFT JOIN (SELECT event_id, count(*) AS n, sum(occurrence_count) AS o FROM articles "
        "GROUP BY ALL) AS a USING (event_id) "
        "WHERE coalesce(n, 0) != article_count OR coalesce(o, 0) != events.occurrence_count"
    ),
    "segments recur as no line of furniture does": (
        "SELECT count(*) FROM segments WHERE recurs IS NOT NULL AND recurs NOT IN (SELECT surroundings FROM furniture)"
    ),
    "segments do not tile the text of their page": (
        "SELECT count(*) FROM (SELECT page_id, string_agg(substring(text, char_start + 1, char_end - char_start), '' "
        "ORDER BY segment_index) AS tiled, any_value(text) AS text FROM pages LEFT JOIN segments USING (page_id) "
        "GROUP BY ALL) WHERE coalesce(tiled, '') != text"
    ),
}


class Unreadable(Exception):
    """What is wrong with the dataset, in a sentence."""


def with_duckdb(output: Path) -> dict[str, int]:
    """The rows of every table, once all of them open and fit together."""
    connection = duckdb.connect()
    counts = {}
    for table in TABLES:
        depth, hive = ("**/*", "true") if table == "articles" else ("*", "false")
        files = f"{output}/{table}/{depth}.parquet"
        connection.execute(f"CREATE VIEW {table} AS FROM read_parquet('{files}', hive_partitioning = {hive})")
        counts[table] = connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]
    for table in ("articles", "events"):
        (kind,) = connection.execute(f"SELECT any_value(typeof(event_id)) FROM {table}").fetchall()[0]
        if counts[table] and kind != "VARCHAR":
            raise Unreadable(f"DuckDB takes {table}.event_id for {kind}, not for text.")
    for claim, query in CLAIMS.items():
        if (wrong := connection.execute(query).fetchall()[0][0]) != 0:
            raise Unreadable(f"{wrong} {claim}.")
    return counts


def with_pandas(output: Path) -> dict[str, int]:
    """The rows of every table as pandas counts them."""
    frames = {table: pd.read_parquet(output / table) for table in TABLES}
    events = frames["articles"]["event_id"]
    values = events.cat.categories if isinstance(events.dtype, pd.CategoricalDtype) else events
    if not pd.api.types.is_string_dtype(values.dtype) and not all(isinstance(value, str) for value in values):
        raise Unreadable(f"pandas takes articles.event_id for {values.dtype}, not for text or a category of texts.")
    joined = frames["articles"].astype({"event_id": "str"}).merge(frames["events"], on="event_id", how="inner")
    if len(joined) != len(frames["articles"]):
        raise Unreadable(f"pandas finds an event for {len(joined)} of {len(frames['articles'])} articles.")
    return {table: len(frame) for table, frame in frames.items()}


def with_polars(output: Path) -> dict[str, int]:
    """The rows of every table as Polars counts them."""
    frames = {table: pl.scan_parquet(f"{output}/{table}/", hive_partitioning=table == "articles") for table in TABLES}
    kind = frames["articles"].collect_schema()["event_id"]
    if kind != pl.String:
        raise Unreadable(f"Polars takes articles.event_id for {kind}, not for text.")
    lost = frames["articles"].join(frames["events"], on="event_id", how="anti").select(pl.len()).collect().item()
    if lost:
        raise Unreadable(f"Polars finds no event for {lost} articles.")
    return {table: frame.select(pl.len()).collect().item() for table, frame in frames.items()}


def read(output: Path) -> dict[str, int]:
    """The rows of every table.

    Raises:
      Unreadable: if a table cannot be read or does not fit the others.
    """
    if not (output / "_SUCCESS").exists():
        raise Unreadable(f"{output} has no _SUCCESS; it is no dataset, or it is being published.")
    try:
        counts = with_duckdb(output)
        others = {"pandas": with_pandas(output), "Polars": with_polars(output)}
    except (duckdb.Error, pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise Unreadable(f"A table cannot be read: {' '.join(str(error).split())[:300]}") from error
    for tool, found in others.items():
        if counts != found:
            raise Unreadable(f"DuckDB counts {counts}, {tool} {found}.")
    return counts


def main(arguments: list[str], name: str = "read_output", count: Callable[[Path], dict[str, int]] = read) -> int:
    """Prints the rows of every table as a function counts them."""
    if len(arguments) != 1:
        print(f"usage: python tests/{name}.py OUTPUT", file=sys.stderr)  # noqa: T201
        return 2
    try:
        counts = count(Path(arguments[0]))
    except Unreadable as error:
        print(f"{name}: {error}", file=sys.stderr)  # noqa: T201
        return 1
    for table, number in counts.items():
        print(f"{table:12}{number:>8,} rows")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
