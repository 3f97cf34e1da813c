"""IndexRows: what an append will have to know of this run's pages, texts and articles, as the tables of the index."""

from collections.abc import Iterable, Iterator

import apache_beam as beam
import numpy as np
from apache_beam.typehints.decorators import no_annotations

from schemas.index import (
    ARTICLES_INDEX,
    LINES_INDEX,
    PAGES_INDEX,
    PASSAGES_INDEX,
    SITES_INDEX,
    TEXTS_INDEX,
    IndexedArticle,
    IndexedLine,
    IndexedPage,
    IndexedPassage,
    IndexedSite,
    IndexedText,
)
from schemas.records import NO_FIGURES, Figures, InEvent, SplitPage, Terms, Verdict, Version
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.ids import shard_of
from transforms.common.join import Group, Join
from transforms.write.layout import part_name


def _text(element: tuple[str, Iterable[bytes]], shards: int, run: int) -> Iterator[IndexedText]:
    group = Group(element[1], [Verdict, bytes])
    bands = next(group.of(1), None)
    for verdict in group.of(0):
        if bands is None:  # an earlier run has the text
            continue
        kept = verdict.text_id == verdict.article_id
        yield IndexedText(
            text_id=verdict.text_id,
            article_id=verdict.article_id,
            page_id=verdict.first_page_id,
            article_index=verdict.first_article_index,
            similarity=verdict.similarity,
            containment=verdict.containment,
            file=None if kept else part_name(shard_of(verdict.first_page_id, shards), shards, run),
            bands=bands,
        )


def _article(element: tuple[str, Iterable[bytes]]) -> Iterator[IndexedArticle]:
    group = Group(element[1], [Version, Terms, InEvent, Figures, str])
    step, background = next(group.of(3), NO_FIGURES)
    for version in group.of(0):  # none where an earlier run has the article
        terms = next(group.of(1))
        yield IndexedArticle(
            article_id=version.text_id,
            event_id=next(group.of(2)).event_id,
            file=next(group.of(4)),
            kept_order=version.order,
            page_id=version.page_id,
            article_index=version.article_index,
            title=version.title,
            outlet=version.outlet,
            published_at=version.published_at,
            event_label=version.event_label,
            language=version.language,
            language_confidence=version.language_confidence,
            occurrence_count=version.occurrence_count,
            word_count=terms.word_count,
            lead=None if version.title else terms.lead,
            terms=terms.terms,
            counts=terms.counts,
            particulars=terms.particulars,
            names=terms.names,
            name_counts=terms.name_counts,
            name_chances=terms.name_chances,
            step=step,
            background=background,
        )


def _page(element: tuple[str, SplitPage]) -> tuple[str, None]:
    return element[1].page_id, None


def _line(key: tuple[str, bytes], surroundings: bytes) -> IndexedLine:
    return IndexedLine(key[0], key[1], surroundings)


def _passages(known: bytes) -> Iterator[IndexedPassage]:
    """A row for each run of those that a run knows; the greater one has the greater digest."""
    for digest in np.frombuffer(known, dtype=np.uint64):
        yield IndexedPassage(int(digest).to_bytes(8, "big"))


class IndexRows(beam.PTransform):
    """What the steps found to the rows of the index, by its tables.

    Rows of texts, articles and pages are those of this run. Lines and sites, as they were counted, and recurring passages
    are those of all runs.

    Args:
      shards: a side input, the number of shards of pages.
      run: the number of the run.
    """

    def __init__(self, shards: beam.pvalue.AsSideInput, run: int = 1):
        super().__init__()
        self._shards, self._run = shards, run

    @no_annotations
    def expand(self, found: dict[str, beam.PCollection]) -> dict[str, beam.PCollection]:
        verdicts = found["verdicts"] | "Key verdicts" >> beam.Map(lambda v: (v.text_id, v)).with_output_types(
            tuple[str, Verdict]
        )
        texts = (
            (verdicts, found["bands"])
            | "Join bands" >> Join(Verdict, bytes)
            | "Texts" >> beam.FlatMap(_text, self._shards, self._run).with_output_types(IndexedText)
        )
        kept = found["articles"] | "Key kept" >> beam.Map(lambda v: (v.text_id, v)).with_output_types(tuple[str, Version])
        articles = (
            (kept, found["terms"], found["assignments"], found["figures"], found["files_of_articles"])
            | "Join articles" >> Join(Version, Terms, InEvent, Figures, str)
            | "Articles" >> beam.FlatMap(_article).with_output_types(IndexedArticle)
        )
        pages = (
            found["pages"]
            | "Page ids" >> beam.Map(_page).with_output_types(tuple[str, None])
            | "Same page" >> beam.GroupByKey()
            | "Pages" >> beam.Map(lambda group: IndexedPage(group[0])).with_output_types(IndexedPage)
        )
        return {
            TEXTS_INDEX.name: texts,
            ARTICLES_INDEX.name: articles,
            PAGES_INDEX.name: pages,
            PASSAGES_INDEX.name: found["passages"] | "Each run" >> beam.FlatMap(_passages).with_output_types(IndexedPassage),
            SITES_INDEX.name: found["sites"] | "Sites" >> beam.MapTuple(IndexedSite).with_output_types(IndexedSite),
            LINES_INDEX.name: found["lines"] | "Lines" >> beam.MapTuple(_line).with_output_types(IndexedLine),
        }
