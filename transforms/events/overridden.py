"""What the user says of events: that articles are one event, or that two are not.

Articles are clustered as ever. Then, from where those that the user names have come to stand, a plan is made in one place:
which clusters become one, and which are to be divided. It is as large as the user's file. An event that is divided is
divided by average link among its articles, where groups that are to stay apart are not joined (constraints on links:
Davidson and Ravi 2005); so whatever paths lead through other articles, these go to the side they are most like.

What stands above what: labels that the input gives, then the lines of the file, the earlier before the later, then the
events of ``--events``, then likeness. An append divides no earlier event.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from schemas.overrides import APPLIED, NEEDLESS, NOT_SAME_EVENT, OVERRULED, SAME_EVENT, UNMATCHED, WAITS
from schemas.records import Described, Noticed, Override
from transforms.common.forest import Partition
from transforms.events.leaders import MAX_TREE
from transforms.events.likeness import of_articles

T = TypeVar("T")

LABEL, EVENT, CLUSTER = "label:", "event:", "cluster:"
"""Keys of events begin so: the user's name for it, an event of an earlier run, or a cluster by its least article."""
_SEEDS = 24
"""Articles of a side that an article of a very large event is held against."""
_NEVER = -1e9
"""The likeness of groups that are to stay apart."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where clustering has put an article: the key of its event, the label by which it is there, and its earlier event."""

    key: str
    label: str | None = None
    event_id: str | None = None


@dataclass(frozen=True, slots=True)
class Division:
    """How an event is divided: articles that stay together, in the order of the lines, and which of these stay apart."""

    together: tuple[tuple[str, ...], ...]
    apart: frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: keys of clusters with the key of what they become, and how some of these are divided."""

    keys: Mapping[str, str] = field(default_factory=dict)
    divisions: Mapping[str, Division] = field(default_factory=dict)
    noticed: tuple[Noticed, ...] = ()

    def key(self, key: str) -> str:
        return self.keys.get(key, key)

    def joined(self, key: str) -> bool:
        """Whether several clusters become this one."""
        return key in self.keys


def standing_of(key: str, article: Described, event_id: str | None = None) -> Standing:
    """Where an article has come to stand. A label that only a known event gave it does not bind it."""
    return Standing(key, None if article.claimed else article.event_label, event_id)


class _Groups:
    """Articles that stay together and groups that stay apart, as one line after the other says it."""

    def __init__(self, standings: Mapping[str, Standing]):
        self._sets = Partition()
        self._apart: dict[str, set[str]] = defaultdict(set)
        self._label: dict[str, str] = {}
        first: dict[str, str] = {}
        for article, standing in sorted(standings.items()):
            root = self._sets.find(article)
            for bond in (standing.label and f"{LABEL}{standing.label}", standing.event_id and f"{EVENT}{standing.event_id}"):
                if bond:
                    self._sets.union(first.setdefault(bond, root), root)
        for article, standing in sorted(standings.items()):
            if standing.label:
                self._label[self._sets.find(article)] = standing.label

    def root(self, article: str) -> str:
        return self._sets.find(article)

    def _foes(self, root: str) -> set[str]:
        return {self._sets.find(foe) for foe in self._apart.get(root, ())}

    def refused(self, articles: Sequence[str]) -> str | None:
        """Why articles cannot be one event; None if they can."""
        roots = sorted({self.root(article) for article in articles})
        labels = sorted({self._label[root] for root in roots if root in self._label})
        if len(labels) > 1:
            return f"They bear labels of yours, {labels[0][:60]!r} and {labels[1][:60]!r}, and these stand above it."
        if any(self._foes(root).intersection(roots) for root in roots):
            return "An earlier line keeps two of them apart, or articles that are one event with them."
        return None

    def join(self, articles: Sequence[str]) -> None:
        for article in articles[1:]:
            one, other = self.root(articles[0]), self.root(article)
            if one == other:
                continue
            foes = self._apart.pop(one, set()) | self._apart.pop(other, set())
            label = self._label.get(one) or self._label.get(other)
            self._sets.union(one, other)
            root = self.root(one)
            if foes:
                self._apart[root] = foes
            if label:
                self._label[root] = label

    def part(self, one: str, other: str) -> None:
        self._apart[self.root(one)].add(other)
        self._apart[self.root(other)].add(one)


def make_plan(lines: Iterable[Override], meant: Mapping[str, str], standings: Mapping[str, Standing]) -> Plan:
    """What is to be done about events.

    Args:
      lines: the overrides, of any kind.
      meant: names in them with the articles that they mean.
      standings: where these articles have come to stand.
    """
    of_events = sorted((line for line in lines if line.kind in (SAME_EVENT, NOT_SAME_EVENT)), key=lambda line: line.line)
    groups = _Groups(standings)
    noticed: list[Noticed] = []
    held: list[tuple[Override, list[str], str | None]] = []
    for line in of_events:
        known = [meant[name] for name in line.names if meant.get(name) in standings]
        articles = list(dict.fromkeys(known))
        missing = [name for name in line.names if meant.get(name) not in standings]
        said = _decide(line, articles, missing, groups, standings)
        if said is None:
            held.append((line, articles, f"Nothing in this run has the name {_list(missing)}." if missing else None))
        else:
            noticed.append(Noticed(line.line, said[0], said[1], tuple(sorted(articles))))
    keys, divisions = _arrange(held, groups, standings)
    for line, articles, message in held:
        needless = message is None and not _changes(line, articles, standings, keys, divisions)
        outcome = NEEDLESS if needless else APPLIED
        noticed.append(Noticed(line.line, outcome, message, tuple(sorted(articles))))
    return Plan(keys, divisions, tuple(sorted(noticed, key=lambda said: said.line)))


def _list(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _decide(
    line: Override, articles: Sequence[str], missing: Sequence[str], groups: _Groups, standings: Mapping[str, Standing]
) -> tuple[str, str] | None:
    """Takes a line into account; where that cannot be, the outcome, and a sentence that says why."""
    if len(articles) < 2:
        if missing:
            return UNMATCHED, f"Nothing in this run has the name {_list(missing)}."
        if line.kind == SAME_EVENT:
            return NEEDLESS, "They are copies of one article."
        return OVERRULED, "They are copies of one article, and an article is of one event."
    if line.kind == SAME_EVENT:
        refused = groups.refused(articles)
        if refused is not None:
            return OVERRULED, refused
        groups.join(articles)
        return None
    one, other = articles
    if groups.root(one) == groups.root(other):
        mine, its = standings[one], standings[other]
        if mine.label is not None and mine.label == its.label:
            return OVERRULED, f"Both bear your label {mine.label[:60]!r}, and that stands above it."
        if mine.event_id is not None and mine.event_id == its.event_id:
            return WAITS, f"Earlier runs made them one event, {mine.event_id}, which only --mode overwrite divides."
        return OVERRULED, "Earlier lines, or labels of yours, make them one event."
    groups.part(one, other)
    return None


def _arrange(
    held: Sequence[tuple[Override, list[str], str | None]], groups: _Groups, standings: Mapping[str, Standing]
) -> tuple[dict[str, str], dict[str, Division]]:
    """Which clusters become one, and which of these are divided how."""
    named = list(dict.fromkeys(article for _, articles, _ in held for article in articles))
    clusters = Partition()
    by_root: dict[str, list[str]] = defaultdict(list)
    for article in named:
        by_root[groups.root(article)].append(article)
        clusters.find(standings[article].key)
    for members in by_root.values():
        for article in members[1:]:
            clusters.union(standings[members[0]].key, standings[article].key)
    of_cluster: dict[str, list[str]] = defaultdict(list)
    for key, root in clusters.sets():
        of_cluster[root].append(key)
    keys = {}
    for several in of_cluster.values():
        if len(several) > 1:
            # What the user has named keeps its name, what earlier runs founded its id.
            first = min(several, key=lambda key: ((LABEL, EVENT, CLUSTER).index(key[: key.index(":") + 1]), key))
            keys.update(dict.fromkeys(several, first))
    inside: dict[str, list[list[str]]] = defaultdict(list)
    for members in by_root.values():
        key = standings[members[0]].key
        inside[keys.get(key, key)].append(members)
    divisions = {}
    labels = Counter(key for name, key in keys.items() if name.startswith(LABEL))
    for key, found in inside.items():
        at = {groups.root(members[0]): number for number, members in enumerate(found)}
        apart = {(at[root], at[foe]) for root in at for foe in groups._foes(root) if foe in at and at[root] < at[foe]}
        if apart or labels[key] > 1:
            divisions[key] = Division(tuple(tuple(members) for members in found), frozenset(apart))
    return keys, divisions


def _changes(
    line: Override,
    articles: Sequence[str],
    standings: Mapping[str, Standing],
    keys: Mapping[str, str],
    divisions: Mapping[str, Division],
) -> bool:
    """Whether what a line says would not hold without it, as far as keys show it."""
    own = [standings[article].key for article in articles]
    after = {keys.get(key, key) for key in own}
    if line.kind == SAME_EVENT:
        return len(set(own)) > 1 or any(key in divisions for key in after)
    return len(after) == 1


def divided(
    members: Iterable[T],
    division: Division,
    described: Callable[[T], Described],
    event_of: Callable[[T], str | None] = lambda _: None,
) -> Iterator[tuple[str, Iterable[T]]]:
    """The parts of an event, each with its key.

    Args:
      members: its articles; they can be read several times.
      division: what stays together, and what apart.
      described: what a member is, as articles are compared.
      event_of: the earlier event that a member is of, which is not divided.
    """
    few = []
    for number, member in enumerate(members):
        if number >= MAX_TREE:
            yield from _by_seeds(members, division, described, event_of)
            return
        few.append(member)
    few.sort(key=lambda member: described(member).article_id)
    articles = [described(member) for member in few]
    groups = sides(articles, [event_of(member) for member in few], division)
    for name, group in zip(_keys(groups, articles, [event_of(m) for m in few], division), groups, strict=True):
        yield name, [few[at] for at in group]


def _blocks(articles: Sequence[Described], events: Sequence[str | None], division: Division) -> list[list[int]]:
    """The places of articles that stay together whatever they are like, and of each other one."""
    sets = Partition()
    first: dict[str, str] = {}
    at = {article.article_id: place for place, article in enumerate(articles)}
    for article, event in zip(articles, events, strict=True):
        sets.find(article.article_id)
        label = None if article.claimed else article.event_label
        for bond in (label is not None and f"{LABEL}{label}", event is not None and f"{EVENT}{event}"):
            if bond:
                sets.union(first.setdefault(bond, article.article_id), article.article_id)
    for together in division.together:
        here = [article for article in together if article in at]
        for other in here[1:]:
            sets.union(here[0], other)
    found: dict[str, list[int]] = defaultdict(list)
    for article_id, root in sets.sets():
        found[root].append(at[article_id])
    return [sorted(block) for block in found.values()]


def sides(articles: Sequence[Described], events: Sequence[str | None], division: Division) -> list[list[int]]:
    """The places of the articles of each part, by average link that never joins what is to stay apart.

    Links go on whatever their likeness, until only parts are left that are to stay apart: all of it was one event.

    Args:
      articles: of one event, in order of their ids.
      events: the earlier event of each, which is not divided.
      division: what stays together, and what apart.
    """
    blocks = _blocks(articles, events, division)
    size = np.array([len(block) for block in blocks], dtype=float)
    member = np.zeros((len(blocks), len(articles)))
    for number, block in enumerate(blocks):
        member[number, block] = 1.0
    mean = np.round(member @ of_articles(articles) @ member.T / np.outer(size, size), 6)
    never = _foes(articles, blocks, division)
    mean[never] = _NEVER
    np.fill_diagonal(mean, _NEVER)
    parts: list[list[int] | None] = list(blocks)
    while len(blocks) > 1:
        best = int(mean.argmax())  # of equal ones the first, by the order of ids
        one, other = divmod(best, len(blocks))
        if mean[one, other] <= _NEVER / 2:
            break
        joined = (size[one] * mean[one] + size[other] * mean[other]) / (size[one] + size[other])
        apart = never[one] | never[other]
        mean[one] = mean[:, one] = np.where(apart | (mean[one] <= _NEVER / 2), _NEVER, np.round(joined, 6))
        never[one] = never[:, one] = apart
        mean[other] = mean[:, other] = _NEVER
        mean[one, one] = _NEVER
        size[one] += size[other]
        parts[one] = sorted([*(parts[one] or ()), *(parts[other] or ())])
        parts[other] = None
        # A part that is no more is joined to nothing.
        never[other] = never[:, other] = True
    return [part for part in parts if part is not None]


def _foes(articles: Sequence[Described], blocks: Sequence[Sequence[int]], division: Division) -> np.ndarray:
    """Which blocks are to stay apart, n x n: as the division says it, and those of two labels."""
    block_of = {articles[at].article_id: number for number, block in enumerate(blocks) for at in block}
    never = np.zeros((len(blocks), len(blocks)), dtype=bool)
    for one, other in division.apart:
        for left in division.together[one]:
            for right in division.together[other]:
                if left in block_of and right in block_of:
                    a, b = block_of[left], block_of[right]
                    never[a, b] = never[b, a] = a != b
    labels = [next((a.event_label for a in map(articles.__getitem__, block) if a.event_label and not a.claimed), None)
              for block in blocks]  # fmt: skip
    for a, mine in enumerate(labels):
        for b, its in enumerate(labels):
            if mine and its and mine != its:
                never[a, b] = True
    return never


def _keys(
    parts: Sequence[Sequence[int]], articles: Sequence[Described], events: Sequence[str | None], division: Division
) -> list[str]:
    """The key of each part: its label, else its earlier event, else its least article.

    The name of a known event stays with one part: that of the article which the lines name first.
    """
    rank = {article: number for number, together in enumerate(division.together) for article in together}
    last = len(rank)
    keys = []
    for part in parts:
        bound = [articles[at].event_label for at in part if articles[at].event_label and not articles[at].claimed]
        earlier = [event for event in (events[at] for at in part) if event is not None]
        least = min(articles[at].article_id for at in part)
        keys.append(f"{LABEL}{min(bound)}" if bound else f"{EVENT}{min(earlier)}" if earlier else f"{CLUSTER}{least}")  # type: ignore[type-var]
    claimed = sorted({articles[at].event_label for part in parts for at in part if articles[at].claimed})  # type: ignore[type-var]
    for label in claimed:
        name = f"{LABEL}{label}"
        holding = [
            number
            for number, part in enumerate(parts)
            if not keys[number].startswith(LABEL) and any(articles[at].event_label == label for at in part)
        ]
        if holding and name not in keys:
            first = min(holding, key=lambda n: min((rank.get(articles[at].article_id, last), at) for at in parts[n]))
            keys[first] = name
    return keys


def _by_seeds(
    members: Iterable[T],
    division: Division,
    described: Callable[[T], Described],
    event_of: Callable[[T], str | None],
) -> Iterator[tuple[str, Iterable[T]]]:
    """The parts of an event that is too large to be looked at as a whole: articles go to the part that they are most like.

    What the user names is divided first; of each part a few articles stand for it.
    """
    named = {article for together in division.together for article in together}
    seeds: dict[str, tuple[Described, str | None]] = {}
    of_bond: dict[str, str] = {}
    for member in members:
        article, event = described(member), event_of(member)
        bond = _bond(article, event)
        if article.article_id in named or (bond and article.article_id <= of_bond.get(bond, article.article_id)):
            seeds[article.article_id] = (article, event)
            if bond:
                before = of_bond.get(bond)
                of_bond[bond] = min(article.article_id, before or article.article_id)
                if before is not None and before != of_bond[bond] and before not in named:
                    del seeds[before]
    ordered = [seeds[name] for name in sorted(seeds)]
    articles, events = [article for article, _ in ordered], [event for _, event in ordered]
    parts = sides(articles, events, division)
    names = _keys(parts, articles, events, division)
    few = [[articles[at] for at in part[:_SEEDS]] for part in parts]
    place = {articles[at].article_id: number for number, part in enumerate(parts) for at in part}
    of_bonds = {bond: place[article] for bond, article in of_bond.items()}

    def part_of(member: T) -> int:
        article = described(member)
        if article.article_id in place:
            return place[article.article_id]
        bond = _bond(article, event_of(member))
        if bond in of_bonds:
            return of_bonds[bond]
        alike = [float(of_articles([article, *part])[0, 1:].mean()) for part in few]
        return min(range(len(alike)), key=lambda n: (-round(alike[n], 6), n))

    for member in members:  # of one event: its ids, and no more, are held
        place.setdefault(described(member).article_id, part_of(member))
    for number, name in enumerate(names):
        yield name, _Part(members, place, number, described)


def _bond(article: Described, event: str | None) -> str | None:
    """What holds an article to others: its earlier event, which is never divided, or its label."""
    if event is not None:
        return f"{EVENT}{event}"
    labelled = article.event_label is not None and not article.claimed
    return f"{LABEL}{article.event_label}" if labelled else None


class _Part:
    """Those members of a group that are of one part, read anew each time."""

    def __init__(
        self, members: Iterable[Any], places: Mapping[str, int], number: int, described: Callable[[Any], Described]
    ):
        self._members, self._places, self._number, self._described = members, places, number, described

    def __iter__(self) -> Iterator[Any]:
        return (member for member in self._members if self._places[self._described(member).article_id] == self._number)
