"""Words: cutting text into them and bringing two spellings of one text together."""

import re
import unicodedata

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
# What most text that is not ASCII is made of: letters of Latin, Greek and Cyrillic, no digits but those of ASCII, no
# marks, and the usual punctuation. There Python's own classes mean the same, and are five times as fast.
_NOT_PLAIN = re.compile(
    "[^\x00-\xb1\xb4-\xb8\xba\xbb\xbf-\u024f\u0391-\u03ff\u0400-\u0482\u048a-\u04ff\u2010-\u2027\u2030-\u205e\u20ac]"
)
_PLAIN_WORD = re.compile(r"\w+(?:(?:(?<=[^\W\d_])['’.·:](?=[^\W\d_])|(?<=\d)[.,'’](?=\d))\w+)*")
# A quick look at where those scripts stand in Unicode, before their characters are counted.
_PERHAPS_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ufaff\uff66-\uff9d\U0001b000-\U0003ffff]")
_UNSPACED_CHARACTER = regex.compile(rf"[{UNSPACED}]")


def words(text: str) -> list[str]:
    """Words by Unicode's rules; in scripts without spaces, characters.

    >>> words("U.S. can't say 3,000 times: 東京")
    ['U.S', "can't", 'say', '3,000', 'times', '東', '京']
    """
    if text.isascii():
        return _ASCII_WORD.findall(text)
    return (_UNICODE_WORD if _NOT_PLAIN.search(text) else _PLAIN_WORD).findall(text)


def word_count(text: str) -> int:
    """How many words the text has.

    >>> word_count("")
    0
    """
    return len(words(text))


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
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text).replace("’", "'")
    return " ".join(words(folded.casefold()))
