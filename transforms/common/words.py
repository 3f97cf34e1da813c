"""Words: cutting text into them and bringing two spellings of one text together."""

import re
import unicodedata
from functools import cache

import numpy as np
import regex

UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
"""Scripts that are written without spaces; in them a character counts as a word."""

# Unicode's word boundaries (UAX #29, rules WB5 to WB13) for what news is made of: letters and digits hold
# together over an apostrophe, a full stop or a comma that stands between two of them.
_UNICODE_WORD = regex.compile(
    rf"[{UNSPACED}]\p{{M}}*"
    rf"|(?:[\p{{L}}\p{{N}}_--[{UNSPACED}]][\p{{M}}\u200c\u200d]*)+"
    rf"(?:(?:(?<=\p{{L}}\p{{M}}*)['’.·:](?=\p{{L}})|(?<=\p{{N}})[.,'’](?=\p{{N}}))(?:[\p{{L}}\p{{N}}_--[{UNSPACED}]][\p{{M}}\u200c\u200d]*)+)*",
    regex.V1,
)
_ASCII_WORD = re.compile(r"[A-Za-z0-9_]+(?:(?:(?<=[A-Za-z])['.:](?=[A-Za-z])|(?<=[0-9])[.,'](?=[0-9]))[A-Za-z0-9_]+)*")
# What a character is, as bits. What holds letters together stands five bits above them, and so with digits. What stands
# five bits above all that is in words is in words itself. Others are joiners without a width, and halves of characters
# beyond the table.
_IN_WORD, _LETTER, _DIGIT, _MARK, _OTHER, _ALONE = 1, 2, 4, 8, 16, 32
_HOLDS = 5
_HOLDS_LETTERS, _HOLDS_DIGITS = _LETTER << _HOLDS, _DIGIT << _HOLDS
_SPACE = np.uint16(ord(" "))
_FAR = regex.compile(r"[[\p{L}\p{N}\p{M}]--[\u0000-\uffff]]", regex.V1)
"""What may be in words and takes two units of UTF-16; most of what does so is pictures."""
_SHORT = 250
"""Characters of a text with marks that the pattern has cut before a closer look at the table's answer is done."""
# A quick look at where those scripts stand in Unicode, before their characters are counted.
_PERHAPS_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ufaff\uff66-\uff9d\U0001b000-\U0003ffff]")
_UNSPACED_CHARACTER = regex.compile(rf"[{UNSPACED}]")


@cache
def _table() -> np.ndarray:
    """The bits of every code unit of UTF-16, by the classes of the pattern for all text."""
    table = np.zeros(0x10000, dtype=np.uint8)
    everything = np.arange(len(table), dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    for characters, bits in (
        (r"\p{L}", _IN_WORD | _LETTER),
        (r"\p{N}", _IN_WORD | _DIGIT),
        ("_", _IN_WORD),
        (r"\p{M}", _MARK),
        (r"[\u200c\u200d\ud800-\udfff]", _OTHER),
        ("['’.·:]", _HOLDS_LETTERS),
        ("[.,'’]", _HOLDS_DIGITS),
    ):
        for run in regex.finditer(f"{characters}+", everything):
            table[run.start() : run.end()] |= bits
    for run in regex.finditer(f"[{UNSPACED}]+", everything):
        alone = table[run.start() : run.end()]
        alone &= _MARK
        alone |= _ALONE
    return table


def _look_at(text: str) -> tuple[np.ndarray, np.ndarray] | None:
    """The units of a text with spaces around every word, and which of them are in words, all at once.

    It is what the pattern for all text finds. None where that has to tell, as it does of what is rare.
    """
    units = np.frombuffer(f" {text} ".encode("utf-16-le", "surrogatepass"), dtype="<u2")
    kinds = _table().take(units)
    all_kinds = np.bitwise_or.reduce(kinds)
    if all_kinds & _OTHER and _FAR.search(text):
        return None
    if all_kinds & (_ALONE | _MARK | _OTHER):
        return _look_closer(units, kinds) if len(units) > _SHORT else None
    inside = (kinds & _IN_WORD).view(bool)
    inside[1:-1] |= _held(kinds[:-2], kinds[1:-1], kinds[2:])
    return units, inside


def _held(before: np.ndarray, at: np.ndarray, behind: np.ndarray) -> np.ndarray:
    """Whether something holds together what stands on both sides."""
    return ((before & behind) << _HOLDS) & at != 0


def _look_closer(units: np.ndarray, kinds: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The same for text with marks, which belong to what is before them, and with characters that are words alone."""
    mark = kinds & _MARK != 0
    joiner = (kinds & _OTHER != 0) & (units < 0xD800)
    behind = mark | joiner
    owner = kinds[np.maximum.accumulate(np.where(behind, 0, np.arange(len(units))))]
    alone = kinds & _ALONE != 0
    inside = owner & (_IN_WORD | _ALONE) != 0
    # A joiner ends a character that is a word; such a mark may be one; and a mark behind a joiner belongs to neither.
    if (joiner & (owner & _ALONE != 0) | mark & alone & ~inside).any() or (joiner[:-1] & mark[1:]).any():
        return None
    before = np.where(behind, np.where(joiner, 0, owner & _LETTER), kinds)
    ends_alone = owner & _ALONE != 0
    begins = (alone & ~mark)[1:] | ends_alone[:-1] & (kinds[1:] & _IN_WORD != 0)
    begins &= inside[:-1]
    inside[1:-1] |= _held(before[:-2], kinds[1:-1], kinds[2:])
    at = np.flatnonzero(begins) + 1
    return np.insert(units, at, _SPACE), np.insert(inside, at, False)


def _blanked(units: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """The units with a space for each that is in no word."""
    return np.maximum(units * inside, _SPACE)


def words(text: str) -> list[str]:
    """Words by Unicode's rules; in scripts without spaces, characters.

    >>> words("U.S. can't say 3,000 times: 東京")
    ['U.S', "can't", 'say', '3,000', 'times', '東', '京']
    """
    if text.isascii():
        return _ASCII_WORD.findall(text)
    seen = _look_at(text)
    if seen is None:
        return _UNICODE_WORD.findall(text)
    return _blanked(*seen).tobytes().decode("utf-16-le").split()


def word_count(text: str) -> int:
    """How many words the text has.

    >>> word_count("")
    0
    """
    seen = _look_at(text)
    if seen is None:
        return len(_UNICODE_WORD.findall(text))
    inside = seen[1]
    return int(np.count_nonzero(inside[1:] > inside[:-1]))


def is_unspaced(text: str) -> bool:
    """Whether most letters of the text belong to a script without spaces.

    >>> is_unspaced("日本銀行は"), is_unspaced("Bank of Japan")
    (True, False)
    """
    if text.isascii() or _PERHAPS_UNSPACED.search(text) is None:
        return False
    found = len(_UNSPACED_CHARACTER.findall(text))
    return found * 3 > sum(map(str.isalpha, text))


def normalised(text: str) -> str:
    """The text as it is compared: compatibility forms folded, lower case, words with single spaces between them.

    Quotes, dashes, punctuation and line breaks do not tell two copies apart.

    >>> normalised("“Don’t  wait” – now!") == normalised('"Don\\'t wait" - now')
    True
    """
    folded = (text if text.isascii() else unicodedata.normalize("NFKC", text).replace("’", "'")).casefold()
    seen = _look_at(folded)
    if seen is None:
        return " ".join(_UNICODE_WORD.findall(folded))
    units, inside = seen
    kept = inside.copy()
    kept[1:] |= inside[:-1]  # and one space behind each word
    return _blanked(units, inside)[kept].tobytes().decode("utf-16-le")[:-1]
