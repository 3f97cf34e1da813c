"""FoldExactCopies, FoldNearCopies and ResolveOccurrences: every text once.

Of a text itself one copy crosses a shuffle, to its digest. All else travels as ids, band keys, packed shingles and
what is known of an article besides its text.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Literal

import apache_beam as beam
import numpy as np
from apache_beam import coders
from apache_beam.pvalue import TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.overrides import NOT_AN_ARTICLE
from schemas.records import (
    FoundArticle,
    InLanguage,
    Likeness,
    Noticed,
    Override,
    Place,
    Resolved,
    SplitPage,
    Verdict,
    Version,
)
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count, tally
from transforms.common.forest import Edge, SpanningForest, components
from transforms.common.id_set import IdSet, holds
from transforms.common.ids import shard_of
from transforms.common.join import Group, Join
from transforms.common.parts import addressed, deal, gather, runs
from transforms.common.words import word_count
from transforms.deduplicate import keep, likeness, overridden, passages, paths
from transforms.deduplicate.overridden import identify, place_of

LEADERS = 4
"""Candidates that a text is compared with."""


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


def _measured(version: Version) -> Version:
    count("deduplicate", "texts")
    return replace(version, word_count=word_count(version.body))


def _shingles(version: Version) -> tuple[str, bytes]:
    grams = likeness.shingles(keep.compared_text(version.title, version.body))
    return version.text_id, grams.tobytes()


def _head(version: Version) -> tuple[str, Version]:
    return version.text_id, replace(version, body="")


class Sketch(beam.DoFn):
    """The shingles of a text, in order, to what is compared of it: band keys by part, and packed shingles.

    For the index of the dataset also all of its band keys, packed. Passages that recur in texts of other articles are not
    compared.
    """

    BANDS, PACKED = "bands", "packed"

    def process(
        self, element: tuple[str, bytes], recurring: bytes, parts: int
    ) -> Iterator[
        tuple[str, bytes]
        | TaggedOutput[Literal["bands"], passages.Carried]
        | TaggedOutput[Literal["packed"], tuple[str, bytes]]
    ]:
        text_id, ordered = element
        tally("deduplicate.sketched")
        grams = passages.without(np.frombuffer(ordered, dtype=np.uint32), recurring)
        keys = likeness.bands(grams)
        for part, places in deal(keys, parts):
            yield TaggedOutput(self.BANDS, (part, addressed(text_id, keys[places])))
        yield TaggedOutput(self.PACKED, (text_id, likeness.pack_bands(keys)))
        yield text_id, likeness.pack(grams)


def candidate_leaders(values: Iterable[bytes]) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """The texts of one part's buckets, each with the texts of least and of greatest id in them, and in how many.

    Two stars instead of all pairs: a bucket costs what its texts cost, and where one centre only shares furniture
    with the rest, the other may hold them together.
    """
    part = gather(values, np.dtype("u8"))
    order = np.argsort(part.rows, kind="stable")  # so that the texts of a bucket are in order
    text = part.sender[order]
    begins, sizes = runs(part.rows[order])
    least, greatest = np.repeat(text[begins], sizes), np.repeat(text[begins + sizes - 1], sizes)
    to_least, to_greatest = text != least, (text != least) & (text != greatest)
    follower = np.concatenate([text[to_least], text[to_greatest]])
    leader = np.concatenate([least[to_least], greatest[to_greatest]])
    yield from leaders_of(part.ids, follower, part.ids, leader)


def leaders_of(
    followers: list[str], follower: np.ndarray, leaders: list[str], leader: np.ndarray
) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """Each text with its leaders and how often the two were paired.

    Args:
      followers: ids of texts.
      follower: of each pair, the place of the one text in ``followers``.
      leaders: ids of texts.
      leader: of each pair, the place of the other text in ``leaders``.
    """
    pairs, shared = np.unique(follower * len(leaders) + leader, return_counts=True)
    for of_text, group in groupby(zip(pairs.tolist(), shared.tolist(), strict=True), lambda pair: pair[0] // len(leaders)):
        yield followers[of_text], [(leaders[pair % len(leaders)], buckets) for pair, buckets in group]


def nearest_leaders(element: tuple[str, Iterable[list[tuple[str, int]]]]) -> Iterator[tuple[str, str]]:
    """A text with the few leaders that it shares most buckets with: more buckets, more alike.

    Each of many near copies meets dozens of leaders in its buckets; a few hold the group together.
    """
    text_id, by_part = element
    shared: Counter[str] = Counter()
    for leaders in by_part:  # in all at most two for each band
        for leader, buckets in leaders:
            shared[leader] += buckets
    for leader, _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))[:LEADERS]:
        yield text_id, leader


def _answer(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, bytes]]:
    """One text's shingles, sent to each pair that asks for them, with a byte that says which side they are of."""
    text_id, values = element
    group = Group(values, [str, bytes])
    packed = next(group.of(1), None)
    if packed is not None:
        for partner in group.of(0):
            yield _pair(text_id, partner), (b"<" if text_id < partner else b">") + packed


def _compare(element: tuple[str, Iterable[bytes]]) -> Iterator[Likeness]:
    pair, packed = element
    sides = {side[:1]: side[1:] for side in packed}
    if len(sides) == 2:
        left, right = pair.split("|")
        alike = likeness.compare(sides[b"<"], sides[b">"])
        count("deduplicate", "pairs_compared")
        smaller = min(map(len, sides.values())) // likeness.HASH_BYTES
        yield Likeness(left, right, *alike, likeness.are_copies(*alike, smaller))


class MeasureLikeness(beam.PTransform):
    """Pairs of text ids, and packed shingles by text id, to ``Likeness``: each pair once."""

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, beam.PCollection]) -> beam.PCollection:
        pairs, shingles = inputs
        asks = pairs | beam.FlatMap(lambda pair: (pair, pair[::-1])).with_output_types(tuple[str, str])
        return (
            (asks, shingles)
            | Join(str, bytes)
            | beam.FlatMap(_answer).with_output_types(tuple[str, bytes])
            | beam.GroupByKey()
            | beam.FlatMap(_compare).with_output_types(Likeness)
        )


def _group_of(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, Version]]:
    """A version with its count, under the least id of its group."""
    text_id, values = element
    group = Group(values, [Version, int, str])
    occurrences = sum(group.of(1))
    root = next(group.of(2), text_id)
    for version in group.of(0):
        yield root, replace(version, occurrence_count=occurrences)


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
    group = Group(element[1], [Verdict, Likeness])
    found = next(group.of(1))
    for verdict in group.of(0):
        yield replace(verdict, similarity=found.jaccard, containment=found.containment)


def _pair(left: str, right: str) -> str:
    return f"{min(left, right)}|{max(left, right)}"


def _likeness_edge(found: Likeness) -> Edge:
    count("deduplicate", "pairs_alike")
    return paths.as_edge(found)


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


def _place(element: tuple[str, Version]) -> tuple[str, Place]:
    root, version = element
    return root, Place(version.text_id, version.page_id, version.article_index, version.shard)


class SketchTexts(beam.PTransform):
    """Texts' ids with their packed shingles, in order, to what is compared of them: ``buckets`` of bands, and ``shingles``.

    For the index of the dataset also the ``bands`` of each text, packed.

    Args:
      recurring: a side input, the runs of passages that are not compared.
      parts: a side input, the number of parts that hashes are dealt to.
    """

    def __init__(self, recurring: beam.pvalue.AsSideInput, parts: beam.pvalue.AsSideInput):
        super().__init__()
        self._recurring, self._parts = recurring, parts

    @no_annotations
    def expand(self, ordered: beam.PCollection) -> dict[str, beam.PCollection]:
        sketches = ordered | "Sketch" >> beam.ParDo(Sketch(), self._recurring, self._parts).with_outputs(
            Sketch.BANDS, Sketch.PACKED, main="shingles"
        )
        return {"buckets": sketches[Sketch.BANDS], "bands": sketches[Sketch.PACKED], "shingles": sketches.shingles}


class FindCandidates(beam.PTransform):
    """Band keys of texts by part to pairs of ids: each text with the few that it shares most bands with."""

    @no_annotations
    def expand(self, buckets: beam.PCollection) -> beam.PCollection:
        return (
            buckets
            | "Buckets" >> beam.GroupByKey()
            | "Leaders"
            >> beam.FlatMap(lambda part: candidate_leaders(part[1])).with_output_types(tuple[str, list[tuple[str, int]]])
            | "Leaders of text" >> beam.GroupByKey()
            | "Candidates" >> beam.FlatMap(nearest_leaders).with_output_types(tuple[str, str])
        )


def shingles_of_text() -> beam.ParDo:
    """A step: texts to their ids with their packed shingles, in order."""
    return beam.Map(_shingles).with_output_types(tuple[str, bytes])


def head_of_text() -> beam.ParDo:
    """A step: texts to their ids with what is known of them besides their text."""
    return beam.Map(_head).with_output_types(tuple[str, Version])


def copies_among(likenesses: beam.PCollection) -> beam.PCollection:
    """The likenesses of copies, as edges."""
    copies = likenesses | "Copies" >> beam.Filter(lambda found: found.copies)
    return copies | "Edges" >> beam.Map(_likeness_edge).with_output_types(Edge)


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
                >> beam.Map(lambda v: (_pair(v.text_id, v.article_id), v)).with_output_types(tuple[str, Verdict]),
                to_kept
                | "Key likeness" >> beam.Map(lambda f: (_pair(f.left, f.right), f)).with_output_types(tuple[str, Likeness]),
            )
            | "Join likeness" >> Join(Verdict, Likeness)
            | "Measured" >> beam.FlatMap(_final_verdict).with_output_types(Verdict)
        )


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


def _counted(version: Version) -> Version:
    count("deduplicate", "articles")
    return version


def _with_language(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, Verdict]]:
    group = Group(element[1], [Verdict, InLanguage])
    found = next(group.of(1))
    for verdict in group.of(0):
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
