"""How much of the main article's text is found: ``python -m benchmarks.splitting DATA_FOLDER [--cross_validate]``.

Precision, recall and F1 of the 4-word shingles (8 characters in Chinese and Japanese) of the main article against
``gold_body``, averaged over pages; each page as given, and without indentation and blank lines. The pages have no
address, so that no layout is used. Then how often the headline, an author and the day are found, what each part is
worth, and the pages that fare worst, with the longest stretch that is wrongly in the text and the longest that is missing.

``--cross_validate`` scores the constants of the text's extent: for each fifth of the sites those that do best on the
other four are taken. The rules themselves were made with these pages in view, and no figure here says how they do on
pages that nobody has seen.
"""

import argparse
import contextlib
import hashlib
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unittest import mock

import ftfy
import regex

from benchmarks import data
from transforms.common.printed_dates import parse_printed
from transforms.repair import repair
from transforms.split import recurring
from transforms.split.extent import best_run
from transforms.split.lines import read_units
from transforms.split.page import split_page

SETS = ("pages-fundus", "pages-readability")
FOLDS = 5
GRID: dict[str, Sequence[float]] = {
    "transforms.split.extent.COST": (5.0, 6.0, 7.0),
    "transforms.split.extent.FURNITURE_SCORE": (-6.0, -8.0, -10.0),
    "transforms.split.extent._GAP_COST": (30.0, 40.0, 60.0),
}
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
_WORD = regex.compile(r"\w+")


def _nothing(*_: object, **__: object) -> Any:
    return set()


def _no_change(*_: object, **__: object) -> None:
    return None


PARTS: dict[str, tuple[tuple[str, object], ...]] = {
    "feeds and threads are no text": (("transforms.split.extent.listed", _nothing),),
    "lines that are printed often": (("transforms.split.page.mark_repeated", _no_change),),
    "gaps are forgiven up to a limit": (("transforms.split.extent._GAP_COST", float("inf")),),
    "lists and tables within the text": (
        ("transforms.split.extent.introduced", _nothing),
        ("transforms.split.extent.is_row", lambda *_: False),
    ),
    "the text ends at a sure sign": (("transforms.split.main_article.find_cut", lambda *places: places[-1]),),
    "short last paragraphs": (("transforms.split.main_article.short_paragraphs", lambda *places: places[-1]),),
    "captions and links within the text": (("transforms.split.inner._mark_strangers", _no_change),),
    "promotions within paragraphs": (
        ("transforms.split.page.pieces", lambda *_: ["whole"]),
        ("transforms.split.lexicon.Lexicon.is_promotion", lambda *_: False),
    ),
    "wrapped lines joined": (("transforms.split.lines.wrap_width", _no_change),),
    "vocabularies": (("transforms.split.lines.kinds_of", lambda *_: frozenset()),),
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page with its gold; ``site`` groups pages of one publisher."""

    name: str
    site: str
    text: str
    gold: str


Scores = tuple[float, float, float]


def shingles(text: str) -> set[str]:
    if len(_UNSPACED.findall(text)) > 0.2 * len(text):
        joined = "".join(text.split())
        return {joined[i : i + 8] for i in range(len(joined) - 7)}
    words = _WORD.findall(text.lower())
    return {" ".join(words[i : i + 4]) for i in range(len(words) - 3)}


def score(found: str, gold: str) -> Scores:
    """Precision, recall and F1 of the shingles of a text."""
    a, b = shingles(found), shingles(gold)
    common = len(a & b)
    precision, recall = (common / len(a) if a else 0.0), common / len(b)
    return precision, recall, 2 * precision * recall / (precision + recall) if common else 0.0


def mean(scores: Sequence[Scores]) -> list[float]:
    return [sum(values) / len(scores) for values in zip(*scores, strict=True)]


def read(folder: str, name: str, form: str) -> list[Page]:
    """The pages of a set, repaired, in one of the two forms: ``given``, or ``stripped`` of indents and blank lines."""
    pages = []
    for record in data.read(folder, name):
        gold = repair(record["gold_body"])[0]
        text = repair(record["text"])[0]
        if form == "stripped":
            text = "\n".join(line.strip() for line in text.split("\n") if line.strip())
        if shingles(gold):
            pages.append(Page(record["id"], record["id"].split("-")[0], text, gold))
    return pages


def lines_of_set(pages: Sequence[Page]) -> recurring.Recurring:
    """The lines that recur in a set, counted as the job does for pages without an address."""
    counted: dict[bytes, bytes] = {}
    for page in pages:
        for line, seen in recurring.sightings(page.text).items():
            counted[line] = recurring.merge(counted.get(line, b""), seen)
    ranked = sorted((recurring.rank(line, seen) for line, seen in counted.items()), reverse=True)
    return recurring.table(len(pages), ranked[: recurring.MAX_KEPT])


def main_text(text: str, lines: recurring.Recurring = recurring.NONE) -> str:
    return next((article.body for article in split_page(text, recurring=lines).articles if article.role == "main"), "")


def keep_all(text: str) -> str:
    return text


def densest_run(text: str) -> str:
    """The baseline: the contiguous run of lines with the most words beyond ten a line."""
    units = [unit for unit in read_units(text) if not unit.blank]
    start, end = best_run([min(unit.words, 60) - 10.0 for unit in units])
    return "\n".join(unit.text for unit in units[start:end])


def evaluate(pages: Sequence[Page], extract: Callable[[str], str]) -> tuple[list[Scores], float]:
    """The scores of the pages, and the seconds that a page took."""
    started = time.perf_counter()
    found = [extract(page.text) for page in pages]
    seconds = (time.perf_counter() - started) / len(pages)
    return [score(text, page.gold) for text, page in zip(found, pages, strict=True)], seconds


def _bare(text: str) -> str:
    """Letters and digits alone, in small letters."""
    return "".join(_WORD.findall(text.casefold()))


def _is_day(printed: str | None, gold: str) -> bool:
    """Whether a printed date is the gold's day; a day apart they may be, since their zones may differ."""
    found = parse_printed(printed) if printed else None
    return found is not None and abs((found[0].date() - datetime.fromisoformat(gold).date()).days) <= 1


def heads(folder: str) -> str:
    """How often the headline, one of the authors and the day of the main article are found, of pages that print them.

    A headline is right if it is the gold, or one of the two holds the other. Whether a page prints its date in letters
    nobody has said, so dates are counted of all pages.
    """
    rows = [["set", "headline", "of", "an author", "of", "the day", "of"]]
    for name in SETS:
        counts = [0] * 6
        for record in data.read(folder, name):
            text = repair(record["text"])[0]
            main = next((article for article in split_page(text).articles if article.role == "main"), None)
            page, title = _bare(text), _bare((main and main.title) or "")
            gold = _bare(repair(record.get("gold_title") or "")[0])
            if gold and gold in page:
                counts[0] += bool(title) and (title in gold or gold in title)
                counts[1] += 1
            authors = {_bare(author) for author in record.get("gold_authors") or ()}
            if any(author in page for author in authors if author):
                counts[2] += main is not None and not authors.isdisjoint(map(_bare, main.bylines))
                counts[3] += 1
            if day := record.get("gold_publishing_date"):
                counts[4] += main is not None and _is_day(main.date_text, day)
                counts[5] += 1
        rows.append([name, *map(str, counts)])
    return data.table(rows)


@contextlib.contextmanager
def changed(patches: Sequence[tuple[str, object]]) -> Iterator[None]:
    """Runs with other values of some constants or functions, named by their paths."""
    with contextlib.ExitStack() as stack:
        for name, value in patches:
            stack.enter_context(mock.patch(name, value))
        yield


def compare_methods(folder: str) -> str:
    rows = [["set", "form", "method", "pages", "precision", "recall", "F1", "ms a page", "of ftfy"]]
    for name, form in itertools.product(SETS, ("given", "stripped")):
        pages = read(folder, name, form)
        if not pages:
            continue
        lines = lines_of_set(pages)
        _, floor = evaluate(pages, ftfy.fix_text)
        methods: dict[str, Callable[[str], str]] = {
            "clipbook": lambda text, lines=lines: main_text(text, lines),  # type: ignore[misc]
            "clipbook, page by page": main_text,
            "densest run": densest_run,
            "keep all": keep_all,
        }
        for method, extract in methods.items():
            scores, seconds = evaluate(pages, extract)
            shown = [f"{value:.3f}" for value in mean(scores)]
            rows.append([name, form, method, str(len(pages)), *shown, f"{1000 * seconds:.2f}", f"{seconds / floor:.2f}"])
    return data.table(rows)


def compare_parts(folder: str) -> str:
    """F1 without each part, stripped form; recurring lines are counted."""
    rows = [["without", *SETS]]
    sets = {name: read(folder, name, "stripped") for name in SETS}
    lines = {name: lines_of_set(pages) for name, pages in sets.items()}
    every: dict[str, tuple[tuple[str, object], ...]] = {"(nothing)": ()} | PARTS
    for part, patches in every.items():
        with changed(patches):
            values = [mean(evaluate(sets[name], lambda text: main_text(text, lines[name]))[0])[2] for name in SETS]  # noqa: B023
        rows.append([part, *(f"{value:.3f}" for value in values)])
    values = [mean(evaluate(sets[name], main_text)[0])[2] for name in SETS]
    rows.append(["lines that recur on other pages", *(f"{value:.3f}" for value in values)])
    return data.table(rows)


def cross_validate(folder: str) -> str:
    """F1 where the constants of ``GRID`` are chosen on other sites than they are scored on."""
    rows = [["set", "as shipped", "cross-validated"]]
    pages = {name: read(folder, name, "stripped") for name in SETS}
    every = [page for name in SETS for page in pages[name]]
    settings = [tuple(zip(GRID, values, strict=True)) for values in itertools.product(*GRID.values())]
    scored: list[dict[tuple[str, str], float]] = []
    for setting in settings:
        with changed(setting):
            scores = evaluate(every, main_text)[0]
        scored.append({(page.site, page.name): values[2] for page, values in zip(every, scores, strict=True)})
    fold = {page.site: int(hashlib.sha256(page.site.encode()).hexdigest(), 16) % FOLDS for page in every}
    chosen = []
    for left_out in range(FOLDS):
        others = [(page.site, page.name) for page in every if fold[page.site] != left_out]
        chosen.append(max(range(len(settings)), key=lambda at: sum(scored[at][key] for key in others)))
    for name in SETS:
        shipped = mean(evaluate(pages[name], main_text)[0])[2]
        held_out = [scored[chosen[fold[page.site]]][page.site, page.name] for page in pages[name]]
        rows.append([name, f"{shipped:.3f}", f"{sum(held_out) / len(held_out):.3f}"])
    return data.table(rows) + "\nchosen: " + "; ".join(str([value for _, value in settings[at]]) for at in chosen)


def stretch(lines: Sequence[str], wanted: set[str]) -> str:
    """The longest run of lines none of whose shingles is among the others."""
    longest: list[str] = []
    run: list[str] = []
    for line in lines:
        own = shingles(line)
        if own and own & wanted:
            run = []
        elif own:
            run.append(line)
            longest = max(longest, run, key=lambda these: sum(map(len, these))).copy()
    words = sum(len(line.split()) for line in longest)
    return f"{words} words, {longest[0][:60]!r}" if longest else "nothing"


def worst_pages(folder: str, count: int) -> Iterator[str]:
    """The pages with the least F1, and what went wrong on them."""
    judged = []
    for name in SETS:
        pages = read(folder, name, "given")
        lines = lines_of_set(pages)
        for page in pages:
            found = main_text(page.text, lines)
            judged.append((score(found, page.gold), name, page, found))
    for values, name, page, found in sorted(judged, key=lambda case: (case[0][2], case[1], case[2].name))[:count]:
        yield f"  {name} {page.name}: precision {values[0]:.2f}, recall {values[1]:.2f}"
        yield f"      wrongly in: {stretch(found.splitlines(), shingles(page.gold))}"
        yield f"      missing:    {stretch(page.gold.splitlines(), shingles(found))}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", help="the folder with the pages and their gold")
    parser.add_argument("--worst", type=int, default=15, help="how many of the worst pages are told of")
    parser.add_argument("--cross_validate", action="store_true", help="score the constants by cross-validation over sites")
    given = parser.parse_args()
    print(compare_methods(given.folder))
    print(f"\n{heads(given.folder)}")
    print(f"\nF1 without a part, stripped form:\n\n{compare_parts(given.folder)}")
    if given.cross_validate:
        print(f"\nF1 page by page, stripped form:\n\n{cross_validate(given.folder)}")
    print("\nworst pages:")
    for line in worst_pages(given.folder, given.worst):
        print(line)


if __name__ == "__main__":
    main()
