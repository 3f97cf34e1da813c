"""Text from the web, made harmless to look at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.report import text


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("<script>alert(1)</script>", "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>"),
        ("\" onload='x'", "<bdi>&#34; onload=&#39;x&#39;</bdi>"),
        ("invoice\u202efdp.exe", "<bdi>invoice\ufffdfdp.exe</bdi>"),
        ("a\x00b\x1b[31mc\x7f", "<bdi>a\ufffdb\ufffd[31mc\ufffd</bdi>"),
        ("two\nlines\u2028and\r\nmore", "<bdi>two lines and more</bdi>"),
        ("ti\u200btle\ufeff", "<bdi>title</bdi>"),
        ("می\u200cخواهم", "<bdi>می\u200cخواهم</bdi>"),
        (None, "<bdi></bdi>"),
    ],
)
def test_a_text_is_shown_as_text(given: str | None, expected: str):
    assert text.shown(given) == expected


@given(st.text(max_size=300), st.integers(2, 50))
def test_no_text_is_longer_than_allowed_or_turns_others_around(given: str, most: int):
    line = text.line(given, most)
    assert len(line) <= most
    assert "\n" not in line
    assert text.clean(line) == line


def test_accents_do_not_pile_up():
    assert text.line("Z" + "\u0300" * 500, 100) == "Z" + "\u0300" * 4


@pytest.mark.parametrize("language", ['en" onclick="x', "<b>", "x", ""])
def test_a_language_is_named_only_where_it_may_be_one(language: str):
    assert text.shown("a", language=language) == "<bdi>a</bdi>"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//post.example", "file:///etc", "https://", "https://a b", "\x01https://a",
     "https://post.example/\u202ex", None, "https://post.example/" + "x" * 2000],
)  # fmt: skip
def test_what_is_no_plain_address_of_the_web_is_no_link(url: str | None):
    assert text.web_address(url) is None


def test_the_first_signs_of_any_bytes_can_be_shown():
    assert text.head_of(b"\x89PNG\r\n\x1a\n\x00<b>") == "\ufffdPNG \ufffd \ufffd<b>"
