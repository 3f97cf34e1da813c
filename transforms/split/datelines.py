"""Whether a short line that holds a year is a printed date, or a headline about that year."""

import re

from transforms.common.date_words import knowing_all, plain

_GLUED = re.compile(r"(?<=[a-z])(?=[A-Z])")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d|/\d+\b(?!/))")
"""A year, but not that of a season, ``2024/25``."""
_NUMERIC = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_NUMBER = re.compile(r"\d+")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
_WIDE = re.compile(r"\d年|\d月\d{1,2}日|\d년")
_WIDE_DATE = (
    r"(?:令和|平成|民國|民国)?\d{1,4}[年년]|\d{1,2}[月월]|\d{1,2}[日号號일]|\d{1,2}[時时시点點]|\d{1,2}[分분]"
    r"|[（(][月火水木金土日一二三四五六월화수목금토일][）)]|(?:星期|周|週|礼拜)[一二三四五六日天]|[月火水木金土日]曜日?"
    r"|[월화수목금토일]요일|上午|下午|午前|午後|晚上|오전|오후"
)
"""What dates and times are made of where a sign follows each number."""
_WIDE_DATE_AT_END = re.compile(rf"(?:{_WIDE_DATE})[)）」。]?$")
_WIDE_REST = 7
"""Letters beside such a date that may say where it was printed, and how: ``新华社北京6月6日电``. A headline has more."""
_SPAN = 5
"""Words that a date is made of at most: ``6 de junio de 2025``."""


def states_date(text: str) -> bool:
    """Whether a line with a year, or with a day and a month in numbers, states a date rather than tells of a year.

    A date has a day beside its year, and words between them that belong to dates; one word may stand with a year alone,
    as a month does.

    >>> states_date("Jane Roe, June 6, 2025"), states_date("Juin 2025")
    (True, True)
    >>> states_date("Euro 2024: England beat Spain"), states_date("Best 10 books of 2025")
    (False, False)
    """
    if _NUMERIC.search(text):
        return True
    if _WIDE.search(text):
        # At its end stands the date of a caption: ``イスラエルの国旗＝同国で2019年5月``.
        return bool(_WIDE_DATE_AT_END.search(text)) or len(_LETTER.findall(re.sub(_WIDE_DATE, "", text))) <= _WIDE_REST
    # Marks of a page that stand on one line may touch: ``Associated PressDecember 2, 2016``.
    words = plain(_GLUED.sub(" ", text)).split()
    if sum(map(bool, map(_LETTER.search, words))) <= 1:
        return True
    years = [at for at, word in enumerate(words) if _YEAR.search(word)]
    return any(_is_date(" ".join(words[begin:end])) for year in years for begin, end in _spans(year, len(words)))


def _spans(year: int, words: int) -> list[tuple[int, int]]:
    """Where a date with a word among so many may begin and end, the shortest last."""
    begins = range(max(0, year - _SPAN + 1), year + 1)
    return [(begin, end) for begin in begins for end in range(min(words, begin + _SPAN), year, -1)]


def _is_date(text: str) -> bool:
    words, numbers = _WORD.findall(text), len(_NUMBER.findall(text))
    # In "4 in 2025" no word is long enough for a month.
    month = numbers > 2 or any(len(word) > 2 or not word.isascii() for word in words)
    return numbers > 1 and month and bool(knowing_all(words))
