"""CorpusNow: how many articles use each term and each name, new ones and those of earlier runs, and what that weighs.

Weights depend on the whole corpus, so the articles of earlier runs are weighed anew, from their rows of the index: a file
at a time, and without a shuffle.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

import apache_beam as beam
import pyarrow as pa
import pyarrow.compute as pc
from apache_beam.io.filesystems import FileSystems
from apache_beam.pvalue import AsSingleton, TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.index import ARTICLES_INDEX, IndexedArticle
from schemas.records import Described, Terms, Version
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.earlier import Earlier, Paths, read_columns, to_rows
from transforms.common.hashing import of_words
from transforms.common.parts import deal
from transforms.events import weigh
from transforms.events.transform import Weigh

Counts = list[tuple[str, int]]
"""Terms, or names of one language, and how many articles use them."""


def version_of(row: IndexedArticle) -> Version:
    """An article of the index as the event step sees an article: without its text, and without what only copies need."""
    return Version(
        text_id=row.article_id,
        order=row.kept_order,
        role="",
        page_id=row.page_id,
        article_index=row.article_index,
        shard="",
        title=row.title,
        title_from="",
        outlet=row.outlet,
        outlet_from="",
        bylines=(),
        bylines_from="",
        published_at=row.published_at,
        published_precision=None,
        published_from="",
        event_label=row.event_label,
        label_from="",
        occurrence_count=row.occurrence_count,
        word_count=0,
        language=row.language,
        language_confidence=row.language_confidence,
        body="",
    )


def terms_of(row: IndexedArticle) -> Terms:
    return Terms(
        row.article_id,
        row.terms,
        row.counts,
        row.particulars,
        row.names,
        row.name_counts,
        row.name_chances,
        row.lead or "",
    )


def read_index(folder: str, path: str, *columns: str) -> pa.Table:
    """A file of the index of a dataset's articles, or some of its columns."""
    return read_columns(FileSystems.join(folder, ARTICLES_INDEX.name, *path.split("/")), columns or None)


class CountOld(beam.DoFn):
    """A file of the index to how many of its articles use each term, by part, and, tagged, each name of each language."""

    NAMES = "names"

    def __init__(self, folder: str):
        self._folder = folder

    def process(
        self, path: str, parts: int
    ) -> Iterator[tuple[int, Counts] | TaggedOutput[Literal["names"], tuple[int, tuple[str, Counts]]]]:
        found = read_index(self._folder, path, "terms", "names", "language")
        yield from dealt(_value_counts(found["terms"]), parts)
        for language in sorted(filter(None, pc.unique(found["language"]).to_pylist())):
            of_language = found.filter(pc.equal(found["language"], language))
            for part, counts in dealt(_value_counts(of_language["names"]), parts):
                yield TaggedOutput(self.NAMES, (part, (language, counts)))


def _value_counts(column: pa.ChunkedArray) -> Counts:
    return [(pair["values"], pair["counts"]) for pair in pc.value_counts(pc.list_flatten(column)).to_pylist()]


def dealt(counts: Counts, parts: int) -> Iterator[tuple[int, Counts]]:
    """Counts by the parts that their words are dealt to."""
    for part, places in deal(of_words([word for word, _ in counts]), parts):
        yield part, [counts[place] for place in places.tolist()]


def count_terms(counts: Iterable[Counts]) -> Counts:
    """How many articles use each of one part's terms, of those that several use.

    >>> count_terms([[("fire", 1), ("quay", 1)], [("fire", 4)]])
    [('fire', 5)]
    """
    total: Counter[str] = Counter()
    for of_file in counts:
        for term, number in of_file:
            total[term] += number
    return weigh.most_frequent(pair for pair in total.items() if pair[1] > 1)


def count_names(counts: Iterable[tuple[str, Counts]]) -> Counts:
    """How many articles hold each of one part's names, of those that articles in several languages hold.

    >>> count_names([("en", [("ash", 3), ("may", 1)]), ("de", [("may", 2)]), ("en", [("ash", 1)])])
    [('may', 3)]
    """
    total: Counter[str] = Counter()
    languages: dict[str, str] = {}
    several: set[str] = set()
    for language, of_file in counts:
        for name, number in of_file:
            total[name] += number
            if languages.setdefault(name, language) != language:
                several.add(name)
    return weigh.most_frequent((name, total[name]) for name in several)


def _new_terms(element: tuple[Version, Terms], parts: int) -> Iterator[tuple[int, Counts]]:
    yield from dealt([(term, 1) for term in element[1].terms], parts)


def _new_names(element: tuple[Version, Terms], parts: int) -> Iterator[tuple[int, tuple[str, Counts]]]:
    version, terms = element
    if version.language is not None:
        for part, counts in dealt([(name, 1) for name in terms.names], parts):
            yield part, (version.language, counts)


class CorpusNow(beam.PTransform):
    """New articles with their terms to the counts of terms, and of names of several languages, in the whole corpus."""

    def __init__(self, earlier: Earlier, parts: AsSingleton):
        super().__init__()
        self._earlier, self._parts = earlier, parts

    @no_annotations
    def expand(self, pairs: beam.PCollection) -> tuple[AsSingleton, AsSingleton]:
        terms, names = tuple[int, Counts], tuple[int, tuple[str, Counts]]
        old = (
            pairs.pipeline
            | "Files" >> Paths(self._earlier, ARTICLES_INDEX)
            | "Count old"
            >> beam.ParDo(CountOld(self._earlier.folder), self._parts).with_outputs(CountOld.NAMES, main="terms")
        )
        frequencies = (
            (
                old.terms | "Old terms" >> beam.Map(lambda p: p).with_output_types(terms),
                pairs | "New terms" >> beam.FlatMap(_new_terms, self._parts).with_output_types(terms),
            )
            | "Terms" >> beam.Flatten()
            | "Group terms" >> beam.GroupByKey()
            | "Count terms" >> beam.Map(lambda part: count_terms(part[1])).with_output_types(Counts)
            | "Most frequent" >> beam.CombineGlobally(weigh.MostFrequent())
        )
        shared_names = (
            (
                old[CountOld.NAMES] | "Old names" >> beam.Map(lambda p: p).with_output_types(names),
                pairs | "New names" >> beam.FlatMap(_new_names, self._parts).with_output_types(names),
            )
            | "Names" >> beam.Flatten()
            | "Group names" >> beam.GroupByKey()
            | "Count names" >> beam.Map(lambda part: count_names(part[1])).with_output_types(Counts)
            | "Most frequent names" >> beam.CombineGlobally(weigh.MostFrequent())
        )
        return AsSingleton(frequencies), AsSingleton(shared_names)


class WeighOld(beam.DoFn):
    """A file of the index to its articles as ``Described``, with its rows of the sample or without them.

    Args:
      folder: the dataset.
      sampled: whether those of the sample are wanted, or the others.
    """

    def __init__(self, folder: str, sampled: bool):
        self._folder, self._sampled = folder, sampled
        self._weigh = Weigh(())

    def process(
        self, path: str, articles: int, counts: dict[str, int], names: dict[str, int], limit: str
    ) -> Iterator[tuple[Described, IndexedArticle]]:
        found = read_index(self._folder, path)
        inside = pc.less_equal(found["article_id"], limit)
        for row in to_rows(ARTICLES_INDEX, found.filter(inside if self._sampled else pc.invert(inside))):
            for described in self._weigh.process((version_of(row), terms_of(row)), articles, counts, names):
                yield described, row
