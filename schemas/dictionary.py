"""The data dictionary, made from the tables: ``python -m schemas.dictionary > schemas/README.md``."""

from schemas.table import SCHEMA_VERSION
from schemas.tables import TABLES


def markdown() -> str:
    """Every table and column as Markdown."""
    parts = [
        "# Data dictionary\n",
        f"Made by `python -m schemas.dictionary`; schema version {SCHEMA_VERSION}. Timestamps are in UTC.\n",
    ]
    for table in TABLES:
        parts.append(f"## {table.name}\n\n{table.description}\n")
        parts.append("| column | type | null | meaning |\n|---|---|---|---|")
        for field in table.fields():
            null = "yes" if field.metadata["null"] else ""
            arrow = str(field.metadata["arrow"]).replace("element: ", "").replace(" not null", "")
            parts.append(f"| {field.name} | {arrow} | {null} | {field.metadata['description']} |")
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    print(markdown(), end="")
