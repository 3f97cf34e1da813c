"""Which copy of a text is kept, and what it takes over from the others."""

from dataclasses import replace

from schemas.records import FoundArticle, SplitPage, Version
from transforms.common.keeping import place
from transforms.common.texts import FEW_WORDS as FEW_WORDS
from transforms.common.texts import compared_text as compared_text
from transforms.common.texts import text_id as text_id

_NONE = "~"
"""Stands behind every place in the order of keeping: no copy knows the value."""


def version_of(page: SplitPage, article: FoundArticle, shard: str) -> Version:
    """A copy as the only one of its text so far."""
    order = place(article.role, len(article.body), article.published_at, page.page_id, article.article_index)
    label = page.given.event_label if article.article_index == 0 else None
    return Version(
        text_id=article.text_id,
        order=order,
        role=article.role,
        page_id=page.page_id,
        article_index=article.article_index,
        shard=shard,
        title=article.title,
        title_from=order if article.title else _NONE,
        outlet=article.outlet,
        outlet_from=order if article.outlet else _NONE,
        bylines=article.bylines,
        bylines_from=order if article.bylines else _NONE,
        published_at=article.published_at,
        published_precision=article.published_precision,
        published_from=order if article.published_at is not None else _NONE,
        event_label=label,
        label_from=order if label else _NONE,
        occurrence_count=0,
        word_count=0,
        language=None,
        language_confidence=None,
        body=article.body,
    )


def merge(left: Version, right: Version) -> Version:
    """The version that stands first, with what it does not know taken from the next one that does.

    Associative and commutative, so that copies may meet in any grouping.
    """
    first, second = (left, right) if left.order <= right.order else (right, left)

    def known_first(place_of: str) -> Version:
        return first if getattr(first, place_of) <= getattr(second, place_of) else second

    title, outlet = known_first("title_from"), known_first("outlet_from")
    label = known_first("label_from")
    bylines, published = known_first("bylines_from"), known_first("published_from")
    return replace(
        first,
        title=title.title,
        title_from=title.title_from,
        outlet=outlet.outlet,
        outlet_from=outlet.outlet_from,
        bylines=bylines.bylines,
        bylines_from=bylines.bylines_from,
        published_at=published.published_at,
        published_precision=published.published_precision,
        published_from=published.published_from,
        event_label=label.event_label,
        label_from=label.label_from,
        occurrence_count=first.occurrence_count + second.occurrence_count,
    )
