"""Repair: from a record's bytes to readable text, and a list of what was done to it.

Bytes that the format has not decoded are decoded (``transforms.common.encodings``). Then ftfy, and then what ftfy leaves.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

import apache_beam as beam
import ftfy
import regex
from apache_beam.pvalue import TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.records import Given, Record, RepairedPage
from schemas.rejects import PAYLOAD_LIMIT, Reject
from transforms.common import ids
from transforms.common.counting import count
from transforms.common.encodings import Undecodable, decode

STAGE = "repair"
REJECTS = "rejects"

FTFY = ftfy.TextFixerConfig(
    # Texts come out of HTML by tools that forget to unescape; a page about HTML that shows "&lt;b&gt;" is rarer.
    # True, not "auto": "auto" stops at the first "<".
    unescape_html=True,
    # Colour codes of terminals are never part of an article.
    remove_terminal_escapes=True,
    # The reason for ftfy: UTF-8 that was read as something else.
    fix_encoding=True,
    restore_byte_a0=True,
    replace_lossy_sequences=True,
    decode_inconsistent_utf8=True,
    # Latin-1 control codes are windows-1252 punctuation in what the web calls Latin-1.
    fix_c1_controls=True,
    # Ligatures are a font's affair; "ﬁre" is not found by a search for "fire".
    fix_latin_ligatures=True,
    # Full-width forms are how Japanese and Chinese are printed, not a fault.
    fix_character_width=False,
    # Typographic quotes are what the outlet wrote. Comparisons fold them.
    uncurl_quotes=False,
    # Line ends of every system become one.
    fix_line_breaks=True,
    # Halves of UTF-16 pairs that belong together are joined, lone ones replaced.
    fix_surrogates=True,
    # Control characters show nothing and break tools.
    remove_control_chars=True,
    # Composed letters, so that one word has one spelling, are made below, once marks are no longer piled up.
    normalization=None,
    explain=True,
)

_FIX_NAMES = {
    "unescape_html": "html_entities",
    "remove_terminal_escapes": "terminal_escapes",
    "fix_c1_controls": "c1_controls",
    "fix_latin_ligatures": "ligatures",
    "fix_line_breaks": "line_ends",
    "fix_surrogates": "surrogates",
    "remove_control_chars": "control_characters",
}

# What ftfy leaves. The joiners U+200C and U+200D spell words in Persian and Hindi and hold emoji together, so they go
# only next to letters that know no joiners.
_LEFTOVERS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("line_ends", re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]"), "\n"),
    ("soft_hyphens", re.compile("\xad"), ""),
    (
        "zero_width",
        re.compile("[\u200b\u2060\ufeff\u180e]|(?<=[\0-\u052f])[\u200c\u200d]|[\u200c\u200d](?=[\0-\u052f])"),
        "",
    ),
    ("no_break_spaces", re.compile("[\xa0\u2000-\u200a\u202f\u205f]"), " "),
    ("direction_marks", re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]"), ""),
    ("control_characters", re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f\ufff9-\ufffc]"), ""),
    ("surrogates", re.compile("[\ud800-\udfff]"), "\ufffd"),
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\u2028\u2029]")
"""Of all systems. Not U+0085, which in text of the web is a misread ellipsis more often than a line's end."""

_LEFTOVER = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\xa0\xad\u061c\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2060\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffc]"
)
"""Any character that one of them may be about: a class is searched for in a tenth of the time of the patterns."""
_STACKED_MARKS = regex.compile(r"(\p{M}{30})\p{M}+")
"""More marks on one letter than Unicode's Stream-Safe Text Format allows; putting them in order takes the square of time."""

_ASCII = "\t\n -%'-~"
"""What no fixer touches, whatever stands beside it."""
_LETTERS = (
    "\xdf\xe0-\xf6\xf8-\xffāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĵķĺļľłńņňŋōŏőŕŗřśŝşšţťũūŭůűųŵŷźżžơưșț\u1ea0-\u1ef9"
    "\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400\u0401\u0403-\u045f\u05d0-\u05ea\u0621-\u063a\u0641-\u064a"
    "\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fa5\uac00-\ud7a3"
)
"""Small letters of Latin, and Greek, Cyrillic, Hebrew, Arabic, Japanese, Chinese and Korean ones."""
_ALONE = "\xa1-\xac\xae-\xc1\xc4-\xd6\xd8-\xdeĄĆĈĊČĎĐĘĚĞĠĢİŁŃŇŐŘŚŞŠŤŮŰŹŻŽȘȚ„‚‹›†•€™"
"""Capital letters of Latin and signs."""
_ENTITY = "&#?[0-9A-Za-z]{1,24};"
_NO_ENTITY = rf"(?:[{_ASCII}]++|(?!{_ENTITY})&)"
# By regex: what Python 3.11.2 makes of quantifiers that give nothing back is wrong.
_UNTOUCHED = regex.compile(rf"{_NO_ENTITY}*+(?:(?:[‘“]?[{_LETTERS}’–—…]++|[‘’“”–—…]++|[{_ALONE}])(?:{_NO_ENTITY}++|\Z))*+")
"""Text that is as ftfy and the leftovers would leave it. ftfy tells misread UTF-8 by characters that stand side by side, of
which here no two are but letters or quotes. ``tests/test_repair.py`` holds it against them."""
_AT_A_LOOK = 1 << 16
"""Characters that are looked at in one match, which keeps up to a hundred bytes for each."""
_HAS_ENTITY = re.compile(_ENTITY)
_PLAIN = re.compile(f"[{_ASCII}&]")
_PLAIN_AS_SPACE = bytes(byte if byte > 0x7F else ord(" ") if _PLAIN.match(chr(byte)) else 0 for byte in range(0x100))
"""For ``bytes.translate``: ASCII that no fixer touches becomes a space, and the rest of ASCII a NUL, which none leaves."""


def _is_untouched(text: str) -> bool:
    """Whether all of a text is as ``_UNTOUCHED`` has it; each stretch that is not ASCII is looked at once."""
    if len(text) > _AT_A_LOOK or ("&" in text and _HAS_ENTITY.search(text)):
        return False
    stretches = set(text.encode("utf-8", "surrogatepass").translate(_PLAIN_AS_SPACE).split())
    return _UNTOUCHED.fullmatch(b" ".join(stretches).decode("utf-8", "surrogatepass")) is not None


def _fix_line(line: str, fixes: set[str]) -> str:
    fixed = ftfy.fix_and_explain(line, FTFY)
    for step in fixed.explanation or ():
        if step.action in ("encode", "decode", "transcode"):
            fixes.add("mojibake")
        else:
            fixes.add(_FIX_NAMES.get(step.parameter, step.parameter))
    return fixed.text


def repair(text: str) -> tuple[str, list[str]]:
    """Readable text with ``\\n`` as its line end, and the names of what was repaired, sorted.

    Line by line, as ftfy itself works, so that what is wrong in one line is not imposed on the next.

    >>> repair("It\\u00e2\\u20ac\\u2122s here\\r\\n")
    ('It’s here\\n', ['line_ends', 'mojibake'])
    """
    if _is_untouched(text):
        return text, []
    fixes: set[str] = set()
    text, ended = _LINE_ENDS.subn("\n", text)
    if ended:
        fixes.add("line_ends")
    lines = [line if _is_untouched(line) else _fix_line(line, fixes) for line in text.split("\n")]
    text = "\n".join(lines)
    for name, pattern, replacement in _LEFTOVERS if _LEFTOVER.search(text) else ():
        text, found = pattern.subn(replacement, text)
        if found:
            fixes.add(name)
    text, stacked = _STACKED_MARKS.subn(r"\1", text)
    if stacked:
        fixes.add("combining_marks")
    # NFC; NFKC would change superscripts and full-width forms.
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        fixes.add("unicode_normalization")
    return composed, sorted(fixes)


def repair_given(given: Given) -> Given:
    """The input's own words on a page, repaired like its text, each on one line."""

    def one_line(value: str | None) -> str | None:
        return " ".join(repair(value)[0].split()) or None if value else None

    return Given(
        url=one_line(given.url),
        fetched_at=given.fetched_at,
        title=one_line(given.title),
        outlet=one_line(given.outlet),
        published_at=given.published_at,
        published_precision=given.published_precision,
        event_label=one_line(given.event_label),
        site_name=one_line(given.site_name),
    )


def repair_record(record: Record) -> RepairedPage | Reject:
    """A record to a page of readable text, or to a reject where its bytes are no text."""
    fixes: list[str]
    if record.text is not None:
        text, encoding, fixes = record.text, record.encoding, list(record.fixes)
    else:
        try:
            text, encoding, fixes = decode(record.payload)
        except Undecodable:
            message = "The bytes are no text in any known encoding; save the page as UTF-8, or leave it out."
            return Reject(record.source_uri, STAGE, "undecodable", message, record.payload[:PAYLOAD_LIMIT])
    text, repaired = repair(text)
    return RepairedPage(
        page_id=ids.page_id(record.key_kind, record.key, record.payload),
        source_uri=record.source_uri,
        given=repair_given(record.given),
        byte_count=len(record.payload),
        head=record.payload[:PAYLOAD_LIMIT],
        encoding=encoding,
        fixes=tuple(sorted({*fixes, *repaired})),
        warnings=tuple(repair(warning)[0] for warning in record.warnings),
        text=text,
    )


class RepairRecord(beam.DoFn):
    def process(self, record: Record) -> Iterator[RepairedPage | TaggedOutput[Literal["rejects"], Reject]]:
        page = repair_record(record)
        if isinstance(page, Reject):
            count("repair", f"rejects.{page.error_type}")
            yield TaggedOutput(REJECTS, page)
        else:
            count("repair", "pages")
            for fix in page.fixes:
                count("repair", f"fixes.{fix}")
            yield page


class RepairPages(beam.PTransform):
    """``Record``s to ``RepairedPage``s and, tagged ``rejects``, ``Reject``s."""

    @no_annotations
    def expand(self, records: beam.PCollection) -> dict[str, beam.PCollection]:
        results = records | beam.ParDo(RepairRecord()).with_outputs(REJECTS, main="pages")
        return {"pages": results.pages, REJECTS: results[REJECTS]}
