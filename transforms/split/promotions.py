"""Promotions inside a paragraph: calls to sign up, links to other articles and share buttons that ran into its text.

Only what is certain is cut out: a whole sentence that the vocabulary knows, or a row of buttons at the beginning.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from transforms.split.lexicon import fold, kinds_of, lexicon

# With one class at its beginning the pattern is searched for in a third of the time that two of them take.
_SENTENCE_END = re.compile(r"""[.!?…।۔؟。！？](?:(?<=[.!?…।۔؟])["”’»)]*(?:\s+|$)|(?<=[。！？])[”’」』）]*)""")
_QUOTE = re.compile('["“”„«»「」『』]')
_NETWORKS = ("facebook", "twitter", "whatsapp", "telegram", "linkedin", "pinterest", "reddit", "bluesky", "x")
_NETWORK = re.compile(rf"(?:{'|'.join(_NETWORKS)})\b", re.IGNORECASE)
_NETWORK_LETTERS = frozenset(letter for name in _NETWORKS for letter in (name[0], name[0].upper()))
_SENTENCE_SPACES = 2
"""Two words, such as ``No thanks.``, are a sentence as well."""
_OPENING_WORDS = 24
"""Words of a paragraph that may be buttons which ran into it."""
_LETTER_WORDS = 9
"""Words within which a call to sign up names what for."""
_BUTTON_WORDS, _SMALL_WORDS = 4, 2
"""Words of a button, and small ones that it may have behind its verb: ``Share on X``."""
_BUTTONS = 2
"""One network's name may begin a sentence; two in a row are buttons."""
_LEFT_WORDS = 8
"""Where less than this is left, the paragraph was nothing but buttons, and other rules see to it."""


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
    begin = _begin(text)
    sentences = list(_sentences(text, begin))
    kinds = ["body"]
    if len(sentences) > 1:
        kinds = [_kind(text[start:end].strip(), last=end == len(text)) for start, end in sentences]
    if "body" not in kinds or (not begin and len(set(kinds)) == 1):
        return [Piece("body", 0, len(text))]
    found = [Piece("boilerplate", 0, begin)] if begin else []
    for kind, (start, end) in zip(kinds, sentences, strict=True):
        if found and found[-1].kind == kind and found[-1].end == start:
            found[-1] = Piece(kind, found[-1].start, end)
        else:
            found.append(Piece(kind, start, end))
    return found


def _sentences(text: str, start: int) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE_END.finditer(text, start):
        yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _kind(sentence: str, last: bool) -> str:
    if not lexicon().may_begin(sentence) or _QUOTE.search(sentence):
        return "body"
    known = kinds_of(sentence)
    if "furniture" in known and (sentence.count(" ") >= _SENTENCE_SPACES or not sentence.isascii()):
        return "boilerplate"
    # "Read more: ..." without a full stop, at the paragraph's end, is a headline.
    if last and "related_prefix" in known and not sentence.endswith((".", "。")):
        phrase = lexicon().prefixes.longest("related", fold(sentence))
        if phrase is not None and phrase.endswith((":", "：")):
            return "related_link"
    return "body"


def _begin(text: str) -> int:
    """Where the text begins behind share buttons or a box for a newsletter that ran into it; 0 where there are none."""
    if not (lexicon().may_begin(text) or _NETWORK.match(text)):
        return 0
    words = text.split(" ", _OPENING_WORDS)[:_OPENING_WORDS]
    letter = _letter_box(words)
    if not _may_be_buttons(letter, words):
        return 0
    at, networks, buttons = letter, 0, 0
    while at < len(words):
        known = next((n for n in range(_BUTTON_WORDS, 0, -1) if _is_button(" ".join(words[at : at + n]))), 0)
        network = _is_network(words[at])
        if not known and not network:
            break
        networks += any(map(_is_network, words[at : at + max(known, 1)]))
        buttons += 1
        at += known or 1
        # "Share on X": small words belong to the button.
        small = 0
        while at < len(words) and small < _SMALL_WORDS and words[at][:1].islower():
            at += 1
            small += 1
    place = sum(len(word) + 1 for word in words[:at])
    sure = networks >= _BUTTONS or (letter and buttons)
    if not sure or text[place : place + 1].islower() or text.count(" ", place) < _LEFT_WORDS - 1:
        return 0
    return place


def _may_be_buttons(letter: int, words: list[str]) -> bool:
    """Whether as many networks are among the words as it takes: most texts have none and need no closer look."""
    return letter > 0 or sum(map(_is_network, words)) >= _BUTTONS


def _is_network(word: str) -> bool:
    return word[:1] in _NETWORK_LETTERS and _NETWORK.match(word) is not None


def _is_button(phrase: str) -> bool:
    return not phrase[:1].islower() and "furniture" in kinds_of(phrase)


def _letter_box(words: list[str]) -> int:
    """How many words call to sign up for a newsletter or the like, before the box's own buttons."""
    opening = " ".join(words[:_LETTER_WORDS])
    if lexicon().prefixes.longest("promotion", fold(opening)) is None:
        return 0
    return next((at + 1 for at, word in enumerate(words[:_LETTER_WORDS]) if lexicon().is_promoted(word)), 0)
