"""What two copies of an article have in common, and the id that is made of it."""

from functools import lru_cache

from schemas.records import FoundArticle
from transforms.common import ids
from transforms.common.words import normalised

FEW_WORDS = 10
"""A body of fewer words is compared together with its title and outlet: captions of many articles read alike."""

_REMEMBERED = 10_000
"""Characters of a body that is remembered, so that all that are take 40 MB at most."""


def compared_text(title: str | None, body: str) -> str:
    """What two copies of an article have in common, in normalised form; empty where nothing is known of it."""
    return _compared(title, body)[0]


def _compared(title: str | None, body: str) -> tuple[str, bool]:
    # A related article comes again and again; long texts are not kept waiting for that.
    return (_read_again if len(body) <= _REMEMBERED else _read_again.__wrapped__)(title, body)


@lru_cache(maxsize=2048)
def _read_again(title: str | None, body: str) -> tuple[str, bool]:
    """The text, and whether the body alone was too short for it."""
    text = normalised(body)
    if text.count(" ") + 1 >= FEW_WORDS:
        return text, False
    return " ".join(filter(None, (normalised(title or ""), text))), True


def text_id(article: FoundArticle, page_id: str) -> str:
    """The digest that exact copies share. An article of which nothing is known is like no other."""
    text, short = _compared(article.title, article.body)
    if not text:
        return ids.article_id("unknown", page_id, str(article.article_index))
    return ids.article_id(text, normalised(article.outlet or "")) if short else ids.article_id(text)
