"""The members of trees: new articles, and all articles of those earlier events that something may join.

An earlier event is looked at where a new article is linked with it, where one of its articles has gained something, and
where a new label or the user's corrections name it; in a small corpus, always. A tree of more new articles and earlier
events than ``leaders.MAX_TREE`` is dealt out by digest before its members are gathered, all articles of an event together.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import apache_beam as beam
from apache_beam.pvalue import AsDict, AsSingleton
from apache_beam.typehints.decorators import no_annotations

from schemas.events import Event
from schemas.index import ARTICLES_INDEX, IndexedArticle
from schemas.records import NO_FIGURES, Described, Figures, Member, Version
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count
from transforms.common.earlier import Earlier, LookUp, ToSet, gain
from transforms.common.join import Group, Join
from transforms.events import leaders
from transforms.events.append.corpus import terms_of, version_of
from transforms.events.likeness import MILLION
from transforms.events.transform import Weigh

Row = tuple[IndexedArticle, list[Version]]
"""An earlier article, and the new copies that it gained something from."""


class LargeTrees(beam.PTransform):
    """New articles and earlier events with their trees, by id, to those trees that are dealt out, each with its parts."""

    def expand(self, tree_of: beam.PCollection) -> beam.PCollection:
        return (
            tree_of
            | "Trees" >> beam.Values().with_output_types(str)
            | "Count tree" >> beam.combiners.Count.PerElement()
            | "Parts" >> beam.MapTuple(lambda tree, nodes: (tree, leaders.parts_of(nodes)))
            | "Large" >> beam.Filter(lambda pair: pair[1] > 1).with_output_types(tuple[str, int])
        )


def key_of(node: str, tree: str, articles: int, large: Mapping[str, int]) -> str:
    """The key of what an article is clustered with: its tree, or a part of a large one. A small corpus is one tree.

    Args:
      node: the id of a new article, or of an earlier article's event, whose articles so stay together.
      tree: the key of its tree.
      articles: how many there are, earlier and new.
      large: large trees, with the number of parts that each is dealt out in.
    """
    if articles <= leaders.MAX_TREE:
        return ""
    parts = large.get(tree, 1)
    if parts > 1:
        count("events", "articles_of_large_trees")
    return leaders.part(node, tree, parts)


def _in_tree(element: tuple[str, Iterable[bytes]], articles: int, large: dict[str, int]) -> Iterator[tuple[str, Member]]:
    """A new article by the key of its tree, with its figures."""
    article_id, values = element
    group = Group(values, [Described, str, Figures])
    key = key_of(article_id, next(group.of(1), article_id), articles, large)
    step, background = next(group.of(2), NO_FIGURES)
    for article in group.of(0):
        yield key, Member(replace(article, step=step / MILLION, background=background / MILLION))


class NewMembers(beam.PTransform):
    """New articles, their trees by id and their figures by id to members by the key of their tree.

    Args:
      total: a side input, the number of articles, earlier and new.
      large: a side input, the parts of large trees.
    """

    def __init__(self, total: AsSingleton, large: AsDict):
        super().__init__()
        self._total, self._large = total, large

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, ...]) -> beam.PCollection:
        new, tree_of, figures = inputs
        return (
            (
                new | "Key new" >> beam.Map(lambda a: (a.article_id, a)).with_output_types(tuple[str, Described]),
                tree_of,
                figures,
            )
            | "Join trees" >> Join(Described, str, Figures)
            | "In tree" >> beam.FlatMap(_in_tree, self._total, self._large).with_output_types(tuple[str, Member])
        )


class NewLabels(beam.PTransform):
    """New articles, and what earlier ones gained by id, to the one set of their labels."""

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, ...]) -> beam.PCollection:
        new, gains = inputs
        return (
            (
                new | "Label" >> beam.Map(lambda a: a.event_label or "").with_output_types(str),
                gains | "Label gained" >> beam.Map(lambda p: p[1].event_label or "").with_output_types(str),
            )
            | "Labels" >> beam.Flatten()
            | "Some" >> beam.Filter(bool)
            | "Set of labels" >> beam.CombineGlobally(ToSet())
        )


def _event_of_gained(element: tuple[str, Iterable[bytes]]) -> Iterator[str]:
    group = Group(element[1], [Version, str])
    if next(group.of(0), None) is not None:
        yield from group.of(1)


def _wanted_event(event: Event, labels: frozenset[str], articles: int) -> Iterator[tuple[str, str]]:
    """An earlier event that a new label names; in a small corpus, every one."""
    if articles <= leaders.MAX_TREE or event.external_id in labels:
        yield event.event_id, ""


def _gained(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, Member]]:
    """An article of an earlier event, by that event, with what it gained. It is weighed later."""
    group = Group(element[1], [IndexedArticle, Version, Figures])
    gains = list(group.of(1))
    for row in group.of(0):
        for gained in gains:
            row = gain(row, gained)
        step, background = next(group.of(2), (row.step, row.background))
        yield row.event_id, (replace(row, step=step, background=background), gains)  # type: ignore[misc]


class AsMembers(beam.DoFn):
    """The articles of one earlier event, with its row and its tree, as members by that tree."""

    def __init__(self) -> None:
        self._weigh = Weigh(())

    def process(
        self,
        element: tuple[str, Iterable[bytes]],
        articles: int,
        counts: dict[str, int],
        names: dict[str, int],
        large: dict[str, int],
    ) -> Iterator[tuple[str, Member]]:
        event_id, values = element
        group = Group(values, [tuple[IndexedArticle, list[Version]], str, Event])
        tree, event = next(group.of(1), None), next(group.of(2), None)
        if tree is None or event is None:
            return
        for row, gains in group.of(0):
            for described in self._weigh.process((version_of(row), terms_of(row)), articles, counts, names):
                label = event.external_id or described.event_label
                yield (
                    key_of(event_id, tree or event_id, articles, large),
                    Member(
                        replace(described, step=row.step / MILLION, background=row.background / MILLION, event_label=label),
                        event_id=event_id,
                        created_run=event.created_run,
                        label=event.label if event.external_id else None,
                        file=row.file,
                        gains=tuple(gains),
                    ),
                )


class EarlierMembers(beam.PTransform):
    """The articles of those earlier events that something may join, as members by the key of their tree.

    Takes all earlier ``events``, ``trees`` by the id of an event, and ``gains`` and ``figures`` by the id of an article.
    With overrides also ``forced``, the one set of the events that these join.

    Args:
      earlier: the dataset.
      labels: a side input, the labels of what is new.
      total: a side input, the number of articles, earlier and new.
      corpus: side inputs, the counts of terms and of names.
      large: a side input, the parts of large trees.
    """

    def __init__(
        self,
        earlier: Earlier,
        labels: AsSingleton,
        total: AsSingleton,
        corpus: tuple[AsSingleton, AsSingleton],
        large: AsDict,
    ):
        super().__init__()
        self._earlier, self._labels, self._total, self._corpus = earlier, labels, total, corpus
        self._large = large

    @no_annotations
    def expand(self, found: dict[str, beam.PCollection]) -> beam.PCollection:
        gains, events = found["gains"], found["events"]
        trees_of_events = self._touched(found) | "One tree" >> beam.CombinePerKey(max).with_output_types(tuple[str, str])
        rows = (
            trees_of_events
            | "Event ids" >> beam.Keys().with_output_types(str)
            | "Look up members" >> LookUp(self._earlier, ARTICLES_INDEX, "event_id")
            | "Key rows" >> beam.Map(lambda a: (a.article_id, a)).with_output_types(tuple[str, IndexedArticle])
        )
        gained = (
            (rows, gains, found["figures"])
            | "Join gains" >> Join(IndexedArticle, Version, Figures)
            | "Gained" >> beam.FlatMap(_gained).with_output_types(tuple[str, Row])
        )
        return (
            (
                gained,
                trees_of_events,
                events | "By event" >> beam.Map(lambda e: (e.event_id, e)).with_output_types(tuple[str, Event]),
            )
            | "Join members" >> Join(Row, str, Event)
            | "As members"
            >> beam.ParDo(AsMembers(), self._total, *self._corpus, self._large).with_output_types(tuple[str, Member])
        )

    def _touched(self, found: dict[str, beam.PCollection]) -> beam.PCollection:
        """The ids of events that something may join, each with its tree, or with nothing where that is not a link."""
        gains = found["gains"]
        of_gains = (
            gains
            | "Gained ids" >> beam.Keys().with_output_types(str)
            | "Look up gained" >> LookUp(self._earlier, ARTICLES_INDEX, "article_id", without=("terms", "counts", "names"))
            | "Key gained" >> beam.Map(lambda a: (a.article_id, a.event_id)).with_output_types(tuple[str, str])
        )
        gaining = (
            (gains, of_gains)
            | "Join gained" >> Join(Version, str)
            | "Their events" >> beam.FlatMap(_event_of_gained).with_output_types(str)
        )
        touched = [
            found["trees"] | "Of trees" >> beam.Filter(lambda pair: pair[0].startswith("e")),
            gaining | "Of gains" >> beam.Map(lambda event_id: (event_id, "")).with_output_types(tuple[str, str]),
            found["events"]
            | "Of labels or all"
            >> beam.FlatMap(_wanted_event, self._labels, self._total).with_output_types(tuple[str, str]),
        ]
        if "forced" in found:
            each = found["forced"] | "Each forced" >> beam.FlatMap(sorted).with_output_types(str)
            touched.append(each | "By user" >> beam.Map(lambda event_id: (event_id, "")).with_output_types(tuple[str, str]))
        return touched | "Touched" >> beam.Flatten()
