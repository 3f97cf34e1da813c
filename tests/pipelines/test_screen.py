"""Printing for people."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.screen import Screen, clean, cut, width


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@given(st.text())
def test_no_text_commands_a_terminal(text: str):
    shown = clean(text)
    assert not any(character < " " or "\x7f" <= character <= "\x9f" for character in shown)
    assert not set(shown) & set("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_what_scripts_are_spelt_with_stays():
    assert clean("می\u200cخواهم") == "می\u200cخواهم"


@given(st.text(), st.integers(1, 20))
def test_a_text_is_cut_to_the_columns_that_it_takes(text: str, columns: int):
    line = clean(text)
    assert width(cut(line, columns)) <= columns
    assert cut(line, columns) == line or cut(line, columns).endswith("…")


@given(st.text())
def test_json_commands_no_terminal_and_reads_back(text: str):
    out = io.StringIO()
    Screen(out).json({"text": text.encode("utf-8", "replace").decode()})
    printed = out.getvalue().removesuffix("\n")
    assert not any(character < " " or "\x7f" <= character <= "\x9f" for character in printed)
    assert json.loads(printed)["text"] == text.encode("utf-8", "replace").decode()


def test_colours_are_for_terminals_whose_users_want_them(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert Screen(Terminal()).bold("x") == "\x1b[1mx\x1b[0m"
    assert Screen(io.StringIO()).bold("x") == "x"
    monkeypatch.setenv("NO_COLOR", "1")
    assert Screen(Terminal()).bold("x") == "x"


def test_columns_stand_below_each_other_in_every_script():
    out = io.StringIO()
    Screen(out).table(("name", "n", "label"), [("東京", "7", "x"), ("a", "12", "y\nz")], right=(1,))
    assert out.getvalue().splitlines() == ["name   n  label", "東京   7  x", "a     12  y z"]
