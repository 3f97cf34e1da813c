"""Asks a dataset in SQL, with DuckDB: --query prints an answer, FILE makes a database for later.

The tables articles, events, occurrences, pages, segments, furniture and rejects are views over the dataset's files, by its
full path: nothing is copied, and when a run publishes anew under that path, they show the new dataset. In a FILE that is
there already only these views are replaced. DuckDB is not installed with Clipbook: pip install 'clipbook[sql]'.
"""

import os
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from pipelines.published import Published, open_published
from pipelines.screen import Screen, clean
from pipelines.usage import Parser, UsageError
from schemas.table import Table
from schemas.tables import TABLES

if TYPE_CHECKING:
    import duckdb

EXAMPLES = """\
clipbook sql output --query 'SELECT label, article_count FROM events ORDER BY 2 DESC LIMIT 5'
clipbook sql output --query 'SELECT outlet, count(*) AS n FROM articles GROUP BY ALL' --json
clipbook sql output news.duckdb && duckdb news.duckdb
"""


def add_arguments(parser: Parser) -> None:
    parser.add_argument("dataset", metavar="DIR", help="the dataset's folder or URI")
    parser.add_argument("file", nargs="?", metavar="FILE", help="make this database, or renew the views in it")
    parser.add_argument("--query", metavar="SQL", help="print the answer to this")
    parser.add_argument("--json", action="store_true", help="print each row of the answer as a line of JSON")


def run(arguments: Namespace) -> int:
    """Makes a database, or answers a query, or both.

    Raises:
      UsageError: if there is no such dataset, nothing is asked for, DuckDB is missing, or it refuses.
    """
    if arguments.file is None and arguments.query is None:
        raise UsageError("Nothing is asked; give a FILE to make, such as news.duckdb, or a --query.")
    dataset = open_published(arguments.dataset)
    if arguments.file is not None and os.path.isdir(arguments.file):
        raise UsageError(f"{arguments.file} is a folder; name a file, such as news.duckdb.")
    duckdb = _duckdb()
    try:
        connection = duckdb.connect(arguments.file or ":memory:")
    except duckdb.Error as error:
        raise UsageError(f"{arguments.file} cannot be opened as a database: {_first_line(error)}") from None
    screen = Screen()
    with connection:
        try:
            make_views(connection, dataset)
        except duckdb.Error as error:
            raise UsageError(f"The views cannot be made: {_first_line(error)}") from None
        if arguments.file is not None and arguments.query is None:
            screen.line(f"{clean(arguments.file)} has {len(TABLES)} views over {clean(dataset.name)}. To use it:\n")
            screen.line(f"  duckdb {clean(arguments.file)}")
            screen.line(
                f"  python -c \"import duckdb; duckdb.connect('{clean(arguments.file)}').sql('FROM events').show()\""
            )
        if arguments.query is not None:
            try:
                _show(connection.execute(arguments.query), screen, arguments.json)
            except duckdb.Error as error:
                raise UsageError(f"DuckDB: {_first_line(error)}") from None
    return 0


def _duckdb() -> Any:
    try:
        import duckdb
    except ModuleNotFoundError:
        message = "DuckDB is not installed here; run pip install 'clipbook[sql]', or pip install duckdb."
        raise UsageError(message) from None
    return duckdb


def _first_line(error: Exception) -> str:
    """What DuckDB says, with the name that it suggests, without the drawing of where in the query it is."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    kept = [line for line in lines if not line.startswith(("LINE ", "^"))]
    return " ".join(kept)[:400]


def make_views(connection: "duckdb.DuckDBPyConnection", dataset: Published) -> None:
    """Makes a view for each table, in place of an earlier one of its name."""
    for table in TABLES:
        connection.execute(view(table, dataset))


def view(table: Table, dataset: Published) -> str:
    """The statement that makes a table's view; the columns' descriptions go with it as comments."""
    folder = dataset.name.rstrip("/") if "://" in dataset.name else os.path.abspath(dataset.name)
    deep = "**/*" if table.partition else "*"
    files = f"{folder}/{table.name}/{deep}.parquet".replace("'", "''")
    # Buckets are how files lie, not what an article has.
    bucketed = table.partition and not any(path.startswith(f"{table.partition}=") for path in dataset.paths(table))
    columns = "* EXCLUDE (event_bucket)" if bucketed else "*"
    partitioned = "true" if table.partition else "false"
    source = f"read_parquet('{files}', hive_partitioning = {partitioned}, hive_types_autocast = false)"
    return f"CREATE OR REPLACE VIEW {table.name} AS SELECT {columns} FROM {source}"  # noqa: S608 - the path is quoted


def _show(answer: "duckdb.DuckDBPyConnection", screen: Screen, as_json: bool) -> None:
    names = [column[0] for column in answer.description or ()]
    if as_json:
        while row := answer.fetchone():
            screen.json(dict(zip(names, row, strict=True)))
        return
    rows = answer.fetchall()
    numbers = [n for n, column in enumerate(answer.description or ()) if str(column[1]).partition("(")[0] in _NUMBERS]
    screen.table(names, [tuple(map(_text, row)) for row in rows], right=numbers)


_NUMBERS = frozenset(
    "TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT FLOAT DOUBLE DECIMAL".split()  # noqa: SIM905
)


def _text(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
