"""What a unit is by itself: furniture, a credit, a link, a printed date, a heading, prose."""

import re

from transforms.split.datelines import states_date
from transforms.split.lexicon import lexicon
from transforms.split.lines import Unit, remembered

FURNITURE_WORDS = 20
"""A line that begins like furniture is furniture if it has fewer words than this."""
_UNSPACED_PROSE_WORDS = 40
_SENTENCE_WORDS = 8
_CAPTION_WORDS = 4
PROSE_WORDS = 25
"""A line of at least this many words is prose even if it ends without a full stop."""

_TRAIL = re.compile(r" [/|>›»•→] ")

_BRACKETS = (")", "]", "）")
_AGENCIES = (
    r"AP|AFP|EPA|dpa|Reuters|Getty Images|Getty|Xinhua|TASS|Kyodo|Yonhap|ANSA|EFE|Lusa|PA|PA Media|Shutterstock|"
    r"Imago|picture alliance|Bloomberg|Anadolu|UPI|Keystone|NTB|TT|CTK|PAP|MTI|LETA|ANP|Belga|APA|Alamy|iStock"
)
_AGENCY_CREDIT = re.compile(rf"[(\[/|][^()\[\]]{{0,60}}?\b(?:{_AGENCIES})\b[^()\[\]]{{0,60}}[)\]]$")
_AGENCY_ALONE = re.compile(
    rf"[(\[]?(?:(?:by|von|par|por|source|quelle|fuente|agencia|agence)\b ?:? ?)?(?:{_AGENCIES})[)\]]?$", re.IGNORECASE
)
_COMMA = re.compile("[,،，、]")
_NAMED_CREDIT = re.compile(
    r"\((?:[^\W\d_][\w.'’-]* ){1,4}[\w.'’-]+ ?/[^()/]{2,40}\)$"
    r"|[（(][^（）()]{1,20}(?:撮影|提供|[摄攝]影?)[）)]$|[＝、，][^＝、，。]{2,8}(?:撮影|提供)$"
)
_BARE_CREDIT = re.compile(
    rf"(?:[^\s/|©]+ ){{0,3}}?(?:[^\s/|©]+(?: ?/ ?| ))?(?:{_AGENCIES})(?:/[^/]{{1,40}})?$", re.IGNORECASE
)
_SMALL_WORD = 3
"""Letters of a small word that may stand in a credit, between a name and its agency: ``via``, ``for``, ``von``."""
_STOPS = re.compile(r"[.!?…۔।؟](?=[\s\"”’»)\]]|$|[^\W\d_a-z])|[。！？،，、,;；]")
_WORDS_A_STOP = 25
_UNSTOPPED = re.compile("[\u0e00-\u0eff\u1780-\u17ff]")
"""Thai, Lao and Khmer are written without stops."""
_AGENCY_ENDS = frozenset(name.rpartition(" ")[2].casefold() for name in _AGENCIES.split("|"))
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d{4}年|\d{1,2}月\d{1,2}日|\d{4}년")
_TIME = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")


@remembered
def is_furniture(unit: Unit) -> bool:
    """Navigation, buttons, adverts, clock marks, lone numbers and signs."""
    known = unit.known
    if is_heading(unit):
        return False
    if unit.no_letters or known & {"furniture", "end", "comments", "replies"}:
        return True
    if unit.words >= FURNITURE_WORDS:
        return False
    # What begins with a tag is a leftover of the page's source.
    return (
        ("furniture_prefix" in known and not _is_clause(unit, "furniture")) or unit.text.startswith("<") or _is_trail(unit)
    )


def _is_clause(unit: Unit, kind: str) -> bool:
    """Whether a sentence with a comma only begins as a button or a credit does: ``Powered by wind, the grid runs.``"""
    if unit.words < _SENTENCE_WORDS or not unit.ends_sentence or not _COMMA.search(unit.text):
        return False
    phrase = lexicon().prefixes.longest(kind, unit.key) or ""
    return phrase[-1:].isalpha() and phrase.count(" ") < 2


def _is_trail(unit: Unit) -> bool:
    """Breadcrumbs or a menu in one line: ``News > Europe > Rivers``."""
    return not unit.ends_sentence and len(_TRAIL.findall(unit.text)) >= 2


def _is_bare_credit(text: str) -> bool:
    """Names and an agency, such as ``Jane Roe for AP``; ``Apple in talks: Reuters`` is a headline."""
    if len(text) > 60 or ("/" not in text and text.rpartition(" ")[2].casefold() not in _AGENCY_ENDS):
        return False
    before = text.partition("/")[0].split()[:-1]
    if any(len(word) > _SMALL_WORD and word.islower() for word in before):
        return False
    return _BARE_CREDIT.fullmatch(text) is not None


@remembered
def is_credit(unit: Unit) -> bool:
    """A photo's credit, alone or at the end of its caption."""
    if unit.words > 60:
        return False
    if "credit_prefix" in unit.known and unit.words < FURNITURE_WORDS and not _is_clause(unit, "credit"):
        return True
    tail = unit.text[-130:]
    return (
        (tail.endswith((*_BRACKETS, "撮影", "提供")) and bool(_AGENCY_CREDIT.search(tail) or _NAMED_CREDIT.search(tail)))
        or _is_bare_credit(unit.text)
        or (unit.words >= _CAPTION_WORDS and lexicon().credit_at_end(unit.text))
    )


@remembered
def is_credit_line(unit: Unit) -> bool:
    """A photo's credit and nothing else; the line above it is the caption."""
    alone = "credit_prefix" in unit.known and unit.words < FURNITURE_WORDS and not _is_clause(unit, "credit")
    return is_credit(unit) and (alone or unit.text[0] in "([（" or _is_bare_credit(unit.text))


def is_agency(unit: Unit) -> bool:
    """Whether a unit is the name of an agency alone, which may have made the text as well as a photo."""
    return _AGENCY_ALONE.match(unit.text) is not None


def is_link(unit: Unit) -> bool:
    """A lone headline of another article: ``Related article: ...``."""
    if "related_prefix" not in unit.known or not 3 <= unit.words < PROSE_WORDS:
        return False
    # "Read also between the lines, she told them." is a sentence, and has no colon behind the phrase.
    return not (unit.text.endswith((".", "。")) and unit.words >= _SENTENCE_WORDS and ":" not in unit.text[:40])


@remembered
def is_dateline(unit: Unit) -> bool:
    """A line that is little more than a printed date or time."""
    if unit.words > 14 or len(unit.text) > 110 or (unit.words > 5 and unit.ends_sentence) or "{n}" not in unit.key:
        return False
    others = sum(part.isalpha() for part in unit.text.replace(",", " ").split())
    if _DATE.search(unit.text):
        return ("date_prefix" in unit.known and others <= 8) or (others <= 4 and states_date(unit.text))
    return bool(_TIME.search(unit.text)) and ("date_prefix" in unit.known or unit.words <= 4)


def holds_year(unit: Unit) -> bool:
    """Whether a line has a year, or a day and a month in numbers, and little else, whether it states a date or not."""
    others = sum(part.isalpha() for part in unit.text.replace(",", " ").split())
    return others <= 4 and _DATE.search(unit.text) is not None


def is_heading(unit: Unit) -> bool:
    """Heads a section of related articles, or of links or teasers."""
    return "related" in unit.known or "links" in unit.known


def is_comments(unit: Unit) -> bool:
    """Heads readers' comments, or counts them."""
    return "comments" in unit.known


@remembered
def is_enumeration(unit: Unit) -> bool:
    """Names or links in one long line: hardly a stop or a comma in it."""
    if len(_UNSTOPPED.findall(unit.text)) * 2 > len(unit.text):
        return False
    return len(_STOPS.findall(unit.text)) * _WORDS_A_STOP < unit.words


def is_question(unit: Unit) -> bool:
    """A headline may be a question or a shout; a paragraph that is so short is rare."""
    return unit.words < PROSE_WORDS and unit.text.endswith(("?", "!", "؟", "？", "！", "?»", "?“", "?”"))


@remembered
def is_long(unit: Unit) -> bool:
    """Too long for a headline; in a script without spaces, whose words are an estimate, headlines have no full stop."""
    unspaced = unit.words > unit.text.count(" ") + 1
    return unit.words >= (_UNSPACED_PROSE_WORDS if unspaced and "。" not in unit.text else PROSE_WORDS)


def is_prose(unit: Unit) -> bool:
    """Long, or a sentence: not a headline, a button or a name."""
    return unit.words >= PROSE_WORDS or (unit.ends_sentence and unit.words >= 5)
