"""FoldExactCopies, FoldNearCopies and ResolveOccurrences: every text once.

Of a text itself one copy crosses a shuffle, to its digest. All else travels as ids, band keys, packed shingles and
what is known of an article besides its text.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

import apache_beam as beam
from apache_beam.pvalue import TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.records import FoundArticle, Likeness, Place, Resolved, SplitPage, Verdict, Version
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count
from transforms.common.forest import Edge, SpanningForest, components
from transforms.common.ids import shard_of
from transforms.common.join import Group, Join
from transforms.common.words import word_count
from transforms.deduplicate import keep, likeness, passages, paths

LEADERS = 4
"""Candidates that a text is compared with."""


def identify(page: SplitPage) -> SplitPage:
    """The page with the id of every article's text."""
    return replace(
        page, articles=tuple(replace(article, text_id=keep.text_id(article, page.page_id)) for article in page.articles)
    )


def without_bodies(page: SplitPage) -> SplitPage:
    """The page as it travels: its text holds the bodies of its articles."""

    def bare(article: FoundArticle) -> FoundArticle:
        return replace(article, body="")

    return replace(page, articles=tuple(map(bare, page.articles)))


class EmitCopies(beam.DoFn):
    """A page to itself by shard, its articles by text, and the places of its articles."""

    VERSIONS, PLACES = "versions", "places"

    def process(
        self, page: SplitPage, shards: int
    ) -> Iterator[
        tuple[str, SplitPage]
        | TaggedOutput[Literal["versions"], tuple[str, Version]]
        | TaggedOutput[Literal["places"], tuple[str, Place]]
    ]:
        page = identify(page)
        shard = str(shard_of(page.page_id, shards))
        for article in page.articles:
            count("deduplicate", "occurrences")
            place = Place(article.text_id, page.page_id, article.article_index, shard)
            version = keep.version_of(page, article, shard)
            yield TaggedOutput(self.PLACES, (f"{page.page_id}#{article.article_index}", place))
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


class FoldExactCopies(beam.PTransform):
    """``SplitPage``s to pages keyed by shard, one ``Version`` per distinct text, and the ``Place`` of every occurrence.

    Args:
      shards: a side input, the number of shards of pages.
    """

    def __init__(self, shards: beam.pvalue.AsSideInput):
        super().__init__()
        self._shards = shards

    @no_annotations
    def expand(self, pages: beam.PCollection) -> dict[str, beam.PCollection]:
        copies = pages | "Identify texts" >> beam.ParDo(EmitCopies(), self._shards).with_outputs(
            EmitCopies.VERSIONS, EmitCopies.PLACES, main="pages"
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
        return {
            "pages": copies.pages | "By shard" >> beam.Map(lambda pair: pair).with_output_types(tuple[str, SplitPage]),
            "versions": versions,
            "places": places,
        }


def _measured(version: Version) -> Version:
    count("deduplicate", "texts")
    return replace(version, word_count=word_count(version.body))


def _shingles(version: Version) -> list[str]:
    return likeness.shingles(keep.compared_text(version.title, version.body))


class Sketch(beam.DoFn):
    """A version to what is compared of it: band keys and packed shingles; and to itself without its text.

    Passages that recur in texts of other articles are not compared.
    """

    BANDS, SHINGLES, PACKED = "bands", "shingles", "packed"

    def process(
        self, version: Version, recurs: frozenset[bytes]
    ) -> Iterator[
        tuple[str, Version]
        | TaggedOutput[Literal["bands"], tuple[str, str]]
        | TaggedOutput[Literal["packed"], tuple[str, bytes]]
        | TaggedOutput[Literal["shingles"], tuple[str, bytes]]
    ]:
        grams = passages.without(_shingles(version), recurs)
        bands = likeness.bands(grams)
        for band in bands:
            yield TaggedOutput(self.BANDS, (band, version.text_id))
        yield TaggedOutput(self.PACKED, (version.text_id, likeness.pack_bands(bands)))
        yield TaggedOutput(self.SHINGLES, (version.text_id, likeness.pack(grams)))
        yield version.text_id, replace(version, body="")


def candidate_leaders(text_ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The texts of one bucket, each with the least id and with the greatest one.

    Two stars instead of all pairs: a bucket costs what its texts cost, and where one centre only shares furniture
    with the rest, the other may hold them together.
    """
    least = greatest = None
    for text_id in text_ids:
        least = text_id if least is None or text_id < least else least
        greatest = text_id if greatest is None or text_id > greatest else greatest
    if least is None or greatest is None or least == greatest:
        return
    for text_id in text_ids:
        if text_id != least:
            yield text_id, least
        if text_id not in (greatest, least):
            yield text_id, greatest


def nearest_leaders(element: tuple[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    """A text with the few leaders that it shares most buckets with: more buckets, more alike.

    Each of many near copies meets dozens of leaders in its buckets; a few hold the group together.
    """
    text_id, leaders = element
    shared = Counter(leaders)  # at most two for each band
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
    """Verdicts on the texts of one group. How alike those are to the kept one that joined through a third comes later."""

    DISTANT = "distant"

    def process(self, element: tuple[str, Iterable[bytes]]) -> Iterator[Verdict | TaggedOutput[Literal["distant"], Verdict]]:
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
                language=kept.language,
                language_confidence=kept.language_confidence,
            )
            yield verdict if next_id == kept.text_id else TaggedOutput(self.DISTANT, verdict)


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
    """``Version``s to what is compared of them, by id: heads without texts, bands, packed bands and packed shingles.

    Args:
      recurs: a side input, the runs of passages that are not compared.
    """

    def __init__(self, recurs: beam.pvalue.AsSideInput):
        super().__init__()
        self._recurs = recurs

    @no_annotations
    def expand(self, versions: beam.PCollection) -> dict[str, beam.PCollection]:
        sketches = versions | "Sketch" >> beam.ParDo(Sketch(), self._recurs).with_outputs(
            Sketch.BANDS, Sketch.SHINGLES, Sketch.PACKED, main="heads"
        )
        shingles = sketches[Sketch.SHINGLES] | "Shingles" >> beam.Map(lambda pair: pair).with_output_types(tuple[str, bytes])
        packed = sketches[Sketch.PACKED] | "Packed" >> beam.Map(lambda pair: pair).with_output_types(tuple[str, bytes])
        return {"heads": sketches.heads, "buckets": sketches[Sketch.BANDS], "bands": packed, "shingles": shingles}


class FindCandidates(beam.PTransform):
    """Pairs of a band and a text's id to pairs of ids: each text with the few that it shares most bands with."""

    @no_annotations
    def expand(self, buckets: beam.PCollection) -> beam.PCollection:
        return (
            buckets
            | "Buckets" >> beam.GroupByKey()
            | "Leaders" >> beam.FlatMap(lambda bucket: candidate_leaders(bucket[1])).with_output_types(tuple[str, str])
            | "Leaders of text" >> beam.GroupByKey()
            | "Candidates" >> beam.FlatMap(nearest_leaders).with_output_types(tuple[str, str])
        )


def shingles_of_texts(versions: beam.PCollection) -> beam.PCollection:
    """Texts' ids with their shingles."""
    return versions | "Shingles of text" >> beam.Map(lambda v: (v.text_id, _shingles(v))).with_output_types(
        tuple[str, list[str]]
    )


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
    """Heads by group, branches of groups, and packed shingles to the kept ``Version`` of each and a ``Verdict`` a text."""

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, beam.PCollection, beam.PCollection]) -> dict[str, beam.PCollection]:
        grouped, branches, shingles = inputs
        kept = grouped | "Keep first of group" >> beam.CombinePerKey(KeepFirst()).with_output_types(tuple[str, Version])
        drafts = (
            (kept, grouped | "Texts of group" >> beam.Map(_place).with_output_types(tuple[str, Place]), branches)
            | "Join kept" >> Join(Version, Place, Likeness)
            | "Draft" >> beam.ParDo(DraftVerdicts()).with_outputs(DraftVerdicts.DISTANT, main="verdicts")
        )
        measured = (drafts[DraftVerdicts.DISTANT], shingles) | "Distant" >> MeasureDistant()
        verdicts = (drafts.verdicts, measured) | "Verdicts" >> beam.Flatten()
        articles = kept | "Kept" >> beam.Values() | "Count kept" >> beam.Map(_counted).with_output_types(Version)
        return {"articles": articles, "verdicts": verdicts}


class FoldNearCopies(beam.PTransform):
    """``Version``s and ``Place``s to the kept ``Version`` of each article, without text, and a ``Verdict`` per text.

    For the index of the dataset also the bands of each text, packed, by its id, and the set of runs that recur.

    Args:
      id_limit: how many texts with near copies one worker may hold the ids of.
    """

    def __init__(self, id_limit: int):
        super().__init__()
        self._id_limit = id_limit

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, beam.PCollection]) -> dict[str, beam.PCollection]:
        versions, places = inputs
        recurs = shingles_of_texts(versions) | "Find recurring passages" >> passages.FindRecurring()
        sketched = versions | "Sketches" >> SketchTexts(beam.pvalue.AsSingleton(recurs))
        pairs = sketched["buckets"] | "Find candidates" >> FindCandidates()
        forest = (
            copies_among((pairs, sketched["shingles"]) | "Verify" >> MeasureLikeness())
            | "Groups" >> beam.CombineGlobally(SpanningForest(self._id_limit, "texts have near copies"))
            | "Take apart" >> beam.ParDo(TakeApart()).with_outputs(TakeApart.MEMBERS, main="branches")
        )
        membership = forest[TakeApart.MEMBERS] | "Members" >> beam.Map(lambda pair: pair).with_output_types(tuple[str, str])
        branches = forest.branches | "Branches" >> beam.Map(lambda pair: pair).with_output_types(tuple[str, Likeness])
        grouped = (sketched["heads"], places, membership) | "Group texts" >> GroupTexts()
        judged = (grouped, branches, sketched["shingles"]) | "Judge groups" >> JudgeGroups()
        return judged | {"bands": sketched["bands"], "passages": recurs}


def _counted(version: Version) -> Version:
    count("deduplicate", "articles")
    return version


def _resolve(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, Resolved]]:
    group = Group(element[1], [Verdict, Place])
    verdict = next(group.of(0))
    for place in group.of(1):
        yield place.shard, Resolved(place.page_id, place.article_index, verdict)


class ResolveOccurrences(beam.PTransform):
    """``Verdict``s and ``Place``s to ``Resolved`` occurrences by the shard of their page."""

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, beam.PCollection]) -> beam.PCollection:
        verdicts, places = inputs
        return (
            (
                verdicts | "Key verdicts" >> beam.Map(lambda v: (v.text_id, v)).with_output_types(tuple[str, Verdict]),
                places | "Key places" >> beam.Map(lambda p: (p.text_id, p)).with_output_types(tuple[str, Place]),
            )
            | Join(Verdict, Place)
            | beam.FlatMap(_resolve).with_output_types(tuple[str, Resolved])
        )
