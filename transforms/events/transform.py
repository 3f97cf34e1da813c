"""GroupEvents: distinct articles to events, and each article's event.

What travels of an article is a vector of at most 40 terms and what names it, never its text.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.events import Event
from schemas.records import Described, InEvent, Terms, Vector, Version
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count
from transforms.common.forest import Edge, SpanningForest, bounded_components
from transforms.common.join import Group, Join
from transforms.events import cluster, weigh
from transforms.events.describe import assignments, describe_event
from transforms.events.terms import telling_terms

_LEAD = 120


def extract_terms(version: Version) -> tuple[str, Terms]:
    """A version's most telling terms, under its id."""
    found = telling_terms(version.title, version.body, version.language)
    lead = " ".join(version.body[: 2 * _LEAD].split())
    return version.text_id, Terms(
        article_id=version.text_id,
        terms=tuple(term for term, _, _ in found),
        counts=tuple(number for _, number, _ in found),
        chances=tuple(chance for _, _, chance in found),
        lead=lead if len(lead) <= _LEAD else lead[:_LEAD].rsplit(" ", 1)[0] + "…",
    )


def _kept_terms(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[Version, Terms]]:
    group = Group(element[1], [Version, Terms])
    version = next(group.of(0), None)
    if version is not None:
        yield version, next(group.of(1))


def _describe(element: tuple[Version, Terms], articles: int, counts: dict[str, int]) -> Described:
    return weigh.describe(*element, weigh.Corpus(articles, counts))


def _blocks(article: Described) -> Iterator[tuple[str, Vector]]:
    vector = cluster.pack(article)
    for block in article.blocks:
        yield block, vector


class CompareBlock(beam.DoFn):
    """The edges within a block."""

    def process(self, element: tuple[str, Iterable[Vector]], articles: int) -> Iterator[Edge]:
        block, members = element
        listed = list(members)  # at most weigh.MAX_BLOCK
        count("events", "blocks")
        for found in cluster.block_edges(block, listed, cluster.PRUNE * cluster.threshold(articles)):
            count("events", "edges")
            yield found


def _by_component(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, Described]]:
    article_id, values = element
    group = Group(values, [Described, str])
    root = next(group.of(1), article_id)
    for article in group.of(0):
        yield root, article


class ClusterComponent(beam.DoFn):
    """The articles of a component, by the key of their event."""

    def process(self, element: tuple[str, Iterable[Described]], articles: int) -> Iterator[tuple[str, Described]]:
        _, members = element
        listed = list(members)  # at most cluster.MAX_COMPONENT
        count("events", "components")
        for found in cluster.average_link(listed, cluster.threshold(articles)):
            yield from cluster.event_keys(found)


class DescribeEvent(beam.DoFn):
    """The row of an event and, tagged, the assignments of its articles."""

    ASSIGNMENTS = "assignments"

    def process(
        self, element: tuple[str, Iterable[Described]]
    ) -> Iterator[Event | TaggedOutput[Literal["assignments"], tuple[str, InEvent]]]:
        key, members = element
        kind, _, name = key.partition(":")
        event = describe_event(name if kind == "label" else None, lambda: members)
        count("events", "events")
        count("events", "articles_of_events", event.article_count)
        count("events", "occurrences_of_events", event.occurrence_count)
        yield event
        for assignment in assignments(event, members):
            yield TaggedOutput(self.ASSIGNMENTS, assignment)


class GroupEvents(beam.PTransform):
    """Versions with their text, and kept versions, to ``Event``s and ``InEvent``s by article.

    Args:
      id_limit: how many articles that are like another one worker may hold the ids of.
    """

    def __init__(self, id_limit: int):
        super().__init__()
        self._id_limit = id_limit

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, beam.PCollection]) -> dict[str, beam.PCollection]:
        versions, kept = inputs
        terms = versions | "Terms" >> beam.Map(extract_terms).with_output_types(tuple[str, Terms])
        by_id = kept | "Key kept" >> beam.Map(lambda v: (v.text_id, v)).with_output_types(tuple[str, Version])
        pairs = (
            (by_id, terms)
            | "Join terms" >> Join(Version, Terms)
            | "Kept terms" >> beam.FlatMap(_kept_terms).with_output_types(tuple[Version, Terms])
        )
        total = beam.pvalue.AsSingleton(kept | "Count articles" >> beam.combiners.Count.Globally())
        frequencies = beam.pvalue.AsSingleton(
            pairs
            | "Each term" >> beam.FlatMap(lambda pair: ((t, 1) for t in pair[1].terms)).with_output_types(tuple[str, int])
            | "Count terms" >> beam.CombinePerKey(sum)
            | "Shared terms" >> beam.Filter(lambda pair: pair[1] > 1)
            | "Most frequent" >> beam.CombineGlobally(weigh.MostFrequent())
        )
        articles = pairs | "Weigh" >> beam.Map(_describe, total, frequencies).with_output_types(Described)
        membership = (
            articles
            | "Blocks" >> beam.FlatMap(_blocks).with_output_types(tuple[str, Vector])
            | "Group blocks" >> beam.GroupByKey()
            | "Compare" >> beam.ParDo(CompareBlock(), total).with_output_types(Edge)
            | "Forest" >> beam.CombineGlobally(SpanningForest(self._id_limit, "articles are like another"))
            | "Components" >> beam.FlatMap(bounded_components, cluster.MAX_COMPONENT).with_output_types(tuple[str, str])
        )
        described = (
            (
                articles | "Key articles" >> beam.Map(lambda a: (a.article_id, a)).with_output_types(tuple[str, Described]),
                membership,
            )
            | "Join components" >> Join(Described, str)
            | "By component" >> beam.FlatMap(_by_component).with_output_types(tuple[str, Described])
            | "Group components" >> beam.GroupByKey()
            | "Cluster" >> beam.ParDo(ClusterComponent(), total).with_output_types(tuple[str, Described])
            | "Group events" >> beam.GroupByKey()
            | "Describe" >> beam.ParDo(DescribeEvent()).with_outputs(DescribeEvent.ASSIGNMENTS, main="events")
        )
        return {"events": described.events, "assignments": described[DescribeEvent.ASSIGNMENTS]}
