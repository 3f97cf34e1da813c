"""How many articles of made-up aggregator pages are found whole: ``python -m benchmarks.aggregator [--pages 1000]``.

The pages and their gold come from ``benchmarks.aggregator_pages``. An article is right in role, title, outlet, age and
body, or not; bodies are equal but for white space and the bullets of lists. An article that is found and not there counts
as wrong. ``--write FILE`` writes the pages as JSON lines instead, and ``--show NUMBER`` prints one page with both answers.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import regex

from benchmarks.aggregator_pages import GoldPage, pages
from benchmarks.data import table
from transforms.split.page import split_page

FIELDS = ("role", "title", "outlet", "age", "body")
FETCHED_AT = "2025-06-30T12:00:00Z"
_BULLET = regex.compile(r"(?m)^\s*[-*•–]\s+")


@dataclass(frozen=True, slots=True)
class Answer:
    """What counts of an article, as strings to compare: absent is ``""``, white space is single."""

    role: str
    title: str
    outlet: str
    age: str
    body: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """An article of the gold and the one that was found for it; one of them may be missing. ``wrong`` names fields."""

    gold: Answer | None
    found: Answer | None
    traits: tuple[str, ...]
    wrong: tuple[str, ...]


def _plain(text: str | None) -> str:
    """
    >>> _plain("Two  words\\n\\n- and a list")
    'Two words and a list'
    """
    return " ".join(_BULLET.sub("", text or "").split())


def _answer(article: Any) -> Answer:
    title, outlet, age = (" ".join((value or "").split()) for value in (article.title, article.outlet, article.age_text))
    return Answer(article.role, title, outlet, age, _plain(article.body))


def _grams(answer: Answer) -> set[str]:
    text = f"{answer.title} {answer.body}"
    return {text[i : i + 6] for i in range(max(1, len(text) - 5))}


def _align(gold: Sequence[Answer], found: Sequence[Answer]) -> list[tuple[int | None, int | None]]:
    """Pairs of places in both, in their order, that have the most text in common; whoever has no partner stands alone."""
    ours, theirs = [_grams(answer) for answer in gold], [_grams(answer) for answer in found]

    def alike(i: int, j: int) -> float:
        share = 2 * len(ours[i] & theirs[j]) / (len(ours[i]) + len(theirs[j]))
        same = (gold[i].title == found[j].title) + (gold[i].outlet == found[j].outlet) + (gold[i].age == found[j].age)
        return share + 0.05 * same if share > 0.1 else 0.0

    best = [[0.0] * (len(found) + 1) for _ in range(len(gold) + 1)]
    for i in reversed(range(len(gold))):
        for j in reversed(range(len(found))):
            pair = alike(i, j)
            best[i][j] = max(best[i + 1][j], best[i][j + 1], pair + best[i + 1][j + 1] if pair else 0.0)
    pairs: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < len(gold) and j < len(found):
        if best[i][j] == best[i + 1][j]:
            pairs.append((i, None))
            i += 1
        elif best[i][j] == best[i][j + 1]:
            pairs.append((None, j))
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs + [(k, None) for k in range(i, len(gold))] + [(None, k) for k in range(j, len(found))]


def compare(page: GoldPage, split: Any) -> list[Verdict]:
    """A verdict for each article of the page, and for each that was found and is none."""
    gold = [_answer(article) for article in page.articles]
    found = [_answer(article) for article in split.articles]
    verdicts = []
    for i, j in _align(gold, found):
        ours, theirs = gold[i] if i is not None else None, found[j] if j is not None else None
        wrong = tuple(field for field in FIELDS if getattr(ours, field, None) != getattr(theirs, field, None))
        verdicts.append(Verdict(ours, theirs, page.articles[i].traits if i is not None else (), wrong))
    return verdicts


def _row(name: str, verdicts: Sequence[Verdict]) -> list[str]:
    count = len(verdicts)
    rights = [sum(field not in verdict.wrong for verdict in verdicts) / count for field in FIELDS]
    whole = sum(not verdict.wrong for verdict in verdicts) / count
    extra = sum(verdict.gold is None for verdict in verdicts)
    missed = sum(verdict.found is None for verdict in verdicts)
    return [name, str(count - extra), str(missed), str(extra), *(f"{100 * share:.1f}" for share in (*rights, whole))]


def report(results: Iterable[tuple[GoldPage, list[Verdict]]]) -> str:
    """The shares of articles that are right, in percent, by shape, language and trait of the page or the article."""
    groups: dict[tuple[int, str], list[Verdict]] = defaultdict(list)
    for page, verdicts in results:
        for verdict in verdicts:
            groups[0, "all"].append(verdict)
            groups[1, f"shape {page.shape}"].append(verdict)
            groups[2, f"language {page.language}"].append(verdict)
            if verdict.gold:
                groups[3, verdict.gold.role].append(verdict)
            for trait in page.traits:
                groups[4, f"page: {trait}"].append(verdict)
            for trait in verdict.traits:
                groups[5, f"article: {trait}"].append(verdict)
    head = ["", "articles", "missed", "extra", *FIELDS, "all five"]
    return table([head, *(_row(key[1], groups[key]) for key in sorted(groups))])


def _short(text: str, other: str) -> str:
    """``text`` from a little before the place where it stops being like ``other``."""
    same = next((i for i, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), min(len(text), len(other)))
    start = max(0, same - 30)
    return ("…" if start else "") + text[start : start + 110] + ("…" if start + 110 < len(text) else "")


def account(verdict: Verdict) -> list[str]:
    """What went wrong with an article, in lines."""
    if verdict.gold is None and verdict.found is not None:
        return [
            f"  extra: {verdict.found.outlet!r} {verdict.found.age!r} {verdict.found.title!r} {verdict.found.body[:80]!r}"
        ]
    if verdict.gold is not None and verdict.found is None:
        return [f"  missed: {verdict.gold.outlet!r} {verdict.gold.age!r} {verdict.gold.title!r} {verdict.gold.body[:80]!r}"]
    lines = []
    for field in verdict.wrong:
        gold, found = str(getattr(verdict.gold, field)), str(getattr(verdict.found, field))
        lines += [f"  {field}: gold  {_short(gold, found)!r}", f"  {' ' * len(field)}  found {_short(found, gold)!r}"]
    return lines


def worst(results: Iterable[tuple[GoldPage, list[Verdict]]], count: int) -> str:
    """The pages with the most wrong articles, and the first three of each."""
    lines = []
    wrongs = [(page, [verdict for verdict in verdicts if verdict.wrong]) for page, verdicts in results]
    for page, wrong in sorted(wrongs, key=lambda result: -len(result[1]))[:count]:
        if wrong:
            lines.append(f"{page.name} {page.language} {page.shape}: {len(wrong)} wrong; {', '.join(page.traits)}")
            lines += [line for verdict in wrong[:3] for line in account(verdict)]
    return "\n".join(lines)


def patterns(results: Iterable[tuple[GoldPage, list[Verdict]]]) -> str:
    """Which fields are wrong together, most frequent first."""
    counts: Counter[str] = Counter()
    for _, verdicts in results:
        for verdict in verdicts:
            if verdict.wrong:
                name = ", ".join(verdict.wrong)
                counts["extra" if verdict.gold is None else "missed" if verdict.found is None else name] += 1
    return table([["wrong together", "articles"], *([name, str(n)] for name, n in counts.most_common())])


def show(page: GoldPage) -> str:
    lines = [page.text, f"--- {page.name} {page.language} {page.shape}: {', '.join(page.traits)}"]
    for name, articles in (("gold", page.articles), ("found", split_page(page.text).articles)):
        lines += [f"{name}  {a.role} {a.outlet!r} {a.age_text!r} {a.title!r}\n      {_plain(a.body)!r}" for a in articles]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.aggregator", description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worst", type=int, default=10, metavar="COUNT", help="how many of the worst pages to tell of")
    parser.add_argument("--show", type=int, metavar="NUMBER", help="print one page, its gold and what is found")
    parser.add_argument("--write", metavar="FILE", help="write the pages as JSON lines, and measure nothing")
    options = parser.parse_args(arguments)
    if options.write:
        with open(options.write, "w", encoding="utf-8") as file:
            for page in pages(options.pages, options.seed):
                record = {"id": page.name, "text": page.text, "fetched_at": FETCHED_AT}
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
    elif options.show is not None:
        *_, page = pages(options.show + 1, options.seed)
        print(show(page))
    else:
        results = [(page, compare(page, split_page(page.text))) for page in pages(options.pages, options.seed)]
        print(report(results), patterns(results), f"worst pages:\n{worst(results, options.worst)}", sep="\n\n")


if __name__ == "__main__":
    main(sys.argv[1:])
