"""A page as a person is shown it."""

import json
from pathlib import Path

import pytest

from pipelines.cli import main
from schemas.marked import parse

PAGE = """Ferry service returns to Lake Orsund

The first ferry in eleven weeks crossed the lake on Monday morning with forty passengers and a brass band on board.

Related Articles

Harbour Post
2 hours ago
- Harbour Post
Bridge repairs will take until spring
"""


def test_a_page_is_shown_with_its_articles_and_segments(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.txt").write_text(PAGE)
    assert main(["inspect", str(tmp_path / "a.txt")]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert "  0 main: Ferry service returns to Lake Orsund  " in shown
    assert "  1 related: Bridge repairs will take until spring  Harbour Post · 2 hours ago" in shown
    assert "section_heading     Related Articles" in shown
    assert "            age  1  2 hours ago" in shown


def test_nothing_is_coloured_but_on_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.txt").write_text(PAGE + "\x1b[31mred")
    main(["inspect", str(tmp_path / "a.txt")])
    assert "\x1b" not in capsys.readouterr().out


def test_one_record_of_a_file_is_picked_by_its_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.jsonl").write_text('{"id": "one", "text": "One is here."}\n{"id": "two", "text": "Two is here."}\n')
    assert main(["inspect", str(tmp_path / "a.jsonl"), "two"]) == 0
    shown = capsys.readouterr().out
    assert "Two is here." in shown
    assert "One is here." not in shown


def test_a_refused_record_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.jsonl").write_text('{"id": "one"}\n')
    assert main(["inspect", str(tmp_path / "a.jsonl")]) == 0
    assert "a.jsonl#one  refused by read: The record has no text" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["inspect", str(tmp_path / "none.txt")]) == 2
    assert capsys.readouterr().err == f"clipbook: There is no file {tmp_path}/none.txt; mend the path.\n"
    (tmp_path / "page-one.txt").write_text("")
    assert main(["inspect", str(tmp_path / "pageone.txt")]) == 2
    assert capsys.readouterr().err.endswith(f"; did you mean {tmp_path}/page-one.txt?\n")


def test_a_page_is_printed_as_a_marked_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.txt").write_text(PAGE)
    assert main(["inspect", str(tmp_path / "a.txt"), "--marked"]) == 0
    shown = capsys.readouterr().out
    assert parse(shown).text == PAGE
    assert shown.startswith("title 0            | Ferry service returns to Lake Orsund\nblank ")


def test_one_page_is_printed_as_a_marked_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.jsonl").write_text('{"id": "one", "text": "One is here."}\n{"id": "two", "text": "Two is here."}\n{}\n')
    assert main(["inspect", str(tmp_path / "a.jsonl"), "--marked"]) == 2
    assert "--marked prints one page, and the file holds several; name a RECORD" in capsys.readouterr().err
    assert main(["inspect", str(tmp_path / "a.jsonl"), "3", "--marked"]) == 2
    assert "was refused by read" in capsys.readouterr().err
    assert main(["inspect", str(tmp_path / "a.jsonl"), "two", "--marked"]) == 0
    assert parse(capsys.readouterr().out).text == "Two is here.\n"


def test_a_page_is_shown_by_the_layout_of_its_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    record = {"url": "https://www.nationalpost.com/news/a", "text": f"{PAGE}\nArticle content\n"}
    (tmp_path / "a.jsonl").write_text(json.dumps(record))
    assert main(["inspect", str(tmp_path / "a.jsonl")]) == 0
    assert "  layout postmedia, " in capsys.readouterr().out


def test_a_page_is_printed_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "one", "text": PAGE + "\x9b31m"}) + "\n{}\n")
    assert main(["inspect", str(tmp_path / "a.jsonl"), "--json", "--fetched_at", "2025-06-12T10:00Z"]) == 0
    printed = capsys.readouterr().out
    assert "\x9b" not in printed
    page, refused = map(json.loads, printed.splitlines())
    assert "".join(segment["text"] for segment in page["segments"]).startswith(PAGE)
    assert [article["title"] for article in page["articles"]] == [
        "Ferry service returns to Lake Orsund",
        "Bridge repairs will take until spring",
    ]
    assert page["articles"][1]["published_at"] == "2025-06-12T08:00:00+00:00"
    assert (refused["refused"], refused["error_type"]) == (True, "no_text")


def test_a_record_that_is_not_there_is_told_with_what_was_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a[1].jsonl").write_text('{"id": "one", "text": "One is here."}\n')
    assert main(["inspect", str(tmp_path / "a[1].jsonl"), "two"]) == 2
    assert "a[1].jsonl has no record 'two'; give its id, or its number from 1." in capsys.readouterr().err
    assert main(["inspect", str(tmp_path)]) == 2
    assert f"{tmp_path} is a folder; give one of the files in it." in capsys.readouterr().err
