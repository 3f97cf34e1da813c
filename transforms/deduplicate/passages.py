"""Passages that recur in texts which differ otherwise: a log-in box, an appeal, a note on the author. They are no likeness.

A wire story in forty outlets has its passages in common too. The rest of the texts tells the two apart: around a box each
text has a part of its own, while copies of a story hold little but the story. And where a text parts from a box, so do all
the others; but where an outlet cut a story off and went on by itself, the other copies go on with the story.

A text is known by the runs of words that winnowing chooses (Schleimer, Wilkerson, Aiken 2003): of every ``WINDOW`` runs, the
one of the least hash. So texts that share a passage choose the same runs within it, wherever it stands and whatever stands
around it, and a word that an editor changed spoils no more than its neighbours. Each chosen run stands for the words up to
the next one, a stretch. It is counted how many texts hold each run; then every text tells of its frequent runs whether it
has a part of its own beside them; and the runs of which enough texts say so are those of recurring passages. Counts are
sums over distinct texts, so that neither order nor grouping makes a difference.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import apache_beam as beam
from apache_beam.typehints.decorators import no_annotations

from schemas.records import Stretch
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count

RUN = 4
"""Shingles of a run, so six words: trigrams recur by habit of language, runs of six words seldom."""
WINDOW = 16
"""Shared passages of this many runs and more, so of 21 words, are noticed. On average every ninth run is chosen; a shorter
window costs more of them, a longer one leaves more of a box's edges."""
MOST_SHINGLES = 2_000
"""So many shingles of a text are counted, the first ones: what is behind them weighs little in so long a text."""

LEAST_TEXTS = 6
"""So many texts with a part of their own make a passage recurring: fewer may hold a story to which each outlet added."""
OWN_GAP = WINDOW
"""Shorter gaps between what is shared are an editor's changes and no part of a text's own."""
OWN_SHARE = 0.2
"""A text with a larger part of its own is another text around a passage. Of a text with a smaller one more than
``likeness.CONTAINMENT`` stands elsewhere, as in a copy with an outlet's note below it."""
RARE = 0.1
"""A text's own may have copies itself, such as versions of one report: in up to this share of the texts with the passage.
The share is small, since the end of a story that most outlets cut off is no part of its own."""
MOST_KEPT = 1 << 20
"""So many runs of recurring passages are known, those of the most texts: some 100 MB in each worker at most."""
LEAST_LEFT = 10
"""Where fewer shingles would be left, the text is compared whole: pages that hold nothing but the box are copies."""

_DIGEST_BYTES = 8
_NEIGHBOUR_BYTES = 4
"""Enough to tell whether two texts go on alike."""

Sighting = tuple[str, int, int, int, bytes, bytes]
"""A text, begin and end of a stretch in it, the length of the text, and by what beginnings of their digests the runs chosen
before and behind it are known; ``b""`` at either end."""


def choose(grams: Sequence[str]) -> dict[int, bytes]:
    """The runs of shingles that winnowing chooses: the position where each begins, in order, and its digest.

    >>> grams = [f"shingle {n}" for n in range(100)]
    >>> inner = [n - 10 for n in choose(grams) if 30 <= n < 60]
    >>> inner == [n for n in choose(grams[10:80]) if 20 <= n < 50]
    True
    """
    runs = [f"{a} {b}".encode("utf-8", "surrogatepass") for a, b in zip(grams, grams[RUN - 1 :], strict=False)]
    hashes = list(map(zlib.crc32, runs))
    if not hashes:
        return {}
    # The last of equal ones, which stays within the windows to come for longest.
    last = min(range(min(WINDOW, len(hashes)) - 1, -1, -1), key=hashes.__getitem__)
    chosen = [last]
    for end in range(WINDOW, len(hashes)):
        if hashes[end] <= hashes[last]:
            last = end
        elif last <= end - WINDOW:
            last = min(range(end, end - WINDOW, -1), key=hashes.__getitem__)
        else:
            continue
        chosen.append(last)
    return {position: hashlib.blake2b(runs[position], digest_size=_DIGEST_BYTES).digest() for position in chosen}


def sightings(text_id: str, grams: Sequence[str]) -> Iterator[tuple[bytes, Sighting]]:
    """The chosen runs of a text by their digests. The first stands for what is before it too."""
    counted = grams[:MOST_SHINGLES]
    chosen = choose(counted)
    digests = list(chosen.values())
    known = [b"", *(digest[:_NEIGHBOUR_BYTES] for digest in digests), b""]
    bounds = [0, *list(chosen)[1:], len(counted)]
    for n, digest in enumerate(digests):
        yield digest, (text_id, bounds[n], bounds[n + 1], len(grams), known[n], known[n + 2])


def majority(values: Iterable[bytes]) -> bytes | None:
    """The value that more than half of the values are; where there is none, any of them, which the caller has to count.

    It takes one pass and holds one value (Boyer and Moore 1991).

    >>> majority([b"a", b"b", b"a"])
    b'a'
    """
    candidate, lead = None, 0
    for value in values:
        if not lead:
            candidate = value
        lead += 1 if value == candidate else -1
    return candidate


def share(element: tuple[bytes, Iterable[Sighting]]) -> Iterator[tuple[str, Stretch]]:
    """To each of the texts that hold one run, its stretch; nothing where one text holds it."""
    digest, sighted = element
    before, behind = majority(s[4] for s in sighted), majority(s[5] for s in sighted)
    texts = alike_before = alike_behind = 0
    for sighting in sighted:
        texts += 1
        alike_before += sighting[4] == before
        alike_behind += sighting[5] == behind
    if texts > 1:
        for text_id, begin, end, length, _, _ in sighted:
            yield (
                text_id,
                Stretch(digest, begin, end, length, texts, 2 * alike_before > texts, 2 * alike_behind > texts),
            )


def own_share(text: Iterable[Stretch], most: float) -> float:
    """The share of a text that is its own: what lies in long gaps between the stretches that more than ``most`` texts hold.

    A gap counts where it begins or ends at a stretch at which most texts part. ``text`` is in order.
    """
    own = at = length = 0
    parts = False
    for stretch in text:
        length = stretch.length
        if stretch.texts > most:
            gap = stretch.begin - at
            if gap >= OWN_GAP and (parts or not stretch.comes_from):
                own += gap
            at, parts = stretch.end, not stretch.goes_on
    if length - at >= OWN_GAP and parts:
        own += length - at
    return own / max(length, 1)


def judge(text: Iterable[Stretch]) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """What one text says of its frequent runs: 1 and 0 where it has a part of its own beside them, 0 and 1 where not."""
    ordered = sorted(text, key=lambda stretch: stretch.begin)
    said: dict[int, tuple[int, int]] = {}
    for stretch in ordered:
        texts = stretch.texts
        if texts >= LEAST_TEXTS:
            if texts not in said:
                own = own_share(ordered, max(1, texts * RARE)) > OWN_SHARE
                said[texts] = int(own), int(not own)
            yield stretch.digest, said[texts]


def recurs(own: int, others: int) -> bool:
    """Whether a passage is furniture, from the texts that have a part of their own beside it and those that have none.

    >>> recurs(30, 1), recurs(5, 0), recurs(20, 21)
    (True, False, False)
    """
    return own >= max(LEAST_TEXTS, others)


def without(grams: Sequence[str], recurring: frozenset[bytes]) -> Sequence[str]:
    """The shingles of a text but for those of recurring passages; all of them where hardly any would be left.

    One run that recurs alone is a phrase that people use, and stays.
    """
    if not recurring:
        return grams
    chosen = choose(grams)
    positions = list(chosen)
    left: list[str] = []
    at = 0
    for recur, group in groupby(positions, key=lambda position: chosen[position] in recurring):
        passage = list(group)
        if recur and len(passage) > 1:
            # What stands before the first run of a text and behind the last one belongs to them.
            left += grams[at : passage[0]] if passage[0] != positions[0] else []
            at = passage[-1] + RUN if passage[-1] != positions[-1] else len(grams)
    left += grams[at:]
    return left if len(left) >= min(LEAST_LEFT, len(grams)) else grams


def _furniture(element: tuple[bytes, tuple[int, int]]) -> Iterator[tuple[int, bytes]]:
    digest, (own, others) = element
    if recurs(own, others):
        count("deduplicate", "runs_recurring")
        yield own, digest


class FindRecurring(beam.PTransform):
    """Texts' ids with their shingles to one set: the digests of the chosen runs that stand in recurring passages."""

    @no_annotations
    def expand(self, texts: beam.PCollection) -> beam.PCollection:
        return (
            texts
            | "Sightings" >> beam.FlatMapTuple(sightings).with_output_types(tuple[bytes, Sighting])
            | "By run" >> beam.GroupByKey()
            | "Share" >> beam.FlatMap(share).with_output_types(tuple[str, Stretch])
            | "By text" >> beam.GroupByKey()
            | "Judge" >> beam.FlatMap(lambda group: judge(group[1])).with_output_types(tuple[bytes, tuple[int, int]])
            | "Sum" >> beam.CombinePerKey(beam.combiners.TupleCombineFn(sum, sum))
            | "Furniture" >> beam.FlatMap(_furniture).with_output_types(tuple[int, bytes])
            | "Most" >> beam.combiners.Top.Of(MOST_KEPT)
            | "Digests" >> beam.Map(lambda most: frozenset(digest for _, digest in most))
        )
