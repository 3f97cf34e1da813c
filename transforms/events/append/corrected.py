"""What the user's overrides do to events in an append: ``overridden`` makes the plan, here is what it is made from.

An earlier event is joined with others, or takes new articles in, where the user says so, and is never divided.
"""

from collections.abc import Iterable, Iterator

import apache_beam as beam
from apache_beam.pvalue import AsDict, AsSingleton
from apache_beam.typehints.decorators import no_annotations

from schemas.index import ARTICLES_INDEX, IndexedArticle
from schemas.overrides import SAME_EVENT
from schemas.records import Member, Override
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.earlier import Earlier, LookUp, ToSet
from transforms.events import overridden
from transforms.events.overridden import Plan, Standing


def forced_events(lines: Iterable[Override], meant: dict[str, str], event_of: dict[str, str]) -> frozenset[str]:
    """Earlier events that become one with another one, or take new articles in, because the user says so.

    Args:
      lines: the overrides.
      meant: names in them with the articles that they mean.
      event_of: the events of those of these articles that are of earlier runs.
    """
    found: set[str] = set()
    for line in lines:
        if line.kind == SAME_EVENT:
            articles = {meant[name] for name in line.names if name in meant}
            events = {event_of.get(article, article) for article in articles}
            if len(events) > 1:
                found |= {event_of[article] for article in articles if article in event_of}
    return frozenset(found)


class WhatIsSaid(beam.PTransform):
    """The articles that names in overrides mean to what the user says of them.

    Gives ``meant`` again, the one set ``ids`` of these articles, the ``events`` of the earlier ones by id, and the one set
    of those events that are ``forced``, as ``forced_events`` has it.

    Args:
      earlier: the dataset.
      overrides: what the user says of events.
    """

    def __init__(self, earlier: Earlier, overrides: tuple[Override, ...]):
        super().__init__()
        self._earlier, self._overrides = earlier, overrides

    @no_annotations
    def expand(self, meant: beam.PCollection) -> dict[str, beam.PCollection]:
        ids = meant | "Ids meant" >> beam.Values().with_output_types(str)
        held = ids | "Set of ids" >> beam.CombineGlobally(ToSet())
        without = ("terms", "counts", "names", "name_counts", "name_chances", "lead", "title")
        events = (
            ids
            | "Look up meant" >> LookUp(self._earlier, ARTICLES_INDEX, "article_id", without=without)
            | "Really meant"
            >> beam.Filter(lambda row, ids: row.article_id in ids, AsSingleton(held)).with_output_types(IndexedArticle)
            | "Events of meant" >> beam.Map(lambda row: (row.article_id, row.event_id)).with_output_types(tuple[str, str])
        )
        forced = (
            meant.pipeline
            | "Once to force" >> beam.Create([self._overrides])
            | "Forced" >> beam.Map(forced_events, AsDict(meant), AsDict(events)).with_output_types(frozenset[str])
        )
        return {"meant": meant, "ids": held, "events": events, "forced": forced}


def _standing(element: tuple[str, Member], ids: frozenset[str]) -> Iterator[tuple[str, Standing]]:
    key, member = element
    if member.described.article_id in ids:
        yield member.described.article_id, overridden.standing_of(key, member.described, member.event_id)


def _plan(
    _: None, lines: tuple[Override, ...], meant: dict[str, str], event_of: dict[str, str], standings: dict[str, Standing]
) -> Plan:
    """What is to be done; of earlier articles whose events nothing touches, the event is known from the index."""
    others = {article: Standing(f"{overridden.EVENT}{event}", None, event) for article, event in event_of.items()}
    return overridden.make_plan(lines, meant, others | standings)


class PlanEvents(beam.PTransform):
    """``clustered`` members by the key of their event, and what ``WhatIsSaid`` gives, to the one plan.

    Args:
      overrides: what the user says of events.
    """

    def __init__(self, overrides: tuple[Override, ...]):
        super().__init__()
        self._overrides = overrides

    @no_annotations
    def expand(self, found: dict[str, beam.PCollection]) -> beam.PCollection:
        clustered, meant, ids, events = (found[name] for name in ("clustered", "meant", "ids", "events"))
        standings = clustered | "Standings" >> beam.FlatMap(_standing, AsSingleton(ids)).with_output_types(
            tuple[str, Standing]
        )
        return (
            clustered.pipeline
            | "Once to plan" >> beam.Create([None])
            | "Plan" >> beam.Map(_plan, self._overrides, AsDict(meant), AsDict(events), AsDict(standings))
        )


def renamed(element: tuple[str, Member], plan: Plan) -> tuple[str, Member]:
    """A member by the key of what its event becomes."""
    return plan.key(element[0]), element[1]
