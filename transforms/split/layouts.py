"""Layouts: what is known of the pages of one site, as data; each is a folder of ``layouts/``, whose README says how.

A layout adds to what the general rules know: lines that the site prints on every page, and lines between which its
articles stand. It holds phrases and never patterns, so that a wrong one can do harm on its own site and nowhere else.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable

from transforms.common.hosts import host_of
from transforms.split.lexicon import Prefixes, bare, fold, strip_bullet
from transforms.split.lines import Unit
from transforms.split.prose import is_dateline, is_furniture, is_prose

FILE = "layout.toml"
RESERVED = frozenset(["general", "aggregator"])
"""What ``pages.layout`` says of pages without a layout."""
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LISTS: Mapping[str, Sequence[str]] = {
    "known_by": ("hosts", "lines"),
    "text": ("begins_below", "ends_above"),
    "lines": ("furniture", "furniture_prefixes", "related_headings", "link_headings", "comments"),
}
_LONGEST = 500
"""A phrase has at most so many characters; notices on privacy are the longest lines that sites repeat."""
_BOX_LINES = 40
"""A box has at most so many lines, so that one whose end is missing does not take the article."""
_LINK_WORDS = 3
"""In a box of links, lines of fewer words are names of sections."""
_KINDS = {"furniture": "furniture", "related_headings": "related", "link_headings": "links", "comments": "comments"}
"""The kind in ``Unit.known`` of each list of whole lines."""

Phrases = tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """A layout as its file states it: phrases as they are printed, in the lists of the file."""

    name: str
    title: str
    known_by: Mapping[str, Phrases] = field(default_factory=dict)
    text: Mapping[str, Phrases] = field(default_factory=dict)
    lines: Mapping[str, Phrases] = field(default_factory=dict)
    boxes: tuple[Phrases, ...] = ()

    def mark(self, units: Sequence[Unit]) -> None:
        """Adds to every unit's ``known`` what the layout knows of its line, as if a vocabulary knew it.

        What begins with a phrase of the layout is furniture however long it is.
        """
        for unit in units:
            unit.mark(self._kinds.get(_form(unit.text), frozenset()))
            if self._is_start(unit):
                unit.mark({"furniture"})

    def boxed(self, units: Sequence[Unit]) -> dict[int, str]:
        """The kinds of the units of boxes, by place; the text goes on behind a box as if it did not stand there.

        ``units`` are marked. A box is furniture, unless it begins with one of the layout's headings: then it holds links.
        """
        found: dict[int, str] = {}
        forms = [_form(unit.text) for unit in units] if self._boxes else []
        for at, first in enumerate(forms):
            ends = self._boxes.get(first, frozenset())
            if not ends or at in found:
                continue
            below = range(at + 1, min(at + _BOX_LINES, len(units)))
            last = at if None in ends else next((place for place in below if forms[place] in ends), at - 1)
            found.update((place, "boilerplate") for place in range(at, last + 1))
            if last > at + 1 and not self._kinds.get(first, frozenset()).isdisjoint(["related", "links"]):
                found[at] = "section_heading"
                found.update((place, _linked_kind(units[place])) for place in range(at + 1, last))
        return found

    def _is_start(self, unit: Unit) -> bool:
        line = unit.text[:_LONGEST]
        return any(any(self._prefixes.matches(fold(form))) for form in {line, strip_bullet(line)})

    def bounds(self, units: Sequence[Unit]) -> tuple[int, int]:
        """Between which units, ``[start, end)``, the main article's text stands; all where the page is not as described.

        It begins below the first line of ``begins_below`` on the page, and ends above the first one of ``ends_above``
        behind that. Bounds with no prose between them do not hold.
        """
        start = next((at + 1 for at, unit in enumerate(units) if _form(unit.text) in self._begins), 0)
        end = next((at for at in range(start, len(units)) if _form(units[at].text) in self._ends), len(units))
        return (start, end) if any(map(is_prose, units[start:end])) else (0, len(units))

    @cached_property
    def _kinds(self) -> Mapping[str, frozenset[str]]:
        kinds: dict[str, frozenset[str]] = {}
        for name, kind in _KINDS.items():
            for phrase in self.lines.get(name, ()):
                kinds[_form(phrase)] = kinds.get(_form(phrase), frozenset()) | {kind}
        return kinds

    @cached_property
    def _boxes(self) -> Mapping[str, frozenset[str | None]]:
        """The last lines of boxes by their first, None for a box of one line."""
        boxes: dict[str, frozenset[str | None]] = {}
        for first, *last in self.boxes:
            boxes[_form(first)] = boxes.get(_form(first), frozenset()) | {_form(last[0]) if last else None}
        return boxes

    @cached_property
    def _prefixes(self) -> Prefixes:
        return Prefixes({fold(phrase): {"furniture"} for phrase in self.lines.get("furniture_prefixes", ())})

    @cached_property
    def _begins(self) -> frozenset[str]:
        return frozenset(map(_form, self.text.get("begins_below", ())))

    @cached_property
    def _ends(self) -> frozenset[str]:
        return frozenset(map(_form, self.text.get("ends_above", ())))

    @cached_property
    def _signs(self) -> frozenset[str]:
        """The lines by which a page without an address is known."""
        return frozenset(map(_form, self.known_by.get("lines", ())))


class Layouts:
    """Layouts by host and by line, so that finding a page's layout takes as long with a thousand as with one.

    Where two layouts claim one page, the first by name has it; a subdomain that is named stands above its domain.
    """

    def __init__(self, layouts: Iterable[Layout]):
        self.all = tuple(sorted(layouts, key=lambda layout: layout.name))
        self._by_host: dict[str, Layout] = {}
        self._by_sign: dict[str, list[Layout]] = defaultdict(list)
        uses = Counter(sign for layout in self.all for sign in layout._signs)
        for layout in self.all:
            for host in layout.known_by.get("hosts", ()):
                self._by_host.setdefault(host, layout)
            if layout._signs:
                # Under the line that the fewest layouts share, few have to be looked at in full.
                self._by_sign[min(layout._signs, key=lambda sign: (uses[sign], sign))].append(layout)

    def of(self, host: str, lines: Iterable[str]) -> Layout | None:
        """The layout of a page: by its host, or where that is ``""`` by its lines; None where none is known.

        >>> known = Layouts([Layout("post", "The Post", {"hosts": ("post.example",)})])
        >>> [layout and layout.name for layout in (known.of("news.post.example", []), known.of("outpost.example", []))]
        ['post', None]
        """
        if host:
            while host and host not in self._by_host:
                host = host.partition(".")[2]
            return self._by_host.get(host)
        if not self._by_sign:
            return None
        standing = set(map(_form, lines))
        found = [layout for line in standing for layout in self._by_sign.get(line, ()) if layout._signs <= standing]
        return min(found, key=lambda layout: layout.name, default=None)


def _linked_kind(unit: Unit) -> str:
    """What a unit of a box of links is."""
    if is_furniture(unit) or is_dateline(unit) or unit.words < _LINK_WORDS:
        return "boilerplate"
    return "teaser" if is_prose(unit) else "related_link"


def _form(line: str) -> str:
    """What a phrase and a line that is it have in common; ``""`` for lines that are too long to be a phrase."""
    return bare(fold(line)) if len(line) <= _LONGEST else ""


def parse_layout(name: str, toml: str) -> Layout:
    """Reads the file of a layout.

    Raises:
      ValueError: if the file is no TOML or not as the README of the layouts says; it names the layout, the key and the
        value.
    """
    where = f"layouts/{name}/{FILE}"
    if name in RESERVED or not _NAME.fullmatch(name):
        raise ValueError(f"layouts/{name}: a name is of letters a to z, digits and dashes, and none of {sorted(RESERVED)}")
    try:
        file = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{where}: {error}") from error
    _refuse_others(where, file, ["title", "boxes", *_LISTS])
    title = file.get("title")
    if not isinstance(title, str) or not title.strip() or "\n" in title:
        raise ValueError(f"{where}: title has to be one line that says which site it is, not {title!r}")
    tables: dict[str, dict[str, Phrases]] = {}
    for table, lists in _LISTS.items():
        content = file.get(table, {})
        if not isinstance(content, dict):
            raise ValueError(f"{where}: [{table}] has to be a table, not {content!r}")
        _refuse_others(f"{where}: [{table}]", content, lists)
        tables[table] = {key: _phrases(f"{where}: [{table}] {key}", content[key]) for key in lists if key in content}
    for host in tables["known_by"].get("hosts", ()):
        if host_of(host) != host:
            raise ValueError(f"{where}: [known_by] hosts holds {host!r}; write a host as in 'example.org', without www.")
    if not any(tables["known_by"].values()):
        raise ValueError(f"{where}: [known_by] has to name hosts, lines or both")
    boxes = file.get("boxes", [])
    if not isinstance(boxes, list) or not all(isinstance(box, list) and len(box) <= 2 for box in boxes):
        raise ValueError(f"{where}: boxes has to be a list of lists, of one line each or a first and a last, not {boxes!r}")
    return Layout(name, title, **tables, boxes=tuple(_phrases(f"{where}: boxes", box) for box in boxes))


def _refuse_others(where: str, table: Mapping[str, object], known: Iterable[str]) -> None:
    others = sorted(set(table) - set(known))
    if others:
        raise ValueError(f"{where}: unknown {', '.join(map(repr, others))}; known are {', '.join(known)}")


def _phrases(where: str, value: object) -> Phrases:
    if not isinstance(value, list) or not value:
        raise ValueError(f"{where} has to be a list of phrases, not {value!r}")
    for phrase in value:
        if not isinstance(phrase, str) or not fold(phrase) or "\n" in phrase or len(phrase) > _LONGEST:
            raise ValueError(f"{where} holds {phrase!r}; a phrase is a line of text of at most {_LONGEST} characters")
    return tuple(value)


def read_layouts(folder: Traversable) -> Layouts:
    """The layouts of a folder: one for each folder in it.

    Raises:
      ValueError: if one of them is not as it should be.
      FileNotFoundError: if a folder has no file ``layout.toml``.
    """
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith((".", "_")))
    return Layouts(parse_layout(name, (folder / name / FILE).read_text("utf-8")) for name in names)


@cache
def layouts() -> Layouts:
    """The layouts that come with the package, read once in a process."""
    return read_layouts(resources.files("transforms.split") / "layouts")
