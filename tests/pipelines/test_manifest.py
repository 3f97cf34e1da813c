"""What a run says of itself."""

from pathlib import Path

import pytest

from pipelines.manifest import cause, disagreements, start
from pipelines.options import parse

ROWS = {"pages": 3, "rejects": 1, "articles": 2, "events": 1, "occurrences": 5, "furniture": 2}
STEPS = {
    "read.records": 4,
    "split.furniture": 2,
    "deduplicate.articles": 2,
    "events.events": 1,
    "events.articles_of_events": 2,
    "write.occurrences_of_articles": 5,
    "events.occurrences_of_events": 5,
}


def test_counts_that_agree_are_no_matter():
    assert disagreements(STEPS, ROWS) == []


@pytest.mark.parametrize(
    ("step", "number", "said"),
    [
        ("read.records", 5, "5 records read, but 4 rows of pages and rejects"),
        ("split.furniture", 1, "1 recurring lines left out, but 2 rows of furniture"),
        ("deduplicate.articles", 3, "3 distinct articles, but 2 rows of articles"),
        ("events.events", 0, "0 events found, but 1 rows of events"),
        ("events.articles_of_events", 1, "1 articles in events, but 2 rows of articles"),
        ("write.occurrences_of_articles", 4, "4 occurrences counted by articles, but 5 rows of occurrences"),
        ("events.occurrences_of_events", 6, "6 occurrences counted by events, but 5 rows of occurrences"),
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


def test_what_beam_was_told_is_told(tmp_path: Path):
    (tmp_path / "a.txt").touch()
    options, beam_options = parse(["--input", f"{tmp_path}/a.txt", "--direct_num_workers", "2", "--runner", "directrunner"])
    said = start(options, beam_options)
    assert said["beam_options"] == {"direct_num_workers": 2, "runner": "FnApiRunner"}
    assert said["options"]["inputs"] == (f"{tmp_path}/a.txt",)


def test_what_nobody_may_read_is_not_told(tmp_path: Path):
    (tmp_path / "a.txt").touch()
    flags = ["--s3_access_key_id", "whose", "--s3_secret_access_key", "hush", "--s3_session_token", "hush"]
    said = start(*parse(["--input", f"{tmp_path}/a.txt", "--s3_endpoint_url", "http://store.example", *flags]))
    assert said["beam_options"] == {"runner": "FnApiRunner", "s3_endpoint_url": "http://store.example"}
