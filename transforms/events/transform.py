"""GroupEvents: distinct articles to events, and each article's event.

What travels of an article is a vector of at most 60 terms and what names it, never its text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

import apache_beam as beam
from apache_beam.pvalue import AsDict, AsSingleton, TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.events import Event
from schemas.overrides import NOT_SAME_EVENT, SAME_EVENT
from schemas.records import (
    NO_FIGURES,
    Asked,
    Described,
    Figures,
    InEvent,
    KnownEvent,
    Noticed,
    Override,
    Terms,
    Vector,
    Version,
)
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count, tally
from transforms.common.earlier import ToSet
from transforms.common.hashing import of_words
from transforms.common.join import Group, Join, each_with
from transforms.common.parts import deal
from transforms.events import cluster, leaders, likeness, neighbours, overridden, weigh
from transforms.events.describe import assignments, describe_event
from transforms.events.known import KnownEvents
from transforms.events.likeness import MILLION
from transforms.events.names import names
from transforms.events.neighbours import Neighbourhood
from transforms.events.overridden import Plan, Standing
from transforms.events.surroundings import (
    AddSums,
    Sampled,
    Sums,
    Surroundings,
    TakeSample,
    sampled,
    sums_of,
    surroundings,
    told,
)
from transforms.events.terms import telling_terms

PRUNE = 0.7
"""Share of the threshold from which on an article is led by another one. Lower, trees grow and events hardly change."""
_LEAD = 120


def extract_terms(version: Version) -> tuple[str, Terms]:
    """A version's most telling terms, under its id."""
    found, particulars = telling_terms(version.title, version.body, version.language)
    named = names(version.title, version.body, version.language)
    lead = " ".join(version.body[: 2 * _LEAD].split())
    return version.text_id, Terms(
        article_id=version.text_id,
        terms=tuple(term for term, _ in found),
        counts=tuple(number for _, number in found),
        particulars=particulars,
        names=tuple(name for name, _, _ in named),
        name_counts=tuple(number for _, number, _ in named),
        name_chances=tuple(chance for _, _, chance in named),
        lead=lead if len(lead) <= _LEAD else lead[:_LEAD].rsplit(" ", 1)[0] + "…",
        word_count=version.word_count,
    )


class WithTerms(beam.PTransform):
    """Kept versions, and terms by the ids of their texts, to each version with its own."""

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, beam.PCollection]) -> beam.PCollection:
        kept, terms = inputs
        by_id = kept | "Key kept" >> beam.Map(lambda v: (v.text_id, v)).with_output_types(tuple[str, Version])
        return (
            (by_id, terms)
            | "Join terms" >> Join(Version, Terms)
            | "Kept terms"
            >> beam.FlatMap(lambda pair: each_with(pair[1], Version, Terms)).with_output_types(tuple[Version, Terms])
        )


def _terms(element: tuple[Version, Terms], parts: int) -> Iterator[tuple[int, list[str]]]:
    """Terms of an article by part."""
    terms = element[1].terms
    for part, places in deal(of_words(terms), parts):
        yield part, [terms[place] for place in places.tolist()]


def _names(element: tuple[Version, Terms], parts: int) -> Iterator[tuple[int, tuple[str, list[str]]]]:
    """Names of an article by part, with its language."""
    version, terms = element
    if version.language is not None:
        for part, places in deal(of_words(terms.names), parts):
            yield part, (version.language, [terms.names[place] for place in places.tolist()])


class Weigh(beam.DoFn):
    """A version and its terms as a ``Described`` article, with the known event that it belongs to as its label."""

    def __init__(self, known: tuple[KnownEvent, ...]):
        self._events = known
        self._known: KnownEvents | None = None

    def process(
        self, element: tuple[Version, Terms], articles: int, counts: dict[str, int], names: dict[str, int]
    ) -> Iterator[Described]:
        tally("events.weighed")
        if self._known is None or self._known.corpus.counts is not counts:
            self._known = KnownEvents(self._events, weigh.Corpus(articles, counts, names))
        yield self._known.claim(weigh.describe(*element, self._known.corpus))


class DescribeArticles(beam.PTransform):
    """Kept versions with their terms to one ``Described`` each."""

    def __init__(self, total: AsSingleton, known: tuple[KnownEvent, ...], parts: beam.pvalue.AsSideInput):
        super().__init__()
        self._total = total
        self._known = known
        self._parts = parts

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, beam.PCollection]) -> beam.PCollection:
        pairs = inputs | "With terms" >> WithTerms()
        frequencies = (
            pairs
            | "Terms by part" >> beam.FlatMap(_terms, self._parts).with_output_types(tuple[int, list[str]])
            | "Group terms" >> beam.GroupByKey()
            | "Count terms" >> beam.Map(lambda part: weigh.shared_terms(part[1])).with_output_types(list[tuple[str, int]])
            | "Most frequent" >> beam.CombineGlobally(weigh.MostFrequent()).as_singleton_view()
        )
        shared_names = (
            pairs
            | "Names by part" >> beam.FlatMap(_names, self._parts).with_output_types(tuple[int, tuple[str, list[str]]])
            | "Group names" >> beam.GroupByKey()
            | "Count names"
            >> beam.Map(lambda part: weigh.names_of_several(part[1])).with_output_types(list[tuple[str, int]])
            | "Most frequent names" >> beam.CombineGlobally(weigh.MostFrequent()).as_singleton_view()
        )
        weigher = beam.ParDo(Weigh(self._known), self._total, frequencies, shared_names)
        return pairs | "Weigh" >> weigher.with_output_types(Described)


def by_part(article: Described, blocks: Sequence[str], parts: int) -> Iterator[tuple[int, Vector]]:
    """An article, as it is compared, by the parts that some of its blocks are dealt to."""
    hashes = of_words(blocks)
    packed = likeness.pack(article)
    for part, places in deal(hashes, parts):
        yield part, replace(packed, blocks=hashes[places].tobytes())


def _compare(element: tuple[int, Iterable[Vector]]) -> Iterator[tuple[str, Neighbourhood]]:
    yield from neighbours.of_part(element[1], lambda: count("events", "dense_blocks"))
    tally("events.parts_compared")


class FindNeighbours(beam.PTransform):
    """``Described`` articles to the ``Neighbourhood`` of each that is like another one, by id.

    Args:
      parts: a side input, the number of parts that blocks are dealt to.
    """

    def __init__(self, parts: beam.pvalue.AsSideInput):
        super().__init__()
        self._parts = parts

    def expand(self, articles: beam.PCollection) -> beam.PCollection:
        return (
            articles
            | "Blocks"
            >> beam.FlatMap(lambda a, parts: by_part(a, a.blocks, parts), self._parts).with_output_types(tuple[int, Vector])
            | "Group parts" >> beam.GroupByKey()
            | "Compare" >> beam.FlatMap(_compare).with_output_types(tuple[str, Neighbourhood])
            | "Merge" >> beam.CombinePerKey(neighbours.MergeNeighbourhoods())
        )


class TakeFigures(beam.PTransform):
    """Articles, and the ``Figures`` of each by id, to the ``Surroundings`` of the corpus, as a side input."""

    def __init__(self, total: AsSingleton):
        super().__init__()
        self._total = total

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, beam.PCollection]) -> AsSingleton:
        articles, figures = inputs
        sample = (
            articles
            | "Sampled" >> beam.Map(sampled).with_output_types(Sampled)
            | "Sample" >> beam.CombineGlobally(TakeSample()).as_singleton_view()
        )
        sums = (
            figures
            | "Each" >> beam.MapTuple(lambda _, found: sums_of(*found)).with_output_types(Sums)
            | "Sum" >> beam.CombineGlobally(AddSums()).as_singleton_view()
        )
        one = articles.pipeline | "Once" >> beam.Create([None])
        return AsSingleton(
            one
            | "Figures"
            >> beam.Map(
                lambda _, articles, added, sample: told(surroundings(articles, added, sample), added),
                self._total,
                sums,
                sample,
            )
        )


def _ask(element: tuple[str, Neighbourhood]) -> Iterator[tuple[str, Asked]]:
    article_id, (_, earlier) = element
    own = neighbours.background(element[1])
    for unlike, leader in earlier:
        yield leader, Asked(article_id, -unlike, own)


def _answer(element: tuple[str, Iterable[bytes]], among: Surroundings) -> Iterator[tuple[str, tuple[int, str]]]:
    """Those who asked an article to lead them and may follow it, with how unlike they are less both backgrounds."""
    leader, values = element
    group = Group(values, [Asked, int])
    off = among.off(next(group.of(1), 0) / MILLION)
    least = PRUNE * among.threshold()
    for asked in group.of(0):
        alike = asked.likeness / MILLION - off - among.off(asked.background / MILLION)
        if alike >= least:
            yield asked.article_id, (-round(alike * MILLION), leader)


class GrowTrees(beam.PTransform):
    """Neighbourhoods by article to pairs of an article that has a leader and the first article of its tree."""

    def __init__(self, among: AsSingleton):
        super().__init__()
        self._among = among

    @no_annotations
    def expand(self, found: beam.PCollection) -> beam.PCollection:
        asked = found | "Ask" >> beam.FlatMap(_ask).with_output_types(tuple[str, Asked])
        own = found | "Background" >> beam.MapTuple(lambda i, around: (i, neighbours.background(around))).with_output_types(
            tuple[str, int]
        )
        return (
            (asked, own)
            | "Join background" >> Join(Asked, int)
            | "Answer" >> beam.FlatMap(_answer, self._among).with_output_types(tuple[str, tuple[int, str]])
            | "Most alike" >> beam.CombinePerKey(min)
            | "Leader" >> beam.MapTuple(lambda i, best: (i, best[1])).with_output_types(tuple[str, str])
            | "Follow" >> leaders.FollowLeaders()
        )


def _place(element: tuple[str, Iterable[bytes]], articles: int, large: dict[str, int]) -> Iterator[tuple[str, Described]]:
    """An article by the key of what it is clustered with, and with its figures. A small corpus is one tree."""
    article_id, values = element
    group = Group(values, [Described, str, Figures])
    first = "" if articles <= leaders.MAX_TREE else next(group.of(1), article_id)
    step, background = next(group.of(2), NO_FIGURES)
    parts = large.get(first, 1)
    if parts > 1:
        count("events", "articles_of_large_trees")
    for article in group.of(0):
        placed = replace(article, step=step / MILLION, background=background / MILLION)
        yield leaders.part(article_id, first, parts), placed


class ClusterTree(beam.DoFn):
    """The articles of a tree, by the key of their event."""

    def process(self, element: tuple[str, Iterable[Described]], among: Surroundings) -> Iterator[tuple[str, Described]]:
        _, members = element
        listed = list(members)  # about leaders.MAX_TREE at most
        count("events", "trees")
        for found in cluster.average_link(listed, among):
            yield from cluster.event_keys(found)


class DescribeEvent(beam.DoFn):
    """The row of an event and, tagged, the assignments of its articles."""

    ASSIGNMENTS = "assignments"

    def __init__(self, known: tuple[KnownEvent, ...]):
        self._labels = {event.external_id: event.label for event in known}

    def process(
        self, element: tuple[str, Iterable[Described]], plan: Plan | None = None
    ) -> Iterator[Event | TaggedOutput[Literal["assignments"], tuple[str, InEvent]]]:
        key, members = element
        division = plan.divisions.get(key) if plan is not None else None
        if division is None:
            yield from self._event(key, members)
            return
        for name, part in overridden.divided(members, division, lambda article: article):
            count("events", "parts_by_overrides")
            yield from self._event(name, part)

    def _event(self, key: str, members: Iterable[Described]) -> Iterator[Any]:
        kind, _, name = key.partition(":")
        external_id = name if kind == "label" else None
        event = describe_event(external_id, self._labels.get(external_id or ""), lambda: members)
        count("events", "events")
        if external_id in self._labels:
            count("events", "known_events_found")
        count("events", "articles_of_events", event.article_count)
        count("events", "occurrences_of_events", event.occurrence_count)
        yield event
        for assignment in assignments(event, members):
            yield TaggedOutput(self.ASSIGNMENTS, assignment)


def of_events(lines: Iterable[Override]) -> tuple[Override, ...]:
    """Those overrides that say something of events."""
    return tuple(line for line in lines if line.kind in (SAME_EVENT, NOT_SAME_EVENT))


def _standing(element: tuple[str, Described], meant: frozenset[str]) -> Iterator[tuple[str, Standing]]:
    key, article = element
    if article.article_id in meant:
        yield article.article_id, overridden.standing_of(key, article)


def _renamed(element: tuple[str, Described], plan: Plan) -> tuple[str, Described]:
    return plan.key(element[0]), element[1]


def told_by(plan: Plan) -> Iterator[tuple[int, Noticed]]:
    """What became of each line, by line."""
    for said in plan.noticed:
        yield said.line, said


class GroupEvents(beam.PTransform):
    """Kept versions, with their text and without it, to ``Event``s and ``InEvent``s by article.

    For the index of the dataset also the ``Terms`` of each text, and what each article's neighbourhood tells, by id.

    Args:
      parts: a side input, the number of parts that terms and blocks are dealt to.
      known: events that the user already has; articles that belong to them go there.
      overrides: what the user says of events; then a third input is what the names in it mean, and ``noticed`` comes out.
    """

    def __init__(
        self,
        parts: beam.pvalue.AsSideInput,
        known: tuple[KnownEvent, ...] = (),
        overrides: tuple[Override, ...] = (),
    ):
        super().__init__()
        self._parts = parts
        self._known = known
        self._overrides = of_events(overrides)

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, ...]) -> dict[str, beam.PCollection]:
        versions, kept, *meant = inputs
        terms = versions | "Terms" >> beam.Map(extract_terms).with_output_types(tuple[str, Terms])
        total = kept | "Count articles" >> beam.CombineGlobally(beam.combiners.CountCombineFn()).as_singleton_view()
        articles = (kept, terms) | "Describe articles" >> DescribeArticles(total, self._known, self._parts)
        found = articles | "Find neighbours" >> FindNeighbours(self._parts)
        figures = found | "Figures of article" >> beam.MapTuple(neighbours.figures).with_output_types(tuple[str, Figures])
        among = (articles, figures) | "Take figures" >> TakeFigures(total)
        firsts = found | "Grow trees" >> GrowTrees(among)
        large = AsDict(
            firsts
            | "First" >> beam.Values()
            | "Count tree" >> beam.combiners.Count.PerElement()
            | "Large" >> beam.Filter(lambda pair: pair[1] >= leaders.MAX_TREE)
            | "Parts" >> beam.MapTuple(lambda first, followers: (first, leaders.parts_of(followers + 1)))
        )
        clustered = (
            (
                articles | "Key articles" >> beam.Map(lambda a: (a.article_id, a)).with_output_types(tuple[str, Described]),
                firsts,
                figures,
            )
            | "Join trees" >> Join(Described, str, Figures)
            | "By tree" >> beam.FlatMap(_place, total, large).with_output_types(tuple[str, Described])
            | "Group trees" >> beam.GroupByKey()
            | "Cluster" >> beam.ParDo(ClusterTree(), among).with_output_types(tuple[str, Described])
        )
        noticed: dict[str, beam.PCollection] = {}
        plan = []
        if self._overrides:
            planned = self._plan(clustered, meant[0])
            noticed = {"noticed": planned | "Noticed" >> beam.FlatMap(told_by).with_output_types(tuple[int, Noticed])}
            plan = [AsSingleton(planned)]
            clustered = clustered | "Rename" >> beam.Map(_renamed, *plan).with_output_types(tuple[str, Described])
        described = (
            clustered
            | "Group events" >> beam.GroupByKey()
            | "Describe"
            >> beam.ParDo(DescribeEvent(self._known), *plan).with_outputs(DescribeEvent.ASSIGNMENTS, main="events")
        )
        return noticed | {
            "events": described.events,
            "assignments": described[DescribeEvent.ASSIGNMENTS],
            "terms": terms,
            "figures": figures,
        }

    def _plan(self, clustered: beam.PCollection, meant: beam.PCollection) -> beam.PCollection:
        """Articles by the key of their event to the one plan of what the user says of events."""
        ids = meant | "Ids meant" >> beam.Values() | "Set of ids" >> beam.CombineGlobally(ToSet()).as_singleton_view()
        standings = clustered | "Standings" >> beam.FlatMap(_standing, ids).with_output_types(tuple[str, Standing])
        return (
            clustered.pipeline
            | "Once for overrides" >> beam.Create([None])
            | "Plan"
            >> beam.Map(
                lambda _, lines, meant, standings: overridden.make_plan(lines, meant, standings),
                self._overrides,
                AsDict(meant),
                AsDict(standings),
            )
        )
