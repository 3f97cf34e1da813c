"""What the user has corrected: whether the dataset is as the table of overrides says that it is."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from pipelines.promises.files import Sound
from pipelines.promises.findings import Findings
from pipelines.promises.spill import Meetings
from schemas.overrides import APPLIED, KEEP, NEEDLESS, NOT_AN_ARTICLE, NOT_SAME_EVENT, OVERRIDES, SAME_EVENT, SEGMENT

_HOLDS = "overrides hold as they are said to"


@dataclass(slots=True)
class Corrections:
    """The lines that hold, and where the articles that they name have been seen to be. A person's file, so it is held."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    of_page: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    articles: dict[str, dict[str, Any]] = field(default_factory=dict)


def read_overrides(sound: Sound) -> Corrections:
    """The lines that were honoured. What a later run without overrides may undo counts only where the last one had some."""
    found = Corrections()
    given = sound.options.get("overrides")
    for _, row in sound.rows(OVERRIDES, [column.name for column in OVERRIDES.fields()]):
        undone = row["override"] in (NOT_SAME_EVENT, NOT_AN_ARTICLE) and not given
        if row["outcome"] in (APPLIED, NEEDLESS) and not undone:
            found.lines.append(row)
            if row["override"] == SEGMENT:
                found.of_page[row["page_id"]].append(row)
    return found


def check_page(page_id: str, segments: list[dict[str, Any]], corrections: Corrections, findings: Findings) -> None:
    """Checks that segments are of the kinds that the user says."""
    for line in corrections.of_page.get(page_id, ()):
        start, end = line["char_start"], line["char_end"]
        inside = [
            row
            for row in segments
            if row["kind"] != "blank"
            and (row["char_start"] == start if end is None else row["char_start"] < end and start < row["char_end"])
        ]
        if not inside or any(row["kind"] != line["kind"] for row in inside):
            kinds = ", ".join(dict.fromkeys(row["kind"] for row in inside)) or "nothing"
            findings.add(_HOLDS, "overrides", str(line["line"]), f"At {start} of {page_id} is {kinds}, not {line['kind']}.")


def note_articles(meetings: Meetings, part: int, corrections: Corrections) -> None:
    """Notes the events and kept copies of those articles of a part that lines name."""
    named = {name for line in corrections.lines for name in (*line["article_ids"], *line["names"])}
    if named:
        articles = meetings.of("article", part)
        corrections.articles.update((name, articles[name][0]) for name in named & articles.keys())


def check_overrides(corrections: Corrections, findings: Findings) -> None:
    """Checks what lines say of articles and events, once all articles have been seen."""
    for line in corrections.lines:
        problem = _problem(line, corrections.articles)
        if problem:
            findings.add(_HOLDS, "overrides", str(line["line"]), problem)


def _problem(line: dict[str, Any], articles: dict[str, dict[str, Any]]) -> str | None:
    kind, ids = line["override"], line["article_ids"]
    if kind == NOT_AN_ARTICLE:
        there = [name for name in line["names"] if name in articles]
        return f"{there[0]} is an article." if there else None
    missing = [article_id for article_id in ids if article_id not in articles]
    if missing:
        return f"There is no article {missing[0]}, which it is about."
    events = {articles[article_id]["event"] for article_id in ids}
    if kind == SAME_EVENT and len(events) > 1:
        return f"Its articles are of {len(events)} events: {', '.join(sorted(events)[:3])}."
    if kind == NOT_SAME_EVENT and len(ids) == 2 and len(events) == 1:
        return f"Both are of the event {events.pop()}."
    if kind == KEEP and len(ids) == 1 and "#" in line["names"][0]:
        page_id, index = articles[ids[0]]["kept"]
        if line["outcome"] == APPLIED and f"{page_id}#{index}" != line["names"][0]:
            return f"{page_id}#{index} is kept."
    return None
