"""How well articles are grouped by event: ``python -m benchmarks.events DATA_FOLDER``.

Runs the whole job on each ``events-*.jsonl.gz`` of the folder and on the sets in ``benchmarks/texts``, beside TF-IDF
(scikit-learn, title and text, sublinear, English stop words) with average link and with connected components, each at
the one threshold with which it does best on all sets of the folder. Clipbook is told nothing of the gold.
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

THRESHOLDS = np.round(np.arange(0.10, 0.45, 0.02), 2)
LARGEST = 3
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


def main(folder: str) -> None:
    sets = data.event_sets(folder)
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
        run = data.Run({key: record[key] for key in _GIVEN if record.get(key)} for record in records)
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
    main(sys.argv[1])
