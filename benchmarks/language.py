"""How often a language is right, by what the confidence says: ``python -m benchmarks.language DATA_FOLDER``."""

import sys
from collections import defaultdict

from benchmarks import data
from transforms.language.transform import detect_all


def main(folder: str) -> None:
    by_length: dict[str, list[bool]] = defaultdict(list)
    by_confidence: dict[str, list[bool]] = defaultdict(list)
    records = list(data.read(folder, "language-sentences"))
    verdicts = detect_all([(None, record["text"]) for record in records])
    for record, (language, confidence) in zip(records, verdicts, strict=True):
        right = language == record["gold_language"]
        by_length[f"cut at {record['length']} characters"].append(right)
        by_confidence["no verdict" if confidence is None else f"confidence {confidence}"].append(right)
    rows = [["sentences", "number", "right"]]
    for group in (by_length, by_confidence):
        rows += [[name, str(len(rights)), f"{sum(rights) / len(rights):.3f}"] for name, rights in sorted(group.items())]
    print(data.table(rows))


if __name__ == "__main__":
    main(sys.argv[1])
