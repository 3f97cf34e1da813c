"""Events that the user already has: reading them, and finding the articles that belong to them."""

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, BinaryIO

import regex

from schemas.records import Described, KnownEvent, Terms
from transforms.common.times import parse_iso
from transforms.events import weigh
from transforms.events.terms import telling_terms

LIKENESS = 0.25
"""Cosine with an event's label, keywords and text from which on an article belongs to it. With headlines for labels and
nothing else, eight to nine in ten articles that reach it belong there; others follow them by average link."""
_LINE_BYTES = 1 << 20
"""A longer line is none that somebody wrote."""
_LONGEST, _TEXT = 500, 6_000
"""Characters of an id, a label or a keyword, and those of the text that are looked at."""
_UNFIT = regex.compile(r"[\p{Cc}\p{Cs}]+")
_LENGTHS = {"second": 1_000_000, "minute": 60_000_000, "hour": 3_600_000_000, "day": 86_400_000_000}
"""Microseconds."""
_FIELDS = {"id", "label", "keywords", "from", "to", "text"}


def read_known(file: BinaryIO) -> tuple[KnownEvent, ...]:
    """Events from JSON lines with ``id``, ``label`` and optionally ``keywords``, ``from``, ``to`` and ``text``.

    Raises:
      ValueError: if a line is no such event; the message names the line.
    """
    found: dict[str, KnownEvent] = {}
    for number in itertools.count(1):
        line = file.readline(_LINE_BYTES + 1)
        if not line:
            return tuple(found.values())
        try:
            if len(line) > _LINE_BYTES:
                raise ValueError(f"it is longer than {_LINE_BYTES:,} bytes")
            if not line.strip():
                continue
            event = _event(line)
            if event.external_id in found:
                raise ValueError(f"the id {event.external_id!r} stands in an earlier line, too")
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from None
        found[event.external_id] = event
    raise AssertionError("a file ends")


def _event(line: bytes) -> KnownEvent:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("this is no JSON object") from None
    if not isinstance(record, dict):
        raise ValueError("this is no JSON object")
    unknown = sorted(set(record) - _FIELDS)
    if unknown:
        raise ValueError(f"there is no field {unknown[0]!r}; known are {', '.join(sorted(_FIELDS))}")
    keywords = record.get("keywords") or []
    if not isinstance(keywords, list):
        raise ValueError("keywords is no list of strings")
    start, _ = _interval(record, "from")
    _, end = _interval(record, "to")
    if start is not None and end is not None and start > end:
        raise ValueError(f"from {record['from']} is later than to {record['to']}")
    return KnownEvent(
        external_id=_string("id", record.get("id")),
        label=_string("label", record.get("label")),
        keywords=tuple(_string("keywords", word) for word in keywords),
        start=start,
        end=end,
        text=_string("text", record["text"]) if record.get("text") else "",
    )


def _string(name: str, value: Any) -> str:
    """A string that a table may hold."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} is missing, or no string")
    if name != "text" and len(value) > _LONGEST:
        raise ValueError(f"{name} is longer than {_LONGEST:,} characters")
    if _UNFIT.search(value) and name == "id":
        raise ValueError("id holds a control character or half a pair of surrogates")
    return _UNFIT.sub(" ", value).strip()[:_TEXT]


def _interval(record: dict[str, Any], name: str) -> tuple[int | None, int | None]:
    """The first and the last moment of the interval that a date or time names."""
    value = record.get(name)
    if value is None:
        return None, None
    try:
        start, precision = parse_iso(str(value))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    return start, start + _LENGTHS[precision] - 1


class KnownEvents:
    """Known events, ready to be compared with the articles of a corpus.

    What language an event is written in is not said. So its words weigh as they do in the language of the article that
    it is compared with.
    """

    def __init__(self, events: Sequence[KnownEvent], corpus: weigh.Corpus):
        self._events = events
        self.corpus = corpus
        self._postings: dict[str | None, dict[str, list[tuple[int, float]]]] = {}

    def claim(self, article: Described) -> Described:
        """The article with the event that it belongs to as its label. One with a label of its own stays as it is."""
        if article.event_label is not None or not self._events:
            return article
        alike: Counter[int] = Counter()
        postings = self._of_language(article.language)
        for term, weight in zip(article.terms, article.weights, strict=True):
            for number, known in postings.get(term, ()):
                alike[number] += round(weight * known * 1_000_000)
        claims = [(-value, number) for number, value in alike.items() if self._is_in_time(article, self._events[number])]
        unlike, number = min(claims, default=(0, 0))
        if -unlike < LIKENESS * 1_000_000:
            return article
        return replace(article, event_label=self._events[number].external_id, claimed=True)

    def _is_in_time(self, article: Described, event: KnownEvent) -> bool:
        when = article.published_at
        return when is None or ((event.start is None or event.start <= when) and (event.end is None or when <= event.end))

    def _of_language(self, language: str | None) -> dict[str, list[tuple[int, float]]]:
        """Which events hold a term, and with what weight."""
        if language not in self._postings:
            postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
            for number, event in enumerate(self._events):
                found, _ = telling_terms(f"{event.label} {' '.join(event.keywords)}", event.text, language)
                terms = Terms("", [term for term, _ in found], [times for _, times in found], 0, (), (), (), "")
                for term, weight in zip(terms.terms, weigh.weights(terms, language, self.corpus), strict=True):
                    postings[term].append((number, weight))
            self._postings[language] = dict(postings)
        return self._postings[language]
