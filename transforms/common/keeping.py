"""The order of keeping: which of two copies of a text stands first, and by which rule."""

from schemas.occurrences import LOST_BY

_MAIN = "main"
_LENGTHS = 10**12
_EPOCH_SHIFT = 2**62
_UNDATED = f"{2**63:020}"


def place(role: str, length: int, published_at: int | None, page_id: str, article_index: int) -> str:
    """The place of a copy in the order of keeping, as text that sorts so.

    Main before related, longer before shorter, earlier before later (undated last), then by page and index.
    """
    when = _UNDATED if published_at is None else f"{published_at + _EPOCH_SHIFT:020}"
    return f"{int(role != _MAIN)}|{_LENGTHS - length:013}|{when}|{page_id}|{article_index:06}"


def lost_by(order: str, kept: str) -> str | None:
    """The first rule that put a copy behind the kept one, from both their places; None for the kept one itself.

    A copy that stands before the kept one came with a later run, which keeps what was kept.

    >>> kept = place("main", 900, 5, "p1", 0)
    >>> lost_by(place("main", 900, None, "p0", 0), kept), lost_by(place("related", 950, 1, "p0", 1), kept)
    ('undated', 'related')
    """
    mine, its = order.split("|"), kept.split("|")
    differing = next((n for n, (a, b) in enumerate(zip(mine, its, strict=True)) if a != b), None)
    if differing is None:
        return None
    related, shorter, later, undated, page, run = LOST_BY
    if order < kept:
        return run
    return (related, shorter, undated if mine[2] == _UNDATED else later, page, page)[differing]
