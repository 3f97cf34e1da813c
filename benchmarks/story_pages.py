"""Aggregator pages whose articles are made-up stories: ``benchmarks.aggregator_pages`` with the texts of ``articles``.

Each story has a page of its own. Below it stand related articles, a few of which are on many pages: half of them are of
the page's own event where that has others, the rest are drawn by popularity, the k-th most popular in proportion to
1 / (k + 10) or so. A related article is one paragraph of at most 1,200 characters, the same on each page; one in ten is
cut short. A page comes to some five thousand characters.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.aggregator_pages import Page, _gap, _joined
from benchmarks.aggregator_words import Words, languages
from benchmarks.articles import Article

_MAIN, _RELATED = 3500, 1200
"""Characters of a main article, and of a related one, at most."""
_POPULAR = 10
_POOL = 0.4
"""Stories that only stand on others' pages, for each page."""
_SHORTENED = 0.1
_FROM_EVENT = 0.5


@dataclass(frozen=True, slots=True)
class Story:
    """An article as aggregators print it."""

    event: str
    language: str
    title: str
    outlet: str
    paragraphs: tuple[str, ...]
    whole: str  # as a related article


def _cut(text: str, most: int) -> str:
    """The text up to the last sentence that ends before ``most``.

    >>> _cut("One. Two three. Four", 17)
    'One. Two three.'
    """
    return text if len(text) <= most else text[: max(text.rfind(". ", 0, most) + 1, most // 2)].rstrip()


def story(article: Article, rng: random.Random) -> Story:
    kept, left = list[str](), _MAIN
    for paragraph in filter(None, article.text.split("\n\n")):
        if left > 0:
            kept.append(_cut(paragraph, left))
            left -= len(paragraph)
    known = article.language if article.language in languages() else "en"
    outlet = Words(rng, known, set()).pick("outlets")
    whole = _cut(" ".join(kept), _RELATED)
    return Story(article.gold_event, known, article.title, outlet, tuple(kept), whole)


class StoryPage(Page):
    """A page of one story with related ones, in the shapes and with the furniture of all aggregator pages."""

    def __init__(self, name: str, main: Story, related: Sequence[Story]):
        super().__init__(name)
        self.words = Words(self.rng, main.language, set())
        self._story, self._others = main, related

    def _print_main(self) -> list[str]:
        words = self.words
        glued = self.shape == "glued"
        parts = self._glued_head(self._story.title, [])[0] if glued else self._site_head(self._story.title)
        body = self._lines(words, self._story.paragraphs, self.rng.choice((0, 0, 0, 1, 1, 2)))
        gap = 1 if glued or self.wrapped else self.style.paragraph_gap
        return _joined([_joined(parts, 1 if glued else 0), _joined(body, gap), *self._furniture()], 1)

    def _print_related(self, other: Story) -> list[str]:
        age = self._age(self.words, [])
        text = _cut(other.whole, len(other.whole) // 2) if self.rng.random() < _SHORTENED else other.whole
        entry = self._glued_entry if self.shape == "glued" else self._plain_entry
        return entry(other.outlet, age, other.title, [[text]])

    def text(self) -> str:
        lines = [*self._print_main(), "", self.words.pick("related")]
        for other in self._others:
            lines += [*_gap(1 if self.shape == "glued" else self.style.entry_gap), *self._print_related(other)]
        return self._print(lines)


def pages(articles: Iterator[Article], count: int, seed: int) -> Iterator[tuple[str, list[str]]]:
    """So many pages, each with the texts of its articles as they were before they were printed."""
    rng = random.Random(f"{seed} pages")
    stories = [story(article, rng) for article in articles if article.copy_of is None]
    mains, pool = stories[:count], rng.sample(stories, len(stories))
    of_event: dict[str, list[Story]] = {}
    for each in stories:
        of_event.setdefault(each.event, []).append(each)
    span = (len(pool) + _POPULAR) / _POPULAR
    for number, main in enumerate(mains):
        related: list[Story] = []
        for _ in range(rng.choice((1, 2, 3, 3, 4, 5))):
            kin = of_event[main.event]
            if len(kin) > 1 and rng.random() < _FROM_EVENT:
                other = rng.choice(kin)
            else:
                other = pool[min(int(_POPULAR * (span ** rng.random() - 1)), len(pool) - 1)]
            if other is not main and other not in related:
                related.append(other)
        yield (
            StoryPage(f"{seed}-{number}", main, related).text(),
            ["\n\n".join(main.paragraphs), *(r.whole for r in related)],
        )


def records_needed(count: int) -> int:
    """Records of ``articles`` from which so many pages can be made: a fifth of them are copies, which are left out."""
    return round(count * (1 + _POOL) / 0.75)
