"""FindEarlierMeant: what of an append's overrides is about articles and pages of earlier runs, by the dataset's index."""

from collections.abc import Iterable, Iterator

import apache_beam as beam
from apache_beam.io.filesystems import FileSystems
from apache_beam.typehints.decorators import no_annotations

from schemas.index import ARTICLES_INDEX, PAGES_INDEX, TEXTS_INDEX, IndexedPage, IndexedText
from schemas.occurrences import OCCURRENCES, Occurrence
from schemas.overrides import KEEP, NEEDLESS, NOT_AN_ARTICLE, NOT_SAME_EVENT, SAME_EVENT, SEGMENT, WAITS
from schemas.records import Noticed, Override, Version
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.earlier import Earlier, LookUp, Paths, read_columns
from transforms.common.ids import event_id
from transforms.common.keeping import chosen_by
from transforms.deduplicate.overridden import Meaning, by_name

_OVERWRITE = "it waits for --mode overwrite over everything."
_PAGE_WAITS = f"An earlier run has read the page, and an append leaves pages as they are; {_OVERWRITE}"
_ARTICLE_WAITS = f"It came with an earlier run, and an append leaves articles there; {_OVERWRITE}"
_COPY_WAITS = f"The article is of an earlier run, which kept another copy, and an append keeps what was kept; {_OVERWRITE}"
_KEPT = "It is kept already."

_ASKED = frozenset({"page_id", "article_index", "article_id", "match"})
"""Columns of occurrences that tell who stands in a place."""
_NOT_ASKED = tuple(field.name for field in OCCURRENCES.fields() if field.name not in _ASKED)


class WhoIsThere:
    """What earlier runs know of the names in overrides.

    Args:
      lines: the overrides.
    """

    def __init__(self, lines: Iterable[Override]):
        lines = tuple(lines)
        self._keep, self._none = by_name(lines, KEEP), by_name(lines, NOT_AN_ARTICLE)
        self.names = frozenset({*by_name(lines, SAME_EVENT, NOT_SAME_EVENT), *self._keep, *self._none})
        self.pages: dict[str, list[int]] = {}
        for line in lines:
            if line.kind == SEGMENT and line.page_id is not None:
                self.pages.setdefault(line.page_id, []).append(line.line)

    def of_name(self, name: str, article_id: str, is_kept: bool) -> Iterator[tuple[int, Noticed]]:
        """What holds of the lines with a name that means a copy of an earlier article."""
        for line in self._keep.get(name, ()):
            said = (
                Noticed(line, NEEDLESS, _KEPT, (article_id,))
                if is_kept
                else Noticed(line, WAITS, _COPY_WAITS, (article_id,))
            )
            yield line, said
        for line in self._none.get(name, ()):
            yield line, Noticed(line, WAITS, _ARTICLE_WAITS, (article_id,))

    def of_page(self, page_id: str) -> Iterator[tuple[int, Noticed]]:
        """What holds of the lines about a page that an earlier run has read."""
        for line in self.pages.get(page_id, ()):
            yield line, Noticed(line, WAITS, _PAGE_WAITS)


def copy_waits(element: tuple[str, Version]) -> Iterator[tuple[int, Noticed]]:
    """That a new copy of an earlier article is wanted kept, if it is; element is the article's id and what it gains.

    Of a copy with the very words of the kept one nothing waits: these words are kept already.
    """
    line = chosen_by(element[1].order)
    if line is not None and element[1].text_id != element[0]:
        yield line, Noticed(line, WAITS, _COPY_WAITS, (element[0],))


Found = tuple[str, str, bool]
"""A name, the article that it means, and whether it means the kept copy."""


class Founders(beam.DoFn):
    """A file of the index of articles to those whose events, as founded by them, are named."""

    def __init__(self, folder: str, names: frozenset[str]):
        self._folder, self._names = folder, names

    def process(self, path: str) -> Iterator[Found]:
        found = read_columns(FileSystems.join(self._folder, ARTICLES_INDEX.name, *path.split("/")), ("article_id",))
        for article_id in found["article_id"].to_pylist():
            name = event_id(article_id)
            if name in self._names:
                yield name, article_id, True


def _text(row: IndexedText, names: frozenset[str]) -> Iterator[Found]:
    if row.text_id in names:
        yield row.text_id, row.article_id, row.text_id == row.article_id


def _occurrence(row: Occurrence, names: frozenset[str]) -> Iterator[Found]:
    name = f"{row.page_id}#{row.article_index}"
    if name in names:
        yield name, row.article_id, row.match == "kept"


class FindEarlierMeant(beam.PTransform):
    """Overrides to ``meant``, names with their ``Meaning``s among earlier articles, and ``noticed``, what waits, by line.

    Each is as large as a person's file. What is not asked for is not read.
    """

    def __init__(self, earlier: Earlier, lines: tuple[Override, ...]):
        super().__init__()
        self._earlier, self._lines = earlier, lines

    @no_annotations
    def expand(self, begin: beam.Pipeline) -> dict[str, beam.PCollection]:
        who, earlier = WhoIsThere(self._lines), self._earlier
        texts = sorted(name for name in who.names if name.startswith("a"))
        places = frozenset(name for name in who.names if "#" in name)
        events = frozenset(name for name in who.names if name.startswith("e"))
        found = [
            begin
            | "Texts" >> beam.Create(texts).with_output_types(str)
            | "Look up texts" >> LookUp(earlier, TEXTS_INDEX, "text_id", without=("bands",))
            | "Of texts" >> beam.FlatMap(_text, who.names).with_output_types(Found)
        ]
        if places:
            found.append(
                begin
                | "Pages of places"
                >> beam.Create(sorted({name.partition("#")[0] for name in places})).with_output_types(str)
                | "Look up places" >> LookUp(earlier, OCCURRENCES, "page_id", without=_NOT_ASKED)
                | "Of places" >> beam.FlatMap(_occurrence, places).with_output_types(Found)
            )
        if events:
            found.append(
                begin
                | "Files of founders" >> Paths(earlier, ARTICLES_INDEX)
                | "Founders" >> beam.ParDo(Founders(earlier.folder, events)).with_output_types(Found)
            )
        meant = tuple(found) | "Found" >> beam.Flatten()
        pages = (
            begin
            | "Pages" >> beam.Create(sorted(who.pages)).with_output_types(str)
            | "Look up pages" >> LookUp(earlier, PAGES_INDEX, "page_id")
            | "Page waits" >> beam.FlatMap(_page_waits, who).with_output_types(tuple[int, Noticed])
        )
        copies = meant | "Of names" >> beam.FlatMap(_name_noticed, who).with_output_types(tuple[int, Noticed])
        return {
            "meant": meant | "Names" >> beam.Map(_meaning).with_output_types(tuple[str, Meaning]),
            "noticed": (pages, copies) | "Waits" >> beam.Flatten(),
        }


def _meaning(each: Found) -> tuple[str, Meaning]:
    return each[0], (0, each[1])


def _page_waits(row: IndexedPage, who: WhoIsThere) -> Iterator[tuple[int, Noticed]]:
    yield from who.of_page(row.page_id)


def _name_noticed(each: Found, who: WhoIsThere) -> Iterator[tuple[int, Noticed]]:
    yield from who.of_name(*each)
