"""Paragraphs: the lines of one joined, and the body that the spans of an article make up."""

import re
from collections import defaultdict
from collections.abc import Sequence

from schemas.records import Span
from schemas.segments import KIND_INDEX
from transforms.common.hyphens import is_compound, language_of
from transforms.common.words import is_unspaced

_LAST_PART = re.compile(r"[^\W\d_]+$")
_FIRST_PART = re.compile(r"[^\W\d_]+")
_LONGEST_PART = 60
_CONJUNCTIONS = frozenset("and or to und oder bis sowie bzw. en of tot och eller og et ou à y o e i a oraz lub do".split())  # noqa: SIM905
_BODY_KINDS = frozenset((KIND_INDEX["body"], KIND_INDEX["subheading"]))


def join_wrapped(lines: Sequence[str], text: str = "") -> str:
    """The lines of one paragraph as one line.

    A hyphen at a line's end is the wrap's where the next line goes on in lower case and the joined word is the
    likelier.

    Args:
      lines: the lines, without the space around them.
      text: where they come from, by which their language is told.

    >>> join_wrapped(["the govern-", "ment of South-", "Korea said"])
    'the government of South-Korea said'
    >>> join_wrapped(["a long-", "term loan"], "It was the first of the loans that was to run for years.")
    'a long-term loan'
    """
    pieces: list[str] = []
    for line in lines:
        if not line:
            continue
        last = pieces[-1] if pieces else ""
        if not pieces:
            pieces.append(line)
        elif last.endswith("-") and line.partition(" ")[0] in _CONJUNCTIONS:
            pieces += [" ", line]  # "short- and long-term"
        elif last.endswith("-") and last[-2:-1].isalnum() and line[0].isalpha():
            if last[-2].isalpha() and line[0].islower() and not _is_compound(last, line, text):
                pieces[-1] = last[:-1]
            pieces.append(line)
        elif is_unspaced(last[-1] + line[0]):
            pieces.append(line)
        else:
            pieces += [" ", line]
    return "".join(pieces)


def _is_compound(line: str, following: str, text: str) -> bool:
    before, after = _LAST_PART.search(line[-_LONGEST_PART:-1]), _FIRST_PART.match(following)
    return bool(before and after) and is_compound(before.group(), after.group(), language_of(text))  # type: ignore[union-attr]


def article_bodies(text: str, spans: Sequence[Span]) -> dict[int, str]:
    """The text of each article by its index: its paragraphs and subheadings, apart by a blank line, wrapped lines joined."""
    paragraphs: dict[int, list[list[str]]] = defaultdict(list)
    ends: dict[int, int] = {}
    for span in spans:
        if span.article_index is not None and span.kind in _BODY_KINDS:
            lines = [line for line in map(str.strip, text[span.start : span.end].split("\n")) if line]
            found = paragraphs[span.article_index]
            if found and "\n" not in text[ends[span.article_index] - 1 : span.start]:
                # Something was cut out of the middle of a paragraph.
                found[-1] += lines
            else:
                found.append(lines)
            ends[span.article_index] = span.end
    return {index: "\n\n".join(join_wrapped(lines, text) for lines in parts) for index, parts in paragraphs.items()}
