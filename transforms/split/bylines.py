"""Who wrote an article, and when, as the lines above it say; often one line says both."""

import re
from dataclasses import dataclass

from transforms.common.printed_dates import begins_at, parse_printed
from transforms.split.extent import looks_like_name
from transforms.split.lexicon import fold, kinds_of, lexicon
from transforms.split.lines import Unit, remembered

_BYLINE_WORDS = 14
_NAME_SEPARATOR = re.compile(
    r"\s*(?:,(?: (?:and|und|et|&)(?= ))?|;|/|\||·|•| and | und | et | y | e | en | og | och | и | та | & )\s*", re.IGNORECASE
)
_BETWEEN = " .:,;|·•-–—(["
"""What stands between a name and a date."""
_BREAK = re.compile(r"(\s*[|·•]\s*|,\s+|\s+[-–—]\s+)")
_PARTICLES = frozenset(["de", "van", "di", "da"])
"""Words that begin bylines, and names: ``De Jong, redacteur``."""
_CHANGED, _PUBLISHED = 1, 2


@dataclass(frozen=True, slots=True)
class Dated:
    """A printed date, and how well it says when an article was published: the day of a change says it less well than
    any other, what cannot be read not at all."""

    rank: int
    text: str


def better(first: Dated | None, second: Dated | None) -> Dated | None:
    """The date that says better when an article was published; the first of equals."""
    if first is None or (second is not None and second.rank > first.rank):
        return second
    return first


@remembered
def read_date(unit: Unit) -> Dated | None:
    """The date in a line: ``Updated 12 June 2025 | Published 11 June 2025``."""
    if "{n}" not in unit.key:
        return None
    best: Dated | None = None
    for stated in _stated(unit.text):
        text = lexicon().without_prefix("date", stated)
        if parse_printed(text):
            changed = lexicon().prefixes.longest("update", fold(stated)) is not None
            best = better(best, Dated(_CHANGED if changed else _PUBLISHED, text))
    return best


def is_dated_twice(unit: Unit) -> bool:
    """Whether a line says when a text was published and when changed; that has many words for a date."""
    if "date_prefix" not in unit.known or "{n}" not in unit.key:
        return False
    stated = _stated(unit.text)
    return len(stated) == 2 and _begins_date(stated[0])


def _begins_date(line: str) -> bool:
    """Whether a line begins by saying of what it states the date."""
    prefixed = lexicon().prefixes.longest("date", fold(line)) is not None
    return prefixed and parse_printed(lexicon().without_prefix("date", line)) is not None


def _stated(line: str) -> list[str]:
    """The parts of a line, each with those behind it that do not say of what they are the date."""
    begins = [found.end() for found in _BREAK.finditer(line) if _begins_date(line[found.end() :])]
    ends = [found.start() for found in _BREAK.finditer(line) if found.end() in begins]
    return [line[begin:end] for begin, end in zip([0, *begins], [*ends, len(line)], strict=True)]


@remembered
def read_byline(unit: Unit) -> list[str]:
    """The names of a byline: ``By Jane Roe and John Doe, 12 June 2025``, ``Jane Roe, political editor``."""
    name, _, title = unit.text.partition(", ")
    prefix = lexicon().prefixes.longest("byline", fold(name)) if "byline_prefix" in unit.known else None
    if (prefix is None or prefix in _PARTICLES) and looks_like_name(name) and "job_titles" in kinds_of(title):
        return [name]
    if "byline_prefix" not in unit.known:
        return []
    if unit.words > 2 * _BYLINE_WORDS or (unit.ends_sentence and unit.words > 5):
        return []
    line = _before_date(unit.text)
    if line.count(" ") >= _BYLINE_WORDS:
        return []
    prefix = lexicon().prefixes.longest("byline", fold(unit.text))
    if prefix is None:
        return []
    first, *others = (name.strip(" .:,") for name in _NAME_SEPARATOR.split(line[len(prefix) :].strip(" :")))
    if not _may_be_name(first):
        return []
    return [first, *(name for name in others if _may_be_name(name) and not _is_office(name))]


def _may_be_name(text: str) -> bool:
    return looks_like_name(text) or (text.isalpha() and not text.isascii() and len(text) < 12)


def _is_office(text: str) -> bool:
    """Whether what stands behind a name is the post or the agency of its bearer: ``Local Government Reporter``."""
    words = text.split()
    # Of two words the first may be a name: ``김철수 기자``, ``Tom Writer``.
    parts = (text, words[0], words[-1]) if len(words) > 2 else (text,)
    return "agencies" in kinds_of(text) or any("job_titles" in kinds_of(part) for part in parts)


def _before_date(line: str) -> str:
    """What stands before the date of a line and the words that lead to it; all of it where there is no date."""
    start = begins_at(line) if any(map(str.isdigit, line)) else None
    if start is None:
        return line
    words = line[:start].rstrip(_BETWEEN).split()
    for at in range(len(words)):
        phrase = fold(" ".join(words[at:]))
        if lexicon().prefixes.longest("date", phrase) == phrase:
            words = words[:at]
            break
    while words and words[-1].islower():
        words.pop()
    return " ".join(words).rstrip(_BETWEEN)
