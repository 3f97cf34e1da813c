"""Printing for people: texts of the web made harmless, columns, colours only where they are seen, and JSON."""

import io
import json
import os
import re
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any, TextIO

# Scripts such as Persian and Hindi, and emoji, are spelt with joiners; a line of right-to-left text may need its marks.
_HARMLESS = frozenset("\u200c\u200d\u200e\u200f")
_UNPRINTABLE_IN_JSON = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")

_WIDEST, _NARROWEST = 30, 20
"""On a terminal columns of a table take no more, but for the last one, which is cut to no less."""


def clean(text: str) -> str:
    """A text of the web on one line, without what a terminal would obey: control characters, overrides of direction.

    >>> clean("red\\x1b[31m\\n  and \\u202egnorw")
    'red�[31m and �gnorw'
    """
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() or c in _HARMLESS else "\ufffd" for c in line)


def width(text: str) -> int:
    """Columns that a text takes on a terminal, where ideographs take two and marks none.

    >>> width("東京"), width("e\\u0301")
    (4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, columns: int) -> str:
    """A text cut to so many columns, with an ellipsis where something is cut.

    >>> cut("a long headline", 8), cut("東京で地震", 7)
    ('a long …', '東京で…')
    """
    if width(text) <= columns:
        return text
    taken, room = 0, columns - 1
    for index, character in enumerate(text):
        taken += _width(character)
        if taken > room:
            return text[:index] + "…"
    return text


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """A text filled with spaces to so many columns; ``right`` puts them before it."""
    space = " " * max(0, columns - width(text))
    return space + text if right else text + space


def has_colours(stream: TextIO) -> bool:
    """Whether colours are seen: on a terminal that is not dumb, unless ``NO_COLOR`` is set (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def counted(number: int, thing: str) -> str:
    """So many of a thing.

    >>> counted(1, "page"), counted(2_000, "page")
    ('1 page', '2,000 pages')
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


class Screen:
    """Where a command prints: a stream, whether colours are seen there, and how wide it is."""

    def __init__(self, stream: TextIO | None = None):
        self.stream = stream or sys.stdout
        self.colours = has_colours(self.stream)

    @property
    def columns(self) -> int | None:
        """Columns of the terminal; None where it is none, and nothing is to be cut."""
        if not self.stream.isatty():
            return None
        try:
            return os.get_terminal_size(self.stream.fileno()).columns or None
        except (OSError, ValueError):
            return None

    def styled(self, text: str, code: str) -> str:
        """A text in the colour of an ANSI code, such as ``1;36``, where colours are seen."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colours and code else text

    def bold(self, text: str) -> str:
        return self.styled(text, "1")

    def dim(self, text: str) -> str:
        return self.styled(text, "2")

    def line(self, text: str = "") -> None:
        """Prints a line as it is; what comes from the web must have been through ``clean``."""
        print(text, file=self.stream)

    def over(self, text: str) -> None:
        """Writes a line of a terminal over with another, which may be empty."""
        self.stream.write(f"\r\x1b[K{text}")
        self.stream.flush()

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
        """Prints rows in columns, each value made clean; on a terminal long ones are cut to what room there is.

        Args:
          heads: the names of the columns.
          rows: the values, as many as there are heads.
          right: columns that are aligned on the right, by number.
        """
        lines = [tuple(heads), *(tuple(map(clean, row)) for row in rows)]
        widths = [max(width(line[n]) for line in lines) for n in range(len(heads) - 1)]
        room = None
        if self.columns is not None:
            widths = [min(_WIDEST, wide) for wide in widths]
            room = max(_NARROWEST, self.columns - sum(widths) - 2 * len(widths))
        for number, line in enumerate(lines):
            values = [pad(cut(line[n], wide), wide, right=n in right) for n, wide in enumerate(widths)]
            values.append(line[-1] if room is None else cut(line[-1], room))
            text = "  ".join(values).rstrip()
            self.line(text if number else self.dim(text))

    def json(self, value: Any) -> None:
        """Prints a value as JSON on one line; what a terminal would obey is escaped."""
        text = json.dumps(value, ensure_ascii=False, default=str)
        print(_UNPRINTABLE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text), file=self.stream)


def ready(*streams: TextIO) -> None:
    """Makes streams print what they can of letters that they do not know, in place of failing."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
