"""From trees to events: their members are clustered, and each event that something joins is described anew.

A tree is clustered as if all of it were new. Then every earlier event goes as a whole to where most of its articles are,
and keeps its id.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import AsSingleton, TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.event_changes import EventChange
from schemas.events import Event
from schemas.records import Described, InEvent, KnownEvent, Member, Patch
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count
from transforms.common.join import Group, Join
from transforms.events import cluster, leaders, overridden
from transforms.events.describe import describe_event
from transforms.events.overridden import Plan
from transforms.events.reconcile import LABEL, reconcile
from transforms.events.surroundings import Surroundings


def spread(members: Iterable[Member], most: int = leaders.MAX_TREE) -> list[Member]:
    """The members of a tree that are clustered: the new ones, and of each earlier event no more than there is room for.

    Those of least ids, which are digests.
    """
    sizes: Counter[str] = Counter()
    new = 0
    for member in members:
        new += member.event_id is None
        if member.event_id is not None:
            sizes[member.event_id] += 1
    if sizes.total() + new <= most:
        return list(members)
    room = max(1, (most - min(new, most)) // max(1, len(sizes)))
    chosen: dict[str, list[tuple[str, int, Member]]] = {}
    fresh = []
    for number, member in enumerate(members):
        if member.event_id is None:
            fresh.append(member)
            continue
        held = chosen.setdefault(member.event_id, [])
        held.append((member.described.article_id, number, member))
        if len(held) > 2 * room:
            held[:] = heapq.nsmallest(room, held, key=lambda entry: entry[0])
    return fresh + [
        entry[2] for held in chosen.values() for entry in heapq.nsmallest(room, held, key=lambda entry: entry[0])
    ]


class ClusterEarlier(beam.DoFn):
    """The members of a tree by the key of their event; of earlier events only those that something joins."""

    def process(
        self,
        element: tuple[str, Iterable[Member]],
        among: Surroundings,
        labels: frozenset[str],
        forced: frozenset[str] = frozenset(),
    ) -> Iterator[tuple[str, Member]]:
        _, members = element
        count("events", "trees")
        looked_at = spread(members)  # about leaders.MAX_TREE at most, since large trees come in parts
        event_of = {m.described.article_id: m.event_id for m in looked_at if m.event_id is not None}
        keyed = [
            pair
            for found in cluster.average_link([member.described for member in looked_at], among)
            for pair in cluster.event_keys(found)
        ]
        of_events, of_new = reconcile(keyed, event_of)
        changed = set(of_new.values()) | {f"{LABEL}{label}" for label in labels}
        changed |= {of_events[m.event_id] for m in members if m.event_id is not None and (m.gains or m.event_id in forced)}
        for member in members:
            key = of_new[member.described.article_id] if member.event_id is None else of_events[member.event_id]
            if key in changed:
                yield key, member


class FinishEvent(beam.DoFn):
    """The members of an event to its row and, tagged, what that means for its articles and for earlier events."""

    ASSIGNMENTS, PATCHES, REPLACED, CHANGES = "assignments", "patches", "replaced", "changes"

    def __init__(self, known: tuple[KnownEvent, ...], run: int):
        self._labels = {event.external_id: event.label for event in known}
        self._run = run

    def process(self, element: tuple[str, Iterable[Member]], plan: Plan | None = None) -> Iterator[Any]:
        key, members = element
        division = plan.divisions.get(key) if plan is not None else None
        by_user = plan is not None and plan.joined(key)
        if division is None:
            yield from self._finish(key, members, by_user)
            return
        for name, part in overridden.divided(members, division, _described, _event_of):
            count("events", "parts_by_overrides")
            yield from self._finish(name, part, by_user)

    def _finish(self, key: str, members: Iterable[Member], by_user: bool) -> Iterator[Any]:
        external_id = key.removeprefix(LABEL) if key.startswith(LABEL) else None
        earlier: dict[str, int] = {}
        label, labelled, new = None, True, 0
        for member in members:
            new += member.event_id is None
            if member.event_id is not None:
                earlier[member.event_id] = member.created_run
                label = min(filter(None, (label, member.label)), default=None)
                labelled = labelled and member.described.event_label is not None
        event_id, created = None, self._run
        if earlier:
            created, event_id = min((since, event) for event, since in earlier.items())
        event = describe_event(
            external_id,
            self._labels.get(external_id or "", label),
            lambda: (member.described for member in members),
            event_id,
            created,
        )
        if external_id in self._labels:
            count("events", "known_events_found")
        count("events", "events_changed" if earlier else "events_new")
        count("events", "articles_of_events_new", new)
        yield event
        for member in members:
            article_id = member.described.article_id
            if member.event_id is None:
                assigned = InEvent(article_id, event.event_id, event.article_count, member.described.background)
                yield TaggedOutput(self.ASSIGNMENTS, (article_id, assigned))
            else:
                patch = Patch(
                    article_id, event.event_id, event.article_count, member.event_id != event.event_id, member.gains
                )
                yield TaggedOutput(self.PATCHES, (member.file, patch))
        for gone in sorted(earlier):
            yield TaggedOutput(self.REPLACED, (gone, True))
            if gone != event.event_id:
                count("events", "events_joined")
                reason = "label" if external_id is not None and labelled else "override" if by_user else "likeness"
                yield TaggedOutput(self.CHANGES, EventChange(gone, event.event_id, self._run, reason))


def _described(member: Member) -> Described:
    return member.described


def _event_of(member: Member) -> str | None:
    return member.event_id


def _unreplaced(element: tuple[str, Iterable[bytes]]) -> Iterator[Event]:
    group = Group(element[1], [Event, bool])
    if next(group.of(1), None) is None:
        yield from group.of(0)


def _counted(event: Event) -> Event:
    count("events", "events")
    count("events", "articles_of_events", event.article_count)
    count("events", "occurrences_of_events", event.occurrence_count)
    return event


class FinishEvents(beam.PTransform):
    """Members by the key of their event, and all earlier events, to all events and what became of articles and events.

    Gives ``events``, ``changes``, ``assignments`` of new articles, and ``patches`` of earlier ones by their file.

    Args:
      known: events that the user already has.
      run: the number of this run.
      plan: side inputs, the plan of what the user says of events, or none.
    """

    def __init__(self, known: tuple[KnownEvent, ...], run: int, plan: list[AsSingleton]):
        super().__init__()
        self._known, self._run, self._plan = known, run, plan

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, ...]) -> dict[str, beam.PCollection]:
        clustered, events = inputs
        finished = (
            clustered
            | "Group events" >> beam.GroupByKey()
            | "Finish"
            >> beam.ParDo(FinishEvent(self._known, self._run), *self._plan).with_outputs(
                FinishEvent.ASSIGNMENTS, FinishEvent.PATCHES, FinishEvent.REPLACED, FinishEvent.CHANGES, main="events"
            )
        )
        kept = (
            (
                events | "Key events" >> beam.Map(lambda e: (e.event_id, e)).with_output_types(tuple[str, Event]),
                finished[FinishEvent.REPLACED] | "Gone" >> beam.Map(lambda p: p).with_output_types(tuple[str, bool]),
            )
            | "Join replaced" >> Join(Event, bool)
            | "Unchanged" >> beam.FlatMap(_unreplaced).with_output_types(Event)
        )
        changed = finished.events | "Changed" >> beam.Map(lambda e: e).with_output_types(Event)
        patches = finished[FinishEvent.PATCHES]
        assignments = finished[FinishEvent.ASSIGNMENTS]
        return {
            "events": (kept, changed) | "All events" >> beam.Flatten() | "Count events" >> beam.Map(_counted),
            "changes": finished[FinishEvent.CHANGES] | "Changes" >> beam.Map(lambda c: c).with_output_types(EventChange),
            "assignments": assignments | "Assignments" >> beam.Map(lambda p: p).with_output_types(tuple[str, InEvent]),
            "patches": patches | "Patches" >> beam.Map(lambda p: p).with_output_types(tuple[str, Patch]),
        }
