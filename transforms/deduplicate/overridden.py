"""What the user says of articles and copies: that something is no article, which copy is kept, and who is meant.

An override names an article by the id of any text of it, by a place where it stands (``p…#2``) or, in events, by the id of
an event, which is that of its founding article. All of these follow from content. So a name holds in a later run too, where
another copy of the article is kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal

import apache_beam as beam
import numpy as np
from apache_beam.pvalue import AsDict, AsSingleton, TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.overrides import APPLIED, KEEP, NOT_AN_ARTICLE, NOT_SAME_EVENT, OVERRULED, SAME_EVENT
from schemas.records import FoundArticle, Noticed, Override, SplitPage, Verdict, Version
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count
from transforms.common.ids import event_id
from transforms.common.keeping import chosen, chosen_by
from transforms.common.pages import without_articles
from transforms.deduplicate import keep, likeness

_OTHER_KEPT = "An earlier line has another copy of this article kept."


def identify(page: SplitPage) -> SplitPage:
    """The page with the id of every article's text."""
    return replace(
        page, articles=tuple(replace(article, text_id=keep.text_id(article, page.page_id)) for article in page.articles)
    )


def place_of(page: SplitPage, article: FoundArticle) -> str:
    """The name of a place where an article stands."""
    return f"{page.page_id}#{article.article_index}"


def names_of(page: SplitPage, article: FoundArticle) -> tuple[str, ...]:
    """The names of an article on its page: its text's, its place, and what its text's was before it was corrected."""
    return (article.text_id, place_of(page, article), *([article.was] if article.was else []))


def by_name(lines: Iterable[Override], *kinds: str) -> dict[str, list[int]]:
    """The lines of some kinds by the names in them."""
    found: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        if line.kind in kinds:
            for name in line.names:
                found[name].append(line.line)
    return dict(found)


# What is no article.


class NoArticles:
    """Texts that are no articles, by their ids and shingles: which of them a text is a copy of.

    Of likeness only that by Jaccard counts: an article that merely holds a box of others is none of them.

    Args:
      texts: ids of texts, each with the line that names it and its packed shingles.
    """

    def __init__(self, texts: dict[str, tuple[int, bytes]]):
        self._texts = texts
        ordered = sorted(texts.items())
        self._lines = [line for _, (line, _) in ordered]
        self._packed = [packed for _, (_, packed) in ordered]
        self._of = np.repeat(np.arange(len(ordered)), [len(packed) // likeness.HASH_BYTES for packed in self._packed])
        grams = np.frombuffer(b"".join(self._packed), dtype=np.uint32)
        order = np.argsort(grams, kind="stable")
        self._grams, self._of = grams[order], self._of[order]
        self._asked = lru_cache(maxsize=4096)(self._near)

    def line_of(self, article: FoundArticle) -> int | None:
        """The line by which an article is none; None where it is one."""
        known = self._texts.get(article.text_id)
        if known is not None:
            return known[0]
        return self._asked(keep.compared_text(article.title, article.body)) if self._texts else None

    def _near(self, text: str) -> int | None:
        if not len(self._grams):  # what is no article may be a box without a word
            return None
        grams = likeness.shingles(text)
        begin = np.searchsorted(self._grams, grams)
        held = (begin < len(self._grams)) & (self._grams[np.minimum(begin, len(self._grams) - 1)] == grams)
        if not held.any():
            return None
        end = np.searchsorted(self._grams, grams[held], side="right")
        met = np.concatenate([self._of[a:b] for a, b in zip(begin[held].tolist(), end.tolist(), strict=True)])
        numbers, shared = np.unique(met, return_counts=True)
        packed = likeness.pack(grams)
        # Those that share the most first, and of equal ones the least id.
        for number in numbers[np.lexsort((numbers, -shared))].tolist():
            jaccard, _ = likeness.compare(packed, self._packed[number])
            smaller = min(len(packed), len(self._packed[number])) // likeness.HASH_BYTES
            if likeness.are_copies(jaccard, 0.0, smaller):
                return self._lines[number]
        return None


class FindNamed(beam.DoFn):
    """A page to those texts on it that an override says are no articles, with the line and the shingles."""

    def __init__(self, lines: tuple[Override, ...]):
        self._lines = by_name(lines, NOT_AN_ARTICLE)

    def process(self, page: SplitPage) -> Iterator[tuple[str, tuple[int, bytes]]]:
        for article in page.articles:
            found = [line for name in names_of(page, article) for line in self._lines.get(name, ())]
            if found:
                grams = likeness.shingles(keep.compared_text(article.title, article.body))
                yield article.text_id, (min(found), likeness.pack(grams))


class TakeOut(beam.DoFn):
    """A page without what is no article and, tagged, by which lines."""

    NOTICED = "noticed"

    def __init__(self) -> None:
        self._listed: dict[str, tuple[int, bytes]] | None = None

    def process(
        self, page: SplitPage, listed: dict[str, tuple[int, bytes]]
    ) -> Iterator[SplitPage | TaggedOutput[Literal["noticed"], tuple[int, Noticed]]]:
        if self._listed is not listed:
            self._listed, self._none = listed, NoArticles(listed)
        gone = {}
        for article in page.articles:
            line = self._none.line_of(article)
            if line is not None:
                count("deduplicate", "not_articles")
                gone[article.article_index] = line
                yield TaggedOutput(self.NOTICED, (line, Noticed(line, APPLIED)))
        yield without_articles(page, gone, NOT_AN_ARTICLE)


class TakeOutNoArticles(beam.PTransform):
    """``SplitPage``s to ``pages`` without what the user says is no article, its near copies included; and ``noticed``.

    The texts that are named are held by each worker: of a person's file.
    """

    def __init__(self, lines: tuple[Override, ...]):
        super().__init__()
        self._lines = tuple(line for line in lines if line.kind == NOT_AN_ARTICLE)

    @no_annotations
    def expand(self, pages: beam.PCollection) -> dict[str, beam.PCollection]:
        identified = pages | "Identify" >> beam.Map(identify).with_output_types(SplitPage)
        named = (
            identified
            | "Named" >> beam.ParDo(FindNamed(self._lines)).with_output_types(tuple[str, tuple[int, bytes]])
            | "Once each" >> beam.CombinePerKey(min)
        )
        found = identified | "Take out" >> beam.ParDo(TakeOut(), AsDict(named)).with_outputs(TakeOut.NOTICED, main="pages")
        return {"pages": found.pages, "noticed": found[TakeOut.NOTICED]}


# Which copy is kept.


class Choose:
    """Which copies the user wants kept.

    >>> Choose((Override(3, "keep", ("a1",)),)).lines(("a1", "p1#0"))
    [3]
    """

    def __init__(self, lines: Iterable[Override]):
        self._lines = by_name(lines, KEEP)

    def lines(self, names: Iterable[str]) -> list[int]:
        """The lines that want a copy kept, by one of its names, the first one first."""
        return sorted({line for name in names for line in self._lines.get(name, ())})

    def apply(self, version: Version, lines: list[int]) -> Version:
        """The version with the place in the order of keeping that the first of these lines gives it."""
        order = chosen(version.order, lines[0])
        froms: dict[str, Any] = {
            name: order
            for name in ("title_from", "outlet_from", "bylines_from", "published_from", "label_from")
            if getattr(version, name) == version.order
        }
        return replace(version, order=order, **froms)


def wanted(line: int) -> tuple[int, Noticed]:
    """What holds of a line that wants a copy kept, unless it is seen to be."""
    return line, Noticed(line, OVERRULED, _OTHER_KEPT)


def kept_by_choice(version: Version) -> Iterator[tuple[int, Noticed]]:
    """That the kept copy of an article is the user's choice, if it is."""
    line = chosen_by(version.order)
    if line is not None:
        yield line, Noticed(line, APPLIED, None, (version.text_id,))


def choices_kept() -> beam.ParDo:
    """A step: kept versions to what was noticed of the lines that wanted them kept."""
    return beam.FlatMap(kept_by_choice).with_output_types(tuple[int, Noticed])


# Who is meant.


Meaning = tuple[int, str]
"""An article that a name means, behind 0 where it means its text, and 1 where only its place, or its text of before. Where
a name has several meanings, the least one holds."""


def other_names(page: SplitPage, article: FoundArticle) -> Iterator[str]:
    """The names of an article that do not follow from its text."""
    yield place_of(page, article)
    if article.was:
        yield article.was
        yield event_id(article.was)


class Meant(beam.DoFn):
    """A verdict on a text to the names in overrides that mean its article, each with what it means.

    Args:
      lines: the overrides.
    """

    def __init__(self, lines: tuple[Override, ...]):
        self._names = frozenset(by_name(lines, SAME_EVENT, NOT_SAME_EVENT, KEEP))
        self._events = frozenset(name for name in self._names if name.startswith("e"))

    def process(self, verdict: Verdict, others: dict[str, list[str]]) -> Iterator[tuple[str, Meaning]]:
        text_id, article_id = verdict.text_id, verdict.article_id
        if text_id in self._names:
            yield text_id, (0, article_id)
        if self._events and event_id(text_id) in self._events:
            yield event_id(text_id), (0, article_id)
        for name in others.get(text_id, ()):
            yield name, (1, article_id)


class ToLists(beam.CombineFn):
    """Combines pairs of a text and another name of it, of a person's file, to the sorted names of each text."""

    def create_accumulator(self) -> list[tuple[str, str]]:
        return []

    def add_input(self, accumulator: list[tuple[str, str]], element: tuple[str, str]) -> list[tuple[str, str]]:
        accumulator.append(element)
        return accumulator

    def merge_accumulators(self, accumulators: Any) -> list[tuple[str, str]]:
        return [pair for accumulator in accumulators for pair in accumulator]

    def extract_output(self, accumulator: list[tuple[str, str]]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for text_id, name in sorted(set(accumulator)):
            found[text_id].append(name)
        return dict(found)


class FindMeant(beam.PTransform):
    """``Verdict``s, and texts with other names that overrides have for them, to names with their ``Meaning``s.

    What comes out is as large as the user's file.
    """

    def __init__(self, lines: tuple[Override, ...]):
        super().__init__()
        self._lines = lines

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, beam.PCollection]) -> beam.PCollection:
        verdicts, named = inputs
        of_text = AsSingleton(named | "Names of text" >> beam.CombineGlobally(ToLists()))
        return verdicts | "Meant" >> beam.ParDo(Meant(self._lines), of_text).with_output_types(tuple[str, Meaning])


class OneMeaning(beam.PTransform):
    """Names with their ``Meaning``s to names with the article that each means."""

    def expand(self, meant: beam.PCollection) -> beam.PCollection:
        return (
            meant
            | "Least" >> beam.CombinePerKey(min)
            | "Article" >> beam.Map(lambda pair: (pair[0], pair[1][1])).with_output_types(tuple[str, str])
        )
