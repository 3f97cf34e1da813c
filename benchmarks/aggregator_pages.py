"""Pages as news aggregators show them, as plain text, with the articles that a careful reader finds on them.

A page is a main article, site furniture and whole related articles, in the shapes that text extractors make of them:
"lines" (outlet, age, ``- outlet``, headline and text on lines of their own), "glued" (``Reuters5 days ago``, bullets,
headlines twice, ``logo``) and "mixed". Every page has one answer: of outlet, age, the outlet's repetition and the
headline, so much is always left that a reader can tell where an article begins. The words are in ``phrases.toml``.
"""

import random
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.aggregator_words import Words, languages, odd_outlets, weights
from schemas.records import MAIN, RELATED

SHAPES = ("lines", "glued", "mixed")
_NOISES = {  # what stands between paragraphs: how often, and the trait of a page that has it
    "adverts": (6, "advert in the text"),
    "captions": (3, ""),
    "clock": (2, ""),
    "more": (2, "'read more on' in the text"),
    "inline_links": (1, "link in the text"),
    "share": (1, "share buttons in the text"),
    "newsletter": (1, "newsletter box in the text"),
}


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article as printed: ``body`` has its paragraphs, joined by a blank line, list items without their bullets."""

    role: str
    title: str | None
    outlet: str | None
    age_text: str | None
    body: str
    traits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldPage:
    name: str
    text: str
    language: str
    shape: str
    traits: tuple[str, ...]
    articles: tuple[GoldArticle, ...]


@dataclass(frozen=True, slots=True)
class Style:
    """How one page is laid out: blank lines between entries, parts and paragraphs, and what is printed at all."""

    entry_gap: int
    part_gap: int
    paragraph_gap: int
    title_twice: bool
    mark: bool  # the line "- Reuters" below the age
    category: bool
    logo: bool
    background: bool
    dated: bool  # "time11-06-2025" heads glued entries, and their outlet stands in a bullet only


def _gap(count: int) -> list[str]:
    return [""] * count


def _joined(parts: Sequence[Sequence[str]], gap: int) -> list[str]:
    """The lines of ``parts`` with ``gap`` blank lines between parts.

    >>> _joined([["a"], [], ["b", "c"]], 1)
    ['a', '', 'b', 'c']
    """
    lines: list[str] = []
    for part in parts:
        if part:
            lines += [*(_gap(gap) if lines else []), *part]
    return lines


def _body(paragraphs: Sequence[str]) -> str:
    return "\n\n".join(paragraph.removeprefix("- ") for paragraph in paragraphs)


class Page:
    """Makes one page. Everything is drawn from ``random.Random`` of the page's name, so a page depends on nothing else."""

    def __init__(self, name: str):
        self.name = name
        self.rng = random.Random(name)
        self.words = Words(self.rng, self.rng.choices(languages(), weights())[0], set())
        self.traits: list[str] = []
        self.shape = self.rng.choices(SHAPES, (5, 3, 2))[0]
        self.stripped = self.chance(0.12, "stripped of blank lines")
        self.wrapped = not self.stripped and self.words.spaced and self.chance(0.12, "hard-wrapped")
        self.style = self._style()

    def chance(self, share: float, trait: str = "") -> bool:
        """True with this share, and then the page has the trait."""
        chosen = self.rng.random() < share
        if chosen and trait:
            self.traits.append(trait)
        return chosen

    def _style(self) -> Style:
        part_gap = self.rng.choice((0, 0, 0, 1))
        least = 1 if self.wrapped or part_gap else 0
        return Style(
            entry_gap=max(least, self.rng.choice((0, 1, 2, 2, 2))),
            part_gap=part_gap,
            paragraph_gap=max(least, self.rng.choice((0, 0, 1))),
            title_twice=self.shape != "lines" and self.rng.random() < 0.85,
            mark=self.shape == "glued" or not self.chance(0.07, "no '- outlet' lines"),
            category=self.rng.random() < 0.8,
            logo=self.rng.random() < 0.8,
            background=self.rng.random() < 0.8,
            dated=self.shape == "glued" and self.chance(0.1, "entries under 'time11-06-2025'"),
        )

    # paragraphs, and what stands between them

    def _picture(self, words: Words) -> list[str]:
        caption = words.line("captions")
        if words.has("bracketed") and self.chance(0.3, "caption with credit"):
            return [f"{caption.rstrip('.')}. {words.line('bracketed')}"]
        credit = words.line("credits")
        if self.chance(0.6, "picture of three lines"):
            return [str(self.rng.randint(1, 9)), caption, credit]
        self.traits.append("caption and credit")
        return [caption, credit]

    def _noise(self, words: Words) -> list[str]:
        """Lines that stand between an article's paragraphs and are not its text."""
        kinds = [kind for kind in _NOISES if kind in ("captions", "clock") or words.has(kind)]
        kind = self.rng.choices(kinds, [_NOISES[kind][0] for kind in kinds])[0]
        if kind == "captions":
            return self._picture(words)
        if kind == "clock":
            mark = f"{self.rng.randint(0, 15):02}:{self.rng.randint(10, 59)}"
            if self.chance(0.4, "clock mark under a caption"):
                return [words.line("captions").rstrip("."), mark]
            self.traits.append("clock mark")
            return [mark]
        self.traits.append(_NOISES[kind][1])
        if kind == "inline_links":
            return [words.pick(kind) + words.headline([])]
        return words.block(kind) if kind in ("share", "newsletter") else [words.line(kind)]

    def _lines(self, words: Words, paragraphs: Sequence[str], noises: int) -> list[list[str]]:
        """A part for each paragraph; between them so many interruptions."""
        parts = [[paragraph] for paragraph in paragraphs]
        places = [i for i in range(1, len(parts)) if not paragraphs[i].startswith("- ")]
        for place in sorted(self.rng.sample(places, min(noises, len(places))), reverse=True):
            parts.insert(place, self._noise(words))
        return parts

    def _opening(self, words: Words, outlet: str | None, traits: list[str]) -> str:
        """How a first paragraph may begin: with the outlet's name or a place."""
        if outlet and words.has("opens") and self.rng.random() < 0.12:
            traits.append("text begins with the outlet")
            return words.fresh("opens", outlet)
        if words.has("datelines") and self.rng.random() < 0.08:
            traits.append("dateline")
            return words.fill(words.pick("datelines")) + words.fresh("sentences")
        return ""

    def _text(self, words: Words, outlet: str | None, main: bool, titled: bool, traits: list[str]) -> list[str]:
        """The paragraphs of an article."""
        if main and titled and self.chance(0.08, "main article of two lines"):
            return [words.paragraph(1), words.paragraph(1)]
        several = main or self.rng.random() < 0.35
        if several and not main:
            traits.append("several paragraphs")
        first = self.rng.randint(1, 3) if several else self.rng.randint(2, 9)
        paragraphs = [words.paragraph(first if titled else max(3, first), 8 if titled else 30)]
        if opening := self._opening(words, outlet, traits):
            paragraphs[0] = words.join([opening, paragraphs[0]])
        if several:
            for _ in range(self.rng.randint(1, 10) if main else self.rng.randint(1, 6)):
                paragraphs.append(words.paragraph(self.rng.choice((1, 1, 2, 2, 3, 4)), 4))
            if len(paragraphs) > 3 and self.rng.random() < (0.2 if main else 0.05):
                traits.append("subheading")
                paragraphs.insert(self.rng.randint(2, len(paragraphs) - 1), words.fresh("subheads"))
            if main and words.has("items") and self.chance(0.07, "list in the text"):
                items = self.rng.sample(words.phrases["items"], self.rng.randint(3, 5))
                paragraphs[-1:-1] = [words.phrases["item_intro"], *(f"- {item}" for item in items)]
            if self.rng.random() < 0.12:
                traits.append("short last paragraph")
                paragraphs.append(words.pick("shorts"))
        if words.has("traps") and self.rng.random() < (0.12 if main else 0.04):
            traits.append("prose that talks of ages or related articles")
            trap = words.fresh("traps")
            if several and self.rng.random() < 0.4:
                paragraphs.insert(1, trap)
            else:
                paragraphs[0] = words.join([paragraphs[0], trap])
        return paragraphs

    # outlets and ages

    def _outlet(self, words: Words, traits: list[str]) -> str:
        if self.rng.random() < (0.25 if words.language == "en" else 0.08):
            outlet = self.rng.choice(odd_outlets())
            traits.append("outlet that ends in a digit" if outlet[-1].isdigit() else "odd outlet")
            return outlet
        return str(words.pick("outlets"))

    def _date(self) -> str:
        return f"{self.rng.randint(1, 28):02}-{self.rng.randint(1, 12):02}-2025"

    def _age(self, words: Words, traits: list[str]) -> str:
        if self.rng.random() < 0.06:
            traits.append("age is a date")
            return self._date()
        age = words.line("ages")
        if not any(c.isdigit() for c in age):
            traits.append("age in words")
        return age

    # the main article

    def _main(self) -> tuple[list[list[str]], GoldArticle]:
        words, traits = self.words, list[str]()
        glued = self.shape == "glued" or (self.shape == "mixed" and self.rng.random() < 0.5)
        titled = glued or not self.chance(0.04, "main article without headline")
        title = words.headline(traits) if titled else None
        outlet: str | None = None
        age: str | None = None
        if glued:
            parts, outlet, age = self._glued_head(str(title), traits)
        else:
            parts = self._site_head(title)
        paragraphs = self._text(words, outlet, main=True, titled=titled, traits=traits)
        body = self._lines(words, paragraphs, self.rng.choice((0, 0, 0, 1, 1, 2)))
        gap = 1 if glued else self.style.paragraph_gap
        head = _joined(parts, 1 if glued or self.wrapped else self.rng.choice((0, 0, 1)))
        lines = _joined([head, _joined(body, gap)], 1 if glued or self.wrapped else self.style.part_gap)
        return [lines, *self._furniture()], GoldArticle(MAIN, title, outlet, age, _body(paragraphs), tuple(traits))

    def _glued_head(self, title: str, traits: list[str]) -> tuple[list[list[str]], str | None, str | None]:
        """The lines above a main article of the glued shape, its outlet and its age."""
        parts = [["logo"]] if self.style.logo else []
        parts.append([title, title] if self.style.title_twice else [title])
        outlet = age = None
        if self.rng.random() < 0.85:
            outlet, age = self._outlet(self.words, traits), self._date()
            label = self.rng.choice(("time", "time", "date"))
            parts.append([label + age, f"* {self.words.pick('categories')}", f"* {outlet}"])
        return [*parts, ["Orange background"]] if self.style.background else parts, outlet, age

    def _site_head(self, title: str | None) -> list[list[str]]:
        """The lines above a main article that stands on an ordinary page."""
        words, parts = self.words, list[list[str]]()
        if words.has("nav") and self.chance(0.12, "navigation above"):
            parts += [words.block("nav"), [""]]
        if words.has("cookies") and self.chance(0.05, "cookie notice"):
            parts += [words.block("cookies"), [""]]
        if title is None:
            return parts
        if words.has("read_times") and self.chance(0.08, "minutes to read"):
            minutes = words.line("read_times")
            parts.append([title, "", minutes, title] if self.rng.random() < 0.5 else [title, minutes])
        else:
            twice = self.chance(0.12, "main headline twice")
            parts.append([title, title] if twice else [title])
        if words.has("bylines") and self.chance(0.15, "byline"):
            parts.append([words.line("bylines")])
        if words.has("dates") and self.chance(0.15, "date line"):
            parts.append([words.line("dates")])
        if words.has("share") and self.chance(0.1, "share bar"):
            parts.append(words.block("share"))
        if self.chance(0.1, "picture above the text"):
            parts.append(self._picture(words))
        return parts

    def _furniture(self) -> list[list[str]]:
        """What stands between the main article and the related ones."""
        words, parts = self.words, list[list[str]]()
        if words.has("card") and self.chance(0.08, "author card"):
            person = words.line("people")
            parts.append([line.replace("{person}", person) for line in words.phrases["card"]])
        if words.has("newsletter") and self.chance(0.08, "newsletter box"):
            parts.append(words.block("newsletter"))
        if self.chance(0.1, "list of most read"):
            parts.append([words.pick("most_read"), *(words.headline([]) for _ in range(self.rng.randint(2, 5)))])
        if tail := words.pick("tails"):
            parts.append([words.fill(line) for line in tail])
        return parts

    # related articles

    def _related(self, first: bool, headed: bool) -> tuple[list[str], GoldArticle]:
        words, traits = self.words, list[str]()
        if self.rng.random() < 0.08:
            words = Words(self.rng, self.rng.choice(languages()), self.words.used)
            if words.language != self.words.language:
                traits.append("in another language")
        glued = self.shape == "glued" or (self.shape == "mixed" and self.rng.random() < 0.5)
        outlet = self._outlet(words, traits)
        lacks = self.rng.choices(("nothing", "age", "title", "text"), (82, 6, 6, 6))[0]
        if lacks == "age" and (self.style.dated or not self.style.mark or (first and not headed)):
            lacks = "nothing"
        if lacks != "nothing":
            traits.append({"age": "no age", "title": "no headline", "text": "no text"}[lacks])
        age = None
        if self.style.dated:
            age = self._date()
        elif lacks != "age":
            age = self._age(self.words if self.rng.random() < 0.7 else words, traits)
        title = None if lacks == "title" else words.headline(traits)
        paragraphs = (
            [] if lacks == "text" else self._text(words, outlet, main=False, titled=title is not None, traits=traits)
        )
        body = self._lines(words, paragraphs, self.rng.choice((0, 0, 1)) if len(paragraphs) > 1 else 0)
        lines = (self._glued_entry if glued else self._plain_entry)(outlet, age, title, body)
        return lines, GoldArticle(RELATED, title, outlet, age, _body(paragraphs), tuple(traits))

    def _plain_entry(self, outlet: str, age: str | None, title: str | None, body: list[list[str]]) -> list[str]:
        style = self.style
        head = [[outlet], [age] if age else [], [f"- {outlet}"] if style.mark or not age else [], [title] if title else []]
        # a headline that is wrapped needs a blank line below it, else nobody can say where it ends
        gap = 1 if self.wrapped and body else style.part_gap
        return _joined([_joined(head, style.part_gap), _joined(body, style.paragraph_gap)], gap)

    def _glued_entry(self, outlet: str, age: str | None, title: str | None, body: list[list[str]]) -> list[str]:
        style = self.style
        header = f"{self.rng.choice(('time', 'date'))}{age}" if style.dated else f"{outlet}{age or ''}"
        bullets = [f"* {self.words.pick('categories')}"] if style.category or style.dated else []
        # without the bullet only a change from letters to digits shows where the outlet ends
        plain = age is not None and age[0].isdigit() and not outlet[-1].isdigit() and not style.dated
        if not (plain and self.chance(0.05, "glued without outlet bullet")):
            bullets.append(f"* {outlet}")
        else:
            bullets = []
        titles = [] if title is None else [title, title] if style.title_twice else [title]
        parts = [["Orange background"] if style.background else [], [header, *bullets], titles, _joined(body, 1)]
        return _joined([*parts, ["logo"] if style.logo else []], 1)

    # the page

    def make(self) -> GoldPage:
        parts, main = self._main()
        gap = 1 if self.wrapped else self.rng.choice((0, 1))
        lines = [*_gap(self.rng.choice((0, 1))), *_joined(parts, gap)]
        articles = [main]
        if not self.chance(0.05, "no related articles"):
            headed = not self.chance(0.12, "heading cut off")
            if headed:
                lines += [*_gap(1 if self.wrapped else self.rng.choice((0, 1))), self.words.pick("related")]
            entries = [self._related(i == 0, headed) for i in range(self.rng.randint(1, 8))]
            articles += [gold for _, gold in entries]
            gap = 1 if self.shape == "glued" else self.style.entry_gap
            for entry, _ in entries:
                lines += [*_gap(gap), *entry]
        if self.words.has("footer") and self.chance(0.08, "footer"):
            lines += ["", *self.words.block("footer")]
        traits = tuple(sorted(set(self.traits)))
        return GoldPage(self.name, self._print(lines), self.words.language, self.shape, traits, tuple(articles))

    def _print(self, lines: list[str]) -> str:
        if self.stripped:
            lines = [line for line in lines if line]
        if self.wrapped:
            width = self.rng.randint(72, 100)
            wrap = textwrap.TextWrapper(width, break_long_words=False, break_on_hyphens=False)
            lines = [piece for line in lines for piece in (wrap.wrap(line) or [""])]
        return "\n".join(lines) + self.rng.choice(("", "\n"))


def pages(count: int, seed: int) -> Iterator[GoldPage]:
    """The same pages for the same seed on every machine; a greater count only adds pages.

    >>> [page.name for page in pages(2, 5)]
    ['5-0', '5-1']
    >>> list(pages(1, 5)) == list(pages(2, 5))[:1]
    True
    """
    for number in range(count):
        yield Page(f"{seed}-{number}").make()
