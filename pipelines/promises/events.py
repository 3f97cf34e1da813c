"""Events with the articles that belong to them: counts, dates, outlets, languages, ids."""

from collections import Counter
from typing import Any

from pipelines.promises.files import Sound
from pipelines.promises.findings import Findings
from pipelines.promises.spill import Meetings
from schemas.tables import EVENTS
from transforms.common.ids import event_id as id_from
from transforms.common.times import from_micros, to_micros

_COUNTS, _RESOLVE = "counts agree", "references resolve"
LISTED = 20
"""Outlets and languages that an event names at most (``transforms/events/describe.py``, which needs scipy)."""


def read_events(sound: Sound, meetings: Meetings) -> None:
    """Puts the events aside to meet their articles."""
    for path, row in sound.rows(EVENTS, [field.name for field in EVENTS.fields()]):
        dates = {name: row[name] and to_micros(row[name]) for name in ("first_published_at", "last_published_at")}
        meetings.add("event", row["event_id"], row | dates | {"path": path})


def check_events(meetings: Meetings, part: int, findings: Findings) -> None:
    """Checks the events of a part against their articles."""
    events, members = meetings.of("event", part), meetings.of("member", part)
    for event_id in sorted(set(members) - set(events)):
        for member in members[event_id]:
            findings.add(_RESOLVE, "articles", member["article_id"], f"Its event {event_id} is not there.")
    for event_id, rows in events.items():
        if len(rows) > 1:
            paths = ", ".join(row["path"] for row in rows[:3])
            findings.add("keys are unique", "events", event_id, f"It is in {len(rows)} places: {paths}.")
        for row in rows:
            _check_event(row, members.get(event_id, []), findings)


def _check_event(row: dict[str, Any], members: list[dict[str, Any]], findings: Findings) -> None:
    event_id = row["event_id"]
    for column, found in (
        ("article_count", len(members)),
        ("occurrence_count", sum(member["occurrence_count"] for member in members)),
    ):
        if row[column] != found:
            findings.add(_COUNTS, "events", event_id, f"Its {column} is {row[column]}, and its articles come to {found}.")
    dates = [member["published"][0] for member in members if member["published"]]
    for column, date in (("first_published_at", min(dates, default=None)), ("last_published_at", max(dates, default=None))):
        if row[column] != date:
            message = f"Its {column} is {_shown(row[column])}, and that of its articles {_shown(date)}."
            findings.add("events span their articles", "events", event_id, message)
    for column, name in (("outlets", "outlet"), ("languages", "language")):
        counts = Counter(member[name] for member in members if member[name])
        ranked = [value for value, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:LISTED]]
        if row[column] != ranked:
            message = f"Its {column} are {row[column][:5]}, and those of its articles, most first, {ranked[:5]}."
            findings.add("events name their articles' outlets and languages", "events", event_id, message)
    ids = {member["article_id"] for member in members}
    if row["representative_article_id"] not in ids:
        message = f"It is represented by {row['representative_article_id']}, which is not among its articles."
        findings.add(_RESOLVE, "events", event_id, message)
    if ids and event_id not in map(id_from, ids):
        findings.add("ids are digests of founding articles", "events", event_id, "Its id is that of none of its articles.")


def _shown(micros: int | None) -> str | None:
    return None if micros is None else from_micros(micros).isoformat()
