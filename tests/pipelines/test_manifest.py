"""What a run says of itself."""

import pytest

from pipelines.manifest import cause, disagreements

ROWS = {"pages": 3, "rejects": 1, "articles": 2, "events": 1}
STEPS = {"read.records": 4, "deduplicate.articles": 2, "events.events": 1}


def test_counts_that_agree_are_no_matter():
    assert disagreements(STEPS, ROWS) == []


@pytest.mark.parametrize(
    ("step", "number", "said"),
    [
        ("read.records", 5, "5 records read, but 4 rows of pages and rejects"),
        ("deduplicate.articles", 3, "3 distinct articles, but 2 rows of articles"),
        ("events.events", 0, "0 events found, but 1 rows of events"),
    ],
)
def test_counts_that_do_not_agree_are_told(step: str, number: int, said: str):
    assert disagreements({**STEPS, step: number}, ROWS) == [said]


def test_the_cause_of_an_error_is_its_deepest_one_in_one_line():
    error = RuntimeError("outer")
    error.__cause__ = ValueError("inner\n  reason")
    assert cause(error) == "ValueError: inner reason"


def test_an_error_without_words_is_told_by_its_name():
    assert cause(MemoryError()) == "MemoryError"


def test_a_long_error_is_cut():
    assert len(cause(ValueError("x" * 5000))) < 600
