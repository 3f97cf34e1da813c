"""A page as a person is shown it."""

import json
from pathlib import Path

import pytest

from pipelines.inspect import main
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
    assert main([str(tmp_path / "a.txt")]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert "  0 main: Ferry service returns to Lake Orsund  " in shown
    assert "  1 related: Bridge repairs will take until spring  Harbour Post · 2 hours ago" in shown
    assert "section_heading     Related Articles" in shown
    assert "            age  1  2 hours ago" in shown


def test_nothing_is_coloured_but_on_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.txt").write_text(PAGE + "\x1b[31mred")
    main([str(tmp_path / "a.txt")])
    assert "\x1b" not in capsys.readouterr().out


def test_one_record_of_a_file_is_picked_by_its_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.jsonl").write_text('{"id": "one", "text": "One is here."}\n{"id": "two", "text": "Two is here."}\n')
    assert main([str(tmp_path / "a.jsonl"), "two"]) == 0
    shown = capsys.readouterr().out
    assert "Two is here." in shown
    assert "One is here." not in shown


def test_a_refused_record_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.jsonl").write_text('{"id": "one"}\n')
    assert main([str(tmp_path / "a.jsonl")]) == 0
    assert "a.jsonl#one  refused by read: The record has no text" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main([str(tmp_path / "none.txt")]) == 2
    assert "there is no such file or record" in capsys.readouterr().err


def test_a_page_is_printed_as_a_marked_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.txt").write_text(PAGE)
    assert main([str(tmp_path / "a.txt"), "--marked"]) == 0
    shown = capsys.readouterr().out
    assert parse(shown).text == PAGE
    assert shown.startswith("title 0            | Ferry service returns to Lake Orsund\nblank ")


def test_one_page_is_printed_as_a_marked_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.jsonl").write_text('{"id": "one", "text": "One is here."}\n{"id": "two", "text": "Two is here."}\n{}\n')
    assert main([str(tmp_path / "a.jsonl"), "--marked"]) == 2
    assert "--marked prints one page, and the file holds several; name a RECORD" in capsys.readouterr().err
    assert main([str(tmp_path / "a.jsonl"), "3", "--marked"]) == 2
    assert "was refused by read" in capsys.readouterr().err
    assert main([str(tmp_path / "a.jsonl"), "two", "--marked"]) == 0
    assert parse(capsys.readouterr().out).text == "Two is here.\n"


def test_a_page_is_shown_by_the_layout_of_its_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    record = {"url": "https://www.nationalpost.com/news/a", "text": f"{PAGE}\nArticle content\n"}
    (tmp_path / "a.jsonl").write_text(json.dumps(record))
    assert main([str(tmp_path / "a.jsonl")]) == 0
    assert "  layout postmedia, " in capsys.readouterr().out
