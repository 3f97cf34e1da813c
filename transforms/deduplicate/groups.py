"""GroupTexts and JudgeGroups: the texts of one article, which of them is kept, and what becomes of the others."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.records import Likeness, Place, Verdict, Version
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count
from transforms.common.forest import Edge, components
from transforms.common.id_set import IdSet, holds
from transforms.common.join import Group, Join, each_with
from transforms.deduplicate import paths
from transforms.deduplicate.candidates import MeasureLikeness, pair_of
from transforms.deduplicate.exact import KeepFirst


def _head(version: Version) -> tuple[str, Version]:
    return version.text_id, replace(version, body="")


def head_of_text() -> beam.ParDo:
    """A step: texts to their ids with what is known of them besides their text."""
    return beam.Map(_head).with_output_types(tuple[str, Version])


def _likeness_edge(found: Likeness) -> Edge:
    count("deduplicate", "pairs_alike")
    return paths.as_edge(found)


def copies_among(likenesses: beam.PCollection) -> beam.PCollection:
    """The likenesses of copies, as edges."""
    copies = likenesses | "Copies" >> beam.Filter(lambda found: found.copies)
    return copies | "Edges" >> beam.Map(_likeness_edge).with_output_types(Edge)


class TakeApart(beam.DoFn):
    """A forest to its branches by the least id of their group, and to that id for every text."""

    MEMBERS = "members"

    def process(
        self, forest: list[Edge]
    ) -> Iterator[tuple[str, Likeness] | TaggedOutput[Literal["members"], tuple[str, str]]]:
        root_of = dict(components(forest))
        for member in root_of.items():
            yield TaggedOutput(self.MEMBERS, member)
        for branch in forest:
            yield root_of[branch[1]], paths.as_likeness(branch)


def _group_of(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, Version]]:
    """A version with its count, under the least id of its group."""
    text_id, values = element
    group = Group(values, [Version, int, str])
    occurrences = sum(group.of(1))
    root = next(group.of(2), text_id)
    for version in group.of(0):
        yield root, replace(version, occurrence_count=occurrences)


class GroupTexts(beam.PTransform):
    """Heads, places, and the group of each text that has copies, to the heads with their counts, by group."""

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, beam.PCollection, beam.PCollection]) -> beam.PCollection:
        heads, places, membership = inputs
        counts = (
            places
            | "Count places" >> beam.Map(lambda place: (place.text_id, 1)).with_output_types(tuple[str, int])
            | "Occurrences" >> beam.CombinePerKey(sum)
        )
        return (
            (heads, counts, membership)
            | "Join groups" >> Join(Version, int, str)
            | "By group" >> beam.FlatMap(_group_of).with_output_types(tuple[str, Version])
        )


def _place(element: tuple[str, Version]) -> tuple[str, Place]:
    root, version = element
    return root, Place(version.text_id, version.page_id, version.article_index, version.shard)


class DraftVerdicts(beam.DoFn):
    """Verdicts on the texts of one group, and the ids of those that are not kept.

    How alike those are to the kept one that joined through a third comes later.
    """

    DISTANT, LOST = "distant", "lost"

    def process(
        self, element: tuple[str, Iterable[bytes]]
    ) -> Iterator[Verdict | TaggedOutput[Literal["distant"], Verdict] | TaggedOutput[Literal["lost"], str]]:
        group = Group(element[1], [Version, Place, Likeness])
        kept = next(group.of(0))
        through = paths.joined_through(kept.text_id, group.of(2))
        itself = (kept.text_id, Likeness(kept.text_id, kept.text_id, 1.0, 1.0, True))
        places = {place.text_id: place for place in group.of(1)}  # of one group, whose ids one worker may hold
        for text_id, place in places.items():
            next_id, alike = through.get(text_id, itself)
            joined = places[next_id]
            verdict = Verdict(
                text_id=text_id,
                article_id=kept.text_id,
                similarity=alike.jaccard,
                containment=alike.containment,
                kept_order=kept.order,
                kept_page_id=kept.page_id,
                kept_article_index=kept.article_index,
                first_page_id=place.page_id,
                first_article_index=place.article_index,
                joined_page_id=joined.page_id,
                joined_article_index=joined.article_index,
                joined_similarity=alike.jaccard,
                joined_containment=alike.containment,
                event_label=kept.event_label,
                language=None,
                language_confidence=None,
            )
            yield verdict if next_id == kept.text_id else TaggedOutput(self.DISTANT, verdict)
            if text_id != kept.text_id:
                yield TaggedOutput(self.LOST, text_id)


def _final_verdict(element: tuple[str, Iterable[bytes]]) -> Iterator[Verdict]:
    for verdict, found in each_with(element[1], Verdict, Likeness):
        yield replace(verdict, similarity=found.jaccard, containment=found.containment)


class MeasureDistant(beam.PTransform):
    """``Verdict``s on texts that joined through a third, and packed shingles, to verdicts with the likeness to the kept."""

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, beam.PCollection]) -> beam.PCollection:
        distant, shingles = inputs
        to_kept = (
            distant | "To kept" >> beam.Map(lambda v: (v.text_id, v.article_id)).with_output_types(tuple[str, str]),
            shingles,
        ) | "Measure to kept" >> MeasureLikeness()
        return (
            (
                distant
                | "Key distant"
                >> beam.Map(lambda v: (pair_of(v.text_id, v.article_id), v)).with_output_types(tuple[str, Verdict]),
                to_kept
                | "Key alike" >> beam.Map(lambda f: (pair_of(f.left, f.right), f)).with_output_types(tuple[str, Likeness]),
            )
            | "Join likeness" >> Join(Verdict, Likeness)
            | "Measured" >> beam.FlatMap(_final_verdict).with_output_types(Verdict)
        )


def _counted(version: Version) -> Version:
    count("deduplicate", "articles")
    return version


class JudgeGroups(beam.PTransform):
    """Heads by group, branches of groups, and packed shingles to what becomes of the texts.

    Gives ``articles``, the kept ``Version`` of each group; ``verdicts``, a ``Verdict`` a text; and ``lost``, the ids of
    those that are not kept.
    """

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, beam.PCollection, beam.PCollection]) -> dict[str, beam.PCollection]:
        grouped, branches, shingles = inputs
        kept = grouped | "Keep first of group" >> beam.CombinePerKey(KeepFirst()).with_output_types(tuple[str, Version])
        drafts = (
            (kept, grouped | "Texts of group" >> beam.Map(_place).with_output_types(tuple[str, Place]), branches)
            | "Join kept" >> Join(Version, Place, Likeness)
            | "Draft" >> beam.ParDo(DraftVerdicts()).with_outputs(DraftVerdicts.DISTANT, DraftVerdicts.LOST, main="verdicts")
        )
        measured = (drafts[DraftVerdicts.DISTANT], shingles) | "Distant" >> MeasureDistant()
        verdicts = (drafts.verdicts, measured) | "Verdicts" >> beam.Flatten()
        articles = kept | "Kept" >> beam.Values() | "Count kept" >> beam.Map(_counted).with_output_types(Version)
        return {"articles": articles, "verdicts": verdicts, "lost": drafts[DraftVerdicts.LOST]}


class KeepTexts(beam.PTransform):
    """``Version``s but for those whose ids are in another collection: of texts that are copies."""

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, beam.PCollection]) -> beam.PCollection:
        versions, lost = inputs
        ids = lost | "Lost ids" >> beam.CombineGlobally(IdSet()).as_singleton_view()
        return versions | "Kept texts" >> beam.Filter(
            lambda version, lost: not holds(lost, version.text_id), ids
        ).with_output_types(Version)
