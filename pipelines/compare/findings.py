"""What a comparison found: counts, and of the changes a list of each kind, the largest first, with what a person knows them
by. Rows are read again for what is listed, and texts only for the few that are shown with what has changed in them.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from pipelines.compare.articles import Matching, fates, match, mixed
from pipelines.compare.events import KINDS, SAME, Change, EventChanges, compare
from pipelines.compare.sides import NOWHERE, Numbers, load
from pipelines.tables import ROWS, TEXT_ROWS, Tables
from schemas.table import Table
from schemas.tables import ARTICLES, EVENTS

Row = dict[str, Any]

_EXCERPTS = 50
"""Articles with a changed text of which the texts are read: so many at most are held."""
_PARAGRAPHS = 2
"""Paragraphs that are shown of what went out of a text, and of what came in."""
FACTS = ("title", "outlet", "published_at", "language")
_KNOWN_BY = ("article_id", "event_id", "word_count", *FACTS)
_EVENT_KNOWN_BY = ("event_id", "label", "article_count")


class Comparison:
    """Two datasets compared. ``left`` is the earlier one, or the one that another is held against."""

    def __init__(self, left: Tables, right: Tables):
        self._tables = (left, right)
        self._sides = (load(left), load(right))
        self.matching: Matching = match(*self._sides)
        self.events: EventChanges = compare(*self._sides, self.matching)
        self._sort_pairs()
        ours, theirs = self._sides
        self._went = fates(ours, theirs, self.matching.right_of, self.matching.left_of)
        self._came = fates(theirs, ours, self.matching.left_of, self.matching.right_of)

    def _sort_pairs(self) -> None:
        """Sorts the articles of both by what has changed of them: the text, else the facts, else the id."""
        left, right = self._sides
        ones, others = self.matching.left, self.matching.right
        text = left.bodies[ones] != right.bodies[others]
        facts = ~text & (left.facts[ones] != right.facts[others])
        ids = ~text & ~facts & (left.ids[ones] != right.ids[others])
        self._changed = {"text": text, "facts": facts, "id": ids}

    def summary(self) -> dict[str, dict[str, int]]:
        """The counts, by what is counted."""
        left, right = self._sides
        pages = len(np.intersect1d(left.pages, right.pages))
        changed = {name: int(which.sum()) for name, which in self._changed.items()}
        kinds = [change.kind for change in self.events.changes]
        return {
            "pages": {"both": pages, "only_a": len(left.pages) - pages, "only_b": len(right.pages) - pages},
            "places": self._places(),
            "articles": {
                "same": len(self.matching.left) - sum(changed.values()),
                **changed,
                **{f"{name}_{why}": len(articles) for name, why, articles, _ in self._partnerless()},
            },
            "events": {
                SAME: self.events.same,
                **{kind: kinds.count(kind) for kind in KINDS if kind != SAME},
                "same_with_other_id": self.events.other_id,
                "same_with_other_label": self.events.other_label,
            },
            "pairs_of_articles_in_one_event": {
                "a": self.events.pairs_left,
                "b": self.events.pairs_right,
                "both": self.events.pairs_both,
            },
        }

    def _places(self) -> dict[str, int]:
        """Places where articles stand, by whether the other side has the same article at the same place of the page."""
        left, right = self._sides
        partner = np.where(left.article == NOWHERE, NOWHERE, self.matching.right_of[left.article])
        ours = mixed(left.position, partner)[partner != NOWHERE]
        both = len(np.intersect1d(ours, mixed(right.position, right.article)))
        return {"both": both, "only_a": len(left.article) - both, "only_b": len(right.article) - both}

    def _partnerless(self) -> list[tuple[str, str, Numbers, Numbers]]:
        """The articles of one side only and the article of the other that now has their places, by what became of them."""
        found = []
        for name, fate, ways in (
            ("gone", self._went, ("into_another", "from_its_page", "with_its_page")),
            ("appeared", self._came, ("out_of_another", "on_a_page_of_both", "with_its_page")),
        ):
            taken = fate.into != NOWHERE
            for why, which in zip(ways, (taken, ~taken & fate.page_there, ~taken & ~fate.page_there), strict=True):
                found.append((name, why, fate.articles[which], fate.into[which]))
        return found

    @property
    def differs(self) -> bool:
        """Whether anything but the order of rows has changed."""
        found = self.summary()
        places = sum(found[what][side] for what in ("pages", "places") for side in ("only_a", "only_b"))
        articles = sum(count for name, count in found["articles"].items() if name != "same")
        renamed = self.events.other_id + self.events.other_label
        return bool(places or articles or self.events.changes or renamed)

    # The lists.

    def changed_events(self, most: int | None) -> list[Row]:
        """Changes of events, the largest first, each with its events on both sides and the articles that they share."""
        shown = self.events.changes[:most]
        a = self._rows(0, EVENTS, {one for change in shown for one in change.left}, _EVENT_KNOWN_BY)
        b = self._rows(1, EVENTS, {one for change in shown for one in change.right}, _EVENT_KNOWN_BY)
        return [_event_change(change, a, b) for change in shown]

    def changed_articles(self, what: str, most: int | None) -> list[Row]:
        """Articles of both whose ``text`` or ``facts`` have changed, or the ``id`` alone: the largest change first."""
        left, right = self._sides
        ones, others = (numbers[self._changed[what]] for numbers in (self.matching.left, self.matching.right))
        change = np.abs(left.words[ones] - right.words[others])
        order = np.lexsort((left.ids[ones], -np.maximum(left.words[ones], right.words[others]), -change))[:most]
        ones, others = ones[order], others[order]
        a, b = self._articles(0, ones), self._articles(1, others)
        found = [{"a": a[one], "b": b[other]} for one, other in zip(ones.tolist(), others.tolist(), strict=True)]
        if what == "text":
            self._add_excerpts(found, ones, others)
        return found

    def partnerless_articles(self, name: str, why: str, most: int | None) -> list[Row]:
        """Articles of one side only, the longest first; ``other`` is the other side's article that now has their places."""
        side = 0 if name == "gone" else 1
        here = self._sides[side]
        articles, into = next(found[2:] for found in self._partnerless() if found[:2] == (name, why))
        order = np.lexsort((here.ids[articles], -here.words[articles]))[:most]
        articles, into = articles[order], into[order]
        known, others = self._articles(side, articles), self._articles(1 - side, into[into != NOWHERE])
        return [
            {"article": known[one]} | ({} if other == NOWHERE else {"other": others[other]})
            for one, other in zip(articles.tolist(), into.tolist(), strict=True)
        ]

    def _articles(self, side: int, numbers: Numbers) -> dict[int, Row]:
        return self._rows(side, ARTICLES, set(numbers.tolist()), _KNOWN_BY)

    def _rows(self, side: int, table: Table, numbers: set[int], columns: Sequence[str], rows: int = ROWS) -> dict[int, Row]:
        return dict(rows_at(self._tables[side], table, numbers, columns, rows)) if numbers else {}

    def _add_excerpts(self, found: list[Row], ones: Numbers, others: Numbers) -> None:
        few = slice(0, _EXCERPTS)
        a = self._rows(0, ARTICLES, set(ones[few].tolist()), ("body",), TEXT_ROWS)
        b = self._rows(1, ARTICLES, set(others[few].tolist()), ("body",), TEXT_ROWS)
        for row, one, other in zip(found[few], ones[few].tolist(), others[few].tolist(), strict=True):
            before, after = (text["body"].split("\n\n") for text in (a[one], b[other]))
            row["out"] = [part for part in before if part not in set(after)][:_PARAGRAPHS]
            row["in"] = [part for part in after if part not in set(before)][:_PARAGRAPHS]


def rows_at(
    tables: Tables, table: Table, numbers: set[int], columns: Sequence[str], rows: int = ROWS
) -> Iterator[tuple[int, Row]]:
    """The rows of a table that have some numbers, counted from 0 in the order in which it is read."""
    wanted = np.array(sorted(numbers), np.int64)
    start = 0
    for batch in tables.batches(table, columns, size=rows):
        low, high = np.searchsorted(wanted, (start, start + batch.num_rows))
        here = wanted[low:high]
        yield from zip(here.tolist(), batch.take(here - start).to_pylist(), strict=True)
        start += batch.num_rows


def _event_change(change: Change, a: dict[int, Row], b: dict[int, Row]) -> Row:
    return {
        "kind": change.kind,
        "articles": change.articles,
        "a": [a[one] for one in change.left],
        "b": [b[other] for other in change.right],
        "shared": [
            {"a": a[one]["event_id"], "b": b[other]["event_id"], "articles": articles}
            for one, other, articles in change.shared
        ],
    }


def lists(found: Comparison, most: int | None) -> dict[str, list[Row]]:
    """All lists by name, each of at most so many changes, without those that are empty."""
    named = {"events": found.changed_events(most)}
    named |= {f"articles_{what}": found.changed_articles(what, most) for what in ("text", "facts", "id")}
    for name, why, *_ in found._partnerless():
        named[f"articles_{name}_{why}"] = found.partnerless_articles(name, why, most)
    return {name: listed for name, listed in named.items() if listed}
