"""Events that the user already has."""

import io
import json
from typing import Any

import pytest
from support import DAY, make_described

from schemas.records import KnownEvent
from transforms.events.known import KnownEvents, read_known
from transforms.events.weigh import Corpus

FIRE = KnownEvent("fire", "Container fire at Ellery quay", ("firefighters",))
FERRY = KnownEvent("ferry", "Ferry aground off Orsund", start=10 * DAY, end=12 * DAY)
CORPUS = Corpus(10, {}, {})


def lines(*events: dict[str, Any]) -> bytes:
    return b"\n".join(json.dumps(event).encode() for event in events)


def test_events_are_read_with_their_days_as_wholes():
    given = {"id": "a", "label": "L", "keywords": ["k"], "from": "1970-01-02", "to": "1970-01-03", "text": "T"}
    assert read_known(io.BytesIO(lines(given) + b"\n\n")) == (KnownEvent("a", "L", ("k",), DAY, 3 * DAY - 1, "T"),)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{", "line 1: this is no JSON object"),
        (b"[1]", "line 1: this is no JSON object"),
        (b'{"id": "a"}', "line 1: label is missing"),
        (b'{"id": "", "label": "L"}', "line 1: id is missing"),
        (b'{"id": "a", "label": "L", "keywords": "k"}', "line 1: keywords is no list"),
        (b'{"id": "a", "label": "L", "from": "soon"}', "line 1: from: "),
        (b'{"id": "a", "label": "L", "from": "2025-02-02", "to": "2025-02-01"}', "is later than"),
        (b'{"id": "a", "label": "L", "titel": "x"}', "there is no field 'titel'"),
        (b'{"id": "a", "label": "L", "text": 5}', "line 1: text is missing, or no string"),
        (b'{"id": "a", "label": "L", "keywords": [1]}', "line 1: keywords is missing, or no string"),
        (b'{"id": "a\\ud800", "label": "L"}', "line 1: id holds a control character"),
        (b'{"id": "a", "label": "' + b"L" * 600 + b'"}', "line 1: label is longer than 500"),
        (b'{"id": "a", "label": "L", "text": "' + b"x" * (1 << 20) + b'"}', "line 1: it is longer than"),
        (b"[" * 100_000, "line 1: this is no JSON object"),
    ],
)
def test_a_line_that_is_no_event_is_refused_with_its_number(line: bytes, message: str):
    with pytest.raises(ValueError, match=message):
        read_known(io.BytesIO(line))


def test_an_id_stands_once():
    with pytest.raises(ValueError, match="line 2: the id 'a' stands in an earlier line"):
        read_known(io.BytesIO(lines({"id": "a", "label": "L"}, {"id": "a", "label": "M"})))


def test_an_article_belongs_to_the_event_that_it_is_most_alike():
    known = KnownEvents([FIRE, FERRY], CORPUS)
    burning = make_described("a1", "container", "ellery", "fire", "firefighters", "quay", "crane")
    other = make_described("a2", "market", "aldersby", "roof")
    assert known.claim(burning).event_label == "fire"
    assert known.claim(other) == other


def test_a_label_in_the_input_stands_above_a_known_event():
    labelled = make_described("a1", "container", "ellery", "fire", event_label="mine")
    assert KnownEvents([FIRE], CORPUS).claim(labelled) == labelled


@pytest.mark.parametrize(("day", "label"), [(9, None), (10, "ferry"), (None, "ferry"), (13, None)])
def test_an_article_out_of_the_events_time_does_not_belong(day: int | None, label: str | None):
    article = make_described("a1", "aground", "ferry", "orsund", day=day)
    assert KnownEvents([FERRY], CORPUS).claim(article).event_label == label


def test_the_end_of_an_hour_is_meant_where_an_hour_is_given():
    event = read_known(io.BytesIO(lines({"id": "a", "label": "L", "from": "1970-01-01T01", "to": "1970-01-01T01"})))[0]
    assert (event.start, event.end) == (3_600_000_000, 7_199_999_999)


def test_signs_that_no_table_holds_are_taken_out_of_labels():
    assert read_known(io.BytesIO(lines({"id": "a", "label": "Fire\u0000at\nquay"})))[0].label == "Fire at quay"
