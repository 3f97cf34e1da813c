"""FiguresNow: the figures of the whole corpus, from which the threshold of events follows.

They need every article's neighbourhood, and an append compares only new articles and a sample. So those of other earlier
articles are taken from the index, as they were measured when the articles came, and corrected by what the sample shows.
"""

import heapq
from collections.abc import Iterable, Iterator

import apache_beam as beam
import pyarrow as pa
import pyarrow.compute as pc
from apache_beam.pvalue import AsSingleton
from apache_beam.typehints.decorators import no_annotations

from schemas.index import ARTICLES_INDEX
from schemas.records import Described, Figures
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.earlier import Earlier, Paths
from transforms.events import leaders
from transforms.events.append.corpus import read_index
from transforms.events.surroundings import (
    MOST_STEP,
    SAMPLE,
    AddSums,
    Sample,
    Sampled,
    Sums,
    Surroundings,
    TakeSample,
    added,
    sampled,
    sums_of,
    surroundings,
    told,
)

_ALL = "~"
"""Stands behind all ids."""
_MEASURED = ("step", "background")
_TO_COME = 4
"""So many more appends like this one are reckoned with where a threshold follows from the size of the corpus."""

Stored = tuple[int, int, int, int]
"""What is added up of steps, of what they have beyond the most, and of backgrounds; and of how many articles."""
_NOTHING: Stored = (0, 0, 0, 0)


class LeastIds(beam.DoFn):
    """A file of the index to the least ids of articles in it, as many as make a sample."""

    def __init__(self, folder: str):
        self._folder = folder

    def process(self, path: str) -> Iterator[str]:
        yield from heapq.nsmallest(SAMPLE, read_index(self._folder, path, "article_id")["article_id"].to_pylist())


def sample_limit(least: Iterable[str], articles: int) -> str:
    """The greatest id of those earlier articles that are compared like new ones: all in a small corpus, else a sample."""
    return _ALL if articles <= leaders.MAX_TREE else max(least, default="")


class LimitOfSample(beam.PTransform):
    """The one greatest id of the sample of earlier articles.

    Args:
      earlier: the dataset.
      total: a side input, the number of articles, earlier and new.
    """

    def __init__(self, earlier: Earlier, total: AsSingleton):
        super().__init__()
        self._earlier, self._total = earlier, total

    def expand(self, begin: beam.pvalue.PBegin) -> beam.PCollection:
        return (
            begin
            | "Files of ids" >> Paths(self._earlier, ARTICLES_INDEX)
            | "Ids" >> beam.ParDo(LeastIds(self._earlier.folder)).with_output_types(str)
            | "Least" >> beam.combiners.Top.Of(SAMPLE, reverse=True)
            | "Limit" >> beam.Map(sample_limit, self._total)
        )


class SumOld(beam.DoFn):
    """A file of the index to what its articles' steps and backgrounds were, of all and of those of the sample."""

    def __init__(self, folder: str):
        self._folder = folder

    def process(self, path: str, limit: str) -> Iterator[tuple[Stored, Stored]]:
        found = read_index(self._folder, path, "article_id", *_MEASURED)
        yield _sums(found), _sums(found.filter(pc.less_equal(found["article_id"], limit)))


def _sums(found: pa.Table) -> Stored:
    steps, backgrounds = (found[name].cast(pa.int64()) for name in _MEASURED)
    counted, added, background = (
        pc.sum(each).as_py() or 0 for each in (pc.min_element_wise(steps, MOST_STEP, skip_nulls=False), steps, backgrounds)
    )
    return counted, added - counted, background, found.num_rows


def _add(sums: Iterable[tuple[Stored, Stored]]) -> tuple[Stored, Stored]:
    both = list(sums)
    return tuple(tuple(map(sum, zip(*part, strict=True))) for part in zip(*both, strict=True)) or (  # type: ignore[return-value]
        _NOTHING,
        _NOTHING,
    )


def figures_of(articles: int, stored: tuple[Stored, Stored], fresh: dict[bool, Sums], sample: Sample) -> Surroundings:
    """The figures of the corpus.

    Of new articles and of the sample they are measured; of the others they are what they were when the article came, and
    as much more as those of the sample have grown since. The largest steps are asked for in a small corpus alone, of which
    the sample is all.

    Args:
      articles: how many there are now.
      stored: what was measured when they came, of all earlier articles and of those of the sample.
      fresh: the sums as they are now, of the new articles (True) and of the sample (False).
      sample: what a sample of all articles tells.
    """
    everyone, of_sample = stored
    earlier = everyone[3]
    grown = fresh.get(False, Sums())
    now = (grown.steps, grown.beyond, grown.backgrounds)
    others = Sums(*(everyone[n] + (now[n] - of_sample[n]) * earlier // max(1, of_sample[3]) for n in range(3)))
    sums = added((fresh.get(True, Sums()), others, Sums(largest=grown.largest, second=grown.second)))
    return told(surroundings(articles, sums, sample, _TO_COME * min(earlier, articles - earlier)), sums)


def _fresh(element: tuple[str, Figures], new: frozenset[str]) -> tuple[bool, Sums]:
    return element[0] in new, sums_of(*element[1])


class FiguresNow(beam.PTransform):
    """The sampled articles with their rows, the new ones, and the ``Figures`` of both by id to the one ``Surroundings``.

    Args:
      earlier: the dataset.
      total: a side input, the number of articles, earlier and new.
      new_ids: a side input, the ids of the new articles.
      limit: a side input, the greatest id of the sample.
    """

    def __init__(self, earlier: Earlier, total: AsSingleton, new_ids: AsSingleton, limit: AsSingleton):
        super().__init__()
        self._earlier, self._total, self._new_ids, self._limit = earlier, total, new_ids, limit

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, ...]) -> beam.PCollection:
        earlier, new, figures = inputs
        stored = (
            new.pipeline
            | "Files of figures" >> Paths(self._earlier, ARTICLES_INDEX)
            | "Stored" >> beam.ParDo(SumOld(self._earlier.folder), self._limit)
            | "Add stored" >> beam.CombineGlobally(_add)
        )
        fresh = (
            figures
            | "Fresh" >> beam.Map(_fresh, self._new_ids).with_output_types(tuple[bool, Sums])
            | "Add fresh" >> beam.CombinePerKey(AddSums())
            | "Both" >> beam.combiners.ToDict()
        )
        sample = (
            (earlier | "Described" >> beam.Map(lambda pair: pair[0]).with_output_types(Described), new)
            | "Everyone" >> beam.Flatten()
            | "Sampled" >> beam.Map(sampled).with_output_types(Sampled)
            | "Sample" >> beam.CombineGlobally(TakeSample()).as_singleton_view()
        )
        return (
            new.pipeline
            | "Once" >> beam.Create([None])
            | "Figures"
            >> beam.Map(
                lambda _, articles, stored, fresh, sample: figures_of(articles, stored, fresh, sample),
                self._total,
                AsSingleton(stored),
                AsSingleton(fresh),
                sample,
            )
        )
