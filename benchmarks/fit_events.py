"""Fits the coefficients of the events' threshold: ``python -m benchmarks.fit_events DATA_FOLDER``.

Takes every ``events-*.jsonl.gz`` of the folder, and the sets in ``benchmarks/texts``, apart into corpora of many kinds:
the whole set, a few of its events, one event alone, one article of each of fourteen events, a few events among many
single articles; and all sets together. For each corpus it computes once what every threshold would give, by average
link on all pairs; then it searches for the coefficients with the best mean over the kinds (differential evolution,
Storn and Price 1997). Prints what the coefficients reach on each set when they are fitted on the other sets alone, and
then those that are fitted on all.
"""

import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
from transforms.events.surroundings import FITTED, Coefficients, Surroundings
from transforms.events.terms import telling_terms

THRESHOLDS = np.arange(0.01, 0.46, 0.01)
BACKGROUNDS = (0.3, 0.6, 0.9)
MADE_UP = (1_000, 3_000)
"""Articles of the made-up corpora, which have events of hundreds of articles, as no set has."""
SMALL = 14
"""Articles of a small corpus."""
TOGETHER = "together"
"""The corpus of all sets: dense topics beside sparse ones, as large corpora are. It is kept from no set that is held out."""
_BOUNDS = ((0.2, 0.5), (0.0, 0.4), (0.05, 0.5), (0.0, 0.05))
"""Of the coefficients alone, stepped, enough and each_fold."""

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
    backgrounds = ranked[:, 1:].mean(axis=1)
    upper = np.triu_indices(len(records), k=1)
    figures = Surroundings(
        len(records),
        float((ranked[:, 0] - ranked[:, -1]).mean()),
        float(backgrounds.mean()),
        float(likeness.are_near(dates)[upper].mean()),
    )
    gold = {str(at): record["gold_event"] for at, record in enumerate(records)}
    good = {}
    for share in BACKGROUNDS:
        off = np.array([figures.off(background, Coefficients(background=share)) for background in backgrounds])
        less = (alike - off[:, None] - off[None, :])[upper]
        tree = hierarchy.linkage(2.0 - less, method="average")
        good[share] = np.array([_goodness(tree, threshold, gold) for threshold in THRESHOLDS])
    return Corpus(of, kind, figures, good)


def _described(article_id: str, date: int | None, terms: Terms, weights: Sequence[float]) -> Described:
    named = terms.particulars
    return Described(article_id, None, "", None, "en", date, 1, None, terms.terms, weights, named, (), (), ())


def _goodness(tree: np.ndarray, threshold: float, gold: dict[str, str]) -> float:
    labels = hierarchy.fcluster(tree, t=2.0 - threshold, criterion="distance")
    if len(set(gold.values())) == len(gold):
        false = sum(n * (n - 1) // 2 for n in Counter(labels.tolist()).values())
        return math.exp(-2 * false * SMALL / len(gold))
    return data.compare({str(at): int(label) for at, label in enumerate(labels)}, gold)["pair_f1"]


def reached(corpus: Corpus, by: Coefficients) -> float:
    return float(np.interp(corpus.figures.threshold(by), THRESHOLDS, corpus.good[by.background]))


def mean_by_kind(judged: Sequence[Corpus], by: Coefficients) -> dict[tuple[str, str], float]:
    values: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for corpus in judged:
        values[corpus.of, corpus.kind].append(reached(corpus, by))
    return {key: sum(found) / len(found) for key, found in values.items()}


def objective(judged: Sequence[Corpus], by: Coefficients) -> float:
    """The mean over sets of the mean over kinds; a whole set counts three times, as it is what the set is for."""
    by_set: defaultdict[str, list[float]] = defaultdict(list)
    for (of, kind), value in mean_by_kind(judged, by).items():
        by_set[of] += [value] * (3 if kind == "whole" else 1)
    return sum(sum(values) / len(values) for values in by_set.values()) / len(by_set)


def fit(judged: Sequence[Corpus]) -> Coefficients:
    best: tuple[float, Coefficients] | None = None
    for share in BACKGROUNDS:

        def coefficients(values: Sequence[float], share: float = share) -> Coefficients:
            alone, stepped, enough, fold = (round(float(value), 3) for value in values)
            return replace(FITTED, alone=alone, stepped=stepped, enough=enough, each_fold=fold, background=share)

        result = differential_evolution(
            lambda values: -objective(judged, coefficients(values)), _BOUNDS, maxiter=60, popsize=10, seed=1, polish=False
        )
        if best is None or -result.fun > best[0]:
            best = -result.fun, coefficients(result.x)
    if best is None:
        raise ValueError("no share of the background was given")
    return best[1]


def main(folder: str) -> None:
    sets = data.event_sets(folder)
    names = sorted(sets)
    judged = [judge(name, kind, records) for name in names for kind, records in corpora(english(sets[name]))]
    mixed = [judge(TOGETHER, "whole", [renamed(name, record) for name in names for record in english(sets[name])])]
    mixed += [judge(f"made up, {count:,}", "whole", made_up(folder, count)) for count in MADE_UP]
    print(f"{len(judged)} corpora of {len(names)} sets")
    rows = [["kind", *(f"{name}, fitted on the others" for name in names)]]
    kinds = list(dict.fromkeys(corpus.kind for corpus in judged))
    held = [mean_by_kind(judged, fit([corpus for corpus in judged if corpus.of != name])) for name in names]
    for kind in kinds:
        rows.append(
            [kind, *(f"{f[name, kind]:.3f}" if (name, kind) in f else "" for name, f in zip(names, held, strict=True))]
        )
    print(data.table(rows))
    judged += mixed
    names += [corpus.of for corpus in mixed]
    best = fit(judged)
    print(f"\nfitted on all, {objective(judged, best):.3f} (now {objective(judged, FITTED):.3f}): {best}")
    everything, now = mean_by_kind(judged, best), mean_by_kind(judged, FITTED)
    rows = [["kind", *(f"{name}, fitted on all (now)" for name in names)]]
    for kind in kinds:
        rows.append([kind, *(f"{everything[n, kind]:.3f} ({now[n, kind]:.3f})" if (n, kind) in now else "" for n in names)])
    print(data.table(rows))


if __name__ == "__main__":
    main(sys.argv[1])
