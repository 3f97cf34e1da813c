"""The file of overrides: what may stand in it, and what a wrong line is answered with."""

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import overrides
from pipelines.options import parse
from pipelines.overrides import is_told, read_overrides, section
from pipelines.usage import UsageError
from schemas.records import Override

A, B, C = ("a" + 16 * letter for letter in "abc")
PAGE, EVENT = "p" + 16 * "d", "e" + 16 * "e"


def read(*lines: object) -> tuple[Override, ...]:
    content = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    return read_overrides(io.BytesIO(content.encode("utf-8")))


def refused(*lines: object) -> str:
    with pytest.raises(ValueError, match="line") as error:
        read(*lines)
    return str(error.value)


def same(*names: str, **more: Any) -> dict[str, Any]:
    return {"override": "same_event", "articles": [*names], **more}


def apart(*names: str) -> dict[str, Any]:
    return {"override": "not_same_event", "articles": [*names]}


def segment(**more: Any) -> dict[str, Any]:
    return {"override": "segment", "page": PAGE, "from": 3, "kind": "body", **more}


def test_each_kind_is_read_with_its_line_and_empty_lines_are_passed_over():
    found = read(
        same(A, f"{PAGE}#0", EVENT, why=" seen \n twice "),
        "",
        apart(A, C),
        {"override": "not_an_article", "article": B},
        segment(to=9, article=1, text="Sign up"),
        {"override": "keep", "article": f"{PAGE}#12"},
    )
    assert found == (
        Override(1, "same_event", (A, f"{PAGE}#0", EVENT), why="seen   twice"),
        Override(3, "not_same_event", (A, C)),
        Override(4, "not_an_article", (B,)),
        Override(5, "segment", (), PAGE, 3, 9, "body", 1, "Sign up"),
        Override(6, "keep", (f"{PAGE}#12",)),
    )


WRONG = [
    ("[]", "line 1: this is no JSON object; write one such as "),
    ("{", "line 1: this is no JSON object"),
    ({"override": "same_evnt"}, "line 1: override is 'same_evnt'; did you mean same_event?"),
    ({}, "line 1: override is missing; known are same_event, not_same_event, "),
    (same(A), "line 1: it names 1; same_event takes two or more"),
    (same(A, A), f"line 1: it names {A} twice; name each article once"),
    (apart(A, B, C), "line 1: it names 3; not_same_event takes two"),
    (same(A, A[:9]), "line 1: articles is 'aaaaaaaaa'; give a whole article_id"),
    (same(A, "<b>"), "line 1: articles is '<b>'; give a whole article_id"),
    (same(A, 7), "line 1: articles is 7; give"),
    ({"override": "same_event", "articles": A}, "no list; write it as "),
    ({"override": "keep", "article": EVENT}, f"line 1: article is {EVENT!r}; give a whole article_id"),
    ({"override": "keep", "articles": [A]}, "line 1: keep has no field 'articles'; write it as "),
    (segment(page="x"), "line 1: page is 'x'; give a whole page_id"),
    (segment(kind="bodi"), "line 1: kind is 'bodi'; did you mean body?"),
    (segment(kind="blank"), "line 1: kind is 'blank'; "),
    (segment(**{"from": -1}), "line 1: from is -1; give a whole number from 0"),
    (segment(**{"from": True}), "line 1: from is True; give a whole number"),
    (segment(article=2**32), "line 1: article is 4294967296; give a whole number from 0"),
    (segment(**{"from": None}), "line 1: from is missing; give the segment's char_start"),
    (segment(to=3), "line 1: to is 3 and from 3; to is where it ends"),
    (same(A, B, why=3), "line 1: why is 3, no text"),
    (same(A, B, why="x" * 3_000), "line 1: why is longer than 2,000 characters; shorten it"),
]


@pytest.mark.parametrize(("line", "message"), WRONG)
def test_a_wrong_line_is_named_with_what_to_do(line: object, message: str):
    assert message in refused(line)


def test_contradictions_in_the_file_are_refused_with_both_lines():
    for lines, message in [
        (
            [same(A, B), same(B, C), apart(A, C)],
            f"line 3: {A} and {C} are one event by lines 1, 2 (same_event); take",
        ),
        ([apart(A, B), same(A, B)], f"line 1: {A} and {B} are one event by line 2 (same_event); take one out"),
        ([same(A, B), same(B, A)], "line 2: line 1 says the same; take one of them out"),
        ([segment(), segment(kind="caption")], "line 2: line 1 says something else of the same segment; take one"),
        (
            [{"override": "not_an_article", "article": A}, {"override": "keep", "article": A}],
            f"line 2: it names {A}, which is no article by line 1; take one of them out",
        ),
    ]:
        assert message in refused(*lines)


def test_a_file_has_its_limits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(overrides, "MAX_LINES", 2)
    with pytest.raises(ValueError, match="line 3: a file of overrides has at most 2 lines"):
        read(same(A, B), same(A, C), "")
    monkeypatch.setattr(overrides, "_LINE_BYTES", 10)
    with pytest.raises(ValueError, match="line 1: it is longer than 10 bytes"):
        read(same(A, B))


@given(st.binary(max_size=200))
def test_whatever_stands_in_a_file_it_is_read_or_refused_in_a_sentence(content: bytes):
    with contextlib.suppress(ValueError):
        read_overrides(io.BytesIO(content))


def test_a_wrong_file_is_a_wrong_call(tmp_path: Path):
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "overrides.jsonl").write_text("{}\n")
    for file, message in [("overrides.jsonl", "cannot be read: line 1: override is missing"), ("none", "cannot be read")]:
        with pytest.raises(UsageError) as error:
            parse(["--input", f"{tmp_path}/a.txt", "--overrides", f"{tmp_path}/{file}"])
        assert message in str(error.value)


def test_the_manifest_counts_all_lines_and_names_those_that_did_not_apply():
    row = {"override": "keep", "names": [A], "page_id": None, "char_start": None, "message": "No."}
    rows = [row | {"line": n, "outcome": "unmatched"} for n in range(1, 1_500)]
    rows.append(row | {"line": 1_500, "outcome": "applied", "message": None})
    found = section(rows)
    assert (found["given"], found["applied"], found["unmatched"]) == (1_500, 1, 1_499)
    assert [entry["line"] for entry in found["told"]] == list(range(1, 1_001))
    assert not is_told(rows[-1])
