"""CompareNow: new articles and a sample of the earlier ones, each with its neighbourhood in the whole corpus.

They are compared with every article that shares a block with them, as one run over all would compare them. Of the blocks
of other earlier articles, a sieve lets those through that one of them may have.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

import apache_beam as beam
from apache_beam.pvalue import AsSingleton, TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.index import ARTICLES_INDEX, IndexedArticle
from schemas.records import Described, Vector
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count, tally
from transforms.common.earlier import Earlier, Paths, sieve_of
from transforms.common.sieve import Sieve
from transforms.events import neighbours
from transforms.events.append.corpus import WeighOld
from transforms.events.neighbours import Neighbourhood
from transforms.events.transform import by_part


class OfBlocks(beam.DoFn):
    """An earlier article by the parts of its blocks that a sieve lets through and, tagged, its event and background."""

    FACTS = "facts"

    def process(
        self, element: tuple[Described, IndexedArticle], parts: int, sieve: Sieve | None = None
    ) -> Iterator[tuple[int, Vector] | TaggedOutput[Literal["facts"], tuple[str, tuple[str, int]]]]:
        article, row = element
        blocks = article.blocks
        if sieve is not None:
            blocks = [block for block, let in zip(blocks, sieve.rows(blocks).tolist(), strict=True) if let]
        if blocks or sieve is None:
            yield from by_part(article, blocks, parts)
            yield TaggedOutput(self.FACTS, (article.article_id, (row.event_id, row.background)))


def _compare(element: tuple[int, Iterable[Vector]], new: frozenset[str], limit: str) -> Iterator[tuple[str, Neighbourhood]]:
    """The neighbourhoods of those articles of a part that are new or of the sample."""
    yield from neighbours.of_part(
        element[1],
        lambda: count("events", "dense_blocks"),
        lambda article_id: article_id in new or article_id <= limit,
    )
    tally("events.parts_compared")


class CompareNow(beam.PTransform):
    """New articles to what they are like: neighbourhoods ``around`` each of them and of the ``sampled`` articles, by id.

    ``sampled`` are the earlier articles of the sample, with their rows. ``facts`` are the event and the background, in the
    index, of each earlier article that may be compared, by id.

    Args:
      earlier: the dataset.
      parts: a side input, the number of parts that blocks are dealt to.
      total: a side input, the number of articles, earlier and new.
      corpus: side inputs, the counts of terms and of names.
      new_ids: a side input, the ids of the new articles.
      limit: a side input, the greatest id of the sample.
    """

    def __init__(
        self,
        earlier: Earlier,
        parts: AsSingleton,
        total: AsSingleton,
        corpus: tuple[AsSingleton, AsSingleton],
        new_ids: AsSingleton,
        limit: AsSingleton,
    ):
        super().__init__()
        self._earlier, self._parts, self._total, self._corpus = earlier, parts, total, corpus
        self._new_ids, self._limit = new_ids, limit

    @no_annotations
    def expand(self, new: beam.PCollection) -> dict[str, beam.PCollection]:
        folder, rows = self._earlier.folder, Paths(self._earlier, ARTICLES_INDEX)
        sampled = (
            new.pipeline
            | "Files of sample" >> rows
            | "Weigh sample" >> beam.ParDo(WeighOld(folder, sampled=True), self._total, *self._corpus, self._limit)
        )
        blocks_of_sample = sampled | "Blocks of sample" >> beam.ParDo(OfBlocks(), self._parts).with_outputs(
            OfBlocks.FACTS, main="blocks"
        )
        asking = (
            sampled | "Described of sample" >> beam.Map(lambda pair: pair[0]).with_output_types(Described),
            new,
        ) | "Asking" >> beam.Flatten()
        sieve = sieve_of(asking | "Keys" >> beam.FlatMap(lambda a: a.blocks).with_output_types(str), "blocks")
        others = (
            new.pipeline
            | "Files of others" >> rows
            | "Weigh others" >> beam.ParDo(WeighOld(folder, sampled=False), self._total, *self._corpus, self._limit)
            | "Blocks of others" >> beam.ParDo(OfBlocks(), self._parts, sieve).with_outputs(OfBlocks.FACTS, main="blocks")
        )
        around = (
            (
                blocks_of_sample.blocks | "Sampled" >> beam.Map(lambda p: p).with_output_types(tuple[int, Vector]),
                new
                | "Blocks of new"
                >> beam.FlatMap(lambda a, parts: by_part(a, a.blocks, parts), self._parts).with_output_types(
                    tuple[int, Vector]
                ),
                others.blocks | "Other" >> beam.Map(lambda p: p).with_output_types(tuple[int, Vector]),
            )
            | "Blocks" >> beam.Flatten()
            | "Group parts" >> beam.GroupByKey()
            | "Compare" >> beam.FlatMap(_compare, self._new_ids, self._limit).with_output_types(tuple[str, Neighbourhood])
            | "Merge" >> beam.CombinePerKey(neighbours.MergeNeighbourhoods())
        )
        facts = (blocks_of_sample[OfBlocks.FACTS], others[OfBlocks.FACTS]) | "Facts" >> beam.Flatten()
        return {"sampled": sampled, "around": around, "facts": facts}
