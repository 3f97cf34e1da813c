"""How well articles are grouped by event: ``python -m benchmarks.events DATA_FOLDER``.

Runs the whole job on each ``events-*.jsonl.gz`` of the folder and on the sets in ``benchmarks/texts``, beside TF-IDF
(scikit-learn, title and text, sublinear, English stop words) with average link and with connected components, each at
the one threshold with which it does best on all sets of the folder. Clipbook is told nothing of the gold. With
``--extremes`` it runs instead over small corpora in which all articles tell of different events, or all of one.
"""

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.cluster import hierarchy
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks import data
from benchmarks.fit_events import corpora

THRESHOLDS = np.round(np.arange(0.10, 0.45, 0.02), 2)
LARGEST = 3
EXTREMES = 10
_GIVEN = ("id", "title", "text", "published_at", "outlet")
_MEASURES = ("b_cubed", "pair_f1", "pair_precision", "pair_recall")

Record = dict[str, Any]
Grouping = dict[str, str]


def gold_of(records: Sequence[Record]) -> Grouping:
    return {record["id"]: record["gold_event"] for record in records}


def simple(records: Sequence[Record]) -> tuple[dict[tuple[str, float], Grouping], float]:
    """What simple methods find at every threshold, and the seconds that all of it took."""
    started = time.perf_counter()
    texts = [f"{record['title']}\n{record['text']}" for record in records]
    vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(texts)
    alike = (vectors @ vectors.T).toarray()
    tree = hierarchy.linkage((1.0 - alike[np.triu_indices(len(records), k=1)]).clip(0), method="average")
    ids = [record["id"] for record in records]
    found = {}
    for threshold in THRESHOLDS.tolist():
        labels = hierarchy.fcluster(tree, t=1.0 - threshold, criterion="distance")
        found["TF-IDF, average link", threshold] = dict(zip(ids, map(str, labels), strict=True))
        _, labels = connected_components(csr_matrix(alike >= threshold))
        found["TF-IDF, components", threshold] = dict(zip(ids, map(str, labels), strict=True))
    return found, time.perf_counter() - started


def foreign_pairs(records: Sequence[Record], found: Mapping[str, str]) -> tuple[float, float]:
    """Precision and recall of pairs of articles in two languages."""
    language, gold = {record["id"]: record.get("language") for record in records}, gold_of(records)

    def pairs(of: Mapping[str, str]) -> set[tuple[str, str]]:
        groups = defaultdict(list)
        for article in sorted(gold):
            groups[of[article]].append(article)
        return {(a, b) for group in groups.values() for a in group for b in group if a < b and language[a] != language[b]}

    mine, theirs = pairs(found), pairs(gold)
    both = len(mine & theirs)
    return both / max(1, len(mine)), both / max(1, len(theirs))


def _row(name: str, method: str, records: Sequence[Record], found: Mapping[str, str], seconds: float) -> list[str]:
    gold = gold_of(records)
    measured = data.compare(found, gold)
    largest = sorted(Counter(found[article] for article in gold).values(), reverse=True)[:LARGEST]
    shown = [f"{measured[key]:.3f}" for key in _MEASURES]
    sizes = " ".join(map(str, largest))
    return [
        name,
        str(len(records)),
        method,
        *shown,
        str(measured["groups"]),
        str(measured["gold_groups"]),
        sizes,
        f"{seconds:.1f}",
    ]


def run_job(records: Sequence[Record]) -> data.Run:
    """The job over records, which are told nothing of the gold."""
    return data.Run({key: record[key] for key in _GIVEN if record.get(key)} for record in records)


def extremes(sets: Mapping[str, Sequence[Record]]) -> str:
    """Fourteen articles of fourteen events, ten corpora of each set; and fourteen of one event, where a set has such."""
    rows = [["set", "corpora", "of 14 articles", "false merges in all", "mean pair F1"]]
    for name, records in sets.items():
        for kind in ("all different", "one event"):
            chosen = [corpus for of, corpus in corpora(records) if of == kind][:EXTREMES]
            scores = [data.compare(run_job(corpus).event_of(), gold_of(corpus)) for corpus in chosen]
            merges = sum(score["gold_groups"] - score["groups"] for score in scores)
            mean = f"{sum(score['pair_f1'] for score in scores) / len(scores):.3f}" if scores else ""
            if scores:
                alone = kind == "all different"
                rows.append([name, str(len(scores)), kind, f"{merges:.0f}" if alone else "", "" if alone else mean])
    return data.table(rows)


def main(folder: str, *flags: str) -> None:
    sets = data.event_sets(folder)
    if "--extremes" in flags:
        print(extremes(sets))
        return
    baselines = {name: simple(records) for name, records in sets.items()}
    best: dict[str, float] = {}
    for method in ("TF-IDF, average link", "TF-IDF, components"):

        def mean(threshold: float, method: str = method) -> float:
            """Over the sets of the folder."""
            scores = [
                data.compare(baselines[name][0][method, threshold], gold_of(records))["pair_f1"]
                for name, records in sets.items()
                if name.startswith("events-")
            ]
            return sum(scores) / max(1, len(scores))

        best[method] = max(THRESHOLDS.tolist(), key=mean)
    head = [
        "set",
        "articles",
        "method",
        "B-cubed F1",
        "pair F1",
        "precision",
        "recall",
        "events",
        "gold",
        "largest",
        "seconds",
    ]
    rows, notes = [head], []
    for name, records in sets.items():
        run = run_job(records)
        found = run.event_of()
        rows.append(_row(name, "clipbook", records, found, run.seconds))
        groupings, seconds = baselines[name]
        for method, threshold in best.items():
            rows.append(_row(name, f"{method}, {threshold}", records, groupings[method, threshold], seconds))
        if len({record.get("language") for record in records}) > 1:
            precision, recall = foreign_pairs(records, found)
            notes.append(f"{name}: pairs in two languages: precision {precision:.3f}, recall {recall:.3f}")
    print("\n".join([data.table(rows), *notes]))


if __name__ == "__main__":
    main(*sys.argv[1:])
