"""A dataset's report as one file of HTML.

Everything in a dataset is text from the web, and hostile. Three things keep it text. jinja2 escapes whatever the template
shows, by default and not by care; ``text.py`` takes out what escaping leaves; and the page's own policy allows no script,
no address to be loaded and no style but the one sheet whose digest it names, so that even markup that slipped through would
do nothing. The report therefore runs no script of its own either: it folds with ``<details>``.
"""

import base64
import functools
import hashlib
import tomllib
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from pipelines.report import text
from pipelines.report.corrections import corrections
from pipelines.report.numbers import Numbers, count_all, likeness_bins
from pipelines.report.plots import bar_chart
from pipelines.report.samples import sample_pages
from pipelines.report.stories import largest_events
from pipelines.report.tally import Count, in_doubling_bins, scaled
from pipelines.report.timeline import Timeline, timeline
from pipelines.screen import counted
from pipelines.tables import Tables
from schemas.segments import KINDS

_LISTED = 15
"""Lines of a list such as that of outlets."""
_INPUTS = 20
"""Globs that are named."""


def make(folder: str | Callable[[str], str], manifest: dict[str, Any], pages: Sequence[str] = ()) -> str:
    """The report of a dataset as HTML. The same dataset and manifest give the same text.

    Args:
      folder: the folder that holds the tables, or what gives that of each file, as for ``Tables``.
      manifest: what the run said of itself.
      pages: ids of pages to be shown as they were cut; some are chosen where none are given.
    """
    tables = Tables(folder, manifest["files"])
    numbers = count_all(tables)
    stories = largest_events(tables)
    template, style = _template(), _style()
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return template.render(
        style=Markup(style),  # noqa: S704  (a file of ours)
        style_digest=digest,
        manifest=manifest,
        steps=manifest.get("steps", {}),
        rows=manifest["rows"],
        lead=_lead(manifest),
        inputs=_inputs(manifest),
        passed_over=_passed_over(manifest),
        numbers=numbers,
        stages=_stages(manifest, numbers),
        charts=_charts(numbers),
        times={"events": timeline(numbers.events_by_day), "articles": timeline(numbers.articles_by_day)},
        likeness=scaled(likeness_bins(numbers.near_by_likeness)),
        sizes=in_doubling_bins(numbers.events_by_size),
        copies=in_doubling_bins(numbers.articles_by_copies),
        languages=_languages(),
        stories=stories,
        largest=max((story.event["article_count"] for story in stories), default=1),
        samples=sample_pages(tables, stories, pages),
        corrections=corrections(tables),
        tables=_files(manifest),
        listed=_LISTED,
        kinds=[kind for kind in KINDS if kind != "blank"],
    )


@functools.cache
def _style() -> str:
    return (resources.files("pipelines.report") / "report.css").read_text("utf-8")


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("pipelines.report", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "shown": text.shown,
        "bdi": text.bdi,
        "clean": text.clean,
        "line": text.line,
        "web_address": text.web_address,
        "number": lambda value: f"{value:,}",
        "when": when,
        "facts": facts,
        "size": size,
        "percent": percent,
    }
    return environment.get_template("report.html.jinja")


@functools.cache
def _languages() -> dict[str, str]:
    """Names of languages by their codes, of those that there is a vocabulary of."""
    folder = resources.files("transforms.split") / "vocabulary"
    # The head of a file says its name; the tables of words below take half a second to parse.
    heads = (entry.read_text("utf-8").partition("\n[")[0] for entry in folder.iterdir() if entry.name.endswith(".toml"))
    found = (tomllib.loads(head) for head in heads)
    return {entry["language"]: entry["name"] for entry in found}


def when(time: datetime | None, precision: str | None = None) -> str:
    """A time as far as it is known.

    >>> when(datetime(2025, 6, 8, 22, 10), "minute"), when(datetime(2025, 6, 1), "month"), when(None)
    ('2025-06-08 22:10', '2025-06', '')
    """
    if time is None:
        return ""
    length = {"year": 4, "month": 7, "week": 10, "day": 10, None: 10}.get(precision, 16)
    return time.isoformat(" ")[:length]


def facts(article: dict[str, Any]) -> Markup:
    """What is known of an article besides its headline, on one line."""
    words, found = article["word_count"], article["occurrence_count"]
    said = [
        text.shown(article["outlet"], 60),
        when(article["published_at"], article["published_precision"]),
        _languages().get(article["language"], text.shown(article["language"], 20)),
        f"{words:,} word{'' if words == 1 else 's'}",
        f"found {found:,} times" if found > 1 else "found once",
    ]
    known = [article["outlet"], article["published_at"], article["language"], True, True]
    return Markup(" · ").join(part for part, there in zip(said, known, strict=True) if there)


def size(count: int) -> str:
    """Bytes in a unit that one can read.

    >>> size(900), size(168_474), size(5 << 30)
    ('900 B', '165 kB', '5.0 GB')
    """
    value, units = float(count), ["B", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value, units = value / 1024, units[1:]
    return f"{value:.0f} {units[0]}" if value >= 10 or units[0] == "B" else f"{value:.1f} {units[0]}"


def percent(part: int, whole: int) -> str:
    """
    >>> percent(1, 3), percent(1, 1000), percent(0, 0), percent(999, 1000)
    ('33 %', '< 1 %', '0 %', '> 99 %')
    """
    share = 100 * part / whole if whole else 0
    if 0 < share < 1:
        return "< 1 %"
    return "> 99 %" if 99 < share < 100 else f"{share:.0f} %"


def _inputs(manifest: dict[str, Any]) -> list[str]:
    return [str(given) for given in manifest.get("options", {}).get("inputs", [])][:_INPUTS]


def _lead(manifest: dict[str, Any]) -> str:
    """Where the articles come from, up to what the last run has read."""
    rows, added = manifest["rows"], manifest.get("added")
    cut = f"Cut from {counted(rows['pages'], 'page')}"
    if added is None:
        return cut
    new_events = manifest.get("steps", {}).get("events.events_new", 0)
    brought = ", ".join(counted(added[name], name[:-1]) for name in ("pages", "articles"))
    return f"{cut} in several runs. The last one added {brought} and {counted(new_events, 'new event')}"


def _passed_over(manifest: dict[str, Any]) -> list[Count]:
    """What reading left aside without rejecting it, by reason."""
    prefix = "read.passed_over."
    counts = {name.removeprefix(prefix): n for name, n in manifest.get("steps", {}).items() if name.startswith(prefix)}
    return scaled(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _files(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    tables = manifest["rows"]
    files = {name: [file for file in manifest["files"] if file["table"] == name] for name in tables}
    return [
        {"name": name, "rows": rows, "files": len(files[name]), "bytes": sum(file.get("bytes", 0) for file in files[name])}
        for name, rows in tables.items()
    ]


def _stages(manifest: dict[str, Any], numbers: Numbers) -> list[dict[str, Any]]:
    """The flow: for each step what there is behind it, what it is made up of, and what left on the way."""
    rows, steps = manifest["rows"], manifest.get("steps", {})
    matches = {count.name: count.count for count in numbers.matches.ranked()}
    roles = {count.name: count.count for count in numbers.roles.ranked()}
    # An append counts what it has read itself; the rest was read by the runs before it.
    files = None if manifest.get("added") else steps.get("read.files")
    several = rows["events"] - numbers.events_of_one
    return [
        _stage("records read", rows["pages"] + rows["rejects"], "#run", [
            ("pages", rows["pages"], "kept"), ("rejects", rows["rejects"], "lost"),
        ], f"from {counted(files, 'file')}" if files else ""),
        _stage("pages", rows["pages"], "#pages", [
            *((layout.name, layout.count, f"part{index}") for index, layout in enumerate(numbers.layouts.ranked(3))),
        ], size(numbers.bytes_of_pages)),
        _stage("articles found", rows["occurrences"], "#copies", [
            ("main", roles.get("main", 0), "part0"), ("related", roles.get("related", 0), "part1"),
        ], ""),
        _stage("distinct articles", rows["articles"], "#copies", [
            ("kept", matches.get("kept", 0), "kept"),
            ("exact copies folded", matches.get("exact", 0), "folded0"),
            ("near copies folded", matches.get("near", 0), "folded1"),
        ], f"{numbers.words:,} words"),
        _stage("events", rows["events"], "#events", [
            ("of several articles", several, "part0"), ("of one article", numbers.events_of_one, "part1"),
        ], ""),
    ]  # fmt: skip


def _stage(name: str, count: int, link: str, parts: list[tuple[str, int, str]], note: str) -> dict[str, Any]:
    total = sum(part for _, part, _ in parts) or 1
    placed, at = [], 0.0
    for part, of_it, look in parts:
        placed.append({"name": part, "count": of_it, "look": look, "at": at, "share": of_it / total})
        at += of_it / total
    return {"name": name, "count": count, "link": link, "parts": placed, "note": note}


def _charts(numbers: Numbers) -> dict[str, Markup]:
    charts = {
        "sizes": _chart(in_doubling_bins(numbers.events_by_size), "Events by number of articles", "events"),
        "copies": _chart(in_doubling_bins(numbers.articles_by_copies), "Articles by how often they were found", "articles"),
        "likeness": _chart(scaled(likeness_bins(numbers.near_by_likeness)), "Near copies by likeness", "near copies"),
    }
    for name, days in (("events", numbers.events_by_day), ("articles", numbers.articles_by_day)):
        charts[name] = _over_time(timeline(days), name)
    return charts


def _chart(bars: list[Count], label: str, unit: str) -> Markup:
    return bar_chart(bars, label, unit) if bars else Markup("")


def _over_time(found: Timeline | None, unit: str) -> Markup:
    several = found is not None and len(found.bars) > 1  # one bar tells nothing
    return _chart(found.bars, f"{unit.capitalize()} by {found.unit}", unit) if found and several else Markup("")
