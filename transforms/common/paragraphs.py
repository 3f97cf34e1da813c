"""Paragraphs: the lines of one joined, and the body that the spans of an article make up."""

from collections.abc import Sequence

from schemas.records import Span
from schemas.segments import KIND_INDEX
from transforms.common.words import is_unspaced

_BODY_KINDS = frozenset((KIND_INDEX["body"], KIND_INDEX["subheading"]))


def join_wrapped(lines: Sequence[str]) -> str:
    """The lines of one paragraph as one line.

    A hyphen at a line's end is taken for the wrap's where the next line goes on in lower case.

    >>> join_wrapped(["the govern-", "ment of South-", "Korea said"])
    'the government of South-Korea said'
    """
    joined = ""
    for line in lines:
        if not joined or not line:
            joined += line
        elif joined.endswith("-") and joined[-2:-1].isalpha() and line[0].isalpha():
            joined = joined[:-1] + line if line[0].islower() else joined + line
        elif is_unspaced(joined[-1] + line[0]):
            joined += line
        else:
            joined += " " + line
    return joined


def article_body(text: str, spans: Sequence[Span], article_index: int) -> str:
    """The text of an article: its paragraphs and subheadings, apart by a blank line, hard-wrapped lines joined."""
    paragraphs = []
    for span in spans:
        if span.article_index == article_index and span.kind in _BODY_KINDS:
            lines = [line.strip() for line in text[span.start : span.end].split("\n")]
            paragraphs.append(join_wrapped([line for line in lines if line]))
    return "\n\n".join(paragraphs)
