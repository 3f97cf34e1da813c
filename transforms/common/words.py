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
# What a character is, as bits. What holds letters together stands five bits above them, and so with digits.
_IN_WORD, _LETTER, _DIGIT, _OTHER_RULES = 1, 2, 4, 8
_HOLDS = 5
_HOLDS_LETTERS, _HOLDS_DIGITS = _LETTER << _HOLDS, _DIGIT << _HOLDS
_SPACE = np.uint16(ord(" "))
# A quick look at where those scripts stand in Unicode, before their characters are counted.
_PERHAPS_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ufaff\uff66-\uff9d\U0001b000-\U0003ffff]")
_UNSPACED_CHARACTER = regex.compile(rf"[{UNSPACED}]")


@cache
def _table() -> np.ndarray:
    """The bits of every code unit of UTF-16, by the classes of the pattern for all text."""
    table = np.zeros(0x10000, dtype=np.uint8)
    everything = "".join(map(chr, range(len(table))))
    for characters, bits in (
        (r"\p{L}\p{N}_", _IN_WORD),
        (r"\p{L}", _LETTER),
        (r"\p{N}", _DIGIT),
        ("'’.·:", _HOLDS_LETTERS),
        (".,'’", _HOLDS_DIGITS),
        # Marks belong to what is before them, and characters beyond the table take two units.
        (rf"{UNSPACED}\p{{M}}\u200c\u200d\ud800-\udfff", _OTHER_RULES),
    ):
        for run in regex.finditer(f"[{characters}]+", everything):
            table[run.start() : run.end()] |= bits
    return table


def _look_at(text: str) -> tuple[np.ndarray, np.ndarray] | None:
    """The units of a text between two spaces, and which of them are in words; None where that takes more than a table.

    It is what the pattern for all text finds, of a whole text at once.
    """
    units = np.frombuffer(f" {text} ".encode("utf-16-le", "surrogatepass"), dtype="<u2")
    kinds = _table().take(units)
    if np.bitwise_or.reduce(kinds) & _OTHER_RULES:
        return None
    inside = (kinds & _IN_WORD).view(bool)
    inside[1:-1] |= ((kinds[:-2] & kinds[2:]) << _HOLDS) & kinds[1:-1] != 0
    return units, inside


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
