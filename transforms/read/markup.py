"""What the markup of an HTML page says of the page, as far as it can be believed.

Markup is written for search engines and social networks: its headline may be another one than the printed, with the
site's name behind it, and front pages have it too. So it stands below the input, and each value has a condition:

* the address: an absolute one, of the canonical link, else of ``og:url``.
* the headline: only of a page that calls itself an article, and only where the page prints it as a line. So it tells
  which line is the headline, and never puts another one in its place.
* the time of publication: only of a page that calls itself an article.
* the site's name: an outlet only where the text names none, since on an aggregator's page it is the aggregator's.
"""

import html
import json
from collections.abc import Iterable, Iterator
from typing import Any

from transforms.common.words import normalised
from transforms.read.html import Markup

_ARTICLES = frozenset((
    "Article", "AdvertiserContentArticle", "NewsArticle", "AnalysisNewsArticle", "AskPublicNewsArticle",
    "BackgroundNewsArticle", "OpinionNewsArticle", "ReportageNewsArticle", "ReviewNewsArticle", "Report",
    "BlogPosting", "LiveBlogPosting",
))  # fmt: skip
"""The types of schema.org that one article has."""
_SEPARATORS = (" | ", " - ", " – ", " — ", " · ", " :: ")
"""What sites set between a headline and their name, in either order."""
_LONGEST_ADDRESS = 2_000
"""Characters; browsers and servers take no more for granted."""
_LONGEST_HEADLINE = 300
_LONGEST_NAME = 100
_MOST_OBJECTS = 200
"""Objects of linked data that are looked at, and _DEEPEST lists and graphs around them."""
_DEEPEST = 4


def _objects(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The objects that a page's linked data lists, and not those that they refer to: these may be other articles."""
    if isinstance(data, list) and depth < _DEEPEST:
        for item in data[:_MOST_OBJECTS]:
            yield from _objects(item, depth + 1)
    elif isinstance(data, dict):
        yield data
        yield from _objects(data.get("@graph"), depth + 1)


def _article(linked_data: Iterable[str]) -> dict[str, Any]:
    """The first article that the linked data list; nothing where they list none."""
    seen = 0
    for text in linked_data:
        try:
            # Not strict: headlines in it hold line ends that JSON does not allow.
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for found in _objects(data):
            seen += 1
            kinds = found.get("@type")
            if any(isinstance(kind, str) and kind in _ARTICLES for kind in (kinds if isinstance(kinds, list) else [kinds])):
                return found
            if seen >= _MOST_OBJECTS:
                return {}
    return {}


def _text(value: object, longest: int) -> str | None:
    """A value on one line, entities read; None where it is no text, or too long to be what it should."""
    if not isinstance(value, str):
        return None
    line = " ".join(html.unescape(value[: 4 * longest]).split())
    return line if 0 < len(line) <= longest else None


def _address(*candidates: str | None) -> str | None:
    for candidate in candidates:
        address = (candidate or "").strip()
        whole = len(address) <= _LONGEST_ADDRESS and address.isprintable() and " " not in address
        if whole and address.lower().startswith(("http://", "https://")):
            return address
    return None


def _headline(candidates: Iterable[object], text: str) -> str | None:
    """The first candidate, whole or without the site's name, that the page prints as a line."""
    wanted = []
    for candidate in candidates:
        line = _text(candidate, _LONGEST_HEADLINE)
        if line:
            parts = [
                part for sign in _SEPARATORS if sign in line for part in (line.rpartition(sign)[0], line.partition(sign)[2])
            ]
            wanted += [key for key in map(normalised, [line, *parts]) if key]
    if not wanted:
        return None
    printed: dict[str, str] = {}
    # Lines that are far shorter or longer are not looked at; most of a page's are.
    least, most = min(map(len, wanted)) // 2, 2 * max(map(len, wanted))
    for line in text.split("\n"):
        # An item of a list that reads so is a link, or the last of a trail of them.
        if least <= len(line) <= most and not line.startswith("* "):
            printed.setdefault(normalised(line.replace("\xad", "")), line)
    return next((printed[key] for key in wanted if key in printed), None)


def told(markup: Markup, text: str) -> dict[str, Any]:
    """What the markup says and can be believed, by the names of fields of an input.

    Args:
      markup: as it was read from the page.
      text: the visible text of the page.

    >>> told(Markup({"og:type": "article", "og:title": "Fog lifts | Post", "og:site_name": "Post"}), "Post\\nFog lifts\\n")
    {'title': 'Fog lifts', 'site_name': 'Post'}
    """
    meta = markup.meta
    article = _article(markup.linked_data)
    found: dict[str, Any] = {"url": _address(markup.canonical, meta.get("og:url"))}
    if article or meta.get("og:type", "").strip().lower() in ("article", "news.article"):
        candidates = [article.get("headline"), meta.get("og:title"), meta.get("twitter:title"), markup.title]
        found["title"] = _headline(candidates, text)
        found["published_at"] = _text(meta.get("article:published_time") or article.get("datePublished"), _LONGEST_NAME)
    publisher = article.get("publisher")
    name = publisher.get("name") if isinstance(publisher, dict) else None
    found["site_name"] = _text(meta.get("og:site_name"), _LONGEST_NAME) or _text(name, _LONGEST_NAME)
    return {name: value for name, value in found.items() if value}
