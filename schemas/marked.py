"""Marked pages: a page as a text file in which every line says what it is. People write and read them.

    title 0       | Council votes to rebuild the market
    blank         |
    body 0        | The council voted on Monday evening.
    + boilerplate |  Sign up for our newsletter.
    outlet 1      | Harbour Post
    + age 1       | 2 hours ago

The page is what stands right of the first bar and the space behind it. A row that begins with ``+`` goes on in the line
of the row above it. What stands left is a kind of ``schemas.segments`` and the article that the text belongs to. Lines
that begin with ``#`` at the head of the file are remarks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.records import Span
from schemas.segments import KIND_INDEX, KINDS

_BAR = "|"
_LABEL_WIDTH = max(map(len, KINDS)) + len(" 10")


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """The text of a page and what every stretch of it is, blanks too, in order."""

    text: str
    spans: tuple[Span, ...]


def parse(marked: str) -> MarkedPage:
    """Reads a marked page.

    Raises:
      ValueError: if a row has no bar, no known kind, or an article that is no number; it names the row.

    >>> page = parse("outlet 1 | Post\\n+ age 1 | 2 hours ago\\n")
    >>> page.text, [(span.kind_name, span.start, span.end) for span in page.spans]
    ('Post2 hours ago\\n', [('outlet', 0, 4), ('age', 4, 16)])
    """
    rows = marked.removesuffix("\n").split("\n") if marked else []
    head = next((number for number, row in enumerate(rows) if not row.startswith("#")), len(rows))
    text = ""
    spans: list[Span] = []
    for number, row in enumerate(rows[head:], start=head + 1):
        label, bar, content = row.partition(_BAR)
        goes_on = label.startswith("+")
        kind, _, owner = label.removeprefix("+").strip().partition(" ")
        if not bar or kind not in KIND_INDEX or (owner and not owner.strip().isdigit()):
            raise ValueError(f"row {number} is not 'kind article | text': {row[:80]}")
        start = len(text)
        if goes_on and spans:
            # The line's end moves behind what goes on in it.
            start -= 1
            text = text[:-1]
            last = spans.pop()
            spans.append(Span(last.kind, last.article_index, last.start, start))
        text += content.removeprefix(" ") + "\n"
        spans.append(Span(KIND_INDEX[kind], int(owner) if owner else None, start, len(text)))
    return MarkedPage(text, tuple(spans))


def write(text: str, spans: Sequence[Span]) -> str:
    """A split page as a marked page; what ``parse`` reads of it has the same text, up to a last line end.

    >>> page = parse("title 0 | Rain\\nblank |\\nbody 0 | It\\nbody 0 | rained.\\n")
    >>> parse(write(page.text, page.spans)) == page
    True
    """
    rows = []
    goes_on = False
    for span in spans:
        label = span.kind_name if span.article_index is None else f"{span.kind_name} {span.article_index}"
        lines = text[span.start : span.end].split("\n")
        ended = not lines[-1]
        for line in lines[:-1] if ended else lines:
            shown = f"+ {label}" if goes_on else label
            rows.append(f"{shown:<{_LABEL_WIDTH}} {_BAR}" + (f" {line}" if line else ""))
            goes_on = False
        goes_on = not ended
    return "".join(f"{row}\n" for row in rows)
