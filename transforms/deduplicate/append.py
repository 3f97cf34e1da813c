"""FoldIntoEarlier: new texts among themselves and among those of earlier runs, of which nothing is read but the candidates.

What is kept stays kept: an article of an earlier run takes copies in, and is neither replaced nor joined to another one. So
the forest of likeness has a root beside its texts. Every text of an earlier run hangs at its article, and every such
article at the root, by branches that are heavier than any likeness. Then no other branch joins two of these articles, and
a new text hangs at the one to which the strongest chain leads.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

import apache_beam as beam
import numpy as np
import pyarrow as pa
from apache_beam.io.filesystems import FileSystems
from apache_beam.pvalue import AsSingleton, TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.index import ARTICLES_INDEX, PASSAGES_INDEX, TEXTS_INDEX, IndexedArticle, IndexedText
from schemas.records import InLanguage, Likeness, Verdict, Version
from schemas.tables import ARTICLES, OCCURRENCES
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count
from transforms.common.earlier import Earlier, LookUp, Paths, ToSet, read_columns, to_rows
from transforms.common.forest import Edge, SpanningForest, components, edge
from transforms.common.join import Group, Join
from transforms.common.parts import addressed, deal, gather, runs
from transforms.common.sieve import MakeSieve, Sieve
from transforms.deduplicate import keep, likeness, passages, paths
from transforms.deduplicate.candidates import (
    FindCandidates,
    MeasureLikeness,
    SketchTexts,
    leaders_of,
    nearest_leaders,
    shingles_of_text,
)
from transforms.deduplicate.exact import KeepFirst
from transforms.deduplicate.groups import GroupTexts, JudgeGroups, KeepTexts, MeasureDistant, copies_among, head_of_text

ROOT = "@"
"""Stands before all ids; an article of an earlier run is this sign and its id."""
_OF_ARTICLE, _OF_ROOT = 10**15, 10**16
"""Heavier than any likeness, which is less than ten to the thirteenth."""
_BAND = np.dtype("u4")
"""A key of a band as the index holds it."""
_TERMS = ("terms", "counts", "names", "name_counts", "name_chances", "lead", "title")
"""What of an article's row in the index only events need."""


class ReadBands(beam.DoFn):
    """A file of the index to the texts that share a band with a new one and, tagged, to these bands by part."""

    SHARED = "shared"

    def __init__(self, folder: str):
        self._folder = folder

    def process(
        self, path: str, sieve: Sieve, parts: int
    ) -> Iterator[IndexedText | TaggedOutput[Literal["shared"], tuple[str, bytes]]]:
        found = read_columns(FileSystems.join(self._folder, TEXTS_INDEX.name, *path.split("/")))
        packed = found["bands"].to_pylist()
        keys = np.frombuffer(b"".join(packed), dtype=_BAND)
        rows = np.repeat(np.arange(len(packed)), [len(bands) // _BAND.itemsize for bands in packed])
        shared = np.flatnonzero(sieve.lets_through(keys))
        hit, begins = np.unique(rows[shared], return_index=True)
        ids = found["text_id"].to_pylist()
        for row, of_text in zip(hit.tolist(), np.split(keys[shared], begins[1:]), strict=False):
            yield from (TaggedOutput(self.SHARED, value) for value in _dealt(ids[row], of_text, parts))
        # Their bands are not asked for again.
        yield from to_rows(TEXTS_INDEX, found.drop_columns(["bands"]).take(pa.array(hit)), without=("bands",))


def _keys(bands: tuple[str, bytes]) -> Iterator[int]:
    yield from np.frombuffer(bands[1], dtype=_BAND).tolist()


def _dealt(text_id: str, keys: np.ndarray, parts: int) -> Iterator[tuple[str, bytes]]:
    for part, places in deal(keys, parts):
        yield str(part), addressed(text_id, keys[places])


def _new_bands(bands: tuple[str, bytes], parts: int) -> Iterator[tuple[str, bytes]]:
    yield from _dealt(bands[0], np.frombuffer(bands[1], dtype=_BAND), parts)


def earlier_leaders(new: Iterable[bytes], earlier: Iterable[bytes]) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """The new texts of one part's buckets, each with the earlier ones of the least and of the greatest id in them.

    And with the number of the buckets in which that is so.
    """
    asking, known = gather(new, _BAND), gather(earlier, _BAND)
    order = np.argsort(known.rows, kind="stable")  # so that the texts of a bucket are in order
    begins, sizes = runs(known.rows[order])
    if not len(begins):
        return
    buckets, text = known.rows[order][begins], known.sender[order]
    at = np.minimum(np.searchsorted(buckets, asking.rows), len(buckets) - 1)
    shared = buckets[at] == asking.rows
    follower, at = asking.sender[shared], at[shared]
    least, greatest = text[begins[at]], text[begins[at] + sizes[at] - 1]
    several = least != greatest
    yield from leaders_of(
        asking.ids,
        np.concatenate([follower, follower[several]]),
        known.ids,
        np.concatenate([least, greatest[several]]),
    )


def _leaders(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    group = Group(element[1], [bytes, bytes])
    yield from earlier_leaders(group.of(0), group.of(1))


def _wanted(element: tuple[str, Iterable[bytes]]) -> Iterator[IndexedText]:
    """The row of an earlier text that is a candidate."""
    group = Group(element[1], [IndexedText, bool])
    if next(group.of(1), None) is not None:
        yield from group.of(0)


def _texts_in_files(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, tuple[str, str, int]]]:
    """Where the texts of one article stand that new ones are compared with; its kept one is always among them."""
    group = Group(element[1], [IndexedArticle, IndexedText])
    wanted = list(group.of(1))  # candidates of one article: four at most for each new text
    for article in group.of(0):
        if wanted:
            yield f"{ARTICLES.name}/{article.file}", (article.article_id, article.article_id, 0)
    for text in wanted:
        if text.file is not None:
            yield f"{OCCURRENCES.name}/{text.file}", (text.text_id, text.page_id, text.article_index)


class ReadShingles(beam.DoFn):
    """The texts that are asked for of one file of articles or occurrences, to their packed shingles."""

    def __init__(self, folder: str):
        self._folder = folder

    def process(self, element: tuple[str, Iterable[tuple[str, str, int]]], recurring: bytes) -> Iterator[tuple[str, bytes]]:
        path, asked = element
        articles = path.startswith(f"{ARTICLES.name}/")
        wanted = {(key, index): text_id for text_id, key, index in asked}
        columns = ["article_id", "title", "body"] if articles else ["page_id", "article_index", "title", "body"]
        found = read_columns(FileSystems.join(self._folder, *path.split("/")), columns)
        keys = found[columns[0]].to_pylist()
        indices = [0] * len(keys) if articles else found["article_index"].to_pylist()
        rows = [row for row, key in enumerate(zip(keys, indices, strict=True)) if key in wanted]
        for row, text in zip(rows, found.take(pa.array(rows, pa.int64())).to_pylist(), strict=True):
            count("deduplicate", "earlier_texts_read")
            grams = likeness.shingles(keep.compared_text(text["title"], text["body"] or ""))
            yield wanted[keys[row], indices[row]], likeness.pack(passages.without(grams, recurring))


def anchors(text: IndexedText) -> Iterator[Edge]:
    """The branches by which an earlier text hangs at its article, and that at the root."""
    article = f"{ROOT}{text.article_id}"
    yield edge(_OF_ARTICLE, article, text.text_id)
    yield edge(_OF_ROOT, ROOT, article)


class TakeEarlierApart(beam.DoFn):
    """A forest with a root to its branches by group and, tagged, to each text's group: an earlier article, or a text."""

    MEMBERS = "members"

    def process(
        self, forest: list[Edge]
    ) -> Iterator[tuple[str, Likeness] | TaggedOutput[Literal["members"], tuple[str, str]]]:
        grown = [branch for branch in forest if branch[0] != _OF_ROOT]
        root_of = dict(components(grown))
        for member in root_of.items():
            yield TaggedOutput(self.MEMBERS, member)
        for branch in grown:
            weight, left, right = branch
            found = Likeness(left, right, 1.0, 1.0, True) if weight == _OF_ARTICLE else paths.as_likeness(branch)
            yield root_of[left], found


class JudgeEarlier(beam.DoFn):
    """Verdicts on the new copies of one earlier article, what these know of it, and the ids of those with a new text."""

    DISTANT, GAINS, LOST = "distant", "gains", "lost"

    def process(
        self, element: tuple[str, Iterable[bytes]]
    ) -> Iterator[
        Verdict
        | TaggedOutput[Literal["distant"], Verdict]
        | TaggedOutput[Literal["gains"], tuple[str, Version]]
        | TaggedOutput[Literal["lost"], str]
    ]:
        article_id, values = element
        group = Group(values, [IndexedArticle, Version, IndexedText, Likeness])
        kept = next(group.of(0), None)
        gained = KeepFirst().merge_accumulators(group.of(1))
        if kept is None or gained is None:
            return
        label = kept.event_label or gained.event_label
        known = {text.text_id: text for text in group.of(2)}
        heads = {version.text_id: version for version in group.of(1)}  # of one group, whose ids one worker may hold
        through = paths.joined_through(f"{ROOT}{article_id}", group.of(3))

        def verdict(text_id: str, first: tuple[str, int], joined: tuple[str, int], alike: tuple[float, float]) -> Verdict:
            return Verdict(
                text_id=text_id,
                article_id=article_id,
                similarity=alike[0],
                containment=alike[1],
                kept_order=kept.kept_order,
                kept_page_id=kept.page_id,
                kept_article_index=kept.article_index,
                first_page_id=first[0],
                first_article_index=first[1],
                joined_page_id=joined[0],
                joined_article_index=joined[1],
                joined_similarity=alike[0],
                joined_containment=alike[1],
                event_label=label,
                language=None,
                language_confidence=None,
            )

        for text_id, head in heads.items():
            if text_id in known:
                text = known[text_id]
                place = (text.page_id, text.article_index)
                yield verdict(text_id, place, place, (text.similarity, text.containment))
            elif text_id in through:
                beside, alike = through[text_id]
                other = known.get(beside) or heads[beside]
                found = verdict(
                    text_id,
                    (head.page_id, head.article_index),
                    (other.page_id, other.article_index),
                    (alike.jaccard, alike.containment),
                )
                yield found if beside == article_id else TaggedOutput(self.DISTANT, found)
                yield TaggedOutput(self.LOST, text_id)
        count("deduplicate", "earlier_articles_found")
        count("deduplicate", "copies_of_earlier", gained.occurrence_count)
        yield TaggedOutput(self.GAINS, (article_id, gained))


def _is_earlier(element: tuple[str, Version]) -> bool:
    return element[0].startswith(ROOT)


def _by_article(text: IndexedText) -> tuple[str, IndexedText]:
    return text.article_id, text


class FindExact(beam.PTransform):
    """``Version``s to the rows of their texts in the index, where an earlier run has them, and the set of these ids."""

    def __init__(self, earlier: Earlier):
        super().__init__()
        self._earlier = earlier

    @no_annotations
    def expand(self, versions: beam.PCollection) -> dict[str, beam.PCollection]:
        ids = versions | "Ids" >> beam.Map(lambda v: v.text_id).with_output_types(str)
        new = AsSingleton(ids | "New" >> beam.CombineGlobally(ToSet()))
        rows = (
            ids
            | "Look up" >> LookUp(self._earlier, TEXTS_INDEX, "text_id", without=("bands",))
            | "Exact" >> beam.Filter(lambda text, ids: text.text_id in ids, new).with_output_types(IndexedText)
        )
        known = AsSingleton(
            rows | "Known ids" >> beam.Map(lambda text: text.text_id).with_output_types(str) | beam.CombineGlobally(ToSet())
        )
        return {
            "rows": rows,
            "versions": versions | "Unknown" >> beam.Filter(lambda v, ids: v.text_id not in ids, known),
            "known": versions
            | "Known" >> beam.Filter(lambda v, ids: v.text_id in ids, known)
            | "Heads" >> beam.Map(lambda v: replace(v, body="")).with_output_types(Version),
        }


class FindEarlierCandidates(beam.PTransform):
    """New texts' bands, packed, to pairs of a new and an earlier text, and the rows of these earlier texts."""

    def __init__(self, earlier: Earlier, parts: AsSingleton):
        super().__init__()
        self._earlier, self._parts = earlier, parts

    @no_annotations
    def expand(self, bands: beam.PCollection) -> dict[str, beam.PCollection]:
        sieve = AsSingleton(
            bands | "Keys" >> beam.FlatMap(_keys).with_output_types(int) | "Sieve" >> beam.CombineGlobally(MakeSieve())
        )
        read = (
            bands.pipeline
            | "Files" >> Paths(self._earlier, TEXTS_INDEX)
            | "Bands"
            >> beam.ParDo(ReadBands(self._earlier.folder), sieve, self._parts).with_outputs(ReadBands.SHARED, main="texts")
        )
        new = bands | "New bands" >> beam.FlatMap(_new_bands, self._parts).with_output_types(tuple[str, bytes])
        old = read[ReadBands.SHARED] | "Shared" >> beam.Map(lambda pair: pair).with_output_types(tuple[str, bytes])
        pairs = (
            (new, old)
            | "Buckets" >> Join(bytes, bytes)
            | "Leaders" >> beam.FlatMap(_leaders).with_output_types(tuple[str, list[tuple[str, int]]])
            | "Leaders of text" >> beam.GroupByKey()
            | "Candidates" >> beam.FlatMap(nearest_leaders).with_output_types(tuple[str, str])
        )
        texts = (
            (
                read.texts | "Key texts" >> beam.Map(lambda t: (t.text_id, t)).with_output_types(tuple[str, IndexedText]),
                pairs
                | "Asked" >> beam.Map(lambda pair: (pair[1], True)).with_output_types(tuple[str, bool])
                | "Once" >> beam.CombinePerKey(any),
            )
            | "Join asked" >> Join(IndexedText, bool)
            | "Wanted" >> beam.FlatMap(_wanted).with_output_types(IndexedText)
        )
        return {"pairs": pairs, "texts": texts}


class FoldIntoEarlier(beam.PTransform):
    """``Version``s that no earlier run has and the heads of those that one has, with ``Place``s, to what they are copies of.

    Gives ``texts``, those of the ``Version``s that are kept; ``articles``, the same with what their copies know;
    ``verdicts`` on all texts; ``gains``, what the copies of an earlier article know of it, by its id; ``languages`` of
    earlier articles by id; and ``bands`` and ``passages`` for the index.

    Args:
      earlier: the dataset.
      id_limit: how many texts with near copies one worker may hold the ids of.
      parts: a side input, the number of parts that hashes are dealt to.
    """

    def __init__(self, earlier: Earlier, id_limit: int, parts: AsSingleton):
        super().__init__()
        self._earlier, self._id_limit, self._parts = earlier, id_limit, parts

    @no_annotations
    def expand(self, found: dict[str, beam.PCollection]) -> dict[str, beam.PCollection]:
        versions, known, exact, places = (found[name] for name in ("versions", "known", "rows", "places"))
        ordered = versions | "Shingles of text" >> shingles_of_text()
        recurs = (
            ordered | "Find recurring passages" >> passages.FindRecurring(self._parts),
            versions.pipeline | "Earlier passages" >> _EarlierPassages(self._earlier),
        ) | "All passages" >> _Union()
        sketched = ordered | "Sketches" >> SketchTexts(AsSingleton(recurs), self._parts)
        among = sketched["buckets"] | "Find candidates" >> FindCandidates()
        earlier = sketched["bands"] | "Find earlier candidates" >> FindEarlierCandidates(self._earlier, self._parts)

        texts = (exact, earlier["texts"]) | "Earlier texts" >> beam.Flatten()
        by_article = texts | "By article" >> beam.Map(_by_article).with_output_types(tuple[str, IndexedText])
        articles = (
            texts
            | "Article ids" >> beam.Map(lambda text: text.article_id).with_output_types(str)
            | "Look up articles" >> LookUp(self._earlier, ARTICLES_INDEX, "article_id", without=_TERMS)
            | "Key articles" >> beam.Map(lambda a: (a.article_id, a)).with_output_types(tuple[str, IndexedArticle])
        )
        compared = earlier["texts"] | "Compared" >> beam.Map(_by_article).with_output_types(tuple[str, IndexedText])
        read = (
            (articles, compared)
            | "Join files" >> Join(IndexedArticle, IndexedText)
            | "In files" >> beam.FlatMap(_texts_in_files).with_output_types(tuple[str, tuple[str, str, int]])
            | "Group files" >> beam.GroupByKey()
            | "Read texts"
            >> beam.ParDo(ReadShingles(self._earlier.folder), AsSingleton(recurs)).with_output_types(tuple[str, bytes])
        )
        shingles = (sketched["shingles"], read) | "All shingles" >> beam.Flatten()
        pairs = (among, earlier["pairs"]) | "All pairs" >> beam.Flatten()
        forest = (
            (
                copies_among((pairs, shingles) | "Verify" >> MeasureLikeness()),
                earlier["texts"] | "Anchors" >> beam.FlatMap(anchors).with_output_types(Edge),
            )
            | "All edges" >> beam.Flatten()
            | "Groups" >> beam.CombineGlobally(SpanningForest(self._id_limit, "texts have near copies"))
            | "Take apart" >> beam.ParDo(TakeEarlierApart()).with_outputs(TakeEarlierApart.MEMBERS, main="branches")
        )
        membership = (
            forest[TakeEarlierApart.MEMBERS] | "Members" >> beam.Map(lambda pair: pair).with_output_types(tuple[str, str]),
            exact
            | "Of known" >> beam.Map(lambda t: (t.text_id, f"{ROOT}{t.article_id}")).with_output_types(tuple[str, str]),
        ) | "All members" >> beam.Flatten()
        branches = forest.branches | "Branches" >> beam.Map(lambda pair: pair).with_output_types(tuple[str, Likeness])
        heads = (
            versions | "Head" >> head_of_text(),
            known | "Known head" >> head_of_text(),
        ) | "All heads" >> beam.Flatten()
        grouped = (heads, places, membership) | "Group texts" >> GroupTexts()

        new = grouped | "Of no article" >> beam.Filter(lambda pair: not _is_earlier(pair))
        judged = (new, branches | "New branches" >> beam.Filter(lambda pair: not pair[0].startswith(ROOT)), shingles)
        fresh = judged | "Judge groups" >> JudgeGroups()
        joined = (
            (
                articles,
                grouped
                | "Of earlier articles" >> beam.Filter(_is_earlier)
                | "Their ids" >> beam.Map(lambda p: (p[0][1:], p[1])).with_output_types(tuple[str, Version]),
                by_article,
                branches
                | "Earlier branches" >> beam.Filter(lambda pair: pair[0].startswith(ROOT))
                | "Ids of branches" >> beam.Map(lambda p: (p[0][1:], p[1])).with_output_types(tuple[str, Likeness]),
            )
            | "Join earlier" >> Join(IndexedArticle, Version, IndexedText, Likeness)
            | "Judge earlier"
            >> beam.ParDo(JudgeEarlier()).with_outputs(
                JudgeEarlier.DISTANT, JudgeEarlier.GAINS, JudgeEarlier.LOST, main="verdicts"
            )
        )
        distant = (joined[JudgeEarlier.DISTANT], shingles) | "Distant" >> MeasureDistant()
        gains = joined[JudgeEarlier.GAINS] | "Gains" >> beam.Map(lambda pair: pair).with_output_types(tuple[str, Version])
        verdicts = (fresh["verdicts"], joined.verdicts, distant) | "All verdicts" >> beam.Flatten()
        lost = (
            fresh["lost"],
            joined[JudgeEarlier.LOST] | "Copies of earlier" >> beam.Map(lambda text_id: text_id).with_output_types(str),
        ) | "All lost" >> beam.Flatten()
        languages = articles | "Their languages" >> beam.MapTuple(
            lambda article_id, row: (article_id, InLanguage(row.language, row.language_confidence))
        ).with_output_types(tuple[str, InLanguage])
        return {
            "texts": (versions, lost) | "Keep texts" >> KeepTexts(),
            "articles": fresh["articles"],
            "languages": languages,
            "verdicts": verdicts,
            "gains": gains,
            "bands": sketched["bands"],
            "passages": recurs,
        }


class ReadPassages(beam.DoFn):
    """A file of the index to the runs of recurring passages in it."""

    def __init__(self, folder: str):
        self._folder = folder

    def process(self, path: str) -> Iterator[bytes]:
        found = read_columns(FileSystems.join(self._folder, PASSAGES_INDEX.name, *path.split("/")), ("digest",))
        digests = np.frombuffer(b"".join(found["digest"].to_pylist()), dtype=">u8")
        yield np.sort(digests.astype(np.uint64)).tobytes()


class _EarlierPassages(beam.PTransform):
    """The runs of recurring passages that earlier runs know."""

    def __init__(self, earlier: Earlier):
        super().__init__()
        self._earlier = earlier

    def expand(self, begin: beam.pvalue.PBegin) -> beam.PCollection:
        return (
            begin
            | "Files" >> Paths(self._earlier, PASSAGES_INDEX)
            | "Runs" >> beam.ParDo(ReadPassages(self._earlier.folder)).with_output_types(bytes)
        )


class _Union(beam.PTransform):
    """Runs of recurring passages from several sources to one string of bytes."""

    @no_annotations
    def expand(self, several: Sequence[beam.PCollection]) -> beam.PCollection:
        return several | beam.Flatten() | beam.CombineGlobally(passages.union)
