"""How well copies are folded: ``python -m benchmarks.duplicates DATA_FOLDER``. Runs the whole job on ``neardup-fundus``.

Beside it stand what simple methods make of the same records: a hash of the text; MinHash with locality-sensitive hashing
as ``datasketch`` has it, whose candidates are taken for copies unseen; and every two texts compared by their shingles.
"""

import hashlib
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from typing import Any

from benchmarks import data
from transforms.common.forest import Partition
from transforms.common.words import normalised

Grouping = Mapping[str, str]
Shingles = Mapping[str, frozenset[str]]

THRESHOLD = 0.5
PERMUTATIONS = 128
"""datasketch's default."""
LARGEST = 4
"""So many of the largest groups are shown."""


def _trigrams(text: str) -> frozenset[str]:
    words = text.split(" ")
    return frozenset(" ".join(words[n : n + 3]) for n in range(max(1, len(words) - 2)))


def components(ids: Iterable[str], pairs: Iterable[tuple[str, str]]) -> Grouping:
    sets = Partition()
    for record in ids:
        sets.find(record)
    for left, right in pairs:
        sets.union(left, right)
    return dict(sets.sets())


def exact_hash(texts: Mapping[str, str]) -> Grouping:
    return {record: hashlib.sha256(text.encode()).hexdigest() for record, text in texts.items()}


def unverified(grams: Shingles) -> Grouping:
    """Candidates of MinHash and locality-sensitive hashing, all taken for copies."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    signatures = {}
    for record, found in grams.items():
        signatures[record] = MinHash(num_perm=PERMUTATIONS)
        signatures[record].update_batch([gram.encode() for gram in sorted(found)])
        index.insert(record, signatures[record])
    return components(grams, ((record, other) for record in grams for other in index.query(signatures[record])))


def verified(grams: Shingles) -> Grouping:
    """All pairs that are alike by Jaccard."""

    def alike(a: frozenset[str], b: frozenset[str]) -> bool:
        if min(len(a), len(b)) < THRESHOLD * max(len(a), len(b)):
            return False
        common = len(a & b)
        return common > 0 and common >= THRESHOLD * (len(a) + len(b) - common)

    return components(grams, (pair for pair in combinations(grams, 2) if alike(grams[pair[0]], grams[pair[1]])))


def baselines(texts: Mapping[str, str]) -> dict[str, Callable[[], Grouping]]:
    def grams() -> Shingles:
        return {record: _trigrams(normalised(text)) for record, text in texts.items()}

    return {
        "exact hash": lambda: exact_hash(texts),
        "datasketch, unverified": lambda: unverified(grams()),
        "Jaccard 0.5 of all pairs": lambda: verified(grams()),
    }


def row(name: str, method: str, found: Grouping, gold: Grouping, seconds: float) -> list[str]:
    scores = data.compare(found, gold)
    shown = [f"{scores[key]:.4f}" for key in ("rand", "pair_precision", "pair_recall", "b_cubed")]
    sizes = [str(size) for _, size in Counter(found.get(record, record) for record in gold).most_common(LARGEST)]
    return [name, method, *shown, str(scores["groups"]), str(scores["gold_groups"]), " ".join(sizes), f"{seconds:.1f}"]


def rows(name: str, records: list[dict[str, Any]]) -> list[list[str]]:
    gold = {record["id"]: record["gold_group"] for record in records}
    texts = {record["id"]: record["text"] for record in records}
    run = data.Run({"id": record, "text": text} for record, text in texts.items())
    made = [row(name, "clipbook", run.main_article_of(), gold, run.seconds)]
    for method, group in baselines(texts).items():
        started = time.perf_counter()
        try:
            found = group()
        except ModuleNotFoundError as missing:
            print(f"{method} is left out: {missing}; pip install -e '.[benchmarks]' has it.", file=sys.stderr)
            continue
        made.append(row(name, method, found, gold, time.perf_counter() - started))
    return made


def main(folder: str) -> None:
    records = data.read(folder, "neardup-fundus")
    articles = [record for record in records if not record["full_page"]]
    head = [
        "records",
        "method",
        "Rand",
        "pair precision",
        "pair recall",
        "B-cubed F1",
        "groups",
        "gold",
        "largest",
        "seconds",
    ]
    shown = [head, *rows(f"{len(articles)} articles", articles), *rows(f"{len(records)} and full pages", records)]
    print(data.table(shown))


if __name__ == "__main__":
    main(sys.argv[1])
