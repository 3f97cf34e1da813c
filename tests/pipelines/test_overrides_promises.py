"""Whether a dataset is as its table of overrides says: lines that do not hold are found."""

from typing import Any

import pytest

from pipelines.promises.findings import Findings
from pipelines.promises.overrides import Corrections, check_overrides, check_page

ARTICLES = {"a1": {"event": "e1", "kept": ["p1", 0]}, "a2": {"event": "e2", "kept": ["p2", 1]}}


def line(kind: str, *names: str, **more: Any) -> dict[str, Any]:
    ids = [name for name in names if name.startswith("a")]
    return {"line": 3, "override": kind, "names": [*names], "article_ids": ids, "outcome": "applied", **more}


BROKEN = [
    (line("same_event", "a1", "a2"), "Its articles are of 2 events: e1, e2."),
    (line("same_event", "a1", "a9"), "There is no article a9, which it is about."),
    (line("not_same_event", "p1#0", "p1#1", article_ids=["a1", "a3"]), "Both are of the event e1."),
    (line("not_an_article", "a2"), "a2 is an article."),
    (line("keep", "p1#4", article_ids=["a1"]), "p1#0 is kept."),
]


@pytest.mark.parametrize(("row", "message"), BROKEN)
def test_a_line_that_does_not_hold_is_found(row: dict[str, Any], message: str):
    findings = Findings(5)
    articles = ARTICLES | {"a3": {"event": "e1", "kept": ["p3", 0]}}
    check_overrides(Corrections([row], articles=articles), findings)
    assert [(broken.key, broken.message) for broken in findings.examples] == [("3", message)]


def test_lines_that_hold_are_no_finding():
    findings = Findings(5)
    rows = [
        line("not_same_event", "a1", "a2"),
        line("not_an_article", "a7"),
        line("keep", "p2#1", article_ids=["a2"]),
        line("keep", "a2"),
    ]
    check_overrides(Corrections(rows, articles=ARTICLES), findings)
    assert findings.whole


def test_a_segment_of_another_kind_is_found():
    segments = [
        {"kind": "body", "char_start": 0, "char_end": 9},
        {"kind": "blank", "char_start": 9, "char_end": 10},
        {"kind": "caption", "char_start": 10, "char_end": 20},
    ]

    def broken(start: int, end: int | None, kind: str) -> list[str]:
        findings = Findings(5)
        row = {"line": 1, "char_start": start, "char_end": end, "kind": kind}
        check_page("p1", segments, Corrections(of_page={"p1": [row]}), findings)  # type: ignore[arg-type]
        return [found.message for found in findings.examples]

    assert broken(0, None, "body") == broken(0, 10, "body") == broken(12, 15, "caption") == []
    assert broken(0, 20, "body") == ["At 0 of p1 is body, caption, not body."]
    assert broken(3, None, "body") == ["At 3 of p1 is nothing, not body."]
