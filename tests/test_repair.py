"""From bytes to readable text: every fix by its name."""

import codecs
import itertools
import re

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to
from ftfy.badness import MOJIBAKE_CATEGORIES, is_bad
from hypothesis import given
from hypothesis import strategies as st

import transforms.repair
from schemas.records import Given, Record, RepairedPage
from schemas.rejects import Reject
from transforms.repair import (
    _LEFTOVER,
    _LEFTOVERS,
    _UNTOUCHED,
    RepairPages,
    _is_untouched,
    repair,
    repair_given,
    repair_record,
)

# What is repaired, by name.


@pytest.mark.parametrize(
    ("broken", "mended", "fixes"),
    [
        ("plain ASCII\n", "plain ASCII\n", []),
        ("Ça déjà vu — “ok”…\n", "Ça déjà vu — “ok”…\n", []),
        ("AT&T and R&D", "AT&T and R&D", []),
        ("a &amp; b &quot;c&quot; &#8211; &nbsp;d", "a & b \"c\" –  d", ["html_entities", "no_break_spaces"]),
        ("1 < 2\nAT&amp;T", "1 < 2\nAT&T", ["html_entities"]),
        ("caf\u00c3\u00a9", "café", ["mojibake"]),
        ("It\u00e2\u20ac\u2122s", "It’s", ["mojibake"]),
        ("one\r\ntwo\rthree", "one\ntwo\nthree", ["line_ends"]),
        ("one\u2028two\u2029three\x0cfour", "one\ntwo\nthree\nfour", ["line_ends"]),
        ("gov\u00adern\u00adment", "government", ["soft_hyphens"]),
        ("zero\u200bwidth\u2060", "zerowidth", ["zero_width"]),
        ("ma\ufeffrk", "mark", ["control_characters"]),
        ("ab\u200dc", "abc", ["zero_width"]),
        ("3\u00a0000\u202f%", "3 000 %", ["no_break_spaces"]),
        ("\u202bright\u202c \u200eleft\u200f \u2066x\u2069", "right left x", ["direction_marks"]),
        ("a\0b\x07c", "abc", ["control_characters"]),
        ("\x1b[31mred\x1b[0m", "red", ["terminal_escapes"]),
        ("a \ufb01re", "a fire", ["ligatures"]),
        ("cafe\u0301", "café", ["unicode_normalization"]),
        ("\x93quoted\x94", "“quoted”", ["mojibake"]),
        ("emoji \ud83d\ude00", "emoji 😀", ["surrogates"]),
        ("lone \ud83d.", "lone \ufffd.", ["surrogates"]),
    ],
)  # fmt: skip
def test_a_fault_is_mended_and_named(broken: str, mended: str, fixes: list[str]):
    assert repair(broken) == (mended, fixes)


def test_marks_stacked_on_one_letter_are_cut_to_thirty():
    mended, fixes = repair("a" + "\u0301\u0316" * 100_000 + " b")
    assert fixes == ["combining_marks", "unicode_normalization"]
    # In order, marks below come before those above, and the first above is one with its letter.
    assert mended == "\u00e1" + "\u0316" * 15 + "\u0301" * 14 + " b"


def test_thirty_marks_on_one_letter_are_left_to_stand():
    assert repair("\u00e1" + "\u0316" * 15 + "\u0301" * 14) == ("\u00e1" + "\u0316" * 15 + "\u0301" * 14, [])


def test_a_vertical_tab_ends_a_line():
    assert repair("one\x0btwo") == ("one\ntwo", ["line_ends"])


def test_joiners_stay_where_they_spell_words_and_emoji():
    for text in ("می\u200cخواهم", "क्\u200dष", "👩\u200d🚒"):
        assert repair(text) == (text, [])


def test_mojibake_in_one_line_leaves_the_next_as_it_is():
    assert repair("caf\u00c3\u00a9\ncafé €5")[0] == "café\ncafé €5"


def test_full_width_letters_and_curly_quotes_are_no_fault():
    assert repair("ＮＨＫは「速報」と“発表”した。") == ("ＮＨＫは「速報」と“発表”した。", [])


def whole(text: str) -> tuple[str, list[str]]:
    """Repaired without a short way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transforms.repair, "_UNTOUCHED", re.compile("(?!)"))
        return repair(text)


UNTOUCHED = "".join(filter(_UNTOUCHED.fullmatch, map(chr, range(0x110000))))
ASCII = "".join(filter(str.isascii, UNTOUCHED))


@given(st.lists(st.text(ASCII) | st.text(UNTOUCHED, max_size=3) | st.sampled_from(["&", "&amp", "&lt;", "#38;"])))
def test_what_is_taken_for_untouched_is_untouched(pieces: list[str]):
    for text in ("".join(pieces), " ".join(pieces)):
        if _UNTOUCHED.fullmatch(text):
            assert whole(text) == (text, [])


@given(
    st.lists(
        st.text(UNTOUCHED, max_size=4)
        | st.sampled_from(
            [*map(chr, range(0x100)), "&lt;", "&#38;", "‘é", "”“", "…", "Ł", "\u2028", "\u3000", "\ud800", "\udc80"]
        )
        | st.text(st.characters(exclude_categories=[]), max_size=2)
    )
)
def test_stretches_tell_of_any_text_what_the_pattern_does(pieces: list[str]):
    for text in ("".join(pieces), " ".join(pieces), "\n".join(pieces) * 2):
        assert _is_untouched(text) == bool(_UNTOUCHED.fullmatch(text))


def test_stretches_tell_of_each_character_and_pair_what_the_pattern_does():
    pairs = itertools.product([*map(chr, range(0x100)), *"‘”…Ł語\u2028"], repeat=2)
    for text in (*map(chr, range(0x3100)), *map("".join, pairs)):
        assert _is_untouched(text) == bool(_UNTOUCHED.fullmatch(text)), text


def test_each_character_that_is_taken_for_untouched_is():
    text = " ".join(UNTOUCHED)
    assert _UNTOUCHED.fullmatch(text)
    assert whole(text) == (text, [])


def test_nothing_that_is_taken_for_untouched_looks_misread():
    # By the classes of characters that ftfy tells such text by, of each set of classes one, in every order of four.
    classes = [re.compile(f"[{found}]") for found in MOJIBAKE_CATEGORIES.values()]
    kinds = {tuple(found.match(char) is None for found in classes): char for char in UNTOUCHED}
    characters = "".join(kinds.values()) + "ÎÐØВвГβāâà√‚€a ."
    for four in itertools.product(characters, repeat=4):
        text = "".join(four)
        if _UNTOUCHED.fullmatch(text):
            assert not is_bad(text), text


def test_whatever_may_be_left_is_looked_for():
    everything = "a".join(map(chr, range(0x110000)))
    left = {char for _, pattern, _ in _LEFTOVERS for found in pattern.findall(everything) for char in found}
    assert left <= set(_LEFTOVER.findall(everything))


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_no_repaired_text_holds_what_no_string_may(text: str):
    mended, _ = repair(text)
    mended.encode("utf-8")
    assert not set(mended) & set("\0\r\x0b\x0c\x85\u2028\u2029\u202e\u200b\ufeff\x1b")


@given(st.sampled_from(["&#0;", "&#xD800;", "&#13;", "&#x202e;", "&#8203;", "&#65279;", "&#x1b;", "&#133;"]))
def test_no_entity_brings_in_what_no_string_may(entity: str):
    mended, _ = repair(f"a{entity}b\n")
    mended.encode("utf-8")
    assert not set(mended) & set("\0\r\x85\u202e\u200b\ufeff\x1b")


# Records.


def record(payload: bytes, text: str | None = None, **fields: object) -> Record:
    return Record("/data/a.txt", "path", "a.txt", payload, text, Given(), **fields)


def test_a_record_becomes_a_page():
    page = repair_record(record(b"caf\xc3\xa9\r\n"))
    assert page == RepairedPage(
        page_id=page.page_id,
        source_uri="/data/a.txt",
        given=Given(),
        byte_count=7,
        head=b"caf\xc3\xa9\r\n",
        encoding="utf-8",
        fixes=("line_ends",),
        warnings=(),
        text="café\n",
    )


def test_the_id_of_a_page_comes_from_its_name_and_its_bytes():
    first, second, same = (repair_record(record(payload)) for payload in (b"a", b"b", b"a"))
    assert first.page_id == same.page_id != second.page_id


def test_a_text_that_the_format_has_decoded_is_not_decoded_again():
    page = repair_record(record(b'{"text": "caf\\u00e9"}', "café"))
    assert (page.text, page.encoding, page.byte_count) == ("café", "utf-8", 21)


def test_how_the_format_has_decoded_a_text_is_told():
    page = repair_record(Record("/data/a.html", "path", "a", b"<p>x", "x\xad\n", Given(), (), "cp1252", ("invalid_bytes",)))
    assert (page.encoding, page.fixes) == ("cp1252", ("invalid_bytes", "soft_hyphens"))


def test_fixes_are_named_once_in_order():
    page = repair_record(record(codecs.BOM_UTF8 + b"a &amp; b\r\nc &amp; d\r\n"))
    assert page.fixes == ("byte_order_mark", "html_entities", "line_ends")


def test_a_record_that_is_no_text_is_refused_with_its_beginning():
    assert repair_record(record(bytes(range(256)) * 8)) == Reject(
        "/data/a.txt",
        "repair",
        "undecodable",
        "The bytes are no text in any known encoding; save the page as UTF-8, or leave it out.",
        bytes(range(256)) * 4,
    )


def test_what_the_input_says_is_repaired_and_put_on_one_line():
    given_by_input = Given(
        url=" https://a.example/1\n",
        fetched_at=5,
        title="It\u00e2\u20ac\u2122s\r\n  here &amp; now",
        outlet="\u200b",
        published_at=7,
        published_precision="day",
        event_label="\0label\ud800",
        site_name="Post\n&amp; Mail",
    )
    assert repair_given(given_by_input) == Given(
        url="https://a.example/1",
        fetched_at=5,
        title="It’s here & now",
        outlet=None,
        published_at=7,
        published_precision="day",
        event_label="label\ufffd",
        site_name="Post & Mail",
    )


def test_warnings_hold_no_lone_surrogates():
    page = repair_record(Record("/data/a.txt", "id", "\ud800", b"{}", "words", Given(), ("title: \ud800",)))
    assert page.warnings == ("title: \ufffd",)


@pytest.mark.parametrize("source_uri", ["/data/AT&amp;T.txt", "/data/cafe\u0301.txt", "/data/\ufb01re.jsonl#a\u00a0b"])
def test_a_source_is_named_as_it_is_and_not_repaired(source_uri: str):
    assert repair_record(Record(source_uri, "path", "a", b"words", None, Given())).source_uri == source_uri


def test_records_become_pages_and_rejects_in_a_pipeline():
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        repaired = pipeline | beam.Create([record(b"words"), record(b"\0" * 9)]) | RepairPages()
        assert_that(repaired["pages"] | beam.Map(lambda page: page.text), equal_to(["words"]), "pages")
        assert_that(repaired["rejects"] | beam.Map(lambda reject: reject.payload), equal_to([b"\0" * 9]), "rejects")


def test_records_whose_path_and_id_read_alike_are_two_pages():
    ids = {repair_record(Record("u", kind, "a.txt", b"words", None, Given())).page_id for kind in ("path", "id")}
    assert len(ids) == 2


@pytest.mark.parametrize("size", [3, 1024, 5000])
def test_a_page_remembers_how_its_record_begins(size: int):
    assert repair_record(record(b"x" * size)).head == b"x" * min(size, 1024)


def test_a_long_text_of_ampersands_takes_no_memory_for_each():
    text = "&a" * 3_000_000
    assert repair(text) == (text, [])
