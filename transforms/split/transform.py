"""SplitPages: repaired pages to pages with spans and articles."""

from collections.abc import Iterator

import apache_beam as beam

from schemas.records import RepairedPage, Span, SplitPage
from schemas.segments import KIND_INDEX
from transforms.common.counting import count
from transforms.split.lexicon import lexicon
from transforms.split.page import Split, split_page


def split(page: RepairedPage) -> SplitPage:
    """A page with its text cut up. What the input says of the main article stands above what the page says."""
    cut = split_page(page.text, page.given.title, page.given.outlet)
    warnings = list(page.warnings)
    told = page.given.outlet or page.given.published_at is not None or page.given.event_label
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


class SplitPageFn(beam.DoFn):
    def setup(self) -> None:
        lexicon()

    def process(self, page: RepairedPage) -> Iterator[SplitPage]:
        try:
            result = split(page)
        except Exception as error:  # noqa: BLE001 - one page must not end a run over millions
            count("split", "failures")
            result = unsplit(page, error)
        count("split", f"pages.{result.layout}")
        count("split", "segments", len(result.spans))
        for article in result.articles:
            count("split", f"articles.{article.role}")
        yield result


class SplitPages(beam.PTransform):
    """``RepairedPage``s to ``SplitPage``s."""

    def expand(self, pages: beam.PCollection) -> beam.PCollection:
        return pages | beam.ParDo(SplitPageFn())
