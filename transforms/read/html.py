"""The visible text of an HTML page, a line for a line that a browser would show, and what its markup says of it.

The page is read as a stream of tags by libxml2's parser (lxml); what is text, what is hidden, and where lines end is
decided here. Not by a tree of the page, and not by one of the libraries that print it as text, because pages are hostile:

* inscriptis leaves out what stands below 256 nested elements, or behind one long attribute, and says nothing; a table
  of 0.5 MB (one wide cell, 5,000 rows) takes it more than 8 GB, since it pads cells.
* resiliparse and selectolax (Lexbor) build the tree that the standard describes. That takes the square of time where an
  element has many attributes (10 MB of them: minutes), and where open formatting is built up again in every paragraph.
  Resiliparse writes 25 MB for 50 KB of nested lists, by indentation, and leaves captions of pictures out.
* none of them, nor html-text or trafilatura's ``html2txt``, leaves out what ``hidden`` or ``display: none`` hides
  (inscriptis the latter, unless a blank is missing). trafilatura gives one line.

As a stream a page of 10 MB takes at most some seconds and little more memory than its text, whatever is in it. The
shape is that of inscriptis, which the splitter knows: ``* `` before items, cells of a row on one line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

_BLOCKS = frozenset((
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "html", "legend", "li", "listing", "main", "menu", "nav", "ol", "optgroup", "p", "plaintext",
    "pre", "search", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul", "xmp",
))  # fmt: skip
"""Elements that begin and end lines, by the standard's style sheet for browsers."""
_APART = frozenset((
    "blockquote", "dir", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "listing", "menu", "ol", "p",
    "plaintext", "pre", "ul", "xmp",
))  # fmt: skip
"""Those that the same style sheet sets apart by an empty line."""
_UNSEEN = frozenset((
    "applet", "audio", "canvas", "datalist", "iframe", "noembed", "noframes", "noscript", "object", "rp", "rt",
    "script", "select", "style", "svg", "template", "textarea", "title", "video",
))  # fmt: skip
"""What is not shown where scripts run and media play, and the choices of forms. Pronunciations (``rt``) stand above the
line and would cut words in two."""
_LISTS = frozenset(["ul", "ol", "menu", "dir"])
_VERBATIM = frozenset(["pre", "listing", "xmp", "plaintext"])
_GAPPED = frozenset(["a", "button", "label", "span", "time"])
"""Elements that sites set apart by style where one follows another directly: ``<span>Reuters</span><time>9:30</time>``."""
_HIDING_CLASSES = frozenset(["sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text"])
"""By convention (Bootstrap, HTML5 Boilerplate, WordPress) only for programs that read pages aloud."""
_HIDING_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))\b", re.IGNORECASE)
_LONGEST_STYLE = 2_000
"""Characters of a style that are looked at; those that people write are far shorter."""

_SPACES = re.compile("[ \t\n\r\f]+")
_CELL = "\0"
"""Stands between two cells until their line is whole; NUL is taken out of the page before."""
_CELL_GAP = "  "

_PIECE = 1 << 10
"""Bytes that are given to the parser at once, more only up to the next tag. Between two of them elements are closed."""
_DEPTH = 200
"""Open elements that are left open. An end tag is looked up among all open elements, so that a page of nothing but
opened ones, and end tags of others, would take the square of time. Real pages nest to some 50."""

_LONGEST_VALUE = 4_000
"""Characters of a value of the markup that are kept."""
_MOST_META = 500
_MOST_DATA = 1 << 20
"""Bytes of linked data (JSON-LD) that are kept. Pages have up to some 100 KB, where they repeat the article."""


@dataclass(slots=True)
class Markup:
    """What a page's markup says of it, as it stands there: nothing of it has been checked."""

    meta: dict[str, str] = field(default_factory=dict)
    """By name or property in lower case, the first of each."""
    canonical: str | None = None
    title: str | None = None
    linked_data: list[str] = field(default_factory=list)


class _Page:
    """Takes the events of the parser and keeps lines of visible text."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.markup = Markup()
        self.open: list[str] = []
        self._line: list[str] = []
        self._blank_before = False
        self._bullet = ""
        self._lists: list[int | None] = []
        self._verbatim = 0
        self._hidden_at: int | None = None
        self._row_at = 0
        self._ended_gapped = False
        self._kept: list[str] | None = None
        self._data_size = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.open.append(tag)
        if tag in ("meta", "link", "script", "title"):
            self._note(tag, attributes)
        if self._hidden_at is not None:
            return
        if tag in _UNSEEN or _hides(tag, attributes):
            self._hidden_at = len(self.open)
        elif tag == "br":
            self._end_line(br=True)
        elif tag in _BLOCKS or tag in _APART:
            self._start_block(tag)
        elif tag in ("td", "th"):
            self._start_cell()
        elif tag in _GAPPED and self._ended_gapped and self._line and _joins(self._line[-1]):
            self._line.append(" ")
        self._ended_gapped = False

    def end(self, tag: str) -> None:
        if self._kept is not None and tag in ("script", "title"):
            self._keep(tag)
        depth = len(self.open)
        if self.open:
            self.open.pop()
        if self._hidden_at is not None:
            if depth <= self._hidden_at:
                self._hidden_at = None
            return
        if tag in _BLOCKS or tag in _APART:
            self._end_block(tag)
        self._ended_gapped = tag in _GAPPED

    def data(self, text: str) -> None:
        if self._kept is not None:
            self._kept.append(text)
        if self._hidden_at is not None:
            return
        if self._verbatim:
            first, *rest = text.split("\n")
            self._line.append(first)
            for line in rest:
                self._end_line(br=True)
                self._line.append(line)
        else:
            self._line.append(text)
        self._ended_gapped = False

    def close(self) -> str:
        self._end_line()
        return "".join(f"{line}\n" for line in self.lines)

    def _start_block(self, tag: str) -> None:
        self._end_line()
        if tag in _APART and not (tag in _LISTS and self._lists):
            self._blank_before = True
        if tag in _LISTS:
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            number = self._lists[-1] if self._lists else None
            self._bullet = "* " if number is None else f"{number + 1}. "
            if number is not None:
                self._lists[-1] = number + 1
        elif tag == "tr":
            self._row_at = len(self.lines)
        self._verbatim += tag in _VERBATIM

    def _end_block(self, tag: str) -> None:
        self._end_line()
        if tag in _LISTS and self._lists:
            self._lists.pop()
        if tag in _APART and not (tag in _LISTS and self._lists):
            self._blank_before = True
        if tag == "li":
            self._bullet = ""
        if tag in _VERBATIM and self._verbatim:
            self._verbatim -= 1

    def _start_cell(self) -> None:
        # Where a cell of this row has lines of its own, the table lays a page out, and its cells are not one line.
        if len(self.lines) > self._row_at:
            self._end_line()
        else:
            self._line.append(_CELL)

    def _end_line(self, br: bool = False) -> None:
        if not self._line and not br:
            return
        whole = "".join(self._line)
        self._line.clear()
        if not whole or whole.isspace():
            text = ""
        elif self._verbatim:
            text = whole.replace(_CELL, _CELL_GAP).rstrip()
        else:
            cells = (_SPACES.sub(" ", cell).strip(" ") for cell in whole.split(_CELL))
            text = _CELL_GAP.join(cell for cell in cells if cell)
        if text:
            if self._blank_before and self.lines:
                self.lines.append("")
            self.lines.append(self._bullet + text)
            self._blank_before, self._bullet = False, ""
        elif br:
            self._blank_before = True

    def _note(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "title":
            if self.markup.title is None and "svg" not in self.open:
                self._kept = []
        elif tag == "script":
            if attributes.get("type", "").strip().lower().startswith("application/ld+json"):
                self._kept = []
        elif tag == "link":
            if "canonical" in attributes.get("rel", "")[:_LONGEST_VALUE].lower().split() and self.markup.canonical is None:
                self.markup.canonical = attributes.get("href", "")[:_LONGEST_VALUE]
        elif len(self.markup.meta) < _MOST_META:
            name = (attributes.get("property") or attributes.get("name") or "")[:100].strip().lower()
            if name and attributes.get("content"):
                self.markup.meta.setdefault(name, attributes["content"][:_LONGEST_VALUE])

    def _keep(self, tag: str) -> None:
        kept, self._kept = "".join(self._kept or ()), None
        if tag == "title":
            self.markup.title = kept[:_LONGEST_VALUE]
        elif self._data_size + len(kept) <= _MOST_DATA:
            self._data_size += len(kept)
            self.markup.linked_data.append(kept)


def _hides(tag: str, attributes: dict[str, str]) -> bool:
    """Whether a browser shows nothing of the element. ``aria-hidden`` hides from other readers, and not from the eye."""
    # Pages that hide themselves whole wait for a script, which shows them.
    if not attributes or tag in ("html", "body"):
        return tag == "dialog"
    if "hidden" in attributes or (tag == "dialog" and "open" not in attributes):
        return True
    style = attributes.get("style")
    if style and _HIDING_STYLE.search(style[:_LONGEST_STYLE]):
        return True
    names = attributes.get("class", "")
    return not _HIDING_CLASSES.isdisjoint(names[:_LONGEST_STYLE].split())


def _joins(text: str) -> bool:
    """Whether a text ends in a letter or digit of a script that sets words apart by spaces."""
    return text[-1:].isalnum() and text[-1] < "\u2e80"


def _pieces(page: bytes) -> Iterator[bytes]:
    """The page in pieces that each begin with a tag, but for the first."""
    start = 0
    while start < len(page):
        end = page.find(b"<", start + _PIECE)
        end = len(page) if end < 0 else end
        yield page[start:end]
        start = end


def read_html(html: str) -> tuple[str, Markup]:
    """The visible text of a page, lines ending in a line feed, and what its markup says.

    Takes any string, however broken: it never raises on one, and its time grows with the length.

    >>> read_html("<title>A</title><h1>Fog</h1><p>It <b>lifts</b>.<ul><li>at six<li hidden>never</ul>")[0]
    'Fog\\n\\nIt lifts.\\n\\n* at six\\n'
    """
    page = _Page()
    # Of lone halves of surrogates, which JSON may hold, none can be told to the parser.
    data = html.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    if not data.strip():
        return "", page.markup
    parser = etree.HTMLParser(target=page, encoding="utf-8", huge_tree=True, recover=True, no_network=True)
    for piece in _pieces(data):
        parser.feed(piece)
        if len(page.open) > _DEPTH:
            # Within a comment or a value these are part of it and do nothing; the next piece brings them again.
            parser.feed("".join(f"</{tag}>" for tag in reversed(page.open[_DEPTH:])).encode())
    return parser.close(), page.markup
