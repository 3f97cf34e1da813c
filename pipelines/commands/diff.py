"""Shows what has changed from one dataset to another: articles and events that appeared, went, merged, split, changed.

It is how one judges a new version of Clipbook, or other settings, before taking them into use: run both over the same
pages and compare. An article is known again by its id, or, where its text has changed, by the places where it stands; an
event by its articles. Counts come first, then the changes, the largest first.
"""

from argparse import Namespace
from datetime import datetime
from typing import Any

from pipelines.compare.findings import FACTS, Comparison, Row, lists
from pipelines.published import Published, open_published
from pipelines.screen import Screen, clean, cut
from pipelines.tables import Tables
from pipelines.usage import Parser, positive

EXAMPLES = """\
clipbook diff output output-new
clipbook diff output output-new --limit 50 | less -R
clipbook diff output output-new --json | jq .summary
clipbook diff output output-new --limit 0 --json > changes.json
clipbook diff output output-new --exit_code > /dev/null || echo 'something has changed'
"""

_SHOWN = 10
_EVENTS_SHOWN = 6
"""Events of one change on each side; behind a change of many there is mostly one that took all."""
_WIDTH = 100
"""Columns of a headline or a paragraph."""
_BEFORE = 40
"""Signs that are shown before what differs."""
_PARAGRAPH = 4 * _WIDTH
"""Signs of a paragraph that are looked at: it may hold nothing but spaces."""
_TABLES = ("pages", "rejects", "occurrences", "articles", "events", "segments", "furniture")

_ARTICLES = {
    "same": "the same",
    "text": "with another text",
    "facts": "with another headline, outlet, date or language",
    "id": "with another id and nothing else",
    "gone_into_another": "only in A: B has folded them into another article",
    "gone_from_its_page": "only in A: B has their page, and finds no such article there",
    "gone_with_its_page": "only in A, with their pages",
    "appeared_out_of_another": "only in B: A had folded them into another article",
    "appeared_on_a_page_of_both": "only in B: A has their page, and found no such article there",
    "appeared_with_its_page": "only in B, with their pages",
}
_EVENTS = {
    "same": "of the same articles",
    "size": "with articles that only one dataset has",
    "split": "split",
    "merged": "merged from several",
    "moved": "groups of events between which articles moved",
    "appeared": "only in B",
    "gone": "only in A",
    "same_with_other_id": "of the same articles, under another id",
    "same_with_other_label": "of the same articles, under another label",
}
_HEADS = {f"articles_{name}": f"Articles {text}" for name, text in _ARTICLES.items()} | {"events": "Events, the changes"}


def add_arguments(parser: Parser) -> None:
    parser.add_argument("a", metavar="DIR_A", help="the dataset as it was")
    parser.add_argument("b", metavar="DIR_B", help="the dataset as it is now")
    parser.add_argument("--json", action="store_true", help="print one object of JSON")
    parser.add_argument(
        "--limit", type=_limit, default=_SHOWN, metavar="N", help=f"changes of each kind, 0 for all (default: {_SHOWN})"
    )
    parser.add_argument("--exit_code", action="store_true", help="end with status 1 where anything has changed")


def _limit(text: str) -> int:
    return 0 if text == "0" else positive(text)


def run(arguments: Namespace) -> int:
    """Compares two datasets; 0, or 1 where they differ and the caller asked for that.

    Raises:
      UsageError: if one of them is none.
    """
    a, b = open_published(arguments.a), open_published(arguments.b)
    found = Comparison(_tables(a), _tables(b))
    screen = Screen()
    most = arguments.limit or None
    if arguments.json:
        rows = {name: {"a": a.rows.get(name, 0), "b": b.rows.get(name, 0)} for name in _TABLES}
        listed = {name: [_plain(row) for row in listed] for name, listed in lists(found, most).items()}
        screen.json({"a": a.name, "b": b.name, "differs": found.differs, "rows": rows, "summary": found.summary(), **listed})
    else:
        _show(a, b, found, most, screen)
    return int(arguments.exit_code and found.differs)


def _tables(dataset: Published) -> Tables:
    folder = dataset.name.rstrip("/") if "://" in dataset.name else dataset.folder
    return Tables(folder, dataset.manifest["files"])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _show(a: Published, b: Published, found: Comparison, most: int | None, screen: Screen) -> None:
    screen.line(f"A is {clean(a.name)}, B is {clean(b.name)}.\n")
    rows = [(name, a.rows.get(name, 0), b.rows.get(name, 0)) for name in _TABLES]
    compared = [
        (name, f"{ours:,}", f"{theirs:,}", f"{theirs - ours:+,}" if theirs != ours else "") for name, ours, theirs in rows
    ]
    screen.table(("rows", "A", "B", "change"), compared, right=(1, 2))
    summary = found.summary()
    for head, name in (("Pages", "pages"), ("Places where articles stand", "places")):
        _section(head, screen)
        found_in = summary[name]
        _counts({"of both": found_in["both"], "only in A": found_in["only_a"], "only in B": found_in["only_b"]}, screen)
    _section("Articles", screen)
    _counts({text: summary["articles"][name] for name, text in _ARTICLES.items()}, screen)
    _section("Events", screen)
    _counts({text: summary["events"][name] for name, text in _EVENTS.items()}, screen)
    pairs = summary["pairs_of_articles_in_one_event"]
    for ours, theirs, side in (("A", "B", pairs["a"]), ("B", "A", pairs["b"])):
        if side:
            share = f"{100 * pairs['both'] / side:.1f} %"
            many = "pair" if side == 1 else "pairs"
            screen.line(f"  of {side:,} {many} of articles that are one event in {ours}, {share} are one in {theirs}")
    for name, listed in lists(found, most).items():
        total = len(found.events.changes) if name == "events" else summary["articles"][name.removeprefix("articles_")]
        _section(f"{_HEADS[name]}{f', {len(listed):,} of {total:,}' if total > len(listed) else ''}", screen)
        for row in listed:
            _show_event_change(row, screen) if name == "events" else _show_article_change(row, screen)


def _section(head: str, screen: Screen) -> None:
    screen.line(f"\n{screen.bold(head)}")


def _counts(counts: dict[str, int], screen: Screen) -> None:
    """Prints the counts that are not nothing; the first one always."""
    first = next(iter(counts))
    for text, count in counts.items():
        if count or text == first:
            screen.line(f"{count:>8,}  {text}")


def _show_event_change(row: Row, screen: Screen) -> None:
    count = row["articles"]
    screen.line(f"  {row['kind']}, {count:,} article{'' if count == 1 else 's'}")
    for side, sign, code in (("a", "-", "31"), ("b", "+", "32")):
        for event in row[side][:_EVENTS_SHOWN]:
            screen.line(_line(sign, event["event_id"], event["article_count"], event["label"], screen, code))
        if len(row[side]) > _EVENTS_SHOWN:
            screen.line(screen.dim(f"    {sign} and {len(row[side]) - _EVENTS_SHOWN:,} more"))


def _show_article_change(row: Row, screen: Screen) -> None:
    if "article" in row:
        screen.line(_article(" ", row["article"], screen, ""))
        if "other" in row:
            screen.line(_article("→", row["other"], screen, "2"))
        return
    a, b = row["a"], row["b"]
    screen.line(_article("-", a, screen, "31"))
    screen.line(_article("+", b, screen, "32"))
    for name in FACTS:
        if a[name] != b[name] and name != "title":
            screen.line(f"        {name}: {clean(str(a[name]))} → {clean(str(b[name]))}")
    out, into = row.get("out", []), row.get("in", [])
    start = _first_difference(out[0], into[0]) if out and into else 0
    for sign, code, parts in (("-", "31", out), ("+", "32", into)):
        for number, part in enumerate(parts):
            begin = start if number == 0 else 0
            shown = clean(part[begin : begin + _PARAGRAPH])
            screen.line(screen.styled(f"        {sign} {'… ' if begin else ''}{cut(shown, _WIDTH)}", code))


def _first_difference(one: str, other: str) -> int:
    """Where two paragraphs begin to be shown, so that what differs is seen: some words before it.

    >>> _first_difference("The ferry sails.", "The ferry sank."), _first_difference("word " * 50 + "a", "word " * 50 + "b")
    (0, 210)
    """
    common = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if common < _WIDTH - _BEFORE:
        return 0
    return one.rfind(" ", 0, common - _BEFORE) + 1


def _article(sign: str, article: Row, screen: Screen, code: str) -> str:
    title = article["title"] or "(no headline)"
    return _line(sign, article["article_id"], article["word_count"], title, screen, code, "word")


def _line(sign: str, name: str, count: int, text: str, screen: Screen, code: str, unit: str = "article") -> str:
    unit = unit if count == 1 else f"{unit}s"
    return screen.styled(f"    {sign} {name}  {count:>6,} {unit:<8}  {cut(clean(text), _WIDTH)}", code)
