"""Promotions inside a paragraph: calls to sign up, links to other articles and share buttons that ran into its text.

Only what is certain is cut out: a whole sentence that the vocabulary knows, or a row of buttons at the beginning.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from transforms.split.lexicon import bare, fold, kinds_of, lexicon

_SENTENCE_END = re.compile(r"""[.!?…।۔؟]["”’»)]*(?:\s+|$)|[。！？][”’」』）]*""")
_QUOTES = frozenset('"“”„«»「」『』')
_NETWORKS = frozenset(
    ["facebook", "twitter", "whatsapp", "telegram", "linkedin", "pinterest", "reddit", "copy link", "vkontakte"]
)
_BUTTON_WORDS = 4
_BUTTONS, _BUTTONS_LENGTH = 2, 200
_LEFT_WORDS = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch ``text[start:end]`` of a paragraph, and its kind: ``body``, ``boilerplate`` or ``related_link``."""

    kind: str
    start: int
    end: int


def pieces(text: str) -> list[Piece]:
    """The paragraph in pieces that tile it; one piece of ``body`` where nothing is to be cut out.

    >>> [(piece.kind, piece.start) for piece in pieces("The bridge is open. Sign up for our newsletter here. It is new.")]
    [('body', 0), ('boilerplate', 20), ('body', 53)]
    """
    found: list[Piece] = []
    begin = _buttons(text)
    if begin:
        found.append(Piece("boilerplate", 0, begin))
    sentences = list(_sentences(text, begin))
    for number, (start, end) in enumerate(sentences):
        kind = "body" if len(sentences) == 1 else _kind(text[start:end].strip(), last=number == len(sentences) - 1 > 0)
        if found and found[-1].kind == kind and found[-1].end == start:
            found[-1] = Piece(kind, found[-1].start, end)
        else:
            found.append(Piece(kind, start, end))
    return found if any(piece.kind == "body" for piece in found) else [Piece("body", 0, len(text))]


def _sentences(text: str, start: int) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE_END.finditer(text, start):
        yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _kind(sentence: str, last: bool) -> str:
    if not lexicon().may_begin(sentence) or not _QUOTES.isdisjoint(sentence):
        return "body"
    known = kinds_of(sentence)
    if "furniture" in known and (" " in sentence or not sentence.isascii()):
        return "boilerplate"
    # "Read more: ..." without a full stop, at the paragraph's end, is a headline.
    if last and "related_prefix" in known and not sentence.endswith((".", "。")):
        phrase = lexicon().prefixes.longest("related", fold(sentence))
        if phrase is not None and phrase.endswith((":", "：")):
            return "related_link"
    return "body"


def _buttons(text: str) -> int:
    """Where the text begins behind a row of share buttons; 0 where there is none."""
    opening = text[:_BUTTONS_LENGTH].casefold()
    if not any(network in opening for network in _NETWORKS):
        return 0
    words = text.split(" ", 24)
    at = place = buttons = 0
    networks = False
    while at < len(words) - 1:
        for length in range(min(_BUTTON_WORDS, len(words) - 1 - at), 0, -1):
            phrase = " ".join(words[at : at + length])
            if not phrase[:1].islower() and "furniture" in kinds_of(phrase):
                networks = networks or bare(fold(phrase)) in _NETWORKS
                at += length
                place += len(phrase) + 1
                buttons += 1
                break
        else:
            break
    enough = buttons >= _BUTTONS and networks and not text[place : place + 1].islower()
    return place if enough and text.count(" ", place) >= _LEFT_WORDS - 1 else 0
