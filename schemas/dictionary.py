"""The data dictionary, made from the tables: ``python -m schemas.dictionary > schemas/README.md``."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from schemas.table import SCHEMA_VERSION, Table
from schemas.tables import TABLES


def arrow_name(field: dataclasses.Field[Any]) -> str:
    """The Arrow type of a column in short."""
    return str(field.metadata["arrow"]).replace("element: ", "").replace(" not null", "")


def markdown(tables: Sequence[Table] = TABLES) -> str:
    """Every table and column as Markdown."""
    parts = [
        "# Data dictionary\n",
        f"Made by `python -m schemas.dictionary`; schema version {SCHEMA_VERSION}. Timestamps are in UTC.\n",
    ]
    for table in tables:
        parts.append(f"## {table.name}\n\n{table.description}\n")
        parts.append("| column | type | null | meaning |\n|---|---|---|---|")
        for field in table.fields():
            null = "yes" if field.metadata["null"] else ""
            parts.append(f"| {field.name} | `{arrow_name(field)}` | {null} | {field.metadata['description']} |")
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    print(markdown(), end="")
