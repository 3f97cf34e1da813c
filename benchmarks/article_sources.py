"""What made-up articles are made from: real articles of a data folder by their event, or stories drawn from word lists.

A source is what several articles tell of one event, cut into sentences. Only its shape is used: which words the articles
share, where names and numbers stand, how long sentences are. ``benchmarks.articles`` puts other words in.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import regex
import wordfreq

from benchmarks import data
from benchmarks.article_words import COMMON, language
from transforms.common.words import is_unspaced
from transforms.language.transform import detect

_LONGEST = 10_000
"""Characters that are taken of a text."""
_SHORTEST = 100
_SENTENCE_END = regex.compile(r"(?<=[.!?…][\"'”’»)]*)\s+(?=\P{Ll})")
_MADE = 300
"""Stories that are drawn where no folder is given."""
_LANGUAGES = (("en", 8), ("de", 2), ("fr", 2), ("es", 2), ("it", 1), ("pt", 1), ("nl", 1), ("pl", 1), ("ru", 1), ("tr", 1))
"""Languages of drawn stories, and how often each comes."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as its headline and the sentences of its paragraphs."""

    title: str
    paragraphs: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Articles that tell of one event; ``origin`` names the set that they come from."""

    origin: str
    language: str
    drafts: tuple[Draft, ...]


def _draft(title: str | None, text: str) -> Draft | None:
    if len(text) < _SHORTEST or is_unspaced(text):
        return None
    paragraphs = [tuple(filter(None, _SENTENCE_END.split(line.strip()))) for line in text[:_LONGEST].split("\n")]
    cut = tuple(filter(None, paragraphs))
    # Where a text has no headline its first words have to do.
    return Draft(title or " ".join(text[:_SHORTEST].split()[:10]).rstrip(".,:;"), cut)


def read(folder: str) -> list[Source]:
    """The sources of a folder of ``*.jsonl.gz``: records with ``text`` (or ``gold_body``) and perhaps ``title``.

    Records with one ``gold_event`` are one source. Of several copies of an article (``gold_group``) the first is taken.
    Texts without spaces, and languages without a word list, are left out.
    """
    listed = wordfreq.available_languages("small")
    sources, seen = [], set[str]()
    # Sets of pages come before those of copies, which know no headlines.
    for path in sorted(Path(folder).glob("*.jsonl.gz"), reverse=True):
        name = path.name.removesuffix(".jsonl.gz")
        groups: defaultdict[str, list[Draft]] = defaultdict(list)
        for record in data.read(folder, name):
            group = str(record.get("gold_event") or record.get("gold_group") or record.get("id") or len(groups))
            known = "gold_event" not in record and group in seen
            if known or ("gold_language" in record and "length" in record):
                continue  # sentences, or an article that another set has
            seen.add(group)
            draft = _draft(record.get("title") or record.get("gold_title"), record.get("gold_body") or record["text"])
            if draft:
                groups[group].append(draft)
        for drafts in groups.values():
            found, _ = detect(None, " ".join(drafts[0].paragraphs[0]))
            if found and (found in listed or found == "no"):
                sources.append(Source(name, found, tuple(drafts)))
    return sources


def _stories(rng: random.Random, name: str, drafts: int) -> Iterator[Draft]:
    """Articles of one story: its own words come often, its names stand in every second sentence or so."""
    words = language(name)
    common, rare = words.words[:COMMON], words.words[COMMON:]
    common_sums, rare_sums = words.sums[:COMMON], [total - words.sums[COMMON - 1] for total in words.sums[COMMON:]]
    own = rng.choices(rare, cum_weights=rare_sums, k=100)
    names = [words.invented(10**9 + rng.randrange(10**9)).title() for _ in range(12)]

    def word() -> str:
        kind = rng.random()
        if kind < 0.46:  # of running English text the hundred most frequent words are nearly half
            return rng.choices(common, cum_weights=common_sums)[0]
        if kind < 0.56:
            return names[min(int(rng.expovariate(0.4)), len(names) - 1)]
        if kind < 0.58:
            return str(rng.randint(2, 2000))
        if kind < 0.75:
            return own[min(int(rng.expovariate(0.04)), len(own) - 1)]
        return rng.choices(rare, cum_weights=rare_sums)[0]

    def sentence(least: int, most: int) -> str:
        text = " ".join(word() for _ in range(rng.randint(least, most)))
        return text[0].upper() + text[1:]

    for _ in range(drafts):
        lengths = [rng.randint(1, 3) for _ in range(rng.randint(3, 12))]
        yield Draft(sentence(6, 11), tuple(tuple(sentence(9, 28) + "." for _ in range(n)) for n in lengths))


def made(seed: int) -> list[Source]:
    """Stories drawn from the word lists of ten languages, with words as frequent as they are in the language."""
    sources = []
    for number in range(_MADE):
        rng = random.Random(f"{seed} story {number}")
        name = rng.choices(*zip(*_LANGUAGES, strict=True))[0]
        drafts = min(20, int(rng.paretovariate(1.2)))
        sources.append(Source("made", name, tuple(_stories(rng, name, drafts))))
    return sources


def sources(folder: str | None, seed: int) -> Sequence[Source]:
    """The sources of a folder, or drawn ones.

    Raises:
      ValueError: if the folder holds none.
    """
    found = read(folder) if folder else made(seed)
    if not found:
        raise ValueError(f"{folder} holds no *.jsonl.gz with texts; see benchmarks/README.md for where to get them.")
    return found
