"""Text from the web, made harmless to look at.

The template escapes everything, so that no text becomes markup. What escaping leaves are signs that change how the text
around them is shown: controls, overrides of direction, piles of accents. They are taken out here, and every text stands in a
``<bdi>``, so that Arabic between English turns nothing around.
"""

import regex
from markupsafe import Markup

_TURNING = regex.compile("[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates; marks of direction stay, which right-to-left text needs beside digits."""
_CONTROLS = regex.compile(r"(?![\n\t])[\p{Cc}\p{Cs}]")
_UNSEEN = regex.compile("(?![\u200c-\u200f\u061c])\\p{Cf}")
"""Format signs such as the zero-width space; joiners stay, without which Persian and Hindi are misspelt."""
_PILES = regex.compile(r"(\p{M}{4})\p{M}+")
"""More marks on one letter than any script's spelling needs."""
_LANGUAGE = regex.compile(r"[a-z]{2,3}")
_WEB = regex.compile(r"https?://[^\s/?#]+", regex.IGNORECASE)
REPLACED = "\ufffd"


def clean(text: str) -> str:
    """The text without signs that would change how others are shown; line ends and tabs stay.

    >>> clean("a\\u202eb\\x1b[1m\\u200bc"), clean("e" + "\\u0301" * 99) == "e" + "\\u0301" * 4
    ('a\ufffdb\ufffd[1mc', True)
    """
    text = regex.sub("[\u2028\u2029]|\r\n?", "\n", text)
    return _PILES.sub(r"\1", _UNSEEN.sub("", _CONTROLS.sub(REPLACED, _TURNING.sub(REPLACED, text))))


def clip(text: str, most: int) -> str:
    """The first signs of a text.

    >>> clip("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def line(text: str, most: int) -> str:
    """A text as one clean line of at most so many signs."""
    # Cut before it is cleaned, which costs time: hostile text may hold nothing but what is taken out.
    return clip(" ".join(clean(text[: 4 * most]).split()), most)


def shown(text: str | None, most: int = 200, language: str | None = None) -> Markup:
    """A text as one line of HTML, apart from its surroundings in direction, and marked with its language.

    >>> shown("<b> & \\u05d0", language="he")
    Markup('<bdi lang="he">&lt;b&gt; &amp; \u05d0</bdi>')
    """
    return bdi(line(text or "", most), language)


def bdi(text: str, language: str | None = None) -> Markup:
    """A clean text as HTML, lines kept."""
    if language and _LANGUAGE.fullmatch(language):
        return Markup('<bdi lang="{}">{}</bdi>').format(language, text)
    return Markup("<bdi>{}</bdi>").format(text)


def web_address(url: str | None) -> str | None:
    """The address, if it may be a link: one of the web, and no other scheme's.

    >>> web_address("https://post.example/a"), web_address("javascript:alert(1)"), web_address("http:///x")
    ('https://post.example/a', None, None)
    """
    if url and _WEB.match(url) and clean(url) == url and len(url) <= 2000 and not any(sign.isspace() for sign in url):
        return url
    return None


def head_of(payload: bytes, most: int = 160) -> str:
    """The first signs of bytes of any kind, for a person to recognise them by."""
    return line(payload[: 4 * most].decode("utf-8", "replace"), most)
