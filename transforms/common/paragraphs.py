"""Paragraphs: the lines of one joined, and the body that the spans of an article make up."""

from collections import defaultdict
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
    pieces: list[str] = []
    for line in lines:
        if not line:
            continue
        last = pieces[-1] if pieces else ""
        if not pieces:
            pieces.append(line)
        elif last.endswith("-") and last[-2:-1].isalpha() and line[0].isalpha():
            if line[0].islower():
                pieces[-1] = last[:-1]
            pieces.append(line)
        elif is_unspaced(last[-1] + line[0]):
            pieces.append(line)
        else:
            pieces += [" ", line]
    return "".join(pieces)


def article_bodies(text: str, spans: Sequence[Span]) -> dict[int, str]:
    """The text of each article by its index: its paragraphs and subheadings, apart by a blank line, wrapped lines joined."""
    paragraphs: dict[int, list[str]] = defaultdict(list)
    for span in spans:
        if span.article_index is not None and span.kind in _BODY_KINDS:
            lines = [line.strip() for line in text[span.start : span.end].split("\n")]
            paragraphs[span.article_index].append(join_wrapped([line for line in lines if line]))
    return {index: "\n\n".join(found) for index, found in paragraphs.items()}
