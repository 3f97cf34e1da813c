"""What a run says: lines for a person, or JSON lines."""

import io
import json
import logging
import threading
import warnings
from collections.abc import Iterator

import pytest

from pipelines import logs


@pytest.fixture
def written(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What is logged, in the format that the test names; logging is left as it was."""
    root, thread_hook = logging.getLogger(), threading.excepthook
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    logs.set_up(request.param, stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    threading.excepthook = thread_hook


@pytest.mark.parametrize(
    ("arguments", "form"),
    [
        ([], "text"),
        (["--log_format", "json"], "json"),
        (["--log_format=json"], "json"),
        (["--log_format"], "text"),
        (["--log_format", "xml"], "text"),
        (["--log_format", "json", "--log_format=text"], "text"),
        (["--log_format=", "json"], "text"),
        (["--input", "json"], "text"),
    ],
)
def test_the_format_is_known_before_the_call_is_parsed(arguments: list[str], form: str):
    assert logs.format_of(arguments) == form


@pytest.mark.parametrize("written", ["text"], indirect=True)
def test_text_has_a_time_but_for_the_sentence_that_ends_a_failed_run(written: io.StringIO):
    logs.tell("writing", "writing to 100%")
    logs.conclude(1, "failed", "the run failed")
    logs.conclude(0, "written", "published")
    first, second, third = written.getvalue().splitlines()
    assert first.endswith(" INFO writing to 100%")
    assert second == "clipbook: the run failed"
    assert third.endswith(" INFO published")


@pytest.mark.parametrize("written", ["json"], indirect=True)
def test_json_holds_any_text_in_one_line_of_ascii(written: io.StringIO):
    logs.tell("writing", "two\nlines, é, \u2028, \ud800 and {braces} %s", path="東京", at=b"1")
    (line,) = written.getvalue().split("\n")[:-1]
    assert line.isascii()
    found = json.loads(line)
    assert found["message"] == "two\nlines, é, \u2028, \ud800 and {braces} %s"
    assert (found["event"], found["path"], found["at"], found["level"]) == ("writing", "東京", "b'1'", "info")


@pytest.mark.parametrize("written", ["json"], indirect=True)
def test_what_libraries_say_becomes_json_too(written: io.StringIO):
    logging.getLogger("apache_beam.io").warning("slow: %d s", 7)
    logging.getLogger("apache_beam.io").info("chatter")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", stacklevel=1)
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    slow, old, failed = map(json.loads, written.getvalue().splitlines())
    assert (slow["logger"], slow["level"], slow["message"]) == ("apache_beam.io", "warning", "slow: 7 s")
    assert (old["logger"], old["level"]) == ("py.warnings", "warning")
    assert "UserWarning: old" in old["message"]
    assert (failed["level"], failed["message"]) == ("error", "a thread failed")
    assert failed["traceback"].splitlines()[-1].startswith("ZeroDivisionError: ")
