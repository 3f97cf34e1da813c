"""What each unit of an article's text is: paragraph, subheading, caption, link or furniture."""

import re
from collections.abc import Sequence

from transforms.split.lines import Unit
from transforms.split.lists import introduced
from transforms.split.prose import (
    PROSE_WORDS,
    is_credit,
    is_credit_line,
    is_dateline,
    is_furniture,
    is_heading,
    is_link,
    is_prose,
)

_SENTENCE = re.compile(r"[.!?…۔।؟。！？]")
_NUMBERED = re.compile(r"\d{1,2}[.)] ")
_CAPTION_WORDS = range(12, 30)
"""Shorter lines without a full stop are subheadings, longer ones mostly the text's."""
_LINK_WORDS = range(4, 20)
_TIDY = 0.8
"""The share of a text's paragraphs that have to end as sentences for the others to be strangers."""
_OPENS = (":", "：")
_GOES_ON = (*_OPENS, ",", ";", "—", "–")
_SUBHEADING_WORDS = 16


def inner_kinds(units: Sequence[Unit]) -> list[str]:
    """The kinds of the units of one article's text, which holds no blank units."""
    kinds = [_inner_kind(unit) for unit in units]
    _drop_recurring(units, kinds)
    for i in range(len(units)):
        if _is_caption_above(units, i, kinds):
            kinds[i] = "caption"
        elif kinds[i] == "subheading" and any(map(_is_numbered, (*units[max(0, i - 1) : i], *units[i + 1 : i + 2]))):
            kinds[i] = "body" if _is_numbered(units[i]) else "subheading"
    _mark_strangers(units, kinds)
    for i in introduced(units):
        if kinds[i] in ("subheading", "caption", "related_link"):
            kinds[i] = "body"
    last_body = max((i for i, kind in enumerate(kinds) if kind == "body"), default=-1)
    for i in range(last_body + 1, len(kinds)):
        if kinds[i] == "subheading":
            kinds[i] = "boilerplate"
    return kinds


def _drop_recurring(units: Sequence[Unit], kinds: list[str]) -> None:
    """Lines that recur on the site are furniture below the first paragraph; above it stands the lead, which lists repeat."""
    first = next((i for i, unit in enumerate(units) if unit.words >= PROSE_WORDS), len(units))
    for i in range(first, len(units)):
        if (units[i].recurs or "repeated" in units[i].known) and kinds[i] in ("body", "subheading"):
            kinds[i] = "boilerplate"


def _is_caption_above(units: Sequence[Unit], i: int, kinds: Sequence[str]) -> bool:
    """Whether a unit is the title of an embedded video, above its clock, or a picture's caption, above its credit."""
    unit = units[i]
    following = units[i + 1] if i + 1 < len(units) else None
    if following is None or kinds[i] not in ("subheading", "body") or unit.words > _CAPTION_WORDS.stop:
        return False
    numbered = i > 0 and units[i - 1].text.isdigit()
    if kinds[i] == "body" and not numbered and len(_SENTENCE.findall(unit.text)) > 1:
        return False
    if following.is_clock:
        return kinds[i] == "subheading"
    return kinds[i + 1] == "caption" and (numbered or is_credit_line(following))


def _is_numbered(unit: Unit) -> bool:
    return _NUMBERED.match(unit.text) is not None


def _mark_strangers(units: Sequence[Unit], kinds: list[str]) -> None:
    """In a text whose paragraphs end as sentences do, what is as long and does not is a caption, or in a list a link."""
    paragraphs = [
        unit.ends_sentence
        for unit, kind in zip(units, kinds, strict=True)
        if kind == "body" and unit.words >= _CAPTION_WORDS.start and not unit.bullet
    ]
    if not paragraphs or sum(paragraphs) < _TIDY * len(paragraphs):
        return
    for i, unit in enumerate(units):
        if kinds[i] not in ("body", "subheading") or unit.ends_sentence or unit.text.endswith(_GOES_ON):
            continue
        if unit.bullet and unit.words in _LINK_WORDS:
            kinds[i] = "related_link"
        elif not unit.bullet and i and unit.words in _CAPTION_WORDS:
            kinds[i] = "caption"


def _inner_kind(unit: Unit) -> str:
    if is_furniture(unit):
        return "boilerplate"
    if "bio_prefix" in unit.known:
        return "author_bio"
    if is_link(unit):
        return "related_link"
    if is_credit(unit):
        return "caption"
    if is_heading(unit):
        return "section_heading"
    if is_prose(unit) or unit.bullet or unit.words >= _SUBHEADING_WORDS:
        return "body"
    if is_dateline(unit) and not unit.ends_sentence:
        return "boilerplate"
    return "body" if unit.ends_sentence or unit.text.endswith(_GOES_ON) else "subheading"
