"""Why two articles are of one event, or not: worked out anew from the dataset's articles, as the run has done it.

The figures of the corpus are the last run's own, from its manifest; those of an article, from the index, are of the run
that it came with. Weights of terms are not kept; they follow from how many articles use a term, which one pass over the
articles counts anew. Of the run's they may differ a little where it met more terms than it holds counts of
(``weigh.COMMON_TERMS``), or where an article has its headline from a copy that is worded otherwise.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow.dataset as ds

from pipelines.explain import found
from pipelines.explain.found import Row
from pipelines.published import Published
from pipelines.usage import UsageError
from schemas.index import ARTICLES_INDEX
from schemas.overrides import NOT_SAME_EVENT, SAME_EVENT
from schemas.records import Described, Terms
from schemas.tables import ARTICLES, EVENTS, OCCURRENCES
from transforms.common.times import to_micros
from transforms.events import cluster, leaders, likeness, weigh
from transforms.events.likeness import MILLION
from transforms.events.names import names
from transforms.events.surroundings import Surroundings, recorded
from transforms.events.terms import telling_terms

MOST_MEMBERS = leaders.MAX_TREE
"""Articles of an event that are looked at; what average link has joined has no more."""
_BATCH = 256
"""Articles that are read at a time."""
_CLOSE = 1e-4
"""Means nearer to the threshold than this are not told apart from it for sure: the weights are worked out anew."""
_COLUMNS = ["article_id", "event_id", "title", "outlet", "body", "language", "published_at"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What average link makes of two articles: the groups that brought them together, and the mean likeness of these."""

    meeting: cluster.Meeting
    threshold: float

    @property
    def is_one_event(self) -> bool:
        return self.meeting.likeness >= self.threshold - 1e-9


def figures(dataset: Published) -> Surroundings:
    """The figures of the corpus by which the run has decided.

    Raises:
      UsageError: if the dataset has none.
    """
    among = recorded(dataset.manifest.get("steps", {}))
    if among is None:
        raise UsageError(
            f"{dataset.name} does not say by which figures its events were made: an earlier Clipbook wrote it, or an engine "
            "without counters; run the job again."
        )
    return among


def _terms(row: Row, title: str | None) -> Terms:
    telling, particulars = telling_terms(title, row["body"], row["language"])
    named = names(title, row["body"], row["language"])
    return Terms(
        row["article_id"],
        tuple(term for term, _ in telling),
        tuple(number for _, number in telling),
        particulars,
        tuple(name for name, _, _ in named),
        tuple(number for _, number, _ in named),
        tuple(chance for _, _, chance in named),
        "",
    )


def _titles(dataset: Published, rows: Sequence[Row]) -> dict[str, str | None]:
    """The headlines by which articles were compared: one that only a copy worded otherwise has came too late for that."""
    ids = [row["article_id"] for row in rows]
    same_words = ds.field("article_id").isin(ids) & ds.field("match").isin(["kept", "exact"])
    own: set[tuple[str, str]] = set()
    for batch in dataset.table(OCCURRENCES).to_batches(columns=["article_id", "title"], filter=same_words):
        own.update((a, t) for a, t in zip(*(column.to_pylist() for column in batch.columns), strict=True) if t)
    first: dict[str, str] = {}
    for article_id, title in sorted(own):
        first.setdefault(article_id, title)
    return {
        row["article_id"]: row["title"] if (row["article_id"], row["title"]) in own else first.get(row["article_id"])
        for row in rows
    }


def _count(dataset: Published, wanted: Sequence[Terms], articles: int) -> weigh.Corpus:
    """How many articles of the dataset hold each of some terms and names, in one pass that holds nothing else."""
    terms = {term for each in wanted for term in each.terms}
    named = {name for each in wanted for name in each.names}
    used: Counter[str] = Counter()
    names_used: Counter[str] = Counter()
    languages: dict[str, str] = {}
    several: set[str] = set()
    columns = ["article_id", "title", "body", "language"]
    for batch in dataset.table(ARTICLES).to_batches(columns=columns, batch_size=_BATCH):
        for row in batch.to_pylist():
            held = _terms(row, row["title"])
            used.update(terms.intersection(held.terms))
            if row["language"] is None:
                continue
            for name in named.intersection(held.names):
                names_used[name] += 1
                if languages.setdefault(name, row["language"]) != row["language"]:
                    several.add(name)
    counts = {term: number for term, number in used.items() if number > 1}
    return weigh.Corpus(articles, counts, {name: names_used[name] for name in several})


def _measured(dataset: Published, rows: Sequence[Row]) -> dict[str, tuple[float, float]]:
    """The steps and the backgrounds of articles, by id."""
    wanted = ds.field("article_id").isin([row["article_id"] for row in rows])
    try:
        table = dataset.table(ARTICLES_INDEX).to_table(columns=["article_id", "step", "background"], filter=wanted)
    except FileNotFoundError:
        raise UsageError(
            f"{dataset.name} lacks {ARTICLES_INDEX.name}, which tells what is around each article; run the job again."
        ) from None
    return {row["article_id"]: (row["step"] / MILLION, row["background"] / MILLION) for row in table.to_pylist()}


def describe(dataset: Published, rows: Sequence[Row], articles: int) -> tuple[list[Described], weigh.Corpus]:
    """Articles as the run compared them, in the order of their ids, and how many use their terms."""
    ordered = sorted(rows, key=lambda row: row["article_id"])
    titles = _titles(dataset, ordered)
    terms = [_terms(row, titles[row["article_id"]]) for row in ordered]
    corpus = _count(dataset, terms, articles)
    measured = _measured(dataset, ordered)
    described = []
    for row, held in zip(ordered, terms, strict=True):
        step, background = measured[row["article_id"]]
        named = weigh.name_weights(held, corpus)
        described.append(
            Described(
                article_id=row["article_id"],
                title=row["title"],
                lead="",
                outlet=row["outlet"],
                language=row["language"],
                published_at=None if row["published_at"] is None else to_micros(row["published_at"]),
                occurrence_count=1,
                event_label=None,
                terms=held.terms,
                weights=tuple(weigh.weights(held, row["language"], corpus)),
                particulars=held.particulars,
                names=tuple(named),
                name_weights=tuple(named.values()),
                blocks=(),
                step=step,
                background=background,
            )
        )
    return described, corpus


def judge(alike: np.ndarray, one: int, other: int, threshold: float) -> Verdict:
    """What average link makes of the articles of two places, among all of their event or events."""
    return Verdict(cluster.meeting(alike, one, other), threshold)


def chain(alike: np.ndarray, one: int, other: int) -> list[int]:
    """The places of articles on the path between two whose weakest link is the strongest (Prim 1957)."""
    count = len(alike)
    reached = np.zeros(count, dtype=bool)
    best = np.full(count, -np.inf)
    before = np.full(count, one)
    at = one
    while at != other:
        reached[at] = True
        better = ~reached & (alike[at] > best)
        best[better] = alike[at][better]
        before[better] = at
        at = int(np.where(reached, -np.inf, best).argmax())
    path = [other]
    while path[-1] != one:
        path.append(int(before[path[-1]]))
    return path[::-1]


def _shared(
    mine: Sequence[str], weights: Sequence[float], its: Sequence[str], others: Sequence[float], used: dict[str, int]
) -> list[dict[str, Any]]:
    of_other = dict(zip(its, others, strict=True))
    both = [(term, weight, of_other[term]) for term, weight in zip(mine, weights, strict=True) if term in of_other]
    return [
        {
            "term": term,
            "weight_one": round(a, 4),
            "weight_other": round(b, 4),
            "adds": round(a * b, 4),
            "articles": used.get(term, 1),
        }
        for term, a, b in sorted(both, key=lambda each: (-each[1] * each[2], each[0]))
    ]


def pair(one: Described, other: Described, corpus: weigh.Corpus) -> dict[str, Any]:
    """What the likeness of two articles is made of: what they share, less what is taken off."""
    alike = float(likeness.of_articles([one, other])[0, 1])
    undated = [replace(article, published_at=None) for article in (one, other)]
    timeless = float(likeness.of_articles(undated)[0, 1])
    foreign = one.language != other.language and None not in (one.language, other.language)
    terms = _shared(one.terms, one.weights, other.terms, other.weights, corpus.counts)
    named = _shared(one.names, one.name_weights, other.names, other.name_weights, corpus.names)
    gap = None
    if one.published_at is not None and other.published_at is not None:
        gap = round(abs(one.published_at - other.published_at) / 86_400_000_000, 2)
    plain = sum(each["adds"] for each in (named if foreign else terms))
    return {
        "compared_by": "names" if foreign else "terms",
        "shared_terms": terms,
        "shared_names": named if foreign else [],
        "days_between": gap,
        "before_costs": round(plain, 4),
        "cost_of_days": round(timeless - alike, 4),
        "cost_of_languages" if foreign else "cost_of_template": round(max(0.0, plain - timeless), 4),
        "likeness": round(alike, 4),
    }


def _members(dataset: Published, event_id: str, always: Sequence[str]) -> list[Row]:
    """The articles of an event, those of least ids where there are very many, and those that are asked about."""
    of_event = ds.field("event_id") == event_id
    ids = dataset.table(ARTICLES).to_table(columns=["article_id"], filter=of_event).column(0).to_pylist()
    chosen = sorted({*sorted(ids)[:MOST_MEMBERS], *(each for each in always if each in ids)})
    table = dataset.table(ARTICLES).to_table(columns=_COLUMNS, filter=of_event & ds.field("article_id").isin(chosen))
    return list(table.to_pylist())


def _event(dataset: Published, event_id: str) -> Row:
    columns = ["event_id", "external_id", "label", "article_count", "representative_article_id"]
    return dict(dataset.table(EVENTS).to_table(columns=columns, filter=ds.field("event_id") == event_id).to_pylist()[0])


def explain(dataset: Published, one: str, other: str | None) -> dict[str, Any]:
    """Why two articles are of one event, or not. Without another the event's most central article is it.

    Raises:
      UsageError: if there is nothing to hold an article against, or the dataset has no figures.
    """
    among = figures(dataset)
    mine = _event(dataset, found.article(dataset, one)["event_id"])
    if other is None:
        other = mine["representative_article_id"]
        if other == one:
            raise UsageError(
                f"{one} is the most central article of its event; give another article that it is held against."
            )
    if one == other:
        raise UsageError(f"{one} is one article; give another one that it is held against.")
    its = _event(dataset, found.article(dataset, other)["event_id"])
    same = mine["event_id"] == its["event_id"]
    rows = _members(dataset, mine["event_id"], [one, other])
    rows += [] if same else _members(dataset, its["event_id"], [other])
    described, corpus = describe(dataset, rows, among.articles)
    ids = [article.article_id for article in described]
    i, j = ids.index(one), ids.index(other)
    alike = cluster.compared(described, among)
    verdict = judge(alike, i, j, among.threshold())
    links = chain(alike, i, j) if same else []
    event_of = {row["article_id"]: row["event_id"] for row in rows}
    said = [row for row in found.overrides(dataset, SAME_EVENT, NOT_SAME_EVENT) if {*row["article_ids"]} & {one, other}]
    return {
        "question": "event",
        "dataset": dataset.name,
        "one": _side(described[i], mine, among, alike, ids, event_of),
        "other": _side(described[j], its, among, alike, ids, event_of),
        "same_event": same,
        "by_likeness": verdict.is_one_event,
        "threshold": round(among.threshold(), 4),
        "figures": {name: getattr(among, name) for name in ("articles", "step", "background", "rivals", "brevity")},
        "pair": pair(described[i], described[j], corpus) | {"less_background": round(float(alike[i, j]), 4)},
        "meeting": {
            "mean_likeness": round(verdict.meeting.likeness, 4),
            "with_one": [ids[place] for place in verdict.meeting.left],
            "with_other": [ids[place] for place in verdict.meeting.right],
        },
        "path": [
            {"from": ids[a], "to": ids[b], "likeness": round(float(alike[a, b]), 4), "title": described[b].title}
            for a, b in itertools.pairwise(links)
        ],
        "overrides": [{name: row[name] for name in ("line", "override", "article_ids", "why")} for row in said],
        "remarks": [
            *_said(said, one, other, same),
            *_remarks(mine, its, same, verdict, among, bool(said)),
            *_appended(dataset, same, verdict),
        ],
        "to_correct": {"override": NOT_SAME_EVENT if same else SAME_EVENT, "articles": [one, other]},
    }


def _said(rows: Sequence[Row], one: str, other: str, same: bool) -> Iterator[str]:
    """What the user's overrides have to do with it."""
    for row in rows:
        both = {one, other} <= {*row["article_ids"]}
        if both and (row["override"] == SAME_EVENT) == same:
            yield f"You have said so, in {found.told(row)}."
        elif not both:
            yield f"One of the two is named with others, in {found.told(row)}."


def _side(
    article: Described, event: Row, among: Surroundings, alike: np.ndarray, ids: list[str], event_of: dict[str, str]
) -> dict[str, Any]:
    at = ids.index(article.article_id)
    rest = [n for n, name in enumerate(ids) if n != at and event_of[name] == event["event_id"]]
    return {
        "article_id": article.article_id,
        "title": article.title,
        "outlet": article.outlet,
        "language": article.language,
        "event": event,
        "background": article.background,
        "taken_off": round(among.off(article.background), 4),
        "added": round(among.own(article.step), 4),
        "mean_to_rest_of_event": round(float(alike[at, rest].mean()), 4) if rest else None,
    }


def _remarks(mine: Row, its: Row, same: bool, verdict: Verdict, among: Surroundings, said: bool = False) -> Iterator[str]:
    named = [event["external_id"] for event in (mine, its) if event["external_id"] is not None]
    if same and not verdict.is_one_event:
        if named:
            yield f"Likeness would not have joined them: the event is one that you have named, {named[0]}."
        elif said:
            yield "Likeness would not have joined them."
        else:
            yield from _unlike_the_run(verdict)
    if not same and verdict.is_one_event:
        if named:
            yield f"Likeness would have joined them, but what you have named stays apart: {', '.join(named)}."
        elif said:
            yield "Likeness would have joined them."
        elif among.articles > leaders.MAX_TREE:
            yield (
                "Likeness would have joined them, but in so large a corpus articles are only held together where the "
                "leaders of both lead to one first report, and those of the two do not."
            )
        else:
            yield from _unlike_the_run(verdict)
    elif not same and len(named) == 2:
        yield f"They stand in two events that you have named, {named[0]} and {named[1]}."
    if MOST_MEMBERS in (min(event["article_count"], MOST_MEMBERS) for event in (mine, its)):
        yield f"Of each event {MOST_MEMBERS:,} articles were looked at."


def _appended(dataset: Published, same: bool, verdict: Verdict) -> Iterator[str]:
    runs = dataset.manifest.get("last_run", 1)
    if runs > 1 and same != verdict.is_one_event:
        yield (
            f"{runs:,} runs have made this dataset. The figures of the corpus are those of the last one, and those of an "
            "article of the run that it came with; what earlier runs decided, they decided by theirs, and it stands."
        )


def _unlike_the_run(verdict: Verdict) -> Iterator[str]:
    how = "very close to it" if abs(verdict.meeting.likeness - verdict.threshold) < _CLOSE else "not what the run found"
    yield (
        f"The mean likeness worked out here is {how}: the weights of terms are worked out anew, and the dataset may have "
        "been changed since. What the dataset says is what the run decided."
    )
