"""GroupIntoEarlier: new articles to events, those of earlier runs among them.

Every article of the dataset is weighed anew from the index, since weights depend on the whole corpus; that takes no
shuffle. Those that share a block with a new article are compared with it, as a whole run would compare them, and a sample
of the earlier ones with all, which tells the figures of the corpus. New articles and the earlier events that they may
belong to make trees; only of the events of these trees all articles are looked at, and only events that something joins
are described anew. A corpus of no more than ``leaders.MAX_TREE`` articles is one tree.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Literal

import apache_beam as beam
import pyarrow as pa
import pyarrow.compute as pc
from apache_beam.io.filesystems import FileSystems
from apache_beam.pvalue import AsDict, AsSingleton, TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.event_changes import EventChange
from schemas.events import Event
from schemas.index import ARTICLES_INDEX, IndexedArticle
from schemas.overrides import SAME_EVENT
from schemas.records import (
    Asked,
    Described,
    InEvent,
    KnownEvent,
    Member,
    Noticed,
    Override,
    Patch,
    Terms,
    Vector,
    Version,
)
from schemas.tables import EVENTS
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count, tally
from transforms.common.earlier import Earlier, LookUp, Paths, ReadFile, ToSet, gain, read_columns, sieve_of, to_rows
from transforms.common.forest import Edge, SpanningForest, components, edge
from transforms.common.hashing import of_words
from transforms.common.join import Group, Join
from transforms.common.parts import deal
from transforms.common.sieve import Sieve
from transforms.events import cluster, leaders, neighbours, overridden, weigh
from transforms.events.describe import describe_event
from transforms.events.likeness import MILLION
from transforms.events.neighbours import Neighbourhood
from transforms.events.overridden import Plan, Standing
from transforms.events.reconcile import LABEL, reconcile
from transforms.events.surroundings import SAMPLE, Surroundings, share_of_rivals, surroundings, told
from transforms.events.transform import PRUNE, Weigh, by_part, extract_terms, of_events, told_by

_ALL = "~"
"""Stands behind all ids."""
_SUMS = ("step", "background")
_TO_COME = 4
"""So many more appends like this one are reckoned with where a threshold follows from the size of the corpus."""

Counts = list[tuple[str, int]]
"""Terms, or names of one language, and how many articles use them."""
Sums = tuple[int, int, int]
"""Steps and backgrounds in millionths, and of how many articles."""


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


def _read(folder: str, path: str, *columns: str) -> pa.Table:
    return read_columns(FileSystems.join(folder, ARTICLES_INDEX.name, *path.split("/")), columns or None)


class CountOld(beam.DoFn):
    """A file of the index to how many of its articles use each term, by part, and, tagged, each name of each language."""

    NAMES = "names"

    def __init__(self, folder: str):
        self._folder = folder

    def process(
        self, path: str, parts: int
    ) -> Iterator[tuple[int, Counts] | TaggedOutput[Literal["names"], tuple[int, tuple[str, Counts]]]]:
        found = _read(self._folder, path, "terms", "names", "language")
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


class LeastIds(beam.DoFn):
    """A file of the index to the least ids of articles in it, as many as make a sample."""

    def __init__(self, folder: str):
        self._folder = folder

    def process(self, path: str) -> Iterator[str]:
        yield from heapq.nsmallest(SAMPLE, _read(self._folder, path, "article_id")["article_id"].to_pylist())


def sample_limit(least: Iterable[str], articles: int) -> str:
    """The greatest id of those earlier articles that are compared like new ones: all in a small corpus, else a sample."""
    return _ALL if articles <= leaders.MAX_TREE else max(least, default="")


def _new_terms(element: tuple[Version, Terms], parts: int) -> Iterator[tuple[int, Counts]]:
    yield from dealt([(term, 1) for term in element[1].terms], parts)


def _new_names(element: tuple[Version, Terms], parts: int) -> Iterator[tuple[int, tuple[str, Counts]]]:
    version, terms = element
    if version.language is not None:
        for part, counts in dealt([(name, 1) for name in terms.names], parts):
            yield part, (version.language, counts)


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
        found = _read(self._folder, path)
        inside = pc.less_equal(found["article_id"], limit)
        for row in to_rows(ARTICLES_INDEX, found.filter(inside if self._sampled else pc.invert(inside))):
            for described in self._weigh.process((version_of(row), terms_of(row)), articles, counts, names):
                yield described, row


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
    for article_id, around in neighbours.of_part(element[1], lambda: count("events", "dense_blocks")):
        if article_id in new or article_id <= limit:
            yield article_id, around
    tally("events.parts_compared")


class SumOld(beam.DoFn):
    """A file of the index to what its articles' steps and backgrounds were, of all and of those of the sample."""

    def __init__(self, folder: str):
        self._folder = folder

    def process(self, path: str, limit: str) -> Iterator[tuple[Sums, Sums]]:
        found = _read(self._folder, path, "article_id", *_SUMS)
        yield _sums(found), _sums(found.filter(pc.less_equal(found["article_id"], limit)))


def _sums(found: pa.Table) -> Sums:
    steps, backgrounds = (pc.sum(found[name].cast(pa.int64())).as_py() or 0 for name in _SUMS)
    return steps, backgrounds, found.num_rows


def _add(sums: Iterable[tuple[Sums, Sums]]) -> tuple[Sums, Sums]:
    both = list(sums)
    return tuple(tuple(map(sum, zip(*part, strict=True))) or (0, 0, 0) for part in zip(*both, strict=True)) or (  # type: ignore[return-value]
        (0, 0, 0),
        (0, 0, 0),
    )


def figures_of(articles: int, stored: tuple[Sums, Sums], fresh: dict[bool, tuple[int, int]], rivals: float) -> Surroundings:
    """The figures of the corpus.

    Of new articles and of the sample they are measured; of the others they are what they were when the article came, and
    as much more as those of the sample have grown since.

    Args:
      articles: how many there are now.
      stored: what was measured when they came, of all earlier articles and of those of the sample.
      fresh: steps and backgrounds as they are now, of the new articles (True) and of the sample (False).
      rivals: the share of rivals.
    """
    everyone, sample = stored
    totals = [
        fresh.get(True, (0, 0))[n]
        + everyone[n]
        + (fresh.get(False, (0, 0))[n] - sample[n]) * everyone[2] // max(1, sample[2])
        for n in (0, 1)
    ]
    sums = totals[0], totals[1]
    earlier = everyone[2]
    return told(surroundings(articles, sums, rivals, _TO_COME * min(earlier, articles - earlier)), sums)


def _fresh(element: tuple[str, Neighbourhood], new: frozenset[str]) -> tuple[bool, tuple[int, int]]:
    return element[0] in new, (neighbours.step(element[1]), neighbours.background(element[1]))


def _ask_all(element: tuple[str, Neighbourhood], new: frozenset[str]) -> Iterator[tuple[str, Asked]]:
    """A new article to each of its nearest neighbours, which it asks for their event."""
    article_id, around = element
    if article_id in new:
        own = neighbours.background(around)
        for unlike, other in around[0]:
            yield other, Asked(article_id, -unlike, own)


def _answer(element: tuple[str, Iterable[bytes]], among: Surroundings) -> Iterator[tuple[str, tuple[int, str]]]:
    """The new articles that ask another one, with how unlike they are less both backgrounds, and its event or itself."""
    other, values = element
    group = Group(values, [Asked, tuple[str, int], int])
    event_id, stored = next(group.of(1), ("", 0))
    off = among.off(next(group.of(2), stored) / MILLION)
    least = PRUNE * among.threshold()
    for asked in group.of(0):
        alike = asked.likeness / MILLION - off - among.off(asked.background / MILLION)
        if alike >= least:
            yield asked.article_id, (-round(alike * MILLION), event_id or other)


def links(element: tuple[str, Iterable[tuple[int, str]]], among: Surroundings) -> Iterator[Edge]:
    """A new article with what it is most like, and with all else that it alone would be one event with."""
    article_id, found = element
    enough = round(among.threshold() * MILLION)
    for rank, (unlike, node) in enumerate(sorted(found)):
        if rank == 0 or -unlike >= enough:
            yield edge(-unlike, article_id, node)


def trees(forest: list[Edge]) -> Iterator[tuple[str, str]]:
    yield from components(forest)


def _in_tree(element: tuple[str, Iterable[bytes]], articles: int) -> Iterator[tuple[str, Member]]:
    """A new article by the key of its tree, with its background."""
    article_id, values = element
    group = Group(values, [Described, str, int])
    tree = "" if articles <= leaders.MAX_TREE else next(group.of(1), article_id)
    around = next(group.of(2), 0) / MILLION
    for article in group.of(0):
        yield tree, Member(replace(article, background=around))


def _gained(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, Member]]:
    """An article of an earlier event, by that event, with what it gained. It is weighed later."""
    group = Group(element[1], [IndexedArticle, Version, int])
    gains = list(group.of(1))
    for row in group.of(0):
        for gained in gains:
            row = gain(row, gained)
        fresh = next(group.of(2), row.background)
        yield row.event_id, (replace(row, background=fresh), gains)  # type: ignore[misc]


class AsMembers(beam.DoFn):
    """The articles of one earlier event, with its row and its tree, as members by that tree."""

    def __init__(self) -> None:
        self._weigh = Weigh(())

    def process(
        self,
        element: tuple[str, Iterable[bytes]],
        articles: int,
        counts: dict[str, int],
        names: dict[str, int],
    ) -> Iterator[tuple[str, Member]]:
        event_id, values = element
        group = Group(values, [tuple[IndexedArticle, list[Version]], str, Event])
        tree, event = next(group.of(1), None), next(group.of(2), None)
        if tree is None or event is None:
            return
        own = tree or event_id
        for row, gains in group.of(0):
            for described in self._weigh.process((version_of(row), terms_of(row)), articles, counts, names):
                label = event.external_id or described.event_label
                yield (
                    "" if articles <= leaders.MAX_TREE else own,
                    Member(
                        replace(described, background=row.background / MILLION, event_label=label),
                        event_id=event_id,
                        created_run=event.created_run,
                        label=event.label if event.external_id else None,
                        file=row.file,
                        gains=tuple(gains),
                    ),
                )


def spread(members: Iterable[Member], most: int = leaders.MAX_TREE) -> list[Member]:
    """The members of a tree that are clustered: the new ones, and of each earlier event no more than there is room for.

    Those of least ids, which are digests.
    """
    sizes: Counter[str] = Counter()
    new = 0
    for member in members:
        new += member.event_id is None
        if member.event_id is not None:
            sizes[member.event_id] += 1
    if sizes.total() + new <= most:
        return list(members)
    room = max(1, (most - min(new, most)) // max(1, len(sizes)))
    chosen: dict[str, list[tuple[str, int, Member]]] = {}
    fresh = []
    for number, member in enumerate(members):
        if member.event_id is None:
            fresh.append(member)
            continue
        held = chosen.setdefault(member.event_id, [])
        held.append((member.described.article_id, number, member))
        if len(held) > 2 * room:
            held[:] = heapq.nsmallest(room, held, key=lambda entry: entry[0])
    return fresh + [
        entry[2] for held in chosen.values() for entry in heapq.nsmallest(room, held, key=lambda entry: entry[0])
    ]


class ClusterEarlier(beam.DoFn):
    """The members of a tree by the key of their event; of earlier events only those that something joins."""

    def process(
        self,
        element: tuple[str, Iterable[Member]],
        among: Surroundings,
        labels: frozenset[str],
        forced: frozenset[str] = frozenset(),
    ) -> Iterator[tuple[str, Member]]:
        _, members = element
        count("events", "trees")
        looked_at = spread(members)
        event_of = {m.described.article_id: m.event_id for m in looked_at if m.event_id is not None}
        parts: dict[str, list[Described]] = {}
        for member in looked_at:
            number = leaders.parts_of(len(looked_at))
            first = member.event_id or member.described.article_id
            parts.setdefault(leaders.part(first, "", number), []).append(member.described)
        keyed = [
            pair
            for _, part in sorted(parts.items())
            for found in cluster.average_link(part, among)
            for pair in cluster.event_keys(found)
        ]
        of_events, of_new = reconcile(keyed, event_of)
        changed = set(of_new.values()) | {f"{LABEL}{label}" for label in labels}
        changed |= {of_events[m.event_id] for m in members if m.event_id is not None and (m.gains or m.event_id in forced)}
        for member in members:
            key = of_new[member.described.article_id] if member.event_id is None else of_events[member.event_id]
            if key in changed:
                yield key, member


class FinishEvent(beam.DoFn):
    """The members of an event to its row and, tagged, what that means for its articles and for earlier events."""

    ASSIGNMENTS, PATCHES, REPLACED, CHANGES = "assignments", "patches", "replaced", "changes"

    def __init__(self, known: tuple[KnownEvent, ...], run: int):
        self._labels = {event.external_id: event.label for event in known}
        self._run = run

    def process(self, element: tuple[str, Iterable[Member]], plan: Plan | None = None) -> Iterator[Any]:
        key, members = element
        division = plan.divisions.get(key) if plan is not None else None
        by_user = plan is not None and plan.joined(key)
        if division is None:
            yield from self._finish(key, members, by_user)
            return
        for name, part in overridden.divided(members, division, _described, _event_of):
            count("events", "parts_by_overrides")
            yield from self._finish(name, part, by_user)

    def _finish(self, key: str, members: Iterable[Member], by_user: bool) -> Iterator[Any]:
        external_id = key.removeprefix(LABEL) if key.startswith(LABEL) else None
        earlier: dict[str, int] = {}
        label, labelled, new = None, True, 0
        for member in members:
            new += member.event_id is None
            if member.event_id is not None:
                earlier[member.event_id] = member.created_run
                label = min(filter(None, (label, member.label)), default=None)
                labelled = labelled and member.described.event_label is not None
        event_id, created = None, self._run
        if earlier:
            created, event_id = min((since, event) for event, since in earlier.items())
        event = describe_event(
            external_id,
            self._labels.get(external_id or "", label),
            lambda: (member.described for member in members),
            event_id,
            created,
        )
        if external_id in self._labels:
            count("events", "known_events_found")
        count("events", "events_changed" if earlier else "events_new")
        count("events", "articles_of_events_new", new)
        yield event
        for member in members:
            article_id = member.described.article_id
            if member.event_id is None:
                assigned = InEvent(article_id, event.event_id, event.article_count, member.described.background)
                yield TaggedOutput(self.ASSIGNMENTS, (article_id, assigned))
            else:
                patch = Patch(
                    article_id, event.event_id, event.article_count, member.event_id != event.event_id, member.gains
                )
                yield TaggedOutput(self.PATCHES, (member.file, patch))
        for gone in sorted(earlier):
            yield TaggedOutput(self.REPLACED, (gone, True))
            if gone != event.event_id:
                count("events", "events_joined")
                reason = "label" if external_id is not None and labelled else "override" if by_user else "likeness"
                yield TaggedOutput(self.CHANGES, EventChange(gone, event.event_id, self._run, reason))


def _described(member: Member) -> Described:
    return member.described


def _event_of(member: Member) -> str | None:
    return member.event_id


def forced_events(lines: Iterable[Override], meant: dict[str, str], event_of: dict[str, str]) -> frozenset[str]:
    """Earlier events that become one with another one, or take new articles in, because the user says so.

    Args:
      lines: the overrides.
      meant: names in them with the articles that they mean.
      event_of: the events of those of these articles that are of earlier runs.
    """
    found: set[str] = set()
    for line in lines:
        if line.kind == SAME_EVENT:
            articles = {meant[name] for name in line.names if name in meant}
            events = {event_of.get(article, article) for article in articles}
            if len(events) > 1:
                found |= {event_of[article] for article in articles if article in event_of}
    return frozenset(found)


def _standing(element: tuple[str, Member], ids: frozenset[str]) -> Iterator[tuple[str, Standing]]:
    key, member = element
    if member.described.article_id in ids:
        yield member.described.article_id, overridden.standing_of(key, member.described, member.event_id)


def _plan(
    _: None, lines: tuple[Override, ...], meant: dict[str, str], event_of: dict[str, str], standings: dict[str, Standing]
) -> Plan:
    """What is to be done; of earlier articles whose events nothing touches, the event is known from the index."""
    others = {article: Standing(f"{overridden.EVENT}{event}", None, event) for article, event in event_of.items()}
    return overridden.make_plan(lines, meant, others | standings)


def _unreplaced(element: tuple[str, Iterable[bytes]]) -> Iterator[Event]:
    group = Group(element[1], [Event, bool])
    if next(group.of(1), None) is None:
        yield from group.of(0)


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


def _kept_terms(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[Version, Terms]]:
    group = Group(element[1], [Version, Terms])
    for version in group.of(0):
        yield version, next(group.of(1))


Row = tuple[IndexedArticle, list[Version]]


class GroupIntoEarlier(beam.PTransform):
    """New articles and what earlier ones gained, to the rows of all events and what became of the articles.

    Takes ``texts`` (versions with their text), ``articles`` (those of them that are kept) and ``gains``. Gives ``events``,
    ``changes``, ``assignments`` of new articles, ``patches`` of earlier ones by their file, ``terms`` and ``figures``.

    Args:
      parts: a side input, the number of parts that terms and blocks are dealt to.
      earlier: the dataset.
      known: events that the user already has; new articles that belong to them go there.
      run: the number of this run.
      id_limit: how many ids of new articles and of their events one worker may hold.
      overrides: what the user says of events; then ``meant`` is taken too, and ``noticed`` is given.
    """

    def __init__(
        self,
        parts: AsSingleton,
        earlier: Earlier,
        known: tuple[KnownEvent, ...],
        run: int,
        id_limit: int,
        overrides: tuple[Override, ...] = (),
    ):
        super().__init__()
        self._parts = parts
        self._overrides = of_events(overrides)
        self._earlier, self._known, self._run, self._id_limit = earlier, known, run, id_limit

    @no_annotations
    def expand(self, found: dict[str, beam.PCollection]) -> dict[str, beam.PCollection]:
        folder, begin = self._earlier.folder, found["texts"].pipeline
        terms = found["texts"] | "Terms" >> beam.Map(extract_terms).with_output_types(tuple[str, Terms])
        before = self._earlier.articles
        total = AsSingleton(
            found["articles"] | "Count" >> beam.combiners.Count.Globally() | "All" >> beam.Map(lambda n: n + before)
        )
        by_id = found["articles"] | "Key kept" >> beam.Map(lambda v: (v.text_id, v)).with_output_types(tuple[str, Version])
        pairs = (
            (by_id, terms)
            | "Join terms" >> Join(Version, Terms)
            | "Kept terms" >> beam.FlatMap(_kept_terms).with_output_types(tuple[Version, Terms])
        )
        corpus = pairs | "Corpus" >> CorpusNow(self._earlier, self._parts)
        new = pairs | "Weigh" >> beam.ParDo(Weigh(self._known), total, *corpus).with_output_types(Described)
        new_ids = AsSingleton(
            new | "New ids" >> beam.Map(lambda a: a.article_id).with_output_types(str) | beam.CombineGlobally(ToSet())
        )
        limit = AsSingleton(
            begin
            | "Files of ids" >> Paths(self._earlier, ARTICLES_INDEX)
            | "Ids" >> beam.ParDo(LeastIds(folder)).with_output_types(str)
            | "Least" >> beam.combiners.Top.Of(SAMPLE, reverse=True)
            | "Limit" >> beam.Map(sample_limit, total)
        )

        # Whom the new articles, and those of the sample, are like.
        rows = Paths(self._earlier, ARTICLES_INDEX)
        sampled = (
            begin
            | "Files of sample" >> rows
            | "Weigh sample" >> beam.ParDo(WeighOld(folder, sampled=True), total, *corpus, limit)
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
            begin
            | "Files of others" >> rows
            | "Weigh others" >> beam.ParDo(WeighOld(folder, sampled=False), total, *corpus, limit)
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
            | "Compare" >> beam.FlatMap(_compare, new_ids, limit).with_output_types(tuple[str, Neighbourhood])
            | "Merge" >> beam.CombinePerKey(neighbours.MergeNeighbourhoods())
        )
        among = AsSingleton(self._figures(begin, sampled, new, around, new_ids, limit, total))

        # Which earlier events they may belong to.
        background = around | "Background" >> beam.MapTuple(lambda i, a: (i, neighbours.background(a))).with_output_types(
            tuple[str, int]
        )
        facts = (blocks_of_sample[OfBlocks.FACTS], others[OfBlocks.FACTS]) | "Facts" >> beam.Flatten()
        tree_of = (
            (
                around | "Ask" >> beam.FlatMap(_ask_all, new_ids).with_output_types(tuple[str, Asked]),
                facts | "Each fact" >> beam.Map(lambda p: p).with_output_types(tuple[str, tuple[str, int]]),
                background,
            )
            | "Join facts" >> Join(Asked, tuple[str, int], int)
            | "Answer" >> beam.FlatMap(_answer, among).with_output_types(tuple[str, tuple[int, str]])
            | "Answers" >> beam.GroupByKey()
            | "Links" >> beam.FlatMap(links, among).with_output_types(Edge)
            | "Forest" >> beam.CombineGlobally(SpanningForest(self._id_limit, "new articles and events are alike"))
            | "Trees" >> beam.FlatMap(trees).with_output_types(tuple[str, str])
        )
        labels = AsSingleton(
            (
                new | "Label" >> beam.Map(lambda a: a.event_label or "").with_output_types(str),
                found["gains"] | "Label gained" >> beam.Map(lambda p: p[1].event_label or "").with_output_types(str),
            )
            | "Labels" >> beam.Flatten()
            | "Some" >> beam.Filter(bool)
            | "Set of labels" >> beam.CombineGlobally(ToSet())
        )
        events = (
            begin
            | "Files of events" >> Paths(self._earlier, EVENTS)
            | "Events" >> beam.ParDo(ReadFile(folder, EVENTS)).with_output_types(Event)
        )
        said = self._said(found["meant"]) if self._overrides else None
        members = self._members(found["gains"], events, tree_of, background, labels, total, corpus, said)
        fresh = (
            (
                new | "Key new" >> beam.Map(lambda a: (a.article_id, a)).with_output_types(tuple[str, Described]),
                tree_of,
                background,
            )
            | "Join trees" >> Join(Described, str, int)
            | "In tree" >> beam.FlatMap(_in_tree, total).with_output_types(tuple[str, Member])
        )
        forced = [AsSingleton(said["forced"])] if said else []
        clustered = (
            (members, fresh)
            | "Members" >> beam.Flatten()
            | "Group trees" >> beam.GroupByKey()
            | "Cluster" >> beam.ParDo(ClusterEarlier(), among, labels, *forced).with_output_types(tuple[str, Member])
        )
        noticed: dict[str, beam.PCollection] = {}
        plan = []
        if said:
            planned = self._planned(clustered, said)
            noticed = {"noticed": planned | "Noticed" >> beam.FlatMap(told_by).with_output_types(tuple[int, Noticed])}
            plan = [AsSingleton(planned)]
            clustered = clustered | "Rename" >> beam.Map(_renamed, *plan).with_output_types(tuple[str, Member])
        finished = (
            clustered
            | "Group events" >> beam.GroupByKey()
            | "Finish"
            >> beam.ParDo(FinishEvent(self._known, self._run), *plan).with_outputs(
                FinishEvent.ASSIGNMENTS, FinishEvent.PATCHES, FinishEvent.REPLACED, FinishEvent.CHANGES, main="events"
            )
        )
        kept = (
            (
                events | "Key events" >> beam.Map(lambda e: (e.event_id, e)).with_output_types(tuple[str, Event]),
                finished[FinishEvent.REPLACED] | "Gone" >> beam.Map(lambda p: p).with_output_types(tuple[str, bool]),
            )
            | "Join replaced" >> Join(Event, bool)
            | "Unchanged" >> beam.FlatMap(_unreplaced).with_output_types(Event)
        )
        changed = finished.events | "Changed" >> beam.Map(lambda e: e).with_output_types(Event)
        patches = finished[FinishEvent.PATCHES]
        assignments = finished[FinishEvent.ASSIGNMENTS]
        return noticed | {
            "events": (kept, changed) | "All events" >> beam.Flatten() | "Count events" >> beam.Map(_counted),
            "changes": finished[FinishEvent.CHANGES] | "Changes" >> beam.Map(lambda c: c).with_output_types(EventChange),
            "assignments": assignments | "Assignments" >> beam.Map(lambda p: p).with_output_types(tuple[str, InEvent]),
            "patches": patches | "Patches" >> beam.Map(lambda p: p).with_output_types(tuple[str, Patch]),
            "terms": terms,
            "figures": around
            | "Figures" >> beam.MapTuple(neighbours.figures).with_output_types(tuple[str, tuple[int, int]]),
        }

    def _figures(
        self,
        begin: beam.Pipeline,
        sampled: beam.PCollection,
        new: beam.PCollection,
        around: beam.PCollection,
        new_ids: AsSingleton,
        limit: AsSingleton,
        total: AsSingleton,
    ) -> beam.PCollection:
        """The ``Surroundings`` of the whole corpus."""
        stored = (
            begin
            | "Files of figures" >> Paths(self._earlier, ARTICLES_INDEX)
            | "Stored" >> beam.ParDo(SumOld(self._earlier.folder), limit)
            | "Add stored" >> beam.CombineGlobally(_add)
        )
        fresh = (
            around
            | "Fresh" >> beam.Map(_fresh, new_ids).with_output_types(tuple[bool, tuple[int, int]])
            | "Add fresh" >> beam.CombinePerKey(beam.combiners.TupleCombineFn(sum, sum))
            | "Both" >> beam.combiners.ToDict()
        )
        rivals = (
            (sampled | "Described" >> beam.Map(lambda pair: pair[0]).with_output_types(Described), new)
            | "Everyone" >> beam.Flatten()
            | "Sample" >> beam.combiners.Top.Of(SAMPLE, key=lambda a: a.article_id, reverse=True)
            | "Rivals" >> beam.Map(share_of_rivals)
        )
        return (
            begin
            | "Once" >> beam.Create([None])
            | "Figures of corpus"
            >> beam.Map(
                lambda _, articles, stored, fresh, rivals: figures_of(articles, stored, fresh, rivals),
                total,
                AsSingleton(stored),
                AsSingleton(fresh),
                AsSingleton(rivals),
            )
        )

    def _members(
        self,
        gains: beam.PCollection,
        events: beam.PCollection,
        tree_of: beam.PCollection,
        background: beam.PCollection,
        labels: AsSingleton,
        total: AsSingleton,
        corpus: tuple[AsSingleton, AsSingleton],
        said: dict[str, beam.PCollection] | None,
    ) -> beam.PCollection:
        """The articles of those earlier events that something may join, by tree."""
        of_gains = (
            gains
            | "Gained ids" >> beam.Keys().with_output_types(str)
            | "Look up gained" >> LookUp(self._earlier, ARTICLES_INDEX, "article_id", without=("terms", "counts", "names"))
            | "Key gained" >> beam.Map(lambda a: (a.article_id, a.event_id)).with_output_types(tuple[str, str])
        )
        gaining = (
            (gains, of_gains)
            | "Join gained" >> Join(Version, str)
            | "Their events" >> beam.FlatMap(_event_of_gained).with_output_types(str)
        )
        forced = []
        if said:
            each = said["forced"] | "Each forced" >> beam.FlatMap(sorted).with_output_types(str)
            forced.append(each | "By user" >> beam.Map(lambda event_id: (event_id, "")).with_output_types(tuple[str, str]))
        touched = (
            *forced,
            tree_of | "Of trees" >> beam.Filter(lambda pair: pair[0].startswith("e")),
            gaining | "Of gains" >> beam.Map(lambda event_id: (event_id, "")).with_output_types(tuple[str, str]),
            events | "Of labels or all" >> beam.FlatMap(_wanted_event, labels, total).with_output_types(tuple[str, str]),
        ) | "Touched" >> beam.Flatten()
        trees_of_events = touched | "One tree" >> beam.CombinePerKey(max).with_output_types(tuple[str, str])
        rows = (
            trees_of_events
            | "Event ids" >> beam.Keys().with_output_types(str)
            | "Look up members" >> LookUp(self._earlier, ARTICLES_INDEX, "event_id")
            | "Key rows" >> beam.Map(lambda a: (a.article_id, a)).with_output_types(tuple[str, IndexedArticle])
        )
        gained = (
            (rows, gains, background)
            | "Join gains" >> Join(IndexedArticle, Version, int)
            | "Gained" >> beam.FlatMap(_gained).with_output_types(tuple[str, Row])
        )
        return (
            (
                gained,
                trees_of_events,
                events | "By event" >> beam.Map(lambda e: (e.event_id, e)).with_output_types(tuple[str, Event]),
            )
            | "Join members" >> Join(Row, str, Event)
            | "As members" >> beam.ParDo(AsMembers(), total, *corpus).with_output_types(tuple[str, Member])
        )

    def _said(self, meant: beam.PCollection) -> dict[str, Any]:
        """What overrides name: ``meant`` and its articles' ``ids``, the earlier events of these, and those ``forced``."""
        ids = meant | "Ids meant" >> beam.Values().with_output_types(str)
        held = AsSingleton(ids | "Set of ids" >> beam.CombineGlobally(ToSet()))
        without = ("terms", "counts", "names", "name_counts", "name_chances", "lead", "title")
        events = (
            ids
            | "Look up meant" >> LookUp(self._earlier, ARTICLES_INDEX, "article_id", without=without)
            | "Really meant" >> beam.Filter(lambda row, ids: row.article_id in ids, held).with_output_types(IndexedArticle)
            | "Events of meant" >> beam.Map(lambda row: (row.article_id, row.event_id)).with_output_types(tuple[str, str])
        )
        forced = (
            meant.pipeline
            | "Once to force" >> beam.Create([self._overrides])
            | "Forced" >> beam.Map(forced_events, AsDict(meant), AsDict(events)).with_output_types(frozenset[str])
        )
        return {"meant": meant, "ids": held, "events": events, "forced": forced}

    def _planned(self, clustered: beam.PCollection, said: dict[str, Any]) -> beam.PCollection:
        """Members by the key of their event to the one plan of what the user says of events."""
        standings = clustered | "Standings" >> beam.FlatMap(_standing, said["ids"]).with_output_types(tuple[str, Standing])
        return (
            clustered.pipeline
            | "Once to plan" >> beam.Create([None])
            | "Plan" >> beam.Map(_plan, self._overrides, AsDict(said["meant"]), AsDict(said["events"]), AsDict(standings))
        )


def _renamed(element: tuple[str, Member], plan: Plan) -> tuple[str, Member]:
    return plan.key(element[0]), element[1]


def _event_of_gained(element: tuple[str, Iterable[bytes]]) -> Iterator[str]:
    group = Group(element[1], [Version, str])
    if next(group.of(0), None) is not None:
        yield from group.of(1)


def _wanted_event(event: Event, labels: frozenset[str], articles: int) -> Iterator[tuple[str, str]]:
    """An earlier event that a new label names; in a small corpus, every one."""
    if articles <= leaders.MAX_TREE or event.external_id in labels:
        yield event.event_id, ""


def _counted(event: Event) -> Event:
    count("events", "events")
    count("events", "articles_of_events", event.article_count)
    count("events", "occurrences_of_events", event.occurrence_count)
    return event
