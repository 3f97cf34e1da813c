"""Prints the data dictionary: every table and column of a dataset, with types and meanings."""

from argparse import Namespace
from typing import Any

from pipelines.screen import Screen
from pipelines.usage import Parser, UsageError, did_you_mean
from schemas.dictionary import arrow_name, markdown
from schemas.table import SCHEMA_VERSION, Table
from schemas.tables import TABLES

EXAMPLES = """\
clipbook schema
clipbook schema events
clipbook schema --json | jq '.tables.articles.columns[].name'
clipbook schema --markdown
"""


def add_arguments(parser: Parser) -> None:
    parser.add_argument("table", nargs="?", help="only this table")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--markdown", action="store_true", help="print Markdown, as it stands in schemas/README.md")


def run(arguments: Namespace) -> int:
    """Prints all tables, or one.

    Raises:
      UsageError: if there is no such table.
    """
    names = [table.name for table in TABLES]
    if arguments.table is not None and arguments.table not in names:
        otherwise = f"give one of {', '.join(names)}."
        raise UsageError(f"There is no table {arguments.table!r}; {did_you_mean(arguments.table, names, otherwise)}")
    tables = [table for table in TABLES if arguments.table in (None, table.name)]
    screen = Screen()
    if arguments.json:
        screen.json({"schema_version": SCHEMA_VERSION, "tables": {table.name: _described(table) for table in tables}})
    elif arguments.markdown:
        screen.line(markdown(tables).rstrip("\n"))
    else:
        for number, table in enumerate(tables):
            if number:
                screen.line()
            _show(table, screen)
    return 0


def _described(table: Table) -> dict[str, Any]:
    return {
        "description": table.description,
        "key": list(table.sort_by),
        "partition": table.partition,
        "columns": [
            {
                "name": field.name,
                "type": arrow_name(field),
                "null": field.metadata["null"],
                "description": field.metadata["description"],
            }
            for field in table.fields()
        ],
    }


def _show(table: Table, screen: Screen) -> None:
    screen.line(f"{screen.bold(table.name)}  {table.description}")
    fields = table.fields()
    names = max(len(field.name) for field in fields)
    types = [arrow_name(field) + (", null" if field.metadata["null"] else "") for field in fields]
    widest = max(map(len, types))
    for field, kind in zip(fields, types, strict=True):
        screen.line(f"  {field.name:<{names}}  {screen.dim(f'{kind:<{widest}}')}  {field.metadata['description']}")
