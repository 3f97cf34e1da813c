"""What became of overrides, as rows."""

from support import combine

from schemas.records import Noticed, Override
from transforms.write.overrides import FirstNoticed, row, rows_of

LINES = (Override(1, "keep", ("a1",)), Override(4, "segment", page_id="p1", start=3, segment_kind="body", why="so"))


def test_a_line_that_no_step_has_seen_names_nothing_that_is_there():
    first, second = rows_of(LINES, {}, 2)
    assert (first.outcome, first.message, first.run) == ("unmatched", "Nothing in this run has the name a1.", 2)
    assert (second.outcome, second.why, second.char_start) == ("unmatched", "so", 3)
    assert "no page of this id" in (second.message or "")


def test_what_is_told_of_a_line_does_not_depend_on_the_order():
    said = [Noticed(1, "overruled", "B"), Noticed(1, "applied", None, ("a1",)), Noticed(1, "overruled", "A")]
    for bundles in ([said], [[said[0]], [said[2]], [said[1]]], [[], said[::-1]]):
        assert combine(FirstNoticed(), bundles) == said[1]


def test_what_an_earlier_run_has_done_stays_done_wherever_the_line_stands_now():
    before = [row(LINES[0], Noticed(1, "applied", None, ("a1",)), 1)]
    moved = Override(9, "keep", ("a1",), why="new")
    waits = {9: Noticed(9, "waits", "It waits.")}
    (found,) = rows_of([moved], waits, 3, before)
    assert (found.line, found.why, found.outcome, found.run, found.article_ids) == (9, "new", "applied", 1, ("a1",))
    (found,) = rows_of([moved], {9: Noticed(9, "overruled", "No.")}, 3, before)
    assert (found.outcome, found.run) == ("overruled", 3)
    (found,) = rows_of([Override(9, "keep", ("a2",))], waits, 3, before)
    assert found.outcome == "waits"
