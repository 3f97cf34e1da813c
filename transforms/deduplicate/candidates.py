"""FindCandidates and MeasureLikeness: which texts may be copies of which, and how alike these are."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal

import apache_beam as beam
import numpy as np
from apache_beam.pvalue import TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.records import Likeness, Version
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count, tally
from transforms.common.join import Group, Join
from transforms.common.parts import addressed, deal, gather, runs
from transforms.deduplicate import keep, likeness, passages

LEADERS = 4
"""Candidates that a text is compared with."""


def _shingles(version: Version) -> tuple[str, bytes]:
    grams = likeness.shingles(keep.compared_text(version.title, version.body))
    return version.text_id, grams.tobytes()


def shingles_of_text() -> beam.ParDo:
    """A step: texts to their ids with their packed shingles, in order."""
    return beam.Map(_shingles).with_output_types(tuple[str, bytes])


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


def pair_of(left: str, right: str) -> str:
    return f"{min(left, right)}|{max(left, right)}"


def _answer(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, bytes]]:
    """One text's shingles, sent to each pair that asks for them, with a byte that says which side they are of."""
    text_id, values = element
    group = Group(values, [str, bytes])
    packed = next(group.of(1), None)
    if packed is not None:
        for partner in group.of(0):
            yield pair_of(text_id, partner), (b"<" if text_id < partner else b">") + packed


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
