"""Pages from which articles are taken away."""

from collections.abc import Collection
from dataclasses import replace

from schemas.records import Span, SplitPage
from schemas.segments import KIND_INDEX

_BOILERPLATE = KIND_INDEX["boilerplate"]


def without_articles(page: SplitPage, gone: Collection[int], override: str) -> SplitPage:
    """The page without some of its articles: their segments are boilerplate, and the others are numbered anew.

    What the input says of the main article goes with it: it is not true of a related one, which may now be the first.

    Args:
      page: with its articles in the order of their indices, from 0.
      gone: the indices of articles that are none.
      override: the kind of the user's override that says so.
    """
    if not gone:
        return page
    left = [article for article in page.articles if article.article_index not in gone]
    number = {article.article_index: at for at, article in enumerate(left)}

    def renumbered(span: Span) -> Span:
        if span.article_index is None:
            return span
        if span.article_index in number:
            return replace(span, article_index=number[span.article_index])
        return replace(span, kind=_BOILERPLATE, article_index=None, override=override)

    given = page.given
    if 0 in gone:
        given = replace(given, title=None, outlet=None, published_at=None, published_precision=None, event_label=None)
    return replace(
        page,
        given=given,
        spans=tuple(map(renumbered, page.spans)),
        articles=tuple(replace(article, article_index=number[article.article_index]) for article in left),
    )
