"""The order of keeping: which of two copies of a text stands first, and by which rule."""

from schemas.occurrences import LOST_BY

_MAIN = "main"
_LENGTHS = 10**12
_EPOCH_SHIFT = 2**62
_UNDATED = f"{2**63:020}"
_CHOSEN, _BEHIND = "+", "/"
"""Begins the place of a copy that the user wants kept, before all digits; and ends what it has before a common place."""


def place(role: str, length: int, published_at: int | None, page_id: str, article_index: int) -> str:
    """The place of a copy in the order of keeping, as text that sorts so.

    Main before related, longer before shorter, earlier before later (undated last), then by page and index.
    """
    when = _UNDATED if published_at is None else f"{published_at + _EPOCH_SHIFT:020}"
    return f"{int(role != _MAIN)}|{_LENGTHS - length:013}|{when}|{page_id}|{article_index:06}"


def chosen(order: str, line: int) -> str:
    """The place of a copy that the user wants kept: before all others, and of several such the one of the least line."""
    return f"{_CHOSEN}{line:09}{_BEHIND}{order}"


def chosen_by(order: str) -> int | None:
    """The line of the overrides by which a copy stands before others; None where it has its place by the rules.

    >>> chosen_by(chosen(place("main", 900, 5, "p1", 0), 12))
    12
    """
    return int(order[1:].partition(_BEHIND)[0]) if order.startswith(_CHOSEN) else None


def lost_by(order: str, kept: str) -> str | None:
    """The first rule that put a copy behind the kept one, from both their places; None for the kept one itself.

    A copy that by the rules stands before the kept one came with a later run, which keeps what was kept; or the user wants
    that one kept.

    Args:
      order: the copy's place by the rules.
      kept: that of the kept copy, by the rules or by the user's choice.

    >>> kept = place("main", 900, 5, "p1", 0)
    >>> lost_by(place("main", 900, None, "p0", 0), kept), lost_by(place("related", 950, 1, "p0", 1), kept)
    ('undated', 'related')
    >>> lost_by(place("main", 950, None, "p0", 0), chosen(kept, 1))
    'override'
    """
    related, shorter, later, undated, page, run, override = LOST_BY
    by_rules = kept.rpartition(_BEHIND)[2]
    if order == by_rules:
        return None
    if order < by_rules:
        return override if kept != by_rules else run
    mine, its = order.split("|"), by_rules.split("|")
    differing = next(n for n, (a, b) in enumerate(zip(mine, its, strict=True)) if a != b)
    return (related, shorter, undated if mine[2] == _UNDATED else later, page, page)[differing]
