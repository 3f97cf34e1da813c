"""SplitPages: repaired pages to pages with spans and articles, by what is known of the lines of their sites."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import apache_beam as beam
from apache_beam import coders
from apache_beam.pvalue import TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.furniture import Furniture
from schemas.overrides import SEGMENT
from schemas.records import Noticed, Override, Recurring, RepairedPage, Span, SplitPage
from schemas.segments import KIND_INDEX
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count
from transforms.common.hosts import host_of
from transforms.common.join import Group, Join
from transforms.split import corrections, recurring
from transforms.split.layouts import layouts
from transforms.split.lexicon import lexicon
from transforms.split.lines import ends_sentence
from transforms.split.page import Split, split_page


def site_of(page: RepairedPage) -> str:
    """What the lines of a page are counted with: its host; else its layout; else ``""``, the whole input."""
    host = host_of(page.given.url)
    if host:
        return host
    layout = layouts().of("", map(str.strip, page.text.split("\n")))
    # No host has a space.
    return f"layout {layout.name}" if layout else ""


def split(page: RepairedPage, known: Recurring = recurring.NONE) -> SplitPage:
    """A page with its text cut up. What the input says of the main article stands above what the page says."""
    given = page.given
    cut = split_page(page.text, given.title, given.outlet, host_of(given.url), known, given.site_name)
    warnings = list(page.warnings)
    told = given.outlet or given.published_at is not None or given.event_label
    if not cut.articles and told:
        warnings.append("split: no article was found; what the input says of one was passed over")
    return _with(page, cut, warnings)


def unsplit(page: RepairedPage, error: Exception) -> SplitPage:
    """A page that the splitter failed on: kept whole, without articles, and a warning that says why."""
    warning = f"split: the page could not be split ({type(error).__name__}: {str(error)[:200]}); please report it"
    whole = (Span(KIND_INDEX["boilerplate"], None, 0, len(page.text)),) if page.text else ()
    return _with(page, Split("general", whole, ()), [*page.warnings, warning])


def _with(page: RepairedPage, cut: Split, warnings: list[str]) -> SplitPage:
    return SplitPage(
        page_id=page.page_id,
        source_uri=page.source_uri,
        given=page.given,
        byte_count=page.byte_count,
        head=page.head,
        encoding=page.encoding,
        fixes=page.fixes,
        warnings=tuple(warnings),
        layout=cut.layout,
        text=page.text,
        spans=cut.spans,
        articles=cut.articles,
    )


class Merge(beam.CombineFn):
    """The surroundings of a line, packed, from any number of pages."""

    def create_accumulator(self) -> bytes:
        return b""

    def add_input(self, accumulator: bytes, element: bytes) -> bytes:
        return recurring.merge(accumulator, element)

    def merge_accumulators(self, accumulators: Iterable[bytes]) -> bytes:
        merged = b""
        for accumulator in accumulators:
            merged = recurring.merge(merged, accumulator)
        return merged

    def extract_output(self, accumulator: bytes) -> bytes:
        return accumulator

    def get_accumulator_coder(self) -> coders.Coder:
        return coders.BytesCoder()


def _sightings(page: RepairedPage) -> Iterator[tuple[tuple[str, bytes], bytes]]:
    site = site_of(page)
    for line, surroundings in recurring.sightings(page.text).items():
        yield (site, line), surroundings


def _ranked(element: tuple[tuple[str, bytes], bytes]) -> tuple[str, bytes]:
    (site, line), surroundings = element
    return site, recurring.rank(line, surroundings)


def _table(element: tuple[str, Iterable[bytes]]) -> Iterator[tuple[str, Recurring]]:
    site, values = element
    group = Group(values, [int, bytes])
    found = recurring.table(next(group.of(0)), group.of(1))
    if found.lines:
        yield site, found


class CountRecurring(beam.PTransform):
    """``RepairedPage``s to the lines that recur, one ``Recurring`` for each site that has some, by its host.

    A page sends some twenty bytes and its host for each short line, and none of its text. What earlier runs counted is
    added. For the index of the dataset, what was counted comes out as well.

    Args:
      earlier: of earlier runs, sites with the number of their pages, and lines of sites with their surroundings.
    """

    def __init__(self, earlier: tuple[beam.PCollection, beam.PCollection] | None = None):
        super().__init__()
        self._earlier = earlier

    @no_annotations
    def expand(self, pages: beam.PCollection) -> dict[str, beam.PCollection]:
        of_pages = pages | "Site" >> beam.Map(lambda page: (site_of(page), 1)).with_output_types(tuple[str, int])
        sighted = pages | "Sightings" >> beam.FlatMap(_sightings).with_output_types(tuple[tuple[str, bytes], bytes])
        if self._earlier is not None:
            of_pages = (of_pages, self._earlier[0]) | "Earlier sites" >> beam.Flatten()
            sighted = (sighted, self._earlier[1]) | "Earlier lines" >> beam.Flatten()
        sites = of_pages | "Pages of site" >> beam.CombinePerKey(sum)
        counted = (
            sighted
            | "Surroundings" >> beam.CombinePerKey(Merge()).with_output_types(tuple[tuple[str, bytes], bytes])
            | "Several" >> beam.Filter(lambda line: recurring.surroundings(line[1]) >= recurring.LEAST)
        )
        lines = (
            counted
            | "Rank" >> beam.Map(_ranked).with_output_types(tuple[str, bytes])
            | "First of site" >> beam.combiners.Top.LargestPerKey(recurring.MAX_KEPT)
            | "Each"
            >> beam.FlatMapTuple(lambda site, first: [(site, line) for line in first]).with_output_types(tuple[str, bytes])
        )
        tables = (
            (sites, lines)
            | "Join sites" >> Join(int, bytes)
            | "Table" >> beam.FlatMap(_table).with_output_types(tuple[str, Recurring])
        )
        return {"tables": tables, "sites": sites, "lines": counted}


class SplitPageFn(beam.DoFn):
    """Splits a page, and tells which of its lines were left out because they recur.

    Args:
      overrides: what the user says of segments, which stands above the rules.
    """

    FURNITURE, NOTICED = "furniture", "noticed"
    _SITES = 64
    """Sites whose lines are held at once, at half a megabyte each or, as a rule, far less."""

    def __init__(self, overrides: tuple[Override, ...] = ()):
        self._overrides = overrides

    def setup(self) -> None:
        lexicon()
        layouts()
        self._tables: dict[str, Recurring] = {}
        self._of_page: dict[str | None, list[Override]] = defaultdict(list)
        for line in self._overrides:
            self._of_page[line.page_id].append(line)

    def process(
        self, page: RepairedPage, tables: Any
    ) -> Iterator[
        SplitPage | TaggedOutput[Literal["furniture"], Furniture] | TaggedOutput[Literal["noticed"], tuple[int, Noticed]]
    ]:
        site = site_of(page)
        known = self._table(site, tables)
        try:
            result = split(page, known)
        except Exception as error:  # noqa: BLE001 - one page must not end a run over millions
            count("split", "failures")
            result = unsplit(page, error)
        if page.page_id in self._of_page:
            result, noticed = corrections.correct(result, self._of_page[page.page_id])
            for said in noticed:
                count("split", f"overrides.{said.outcome}")
                yield TaggedOutput(self.NOTICED, (said.line, said))
        count("split", f"pages.{result.layout}")
        count("split", "segments", len(result.spans))
        for article in result.articles:
            count("split", f"articles.{article.role}")
        for span in result.spans:
            if span.recurs is not None:
                count("split", "segments.recurring")
                yield TaggedOutput(self.FURNITURE, _furniture(page, span, site, known))
        yield result

    def _table(self, site: str, tables: Any) -> Recurring:
        """The lines of a site, asked for once: the answer is the same for all of the run."""
        if site not in self._tables:
            if len(self._tables) >= self._SITES:
                self._tables.clear()
            self._tables[site] = next(iter(tables[site]), recurring.NONE)
        return self._tables[site]


def _furniture(page: RepairedPage, span: Span, site: str, known: Recurring) -> Furniture:
    line = " ".join(page.text[span.start : span.end].split())
    return Furniture(site, line, span.recurs or 0, recurring.needed(known.pages, ends_sentence(line)), known.pages)


def _counted(row: Furniture) -> Furniture:
    count("split", "furniture")
    return row


class SplitPages(beam.PTransform):
    """``RepairedPage``s to ``SplitPage``s and the rows of ``furniture``.

    The pages wait until the lines of all of them are counted; then each asks for those of its site, and no worker need
    hold those of all sites. ``earlier`` and what comes out besides are those of ``CountRecurring``; and ``noticed``, what
    became of ``overrides`` of segments, by line.
    """

    def __init__(
        self,
        earlier: tuple[beam.PCollection, beam.PCollection] | None = None,
        overrides: tuple[Override, ...] = (),
    ):
        super().__init__()
        self._earlier = earlier
        self._overrides = tuple(line for line in overrides if line.kind == SEGMENT)

    @no_annotations
    def expand(self, pages: beam.PCollection) -> dict[str, beam.PCollection]:
        counted = pages | "Count recurring lines" >> CountRecurring(self._earlier)
        splitter = beam.ParDo(SplitPageFn(self._overrides), beam.pvalue.AsMultiMap(counted["tables"]))
        found = pages | "Split" >> splitter.with_outputs(SplitPageFn.FURNITURE, SplitPageFn.NOTICED, main="pages")
        furniture = (
            found[SplitPageFn.FURNITURE]
            | "Each line" >> beam.Distinct().with_output_types(Furniture)
            | "Count" >> beam.Map(_counted).with_output_types(Furniture)
        )
        return {
            "pages": found.pages,
            "furniture": furniture,
            "sites": counted["sites"],
            "lines": counted["lines"],
            "noticed": found[SplitPageFn.NOTICED],
        }
