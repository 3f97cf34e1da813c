"""FoldExactCopies: every text once, of all copies that are alike to the letter."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

import apache_beam as beam
from apache_beam import coders
from apache_beam.pvalue import TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.overrides import NOT_AN_ARTICLE
from schemas.records import FoundArticle, Noticed, Override, Place, SplitPage, Version
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count
from transforms.common.ids import shard_of
from transforms.common.words import word_count
from transforms.deduplicate import keep, overridden
from transforms.deduplicate.overridden import identify, place_of


def without_bodies(page: SplitPage) -> SplitPage:
    """The page as it travels: its text holds the bodies of its articles."""

    def bare(article: FoundArticle) -> FoundArticle:
        return replace(article, body="")

    return replace(page, articles=tuple(map(bare, page.articles)))


class EmitCopies(beam.DoFn):
    """A page to itself by shard, its articles by text, and the places of its articles.

    Args:
      overrides: what the user says: which copies are to be kept, and which places are named.
    """

    VERSIONS, PLACES, NAMED, NOTICED = "versions", "places", "named", "noticed"

    def __init__(self, overrides: tuple[Override, ...] = ()):
        self._overrides = overrides

    def setup(self) -> None:
        self._choose = overridden.Choose(self._overrides)
        self._named = frozenset(name for line in self._overrides for name in line.names)

    def process(
        self, page: SplitPage, shards: int
    ) -> Iterator[
        tuple[str, SplitPage]
        | TaggedOutput[Literal["versions"], tuple[str, Version]]
        | TaggedOutput[Literal["places"], tuple[str, Place]]
        | TaggedOutput[Literal["named"], tuple[str, str]]
        | TaggedOutput[Literal["noticed"], tuple[int, Noticed]]
    ]:
        page = identify(page)
        shard = str(shard_of(page.page_id, shards))
        for article in page.articles:
            count("deduplicate", "occurrences")
            version = keep.version_of(page, article, shard)
            lines = self._choose.lines(overridden.names_of(page, article)) if self._named else []
            if lines:
                version = self._choose.apply(version, lines)
                for line in lines:
                    yield TaggedOutput(self.NOTICED, overridden.wanted(line))
            if self._named:
                for name in sorted(self._named.intersection(overridden.other_names(page, article))):
                    yield TaggedOutput(self.NAMED, (article.text_id, name))
            yield TaggedOutput(
                self.PLACES, (place_of(page, article), Place(article.text_id, page.page_id, article.article_index, shard))
            )
            yield TaggedOutput(self.VERSIONS, (article.text_id, version))
        yield shard, without_bodies(page)


class KeepFirst(beam.CombineFn):
    """Combines the versions of one text, or of the texts of one group, to the version that is kept."""

    def create_accumulator(self) -> Version | None:
        return None

    def add_input(self, accumulator: Version | None, element: Version) -> Version:
        return element if accumulator is None else keep.merge(accumulator, element)

    def merge_accumulators(self, accumulators: Iterable[Version | None]) -> Version | None:
        merged = None
        for accumulator in accumulators:
            if accumulator is not None:
                merged = self.add_input(merged, accumulator)
        return merged

    def extract_output(self, accumulator: Version | None) -> Version | None:
        return accumulator

    def get_accumulator_coder(self) -> coders.Coder:
        return coders.NullableCoder(coders.registry.get_coder(Version))


def _measured(version: Version) -> Version:
    count("deduplicate", "texts")
    return replace(version, word_count=word_count(version.body))


class FoldExactCopies(beam.PTransform):
    """``SplitPage``s to pages keyed by shard, one ``Version`` per distinct text, and the ``Place`` of every occurrence.

    With overrides also ``named``, texts with the places by which these name them, and ``noticed``, what became of them.

    Args:
      shards: a side input, the number of shards of pages.
      overrides: what the user says of articles: that something is none, and which copy is kept.
    """

    def __init__(self, shards: beam.pvalue.AsSideInput, overrides: tuple[Override, ...] = ()):
        super().__init__()
        self._shards, self._overrides = shards, overrides

    @no_annotations
    def expand(self, pages: beam.PCollection) -> dict[str, beam.PCollection]:
        noticed = []
        if any(line.kind == NOT_AN_ARTICLE for line in self._overrides):
            left = pages | "Take out" >> overridden.TakeOutNoArticles(self._overrides)
            pages = left["pages"]
            noticed.append(left["noticed"])
        named = tuple(line for line in self._overrides if line.names)
        copies = pages | "Identify texts" >> beam.ParDo(EmitCopies(named), self._shards).with_outputs(
            EmitCopies.VERSIONS, EmitCopies.PLACES, EmitCopies.NAMED, EmitCopies.NOTICED, main="pages"
        )
        versions = (
            copies[EmitCopies.VERSIONS]
            | "Keep first of text" >> beam.CombinePerKey(KeepFirst()).with_output_types(tuple[str, Version])
            | "Drop text keys" >> beam.Values()
            | "Measure text" >> beam.Map(_measured).with_output_types(Version)
        )
        places = (
            copies[EmitCopies.PLACES]
            # A record that was read twice puts its articles in the same places.
            | "Same places" >> beam.GroupByKey()
            | "Once each" >> beam.Map(lambda group: next(iter(group[1]))).with_output_types(Place)
        )
        told = {}
        if self._overrides:
            noticed.append(copies[EmitCopies.NOTICED])
            told = {"named": copies[EmitCopies.NAMED], "noticed": tuple(noticed) | "Noticed" >> beam.Flatten()}
        return told | {
            "pages": copies.pages,
            "versions": versions,
            "places": places,
        }
