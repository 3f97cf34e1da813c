"""FoldNearCopies and ResolveOccurrences: every article once, and what became of each place where one was found.

Of a text itself one copy crosses a shuffle, to its digest (``exact``). All else travels as ids, band keys, packed shingles
and what is known of an article besides its text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import apache_beam as beam
from apache_beam.typehints.decorators import no_annotations

from schemas.records import InLanguage, Place, Resolved, Verdict
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.forest import SpanningForest
from transforms.common.join import Group, Join, each_with
from transforms.deduplicate import passages
from transforms.deduplicate.candidates import FindCandidates, MeasureLikeness, SketchTexts, shingles_of_text
from transforms.deduplicate.groups import GroupTexts, JudgeGroups, KeepTexts, TakeApart, copies_among, head_of_text


class FoldNearCopies(beam.PTransform):
    """``Version``s and ``Place``s to what is kept of them, and what became of each.

    Gives ``texts``, those of the ``Version``s that are kept; ``articles``, the same with what their copies know, without
    their text; and ``verdicts``, a ``Verdict`` per text.

    For the index of the dataset also ``bands``, those of each text, packed, by its id, and ``passages``, the runs of those
    that recur, as ``passages.known_runs``.

    Args:
      id_limit: how many texts with near copies one worker may hold the ids of.
      parts: a side input, the number of parts that hashes are dealt to.
    """

    def __init__(self, id_limit: int, parts: beam.pvalue.AsSideInput):
        super().__init__()
        self._id_limit, self._parts = id_limit, parts

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, beam.PCollection]) -> dict[str, beam.PCollection]:
        versions, places = inputs
        heads = versions | "Head" >> head_of_text()
        ordered = versions | "Shingles of text" >> shingles_of_text()
        recurring = ordered | "Find recurring passages" >> passages.FindRecurring(self._parts)
        sketched = ordered | "Sketches" >> SketchTexts(beam.pvalue.AsSingleton(recurring, passages.NONE), self._parts)
        pairs = sketched["buckets"] | "Find candidates" >> FindCandidates()
        forest = (
            copies_among((pairs, sketched["shingles"]) | "Verify" >> MeasureLikeness())
            | "Groups" >> beam.CombineGlobally(SpanningForest(self._id_limit, "texts have near copies")).without_defaults()
            | "Take apart" >> beam.ParDo(TakeApart()).with_outputs(TakeApart.MEMBERS, main="branches")
        )
        grouped = (heads, places, forest[TakeApart.MEMBERS]) | "Group texts" >> GroupTexts()
        judged = (grouped, forest.branches, sketched["shingles"]) | "Judge groups" >> JudgeGroups()
        texts = (versions, judged["lost"]) | "Keep texts" >> KeepTexts()
        return {
            "texts": texts,
            "articles": judged["articles"],
            "verdicts": judged["verdicts"],
            "bands": sketched["bands"],
            "passages": recurring,
        }


def _with_language(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, Verdict]]:
    for verdict, found in each_with(element[1], Verdict, InLanguage):
        yield verdict.text_id, replace(verdict, language=found.language, language_confidence=found.confidence)


def _resolve(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, Resolved]]:
    group = Group(element[1], [Verdict, Place])
    verdict = next(group.of(0))
    for place in group.of(1):
        yield place.shard, Resolved(place.page_id, place.article_index, verdict)


class ResolveOccurrences(beam.PTransform):
    """``Verdict``s, articles' ids with ``InLanguage``, and ``Place``s to ``Resolved`` occurrences by their page's shard."""

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, beam.PCollection, beam.PCollection]) -> beam.PCollection:
        verdicts, languages, places = inputs
        by_article = verdicts | "By article" >> beam.Map(lambda v: (v.article_id, v)).with_output_types(tuple[str, Verdict])
        return (
            (
                (by_article, languages)
                | "Join languages" >> Join(Verdict, InLanguage)
                | "With language" >> beam.FlatMap(_with_language).with_output_types(tuple[str, Verdict]),
                places | "Key places" >> beam.Map(lambda p: (p.text_id, p)).with_output_types(tuple[str, Place]),
            )
            | Join(Verdict, Place)
            | beam.FlatMap(_resolve).with_output_types(tuple[str, Resolved])
        )
