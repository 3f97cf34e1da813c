"""How much of the main article's text is found: ``python -m benchmarks.splitting DATA_FOLDER``.

Precision, recall and F1 of the 4-word shingles (8 characters in Chinese and Japanese) of the main article against
``gold_body``, averaged over pages; each page as given, and without indentation and blank lines.
"""

import sys
import time
from collections.abc import Callable

import ftfy
import regex

from benchmarks import data
from transforms.repair import repair
from transforms.split.extent import best_run
from transforms.split.lines import read_units
from transforms.split.page import split_page

SETS = ("pages-fundus", "pages-readability")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
_WORD = regex.compile(r"\w+")


def shingles(text: str) -> set[str]:
    if len(_UNSPACED.findall(text)) > 0.2 * len(text):
        joined = "".join(text.split())
        return {joined[i : i + 8] for i in range(len(joined) - 7)}
    words = _WORD.findall(text.lower())
    return {" ".join(words[i : i + 4]) for i in range(len(words) - 3)}


def score(found: str, gold: str) -> tuple[float, float, float]:
    a, b = shingles(found), shingles(gold)
    common = len(a & b)
    precision, recall = (common / len(a) if a else 0.0), common / len(b)
    return precision, recall, 2 * precision * recall / (precision + recall) if common else 0.0


def clipbook(text: str) -> str:
    return next((article.body for article in split_page(text).articles if article.role == "main"), "")


def keep_all(text: str) -> str:
    return text


def densest_run(text: str) -> str:
    """The baseline: the contiguous run of lines with the most words beyond ten a line."""
    units = [unit for unit in read_units(text) if not unit.blank]
    start, end = best_run([min(unit.words, 60) - 10.0 for unit in units])
    return "\n".join(unit.text for unit in units[start:end])


METHODS: dict[str, Callable[[str], str]] = {"clipbook": clipbook, "densest run": densest_run, "keep all": keep_all}


def main(folder: str) -> None:
    rows = [["set", "form", "method", "pages", "precision", "recall", "F1", "ms a page", "of ftfy"]]
    worst: list[tuple[float, str]] = []
    for name in SETS:
        records = [record for record in data.read(folder, name) if shingles(record["gold_body"])]
        for form in ("given", "stripped"):
            texts = [repair(record["text"])[0] for record in records]
            if form == "stripped":
                texts = ["\n".join(line.strip() for line in text.split("\n") if line.strip()) for text in texts]
            started = time.perf_counter()
            for text in texts:
                ftfy.fix_text(text)
            floor = time.perf_counter() - started
            for method, extract in METHODS.items():
                started = time.perf_counter()
                found = [extract(text) for text in texts]
                seconds = time.perf_counter() - started
                scores = [score(a, repair(r["gold_body"])[0]) for a, r in zip(found, records, strict=True)]
                means = [sum(values) / len(scores) for values in zip(*scores, strict=True)]
                shown = [f"{mean:.3f}" for mean in means]
                cost = [f"{1000 * seconds / len(texts):.2f}", f"{seconds / floor:.2f}"]
                rows.append([name, form, method, str(len(records)), *shown, *cost])
                if method == "clipbook" and form == "given":
                    worst += [
                        (s[2], f"{name} {r['id']}: {s[0]:.2f} {s[1]:.2f}") for s, r in zip(scores, records, strict=True)
                    ]
    print(data.table(rows))
    print("\nworst pages (precision, recall):")
    for _, line in sorted(worst)[:15]:
        print(f"  {line}")


if __name__ == "__main__":
    main(sys.argv[1])
