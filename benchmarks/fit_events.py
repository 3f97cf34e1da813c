"""Fits the coefficients of the events' threshold: ``python -m benchmarks.fit_events DATA_FOLDER``.

Takes every ``events-*.jsonl.gz`` of the folder, and the sets in ``benchmarks/texts``, apart into corpora of many kinds:
the whole set, a few of its events, one event alone, one article of each of fourteen events or of five, a few events
among many single articles, two articles of one event among three others or twelve, a few pairs, some records drawn by
chance; and all sets together. For each corpus it computes once what every threshold would give, by average link on all
pairs; then it searches for the coefficients with the best mean over the kinds (differential evolution, Storn and Price
1997), among those that cost the folder's sets, the made-up corpora and the extremes nothing of what they reach now.
Prints what the coefficients reach on each set when they are fitted on the other sets alone, and then those that are
fitted on all. Of some sets half of the events take no part in any fit: what is reached on those is printed last.
"""

import itertools
import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from scipy.cluster import hierarchy
from scipy.optimize import differential_evolution

from benchmarks import data, scale
from benchmarks.article_sources import sources
from benchmarks.articles import Corpus as Retold
from schemas.records import Described, Terms
from transforms.common.times import parse_iso
from transforms.events import likeness, neighbours, weigh
from transforms.events.surroundings import (
    FITTED,
    Coefficients,
    Sample,
    Surroundings,
    added,
    brevity,
    share_of_rivals,
    sums_of,
    surroundings,
)
from transforms.events.terms import telling_terms

THRESHOLDS = np.arange(0.0, 0.46, 0.005)
BACKGROUNDS = (0.3, 0.6, 0.9)
HALVED = ("districts", "roundups", "triples")
"""Sets of which every other event is kept from all fits."""
KEPT = "kept half"
"""Behind the name of a set: that half."""
DRAWN = (10, 30, 100)
"""Records of the corpora that are drawn by chance."""
MADE_UP = (1_000, 3_000)
"""Articles of the made-up corpora, which have events of hundreds of articles, as no set has."""
SMALL = 14
"""Articles of a small corpus."""
_SHAPES = ((2, 1), (2, 2), (2, 2, 1), (2, 2, 2), (2,) * (SMALL // 2))
"""Articles of each event in corpora of pairs."""
TOGETHER = "together"
"""The corpus of all sets: dense topics beside sparse ones, as large corpora are."""
_FITTED = ("alone", "stepped", "enough", "near", "each_fold", "brief")
_BOUNDS = ((0.2, 0.65), (0.0, 0.6), (0.05, 0.5), (0.0, 0.6), (0.0, 0.05), (0.0, 0.02))
"""Of these coefficients. That of the brevity is kept small: it rests on three sets of short texts, all of them ours."""
_AROUND = 4
"""Thresholds on each side over which a fit takes the mean: what a small corpus reaches jumps from one to the next."""
_SHORT = 3.0
"""How much more than the mean it counts where a fit costs a corpus that is not to lose."""
_EXTREMES = ("all different", "one event")
"""Kinds of corpora that are not to lose. Nor are whole ones of the folder's sets, of made-up articles and of all sets."""

Record = dict[str, Any]


@dataclass(frozen=True)
class Corpus:
    """A corpus: its set, its kind, its figures, and how good each threshold is for each share of the background."""

    of: str
    kind: str
    figures: Surroundings
    good: dict[float, np.ndarray]


def corpora(records: Sequence[Record]) -> Iterator[tuple[str, list[Record]]]:
    """The corpora that are made of one set, with their kinds. The same ones each time."""
    by_event: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_event[record["gold_event"]].append(record)
    events = sorted(by_event)
    chance = random.Random(1)
    yield "whole", list(records)
    for number in (7, 20, 100):
        for _ in range(4):
            if number < len(events):
                yield f"{number} events", [r for e in chance.sample(events, number) for r in by_event[e]]
    for _ in range(20):
        yield "all different", [chance.choice(by_event[e]) for e in chance.sample(events, min(SMALL, len(events)))]
    yield "each event once", [by_event[event][0] for event in events]
    large = [event for event in events if len(by_event[event]) >= SMALL]
    for _ in range(20 if large else 0):
        yield "one event", chance.sample(by_event[chance.choice(large)], SMALL)
    for single, several in ((12, 1), (40, 8), (150, 20)):
        for _ in range(4):
            if single + several <= len(events):
                chosen = chance.sample(events, single + several)
                some = [r for e in chosen[:several] for r in by_event[e][:3]]
                yield (
                    f"{several} events among {single} articles",
                    some + [chance.choice(by_event[e]) for e in chosen[several:]],
                )
    for number in DRAWN:
        for _ in range(8 if number < len(records) else 0):
            yield f"{number} drawn", chance.sample(list(records), number)
    yield from _few(by_event, chance)


def _few(by_event: Mapping[str, Sequence[Record]], chance: random.Random) -> Iterator[tuple[str, list[Record]]]:
    """Corpora of few articles: two of one event among others, pairs alone, or none."""
    events = sorted(by_event)
    shared = [event for event in events if len(by_event[event]) > 1]
    for number in (5, SMALL):
        for _ in range(20 if shared and len(events) >= number else 0):
            event = chance.choice(shared)
            others = chance.sample([other for other in events if other != event], number - 2)
            yield f"two of {number}", chance.sample(by_event[event], 2) + [chance.choice(by_event[e]) for e in others]
    for shape in _SHAPES * (4 if len(shared) >= SMALL // 2 else 0):
        chosen = chance.sample(shared, len(shape))
        yield (
            "pairs",
            [record for event, size in zip(chosen, shape, strict=True) for record in chance.sample(by_event[event], size)],
        )
    for _ in range(20 if len(events) >= 5 else 0):
        yield "five different", [chance.choice(by_event[event]) for event in chance.sample(events, 5)]


def halves(records: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """The articles of every other event, by name, and those of the others."""
    first = set(sorted({record["gold_event"] for record in records})[::2])
    some = [record for record in records if record["gold_event"] in first]
    return some, [record for record in records if record["gold_event"] not in first]


def english(records: Sequence[Record]) -> list[Record]:
    """What the threshold is fitted on: likeness between languages is another measure."""
    return [record for record in records if record.get("language", "en") == "en"]


def renamed(of: str, record: Record) -> Record:
    """A record whose id and event are those of no other set."""
    return record | {"id": f"{of} {record['id']}", "gold_event": f"{of} {record['gold_event']}"}


def made_up(folder: str, count: int) -> list[Record]:
    """Articles made up from those of the folder, without exact copies."""
    gold: dict[str, str] = {}
    found = {record["text"]: record for record in scale.records(Retold(sources(folder, 1), 1), count, gold)}
    return [record | {"gold_event": gold[record["id"]]} for record in found.values() if record["id"] in gold]


def judge(of: str, kind: str, records: Sequence[Record]) -> Corpus:
    """What every threshold gives on one corpus: the pairwise F1; where all articles differ, less for false merges."""
    found = [telling_terms(record["title"], record["text"], "en") for record in records]
    terms = [Terms("", [term for term, _ in pairs], [n for _, n in pairs], first, (), (), (), "") for pairs, first in found]
    corpus = weigh.Corpus(len(records), Counter(term for each in terms for term in each.terms), {})
    dates = [parse_iso(record["published_at"])[0] if record.get("published_at") else None for record in records]
    alike = likeness.of_vectors(
        [
            likeness.pack(_described(record["id"], date, each, weigh.weights(each, "en", corpus)))
            for record, date, each in zip(records, dates, terms, strict=True)
        ]
    )
    np.fill_diagonal(alike, 0.0)
    ranked = -np.sort(-alike.clip(0), axis=1)[:, : neighbours.NEAREST]
    ranked = np.pad(ranked, ((0, 0), (0, neighbours.NEAREST - ranked.shape[1])))
    millionths = np.rint(ranked * likeness.MILLION).astype(int)
    steps = (millionths[:, 0] - millionths[:, -1]).tolist()
    backgrounds = (millionths[:, 1:].sum(axis=1) // (neighbours.NEAREST - 1)).tolist()
    figures = surroundings(
        len(records),
        added(itertools.starmap(sums_of, zip(steps, backgrounds, strict=True))),
        Sample(share_of_rivals(dates), brevity(len(each.terms) for each in terms)),
    )
    upper = np.triu_indices(len(records), k=1)
    gold = {str(at): record["gold_event"] for at, record in enumerate(records)}
    good = {}
    for share in BACKGROUNDS:
        by = Coefficients(background=share)
        off = np.array(
            [
                figures.off(background / likeness.MILLION, by) - figures.own(step / likeness.MILLION, by)
                for step, background in zip(steps, backgrounds, strict=True)
            ]
        )
        less = (alike - off[:, None] - off[None, :])[upper]
        tree = hierarchy.linkage(2.0 - less, method="average")
        good[share] = np.array([_goodness(tree, threshold, gold) for threshold in THRESHOLDS])
    return Corpus(of, kind, figures, good)


def together(sets: Mapping[str, Sequence[Record]]) -> Corpus:
    """The corpus of several sets."""
    return judge(TOGETHER, "whole", [renamed(name, record) for name, records in sorted(sets.items()) for record in records])


def _described(article_id: str, date: int | None, terms: Terms, weights: Sequence[float]) -> Described:
    named = terms.particulars
    return Described(article_id, None, "", None, "en", date, 1, None, terms.terms, weights, named, (), (), ())


def _goodness(tree: np.ndarray, threshold: float, gold: dict[str, str]) -> float:
    labels = hierarchy.fcluster(tree, t=2.0 - threshold, criterion="distance")
    if len(set(gold.values())) == len(gold):
        false = sum(n * (n - 1) // 2 for n in Counter(labels.tolist()).values())
        return math.exp(-2 * false * SMALL / len(gold))
    return data.compare({str(at): int(label) for at, label in enumerate(labels)}, gold)["pair_f1"]


class Judged:
    """Corpora, of which every choice of coefficients is held against what each threshold gives."""

    def __init__(self, corpora: Sequence[Corpus]):
        each = {field.name: np.array([getattr(c.figures, field.name) for c in corpora]) for field in fields(Surroundings)}
        self._figures = Surroundings(**each)
        self._good = {share: np.array([corpus.good[share] for corpus in corpora]) for share in BACKGROUNDS}
        self._around = {share: _mean_around(good) for share, good in self._good.items()}
        self._keys = [(corpus.of, corpus.kind) for corpus in corpora]
        kinds = Counter(self._keys)
        # A whole set counts three times, as it is what the set is for.
        shares = {key: 3 if key[1] == "whole" else 1 for key in kinds}
        of_set: Counter[str] = Counter()
        for (of, _), share in shares.items():
            of_set[of] += share
        self._weights = np.array([shares[key] / of_set[key[0]] / kinds[key] / len(of_set) for key in self._keys])
        now = self._at(FITTED, self._around)
        kept = [
            (of, kind)
            for of, kind in kinds
            if kind in _EXTREMES or (kind == "whole" and (of.startswith(("events-", "made up")) or of == TOGETHER))
        ]
        self._kept = [np.array([found == key for found in self._keys]) for key in kept]
        self._floors = [now[chosen].mean() for chosen in self._kept]

    def reached(self, by: Coefficients) -> np.ndarray:
        """What each corpus reaches."""
        return self._at(by, self._good)

    def _at(self, by: Coefficients, goods: Mapping[float, np.ndarray]) -> np.ndarray:
        good, at = goods[by.background], self._figures.thresholds(by)
        place = np.clip(at / (THRESHOLDS[1] - THRESHOLDS[0]), 0, len(THRESHOLDS) - 1.001)
        below, rows = place.astype(int), np.arange(len(good))
        return good[rows, below] * (1 - place + below) + good[rows, below + 1] * (place - below)

    def by_kind(self, by: Coefficients) -> dict[tuple[str, str], float]:
        values: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        for key, value in zip(self._keys, self.reached(by).tolist(), strict=True):
            values[key].append(value)
        return {key: sum(found) / len(found) for key, found in values.items()}

    def objective(self, by: Coefficients) -> float:
        """The mean over sets of the mean over kinds, less what corpora lose that are not to lose, all of it smoothed."""
        reached = self._at(by, self._around)
        short = sum(max(0.0, floor - reached[chosen].mean()) for chosen, floor in zip(self._kept, self._floors, strict=True))
        return float((reached * self._weights).sum() - _SHORT * short)


def _mean_around(good: np.ndarray) -> np.ndarray:
    """For each corpus the mean over neighbouring thresholds."""
    width = 2 * _AROUND + 1
    wide = np.pad(good, ((0, 0), (_AROUND, _AROUND)), mode="edge")
    return np.lib.stride_tricks.sliding_window_view(wide, width, axis=1).mean(axis=2)


def fit(corpora: Sequence[Corpus], start: Coefficients | None = None) -> Coefficients:
    """The coefficients that reach most, and no less than those that the search starts with."""
    judged = Judged(corpora)
    best: tuple[float, Coefficients] | None = None
    for share in BACKGROUNDS:

        def coefficients(values: Sequence[float], share: float = share) -> Coefficients:
            found = {name: round(float(value), 3) for name, value in zip(_FITTED, values, strict=True)}
            return replace(FITTED, background=share, **found)

        result = differential_evolution(
            lambda values: -judged.objective(coefficients(values)),
            _BOUNDS,
            maxiter=250,
            popsize=12,
            tol=1e-6,
            seed=1,
            polish=False,
            x0=None if start is None else [getattr(start, name) for name in _FITTED],
        )
        if best is None or -result.fun > best[0]:
            best = -result.fun, coefficients(result.x)
    if best is None:
        raise ValueError("no share of the background was given")
    return best[1]


def _kinds(corpora: Sequence[Corpus], names: Sequence[str], by: Coefficients) -> str:
    """A table of what each set reaches by kinds of corpora, and in brackets what it reaches now."""
    judged = Judged(corpora)
    found, now = judged.by_kind(by), judged.by_kind(FITTED)
    rows = [["kind", *names]]
    for kind in dict.fromkeys(corpus.kind for corpus in corpora):
        rows.append([kind, *(f"{found[n, kind]:.3f} ({now[n, kind]:.3f})" if (n, kind) in now else "" for n in names)])
    return data.table(rows)


def main(folder: str) -> None:
    sets = {name: english(records) for name, records in data.event_sets(folder).items()}
    kept = {}
    for name in HALVED:
        sets[name], kept[name] = halves(sets[name])
    names = sorted(sets)
    judged = [judge(name, kind, records) for name in names for kind, records in corpora(sets[name])]
    made = [judge(f"made up, {count:,}", "whole", made_up(folder, count)) for count in MADE_UP]
    print(f"{len(judged)} corpora of {len(names)} sets")
    rows = [["kind", *(f"{name}, fitted on the others" for name in names)]]
    held = []
    for name in names:
        others = [*(corpus for corpus in judged if corpus.of != name), together({n: sets[n] for n in names if n != name})]
        # What is made up is made of articles of the folder.
        by = fit(others if name.startswith("events-") else others + made)
        held.append(Judged([corpus for corpus in judged if corpus.of == name]).by_kind(by))
    for kind in dict.fromkeys(corpus.kind for corpus in judged):
        rows.append(
            [kind, *(f"{f[name, kind]:.3f}" if (name, kind) in f else "" for name, f in zip(names, held, strict=True))]
        )
    print(data.table(rows))
    mixed = [together(sets), *made]
    judged += mixed
    best, everything = fit(judged, FITTED), Judged(judged)
    print(f"\nfitted on all, {everything.objective(best):.3f} (now {everything.objective(FITTED):.3f}): {best}")
    print(_kinds(judged, [*names, *(corpus.of for corpus in mixed)], best))
    print("\nof what no fit has seen")
    print(
        _kinds(
            [judge(f"{n}, {KEPT}", kind, r) for n in kept for kind, r in corpora(kept[n])],
            [f"{n}, {KEPT}" for n in kept],
            best,
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
