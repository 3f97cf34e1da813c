"""Any number of articles with their events, made from few.

An event takes the articles of a source (``benchmarks.article_sources``) and tells them of other things: every word but
the hundred most frequent of the language is replaced, by the same word throughout the event. So articles of one event
are as alike as those of the source, and those of two events with one source are no copies. What replaces a word:

- a word of the language: one about as frequent, with a share of such that are the topic's favourites. Topics are drawn
  from an unending list, some often: events of one topic look alike, and the number of topics grows with the corpus.
- a name, or a word that the language does not list: an invented one. Some are public names, the same in all the corpus;
  some are the topic's; the others are the event's own. All three lists are unending, so that the vocabulary keeps
  growing with the corpus as that of real text does (Heaps' law).
- a number: another one of as many digits.

Sizes of events fall as size^-2.4, to 400 at most: two thirds hold one article, a few hold hundreds. An event that is larger
than its source has further articles of sentences from all of the source's, a fifth of the words changed in each.
Events begin at 400 articles a day, however many there are, and an event's articles follow within days. Of all records a
tenth are near copies (words changed, paragraphs left out, often cut short) and a tenth are exact copies on other pages.

Everything is drawn from a seed, and a greater count only adds records. ``benchmarks.article_figures`` compares these
articles with the real ones.
"""

import random
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate, count

import regex

from benchmarks.article_sources import Draft, Source
from benchmarks.article_words import COMMON, Language, language, pareto

_SIZE_POWER, _LARGEST = 2.4, 400
_SIZES = list(accumulate(size**-_SIZE_POWER for size in range(1, _LARGEST + 1)))
_MEAN_SIZE = sum(size ** (1 - _SIZE_POWER) for size in range(1, _LARGEST + 1)) / _SIZES[-1]
"""Articles of an event: the power by which their number falls, the most, the cumulated weights, and the mean, about two."""
_NEAR_COPIES, _EXACT_COPIES = 0.125, 0.125
"""Copies that an article has on average; of all records they are a tenth each."""
_PER_DAY = 400
"""Articles that come in a day; ten times as many articles are spread over ten times as many days."""
_START = datetime(2025, 1, 1, tzinfo=UTC)
_DAYS = 1.5
"""Days that an article comes after the beginning of its event, on average."""
_TOPICS = (0.6, 20.0)
"""Shape and scale of the draw of a topic (``pareto``): the most frequent has three percent of all events."""
_PUBLIC = (0.7, 30.0)
_OWN = (0.8, 3000.0)
"""The same for public names, of which the most frequent stands in some percent of all articles, and for others."""
_PUBLIC_SHARE, _TOPIC_SHARE = 0.25, 0.2
"""Of an event's names, those that are public and those of its topic."""
_TOPIC_NAMES = 8
"""Places, people and offices that events of one topic share."""
_FAVOURED, _FAVOURITES = 0.35, 16
"""Share of an event's words that are favourites of its topic, and favourites for each doubling of rank."""
_NAME_FROM = 1500
"""A capitalised word of this rank or beyond, never seen without the capital, is a name."""
_CHANGED, _CHANGED_IN_COPY = 0.2, 0.03
"""Share of words changed in an article that is put together from others, so that two of these are as alike as real articles
of large events (a median cosine of 0.31); and in a near copy."""
_TOKEN = regex.compile(r"[^\W\d_]{2,}(?:['’](?!s\b)[^\W\d_]+)?|\d+")


@dataclass(frozen=True, slots=True)
class Article:
    """A record of the corpus. ``copy_of`` is the id of the article that it repeats."""

    id: str
    title: str
    text: str
    published_at: datetime
    gold_event: str
    language: str
    copy_of: str | None


def _cased(word: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word[0].upper() + word[1:] if like[0].isupper() else word


class Topic:
    """What events of one kind have in common: favourite words of every rank, and names."""

    def __init__(self, name: str, words: Language):
        self._rng = random.Random(f"topic {name}")
        self._words = words
        self._favourites: dict[int, list[str]] = {}
        self.names = [words.invented(pareto(self._rng, *_OWN)) for _ in range(_TOPIC_NAMES)]

    def favourite(self, rng: random.Random, rank: int) -> str:
        band = rank.bit_length()
        if band not in self._favourites:
            own = random.Random(f"{self._words.name} {self.names[0]} {band}")
            self._favourites[band] = [self._words.near(own, rank) for _ in range(_FAVOURITES)]
        return rng.choice(self._favourites[band])


class Retelling:
    """The words of one event: what each word of its source is replaced by."""

    def __init__(self, rng: random.Random, words: Language, topic: Topic, uncapitalised: frozenset[str]):
        self._rng, self._words, self._topic, self._uncapitalised = rng, words, topic, uncapitalised
        self._mapped: dict[str, str] = {}

    def _name(self) -> str:
        kind = self._rng.random()
        if kind < _PUBLIC_SHARE:
            return self._words.invented(-1 - pareto(self._rng, *_PUBLIC))
        if kind < _PUBLIC_SHARE + _TOPIC_SHARE:
            return self._rng.choice(self._topic.names)
        return self._words.invented(pareto(self._rng, *_OWN))

    def _draw(self, token: str, folded: str) -> str:
        if token.isdigit():
            year = len(token) == 4 and token[:2] in ("19", "20")
            return token if year else str(self._rng.randint(10 ** (len(token) - 1), 10 ** len(token) - 1))
        rank = self._words.ranks.get(folded)
        name = token[0].isupper() and folded not in self._uncapitalised
        if rank is None or (name and rank >= _NAME_FROM):
            return self._name()
        if self._rng.random() < _FAVOURED:
            return self._topic.favourite(self._rng, rank)
        return self._words.near(self._rng, rank)

    def _keep(self, folded: str) -> bool:
        return self._words.ranks.get(folded, COMMON) < COMMON

    def _replace(self, match: "regex.Match[str]") -> str:
        token = match.group()
        folded = token.lower()
        if self._keep(folded):
            return token
        if folded not in self._mapped:
            self._mapped[folded] = self._draw(token, folded)
        return _cased(self._mapped[folded], token)

    def retell(self, text: str) -> str:
        return str(_TOKEN.sub(self._replace, text))

    def vary(self, rng: random.Random, share: float, text: str) -> str:
        """The text with a share of the words that are no grammar replaced, by words as frequent."""

        def change(match: "regex.Match[str]") -> str:
            token = match.group()
            folded = token.lower()
            if token.isdigit() or self._keep(folded) or rng.random() >= share:
                return token
            return _cased(self._words.near(rng, self._words.ranks.get(folded, len(self._words.words))), token)

        return str(_TOKEN.sub(change, text))


def _joined(draft: Draft) -> str:
    return "\n\n".join(" ".join(paragraph) for paragraph in draft.paragraphs)


def _recombined(rng: random.Random, source: Source) -> Draft:
    """An article of sentences from all articles of the source, each about where it stood."""
    pools = [[sentence for paragraph in draft.paragraphs for sentence in paragraph] for draft in source.drafts]
    chosen, length = list[str](), len(rng.choice(pools))
    for at in range(length):
        pool = rng.choice(pools)
        sentence = pool[min(at, len(pool) - 1)]
        if sentence not in chosen:
            chosen.append(sentence)
    paragraphs = tuple(tuple(chosen[i : i + 2]) for i in range(0, len(chosen), 2))
    return Draft(rng.choice(source.drafts).title, paragraphs)


def _near_copy(rng: random.Random, vary: Callable[[str], str], text: str) -> str:
    paragraphs = text.split("\n\n")
    if len(paragraphs) > 3 and rng.random() < 0.3:
        paragraphs = paragraphs[: max(2, round(len(paragraphs) * rng.uniform(0.4, 0.8)))]
    kept = [paragraph for paragraph in paragraphs if rng.random() < 0.95]
    return "\n\n".join(vary(paragraph) for paragraph in kept or paragraphs)


class Corpus:
    """Makes articles from sources. The same sources and seed give the same articles."""

    def __init__(self, found: Sequence[Source], seed: int = 1):
        self._seed = seed
        self._topics: dict[tuple[str, int], Topic] = {}
        self._uncapitalised: dict[str, frozenset[str]] = {}
        by_language: defaultdict[str, set[str]] = defaultdict(set)
        self._origins: defaultdict[str, list[Source]] = defaultdict(list)
        for source in found:
            self._origins[source.origin].append(source)
            for draft in source.drafts:
                by_language[source.language].update(t for t in _TOKEN.findall(_joined(draft)) if t[0].islower())
        self._uncapitalised = {name: frozenset(tokens) for name, tokens in by_language.items()}
        self._largest = sorted(found, key=lambda source: -sum(len(p) for d in source.drafts for p in d.paragraphs))[:20]

    def _source(self, rng: random.Random, size: int) -> Source:
        """A source of at least this many articles, every set as likely; of the longest ones where none is so large."""
        sets = [
            fitting
            for _, listed in sorted(self._origins.items())
            if (fitting := [source for source in listed if len(source.drafts) >= size])
        ]
        return rng.choice(rng.choice(sets)) if sets else rng.choice(self._largest)

    def _topic(self, rng: random.Random, words: Language) -> Topic:
        key = (words.name, pareto(rng, *_TOPICS))
        if key not in self._topics:
            self._topics[key] = Topic(f"{self._seed} {key[0]} {key[1]}", words)
        return self._topics[key]

    def event(self, number: int) -> Iterator[Article]:
        """The articles of one event, each followed by its copies."""
        rng = random.Random(f"{self._seed} event {number}")
        size = 1 + bisect(_SIZES, rng.random() * _SIZES[-1])
        source = self._source(rng, size)
        words = language(source.language)
        telling = Retelling(rng, words, self._topic(rng, words), self._uncapitalised[source.language])
        begun = _START + timedelta(days=number * _MEAN_SIZE / _PER_DAY)
        taken = rng.sample(source.drafts, min(size, len(source.drafts)))
        for at in range(size):
            draft = taken[at] if at < len(taken) else _recombined(rng, source)
            title, text = telling.retell(draft.title), telling.retell(_joined(draft))
            if at >= len(taken):
                title, text = (telling.vary(rng, _CHANGED, part) for part in (title, text))
            when = begun + timedelta(days=rng.expovariate(1 / _DAYS))
            name = f"{number}-{at}"
            yield Article(name, title, text, when, str(number), source.language, None)
            for copy in count():
                kind = rng.random()
                if kind >= (_NEAR_COPIES + _EXACT_COPIES) / (1 + _NEAR_COPIES + _EXACT_COPIES):
                    break
                near = kind * (_NEAR_COPIES + _EXACT_COPIES + 1) < _NEAR_COPIES
                vary = partial(telling.vary, rng, _CHANGED_IN_COPY)
                copied = _near_copy(rng, vary, text) if near else text
                later = when + timedelta(days=rng.expovariate(2))
                yield Article(f"{name}-{copy}", title, copied, later, str(number), source.language, name)

    def articles(self, number: int) -> Iterator[Article]:
        """So many records."""
        left = number
        for event in count():
            for article in self.event(event):
                yield article
                left -= 1
                if not left:
                    return
