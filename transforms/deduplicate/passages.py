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

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

import apache_beam as beam
import numpy as np
from apache_beam.typehints.decorators import no_annotations

from transforms.common.counting import count
from transforms.common.hashing import mix
from transforms.common.parts import addressed, by_sender, deal, gather, runs

RUN = 4
"""Shingles of a run, so six words: trigrams recur by habit of language, runs of six words seldom."""
WINDOW = 16
"""Shared passages of this many runs and more, so of 21 words, are noticed. On average every ninth run is chosen; a shorter
window costs more of them, a longer one leaves more of a box's edges."""
LOOK = WINDOW + RUN
"""So many runs away is looked at to see whether texts go on alike: from the outermost chosen run of a passage, which is
within a window of its edge, that is outside of it."""
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

_HALF = np.uint64(0xFFFFFFFF)
"""Half of a hash is enough to tell whether two texts go on alike."""
_SIGHTING = np.dtype(
    [("run", "u8"), ("begin", "u4"), ("end", "u4"), ("length", "u4"), ("before", "u4"), ("behind", "u4")],
)
"""A stretch as its text tells of it: the hash of its run, where it begins and ends and how long the text is, in shingles;
and by what halves of their hashes the runs ``LOOK`` before and behind it are known, 0 beyond either end of the text."""
_STRETCH = np.dtype(
    [("run", "u8"), ("begin", "u4"), ("end", "u4"), ("length", "u4"), ("texts", "u4"), ("comes_from", "?"), ("goes_on", "?")]
)
"""The same as the text is told of it: how many hold the run, and that most of them are alike before it and behind it."""
_OPINION = np.dtype([("run", "u8"), ("own", "?")])
"""A frequent run, and whether one of its texts has a part of its own beside it."""


def _hashes(grams: np.ndarray) -> np.ndarray:
    """The hashes of all runs of shingles: the first shingle and the last one of a run hold all of its words."""
    return mix(grams[: len(grams) - RUN + 1], grams[RUN - 1 :]) if len(grams) >= RUN else np.zeros(0, dtype=np.uint64)


def _over_windows(of: Callable[[np.ndarray, np.ndarray], np.ndarray], values: np.ndarray) -> np.ndarray:
    """The least or the greatest value of each window, from those of windows half as wide."""
    width = 1
    while width < WINDOW:
        further = min(width, WINDOW - width)
        values = of(values[:-further], values[further:])
        width += further
    return values


def _winnow(hashes: np.ndarray) -> np.ndarray:
    """The positions of the least of each window, in order."""
    if len(hashes) <= WINDOW:
        return np.flatnonzero(hashes == hashes.min()) if len(hashes) else np.zeros(0, dtype=np.intp)
    least = np.zeros(len(hashes) + WINDOW - 1, dtype=hashes.dtype)
    least[WINDOW - 1 : 1 - WINDOW] = _over_windows(np.minimum, hashes)
    # A hash is the least of some window where it is the greatest of what is least in those around it.
    return np.flatnonzero(_over_windows(np.maximum, least) == hashes)


def choose(grams: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The runs of shingles that winnowing chooses: the positions where they begin, in order, and their hashes.

    >>> positions, _ = choose(np.arange(100, dtype=np.uint32))
    >>> inner, _ = choose(np.arange(10, 80, dtype=np.uint32))
    >>> [n for n in positions if 30 <= n < 60] == [n + 10 for n in inner if 20 <= n < 50]
    True
    """
    hashes = _hashes(grams)
    positions = _winnow(hashes)
    return positions, hashes[positions]


def sightings(grams: np.ndarray) -> np.ndarray:
    """The stretches of a text. The first stands for what is before its run too."""
    counted = grams[:MOST_SHINGLES]
    hashes = _hashes(counted)
    positions = _winnow(hashes)
    found = np.zeros(len(positions), dtype=_SIGHTING)
    if len(positions):
        found["run"] = hashes[positions]
        found["begin"][1:] = positions[1:]
        found["end"][:-1] = positions[1:]
        found["end"][-1] = len(counted)
        found["length"] = len(grams)
        around = np.zeros(len(hashes) + 2 * LOOK, dtype=np.uint64)
        around[LOOK:-LOOK] = hashes & _HALF
        found["before"] = around[positions]
        found["behind"] = around[positions + 2 * LOOK]
    return found


def _most_are_alike(neighbours: np.ndarray, of_run: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """Whether more than half of the sightings of each run have one neighbour. ``of_run`` numbers the runs from 0."""
    order = np.lexsort((neighbours, of_run))
    pairs = mix(neighbours[order], of_run[order])
    begins, alike = runs(pairs)
    most = np.zeros(len(texts), dtype=np.intp)
    np.maximum.at(most, of_run[order][begins], alike)
    return 2 * most > texts


def share(values: Iterable[bytes]) -> Iterator[tuple[str, np.ndarray]]:
    """Sightings of one part of the runs to each text, of those runs that two texts and more hold."""
    part = gather(values, _SIGHTING)
    order = np.argsort(part.rows["run"], kind="stable")
    _, texts = runs(part.rows["run"][order])
    shared = order[np.repeat(texts, texts) > 1]
    texts = texts[texts > 1]
    seen = part.rows[shared]
    of_run = np.repeat(np.arange(len(texts)), texts)
    told = np.zeros(len(seen), dtype=_STRETCH)
    for name in ("run", "begin", "end", "length"):
        told[name] = seen[name]
    told["texts"] = texts[of_run]
    told["comes_from"] = _most_are_alike(seen["before"], of_run, texts)[of_run]
    told["goes_on"] = _most_are_alike(seen["behind"], of_run, texts)[of_run]
    yield from by_sender(part, shared, told)


def own_share(text: np.ndarray, most: float) -> float:
    """The share of a text that is its own: what lies in long gaps between the stretches that more than ``most`` texts hold.

    A gap counts where it begins or ends at a stretch at which most texts part. ``text`` is in order.
    """
    own = at = length = 0
    parts = False
    for _, begin, end, length, texts, comes_from, goes_on in text.tolist():  # noqa: B007  (the length is the text's)
        if texts > most:
            gap = begin - at
            if gap >= OWN_GAP and (parts or not comes_from):
                own += gap
            at, parts = end, not goes_on
    if length - at >= OWN_GAP and parts:
        own += length - at
    return own / max(length, 1)


def judge(text: np.ndarray) -> np.ndarray:
    """What one text says of its frequent runs: whether it has a part of its own beside them."""
    frequent = text[text["texts"] >= LEAST_TEXTS]
    said = np.zeros(len(frequent), dtype=_OPINION)
    if len(frequent):
        ordered = text[np.argsort(text["begin"], kind="stable")]
        said["run"] = frequent["run"]
        for texts in np.unique(frequent["texts"]).tolist():
            own = own_share(ordered, max(1, texts * RARE)) > OWN_SHARE
            said["own"][frequent["texts"] == texts] = own
    return said


def recurs(own: int, others: int) -> bool:
    """Whether a passage is furniture, from the texts that have a part of their own beside it and those that have none.

    >>> recurs(30, 1), recurs(5, 0), recurs(20, 21)
    (True, False, False)
    """
    return own >= max(LEAST_TEXTS, others)


def hear(values: Iterable[bytes]) -> Iterator[tuple[int, int]]:
    """The opinions of one part of the runs to those that recur: how many texts have a part of their own, and the run."""
    said = np.frombuffer(b"".join(values), dtype=_OPINION)
    known, of_run = np.unique(said["run"], return_inverse=True)
    own = np.bincount(of_run[said["own"]], minlength=len(known))
    others = np.bincount(of_run, minlength=len(known)) - own
    # As signed numbers, since those are what Beam's coder of whole numbers takes.
    for run, each, other in zip(known.view(np.int64).tolist(), own.tolist(), others.tolist(), strict=True):
        if recurs(each, other):
            count("deduplicate", "runs_recurring")
            yield each, run


def known_runs(most: Iterable[tuple[int, int]]) -> bytes:
    """The runs of recurring passages as every worker holds them: sorted, eight bytes each."""
    return np.sort(np.array([run for _, run in most], dtype=np.int64).view(np.uint64)).tobytes()


NONE = known_runs([])
"""Where no passage recurs."""


def union(several: Iterable[bytes]) -> bytes:
    """Runs as ``known_runs`` gives them, from several such; no more than are known at most.

    >>> union([known_runs([(9, 1), (7, 3)]), known_runs([(8, 2), (8, 3)])]) == known_runs([(0, 1), (0, 2), (0, 3)])
    True
    """
    found = [np.frombuffer(known, dtype=np.uint64) for known in several]
    return np.unique(np.concatenate([np.zeros(0, dtype=np.uint64), *found]))[:MOST_KEPT].tobytes()


def without(grams: np.ndarray, recurring: bytes) -> np.ndarray:
    """The shingles of a text but for those of recurring passages; all of them where hardly any would be left.

    One run that recurs alone is a phrase that people use, and stays.
    """
    if not recurring:
        return grams
    positions, hashes = choose(grams)
    known = np.frombuffer(recurring, dtype=np.uint64)
    found = known[np.minimum(np.searchsorted(known, hashes), len(known) - 1)] == hashes
    if not found.any():
        return grams
    left = np.ones(len(grams), dtype=bool)
    first, last = int(positions[0]), int(positions[-1])
    for recur, group in groupby(zip(found.tolist(), positions.tolist(), strict=True), key=lambda pair: pair[0]):
        passage = [position for _, position in group]
        if recur and len(passage) > 1:
            # What stands before the first run of a text and behind the last one belongs to them.
            begin = passage[0] if passage[0] != first else 0
            left[begin : passage[-1] + RUN if passage[-1] != last else len(grams)] = False
    return grams[left] if np.count_nonzero(left) >= min(LEAST_LEFT, len(grams)) else grams


Carried = tuple[int, bytes]


def _see(element: tuple[str, bytes], parts: int) -> Iterator[Carried]:
    text_id, grams = element
    found = sightings(np.frombuffer(grams, dtype=np.uint32))
    for part, places in deal(found["run"], parts):
        yield part, addressed(text_id, found[places])


def _share(element: tuple[int, Iterable[bytes]]) -> Iterator[tuple[str, bytes]]:
    for text_id, told in share(element[1]):
        yield text_id, told.tobytes()


def _judge(element: tuple[str, Iterable[bytes]], parts: int) -> Iterator[Carried]:
    said = judge(np.frombuffer(b"".join(element[1]), dtype=_STRETCH))
    for part, places in deal(said["run"], parts):
        yield part, said[places].tobytes()


class FindRecurring(beam.PTransform):
    """Texts' ids with their packed shingles, in order, to the runs that stand in recurring passages, as ``known_runs``.

    Nothing comes out where none does, which as a side input is ``NONE``.

    Args:
      parts: a side input, the number of parts that runs are dealt to.
    """

    def __init__(self, parts: beam.pvalue.AsSideInput):
        super().__init__()
        self._parts = parts

    @no_annotations
    def expand(self, texts: beam.PCollection) -> beam.PCollection:
        return (
            texts
            | "Sightings" >> beam.FlatMap(_see, self._parts).with_output_types(Carried)
            | "By run" >> beam.GroupByKey()
            | "Share" >> beam.FlatMap(_share).with_output_types(tuple[str, bytes])
            | "By text" >> beam.GroupByKey()
            | "Judge" >> beam.FlatMap(_judge, self._parts).with_output_types(Carried)
            | "Opinions" >> beam.GroupByKey()
            | "Recurring" >> beam.FlatMap(lambda part: hear(part[1])).with_output_types(tuple[int, int])
            | "Most" >> beam.CombineGlobally(beam.combiners.TopCombineFn(MOST_KEPT)).without_defaults()
            | "Runs" >> beam.Map(known_runs)
        )
