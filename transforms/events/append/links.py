"""LinkToEvents: which earlier events, and which other new articles, a new article may belong to.

A new article asks its nearest neighbours for their event. It is linked with what it is most like, and with all that it
alone would be one event with; what links hold together is a tree.
"""

from collections.abc import Iterable, Iterator

import apache_beam as beam
from apache_beam.pvalue import AsSingleton
from apache_beam.typehints.decorators import no_annotations

from schemas.records import Asked
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.forest import Edge, SpanningForest, components, edge
from transforms.common.join import Group, Join
from transforms.events import neighbours
from transforms.events.likeness import MILLION
from transforms.events.neighbours import Neighbourhood
from transforms.events.surroundings import Surroundings
from transforms.events.transform import PRUNE


def _ask_all(element: tuple[str, Neighbourhood], new: frozenset[str]) -> Iterator[tuple[str, Asked]]:
    """A new article to each of its nearest neighbours, which it asks for their event."""
    article_id, around = element
    if article_id in new:
        own = neighbours.background(around)
        for unlike, other in around[0]:
            yield other, Asked(article_id, -unlike, own)


def _answer(element: tuple[str, Iterable[bytes]], among: Surroundings) -> Iterator[tuple[str, tuple[int, str]]]:
    """The new articles that ask another one, with how unlike they are less both backgrounds, and its event or itself."""
    other, values = element
    group = Group(values, [Asked, tuple[str, int], int])
    event_id, stored = next(group.of(1), ("", 0))
    off = among.off(next(group.of(2), stored) / MILLION)
    least = PRUNE * among.threshold()
    for asked in group.of(0):
        alike = asked.likeness / MILLION - off - among.off(asked.background / MILLION)
        if alike >= least:
            yield asked.article_id, (-round(alike * MILLION), event_id or other)


def links(element: tuple[str, Iterable[tuple[int, str]]], among: Surroundings) -> Iterator[Edge]:
    """A new article with what it is most like, and with all else that it alone would be one event with."""
    article_id, found = element
    enough = round(among.threshold() * MILLION)
    for rank, (unlike, node) in enumerate(sorted(found)):
        if rank == 0 or -unlike >= enough:
            yield edge(-unlike, article_id, node)


def _trees(forest: list[Edge]) -> Iterator[tuple[str, str]]:
    yield from components(forest)


class LinkToEvents(beam.PTransform):
    """Neighbourhoods, what the index knows of neighbours, and backgrounds, all by id, to trees.

    Gives the id of each new article and each earlier event that has a link, with the key of its tree.

    Args:
      new_ids: a side input, the ids of the new articles.
      among: a side input, the figures of the corpus.
      id_limit: how many ids of new articles and of their events one worker may hold.
    """

    def __init__(self, new_ids: AsSingleton, among: AsSingleton, id_limit: int):
        super().__init__()
        self._new_ids, self._among, self._id_limit = new_ids, among, id_limit

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, ...]) -> beam.PCollection:
        around, facts, background = inputs
        return (
            (
                around | "Ask" >> beam.FlatMap(_ask_all, self._new_ids).with_output_types(tuple[str, Asked]),
                facts | "Each fact" >> beam.Map(lambda p: p).with_output_types(tuple[str, tuple[str, int]]),
                background,
            )
            | "Join facts" >> Join(Asked, tuple[str, int], int)
            | "Answer" >> beam.FlatMap(_answer, self._among).with_output_types(tuple[str, tuple[int, str]])
            | "Answers" >> beam.GroupByKey()
            | "Links" >> beam.FlatMap(links, self._among).with_output_types(Edge)
            | "Forest" >> beam.CombineGlobally(SpanningForest(self._id_limit, "new articles and events are alike"))
            | "Trees" >> beam.FlatMap(_trees).with_output_types(tuple[str, str])
        )
