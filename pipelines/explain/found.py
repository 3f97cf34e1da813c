"""Rows of a dataset by what a user calls them. An id may be cut short as long as it is the only one that begins so."""

from typing import Any

import pyarrow.compute as pc
import pyarrow.dataset as ds

from pipelines.published import Published
from pipelines.usage import UsageError, did_you_mean
from schemas.overrides import APPLIED, NEEDLESS
from schemas.table import Table
from schemas.tables import ARTICLES, OCCURRENCES, OVERRIDES, PAGES

Row = dict[str, Any]

_SHORTEST_ID = 3
"""Characters of an id that are enough to look for it."""
_NAMED = 3
"""Ids that a message names."""
_NEAR = 1_000
"""Ids among which a misspelt one's neighbour is looked for: those that begin with the same letters."""


def whole_id(dataset: Published, table: Table, name: str) -> str:
    """The id that a user means.

    Raises:
      UsageError: if there is none, or several that begin so.
    """
    column = f"{table.name.removesuffix('s')}_id"
    found: list[str] = []
    near: list[str] = []
    for batch in dataset.table(table).to_batches(columns=[column]):
        ids = batch.column(0)
        if len(name) >= _SHORTEST_ID:
            found += ids.filter(pc.starts_with(ids, name)).slice(0, _NAMED + 1).to_pylist()
            if name in found:
                return name
            near += ids.filter(pc.starts_with(ids, name[:_SHORTEST_ID])).slice(0, _NEAR - len(near)).to_pylist()
    if len(found) == 1:
        return found[0]
    what = table.name.removesuffix("s")
    if found:
        listed = ", ".join(sorted(found)[:_NAMED])
        raise UsageError(f"Several {table.name} of {dataset.name} begin with {name!r}: {listed} …; give more of one.")
    otherwise = f"its ids stand in the column {column} of {table.name}."
    raise UsageError(f"{dataset.name} has no {what} {name!r}; {did_you_mean(name, near, otherwise)}")


def article(dataset: Published, article_id: str) -> Row:
    """The row of an article."""
    return dict(dataset.table(ARTICLES).to_table(filter=ds.field("article_id") == article_id).to_pylist()[0])


def page(dataset: Published, page_id: str) -> Row:
    """The row of a page."""
    return dict(dataset.table(PAGES).to_table(filter=ds.field("page_id") == page_id).to_pylist()[0])


def occurrence(dataset: Published, page_id: str, index: int) -> Row:
    """The row of an occurrence.

    Raises:
      UsageError: if there is no such article on the page.
    """
    here = ds.field("page_id") == page_id
    rows = dataset.table(OCCURRENCES).to_table(filter=here & (ds.field("article_index") == index)).to_pylist()
    if rows:
        return dict(rows[0])
    known = dataset.table(OCCURRENCES).to_table(columns=["article_index"], filter=here).column(0).to_pylist()
    has = f"it has {min(known)} to {max(known)}" if known else "no article was found on it"
    raise UsageError(f"The page {page_id} has no article {index}; {has}.")


def overrides(dataset: Published, *kinds: str) -> list[Row]:
    """The user's overrides of some kinds that hold in the dataset, in order of their lines; a person's file, so all."""
    if not dataset.paths(OVERRIDES):
        return []
    wanted = ds.field("override").isin(kinds) & ds.field("outcome").isin([APPLIED, NEEDLESS])
    rows = dataset.table(OVERRIDES).to_table(filter=wanted).to_pylist()
    return sorted(rows, key=lambda row: row["line"])


def told(row: Row) -> str:
    """A line of the overrides, as it is spoken of."""
    return f"line {row['line']} of your overrides ({row['override']})" + (f": {row['why']}" if row["why"] else "")
