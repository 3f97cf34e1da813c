"""The visible text of HTML: lines, lists, tables, what is hidden, and pages that nobody wrote in good faith."""

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.read.html import read_html


def shown(html: str) -> str:
    return read_html(html)[0].rstrip("\n")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        (" \n\t", ""),
        ("plain words", "plain words"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two<div>three</div>four</div>", "one\ntwo\nthree\nfour"),
        ("<h1>Title</h1>text", "Title\n\ntext"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<p>over\n  two\tlines </p>", "over two lines"),
        ("<p>W<b>or</b>d, <i>slanted</i>.", "Word, slanted."),
        ("<p>dogs &amp; cats &eacute; &#8217; &hellip;", "dogs & cats é ’ …"),
        ("3&nbsp;000", "3\u00a0000"),
        ("one<!-- no -->two<![CDATA[no]]>", "onetwo"),
        ("<pre>one\n  two\n\nthree</pre>", "one\n  two\n\nthree"),
        ("<p>a &lt;b&gt; c", "a <b> c"),
        ("<p>unclosed <b>tags <p>next", "unclosed tags\n\nnext"),
        ("<dl><dt>Term<dd>Meaning</dl>", "Term\nMeaning"),
        ("<figure><img alt=no><figcaption>Caption</figcaption></figure>", "Caption"),
        ("<details><summary>More</summary><p>inside</details>", "More\n\ninside"),
        ("<ruby>東京<rp>(</rp><rt>とうきょう</rt><rp>)</rp></ruby>都", "東京都"),
    ],
)
def test_lines_are_those_that_a_browser_shows(html: str, text: str):
    assert shown(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ul><li>one<li>two</ul>", "* one\n* two"),
        ("<ol><li>one<li>two</ol>", "1. one\n2. two"),
        ("<ul><li>one<ul><li>inner</ul><li>two</ul>x", "* one\n* inner\n* two\n\nx"),
        ("<ol><li>one<ul><li>inner</ul><li>two</ol>", "1. one\n* inner\n2. two"),
        ("<ul><li><p>a</p><p>b</p></li></ul>", "* a\n\nb"),
        ("<ul><li></li><li><div><a>b</a></div></li></ul>", "* b"),
        ("<li>alone", "* alone"),
    ],
)
def test_items_of_lists_have_a_bullet_or_a_number(html: str, text: str):
    assert shown(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<table><tr><th>City<th>Votes<tr><td>A<td>12</table>", "City  Votes\nA  12"),
        ("<table><tr><td><td>only</table>", "only"),
        ("<table><tr><td><p>Menu<p>More<td><p>Text</table>", "Menu\n\nMore\n\nText"),
        ("<table><caption>Results</caption><tr><td>x</table>", "Results\nx"),
    ],
)
def test_the_cells_of_a_row_are_one_line_unless_they_have_lines_of_their_own(html: str, text: str):
    assert shown(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<span>Reuters</span><span>5 days ago</span>", "Reuters 5 days ago"),
        ("<a><b>Home</b></a><a>World</a>", "Home World"),
        ("<span>T</span>he", "The"),
        ("<b>W</b><b>ord</b>", "Word"),
        ("<span>東海</span><span>あさひ</span>", "東海あさひ"),
        ("<span>(</span><span>AP</span>", "(AP"),
    ],
)
def test_pieces_that_sites_set_apart_by_style_are_apart(html: str, text: str):
    assert shown(html) == text


@pytest.mark.parametrize(
    "unseen",
    [
        "<p hidden>no</p>",
        "<p hidden=until-found>no</p>",
        '<div style="display:none">no<p>no</div>',
        '<div style="color:red; DISPLAY : none !important">no</div>',
        '<span style="visibility: hidden">no</span>',
        '<span class="icon sr-only">no</span>',
        "<dialog>no</dialog>",
        "<script>no</script>",
        "<style>no</style>",
        "<noscript><p>no</noscript>",
        "<template><p>no</template>",
        "<svg><title>no</title><text>no</text></svg>",
        "<iframe>no</iframe>",
        "<video>no</video>",
        "<select><option>no<option>no</select>",
        "<textarea>no</textarea>",
        "<input type=hidden value=no>",
        "<title>no</title>",
        "<div hidden><div>no</div><br>no</div>",
    ],
)
def test_what_a_browser_does_not_show_is_left_out(unseen: str):
    assert shown(f"before {unseen} after").split() == ["before", "after"]


@pytest.mark.parametrize(
    "seen",
    [
        "<p aria-hidden=true>words</p>",
        '<p style="display:block">words</p>',
        '<p class="hidden-arrows">words</p>',
        "<dialog open>words</dialog>",
        "<body hidden style='display:none'>words",
        "<html style='visibility:hidden'>words",
        "<custom-element>words</custom-element>",
        "<button>words</button>",
    ],
)
def test_what_a_browser_shows_is_kept(seen: str):
    assert shown(seen) == "words"


@pytest.mark.parametrize("half", ["a\ud800b", "\ud83d\ude00", "a\0b", "\ufeffx", "<p\0>x"])
def test_characters_that_no_text_may_hold_do_no_harm(half: str):
    assert read_html(half)[0].encode()


def test_a_declaration_of_an_encoding_in_text_that_is_decoded_is_no_matter():
    assert shown('<meta charset="windows-1251"><p>Größe 東京') == "Größe 東京"


PIECES = st.sampled_from(
    [
        "<", ">", "</", "<p>", "<div hidden>", "</div>", "<!--", "-->", "<![CDATA[", "]]>", "<?xml", "<title>", "</title>",
        "<script>", "</script>", '<script type="application/ld+json">', "&", "&amp;", "&#x0;", "&#xD800;", "\0",
        "\ud800", '"', "=", " ", "a", "é", "日", "\n", "<br/>", "<td>", "<table>", "<li>", "<ol>", "</ol>", "<pre>",
        "</pre>", "<svg>", "<body", "<:",
        "<meta name=x content=", "<a b c=d", "<plaintext>", "<!DOCTYPE html", "\x01", "\r", "\uffff", "<ns:tag>", "<é>",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=200))
@settings(deadline=None, derandomize=True, max_examples=500)
def test_any_string_is_read(html: str):
    text, _ = read_html(html)
    text.encode()
    assert not text.startswith("\n")
    assert "\n\n\n" not in text


SCALE = 1 << 20
HOSTILE = {
    "elements within elements": "<div>" * (SCALE // 5) + "deep" + "</div>" * (SCALE // 6),
    "ends of what was never opened": "<div>" * (SCALE // 10) + "</b>" * (SCALE // 8) + "deep",
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(SCALE // 8)) + ">deep",
    "one long attribute": '<p title="' + "v" * SCALE + '">deep',
    "formatting": "<p>" + "".join(f"<font a{n}>" for n in range(20_000)) + "</p>" + "<p>x</p>" * 60_000 + "deep",
    "a wide cell": "<table><tr><td>" + "w " * 200_000 + "<tr><td>a<td>b" * 40_000 + "</table>deep",
    "lists within lists": "<ul><li>x" * (SCALE // 9) + "deep",
    "tables within tables": "<table><tr><td>" * (SCALE // 15) + "deep",
    "less-than signs": "<" * SCALE + "<p>deep",
    "entities": "&amp;" * (SCALE // 5) + "deep",
    "a comment that breaks off": "deep<!--" + "-" * SCALE,
    "a script that breaks off": "deep<script>" + "x<" * (SCALE // 2),
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_page_takes_little_time_and_memory_and_loses_nothing(html: str):
    start = time.process_time()
    text, _ = read_html(html)
    # A hundredth of what the square of the length would take, and ten times what was seen.
    assert time.process_time() - start < 8
    assert text.rstrip().endswith("deep")
    assert len(text) <= 2 * len(html)


def test_the_memory_that_a_page_takes_is_a_multiple_of_its_length():
    html = "<ul><li>x" * 100_000
    tracemalloc.start()
    read_html(html)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * len(html)


# What the markup says.


def test_the_markup_is_kept_as_it_stands():
    _, markup = read_html(
        '<title>Fog &amp; ice</title><link rel="next canonical" href="https://a.example/1">'
        '<meta property="OG:Title" content="Fog"><meta name=author content=Jane><meta content=nameless><meta name=empty>'
        '<meta property="og:title" content="Second"><svg><title>no</title></svg>'
        '<script type="application/ld+json; charset=utf-8">{"a": "<b>"}</script><script>{"b": 1}</script>'
    )
    assert markup.title == "Fog & ice"
    assert markup.canonical == "https://a.example/1"
    assert markup.meta == {"og:title": "Fog", "author": "Jane"}
    assert markup.linked_data == ['{"a": "<b>"}']


def test_the_markup_that_is_kept_is_bounded():
    data = '<script type="application/ld+json">' + "x" * 400_000 + "</script>"
    _, markup = read_html(
        "<title>" + "t" * 10_000 + "</title><link rel=canonical href='" + "h" * 10_000 + "'>" + data * 4
        + "".join(f"<meta name=m{n} content={'c' * 5000}>" for n in range(600))
    )  # fmt: skip
    assert len(markup.title or "") == len(markup.canonical or "") == 4000
    assert len(markup.linked_data) == 2
    assert len(markup.meta) == 500
    assert {len(value) for value in markup.meta.values()} == {4000}
