"""What the user says of segments: pages as they are corrected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import OTHER_STORY, STORY

from schemas.records import Given, Override, RepairedPage, SplitPage
from schemas.segments import KINDS
from transforms.common.texts import text_id
from transforms.split.corrections import correct
from transforms.split.transform import split

TEXT = (
    f"Market to be rebuilt\n\n{STORY}\n\nReaders know the market well. It opens every day at seven.\n\n"
    f"Of the roof {STORY}\n\nA word to the reader\n\n"
    f"Related Articles\n\nSandness Post\n3 days ago\n- Sandness Post\nBell found\n{OTHER_STORY}\n"
)


def page(text: str = TEXT, **given: str) -> SplitPage:
    return split(RepairedPage("p1", "a.txt", Given(**given), 0, b"", "utf-8", (), (), text))  # type: ignore[arg-type]


def at(words: str, text: str = TEXT) -> int:
    return text.index(words)


def line(words: str, kind: str, number: int = 1, **more: object) -> Override:
    return Override(number, "segment", page_id="p1", start=at(words), segment_kind=kind, **more)  # type: ignore[arg-type]


def kinds_of(found: SplitPage, words: str) -> tuple[str, int | None, str | None]:
    (span,) = [span for span in found.spans if span.start == found.text.index(words)]
    return span.kind_name, span.article_index, span.override


def tile(found: SplitPage) -> bool:
    starts = [span.start for span in found.spans]
    ends = [span.end for span in found.spans]
    return starts == [0, *ends[:-1]] and ends[-1] == len(found.text)


def test_a_body_that_is_furniture_leaves_the_text_of_its_article():
    found, noticed = correct(page(), [line("Readers", "boilerplate")])
    assert kinds_of(found, "Readers") == ("boilerplate", None, "segment")
    assert "Readers" in page().articles[0].body
    assert "Readers" not in found.articles[0].body
    assert [said.outcome for said in noticed] == ["applied"]
    assert tile(found)
    assert [article.was for article in found.articles] == [text_id(page().articles[0], "p1"), ""]


def test_furniture_that_is_body_goes_to_the_article_above_it_or_to_the_one_that_is_named():
    found, _ = correct(page(), [line("A word", "body")])
    assert kinds_of(found, "A word") == ("body", 0, "segment")
    assert found.articles[0].body.endswith("A word to the reader")
    found, _ = correct(page(), [line("A word", "body", article_index=1)])
    assert found.articles[1].body.startswith("A word to the reader\n\n")


def test_a_stretch_within_a_segment_is_cut_out_of_it():
    end = at("It opens")
    found, _ = correct(page(), [line("Readers", "boilerplate", end=end)])
    assert kinds_of(found, "Readers")[0] == "boilerplate"
    assert "\n\nIt opens every day at seven.\n\n" in found.articles[0].body
    assert tile(found)


def test_a_stretch_over_several_segments_is_of_one_kind_but_for_what_is_blank():
    found, _ = correct(page(), [line("Readers", "caption", end=at("Related") - 1)])
    inside = [span for span in found.spans if at("Readers") <= span.start < at("Related") - 2]
    assert {span.kind_name for span in inside} == {"caption", "blank"}
    assert found.articles[0].body == STORY


def test_headline_outlet_byline_and_age_follow_their_segments_unless_the_input_gives_them():
    lines = [line("A word", "title", 1), line("Market", "boilerplate", 2), line("Readers", "byline", 3)]
    found, _ = correct(page(), lines)
    assert found.articles[0].title == "A word to the reader"
    assert found.articles[0].bylines == ("Readers know the market well. It opens every day at seven.",)
    found, _ = correct(page(title="Market to be rebuilt"), lines)
    assert found.articles[0].title == "Market to be rebuilt"
    related = [line("3 days", "boilerplate", 1), line("Bell found", "outlet", 2)]
    found, _ = correct(page(), related)
    assert (found.articles[1].age_text, found.articles[1].age_unit, found.articles[1].title) == (None, None, None)


def test_an_article_of_which_nothing_is_left_is_none_and_the_others_move_up():
    found, _ = correct(page(), [line("Market", "boilerplate", end=at("Related"))])
    assert [(article.article_index, article.role, article.title) for article in found.articles] == [
        (0, "related", "Bell found")
    ]
    assert kinds_of(found, "Bell found") == ("title", 0, None)
    assert tile(found)


def test_on_a_page_without_an_article_text_makes_one():
    text = "Log in\nMenu\nA dog ran home\n"
    bare = page(text)
    assert not bare.articles
    found, _ = correct(bare, [Override(1, "segment", page_id="p1", start=at("A dog", text), segment_kind="body")])
    assert [(article.role, article.body) for article in found.articles] == [("main", "A dog ran home")]


NOT_DONE = [
    (
        line("Readers", "body", text="Log in"),
        "unmatched",
        "stands 'Readers know the market well. It opens every day at seven.'",
    ),
    (line("Readers", "body", text="Readers  know the"), "needless", "already"),
    (line("It opens", "caption"), "unmatched", "No segment starts at"),
    (line("Readers", "body", article_index=7), "unmatched", "The page has no article 7; it has 2, numbered from 0."),
    (Override(1, "segment", page_id="p1", start=10**6, segment_kind="body"), "unmatched", "so none starts at 1,000,000"),
    (line("Readers", "body", end=10**6), "unmatched", "so none ends at 1,000,000"),
    (Override(1, "segment", page_id="p1", start=20, end=22, segment_kind="body"), "unmatched", "stands no text"),
]


@pytest.mark.parametrize(("override", "outcome", "message"), NOT_DONE)
def test_what_cannot_be_done_is_told_and_changes_nothing(override: Override, outcome: str, message: str):
    found, (said,) = correct(page(), [override])
    assert (said.outcome, message in (said.message or "")) == (outcome, True), said.message
    assert found == page()


def test_of_two_lines_on_the_same_words_the_earlier_one_holds():
    found, noticed = correct(page(), [line("Readers", "caption", 7), line("Readers", "boilerplate", 3)])
    assert [(said.line, said.outcome) for said in noticed] == [(3, "applied"), (7, "overruled")]
    assert kinds_of(found, "Readers")[0] == "boilerplate"
    found, noticed = correct(page(), [line("Readers", "caption", 7), line("Readers", "body", 3)])
    assert [said.outcome for said in noticed] == ["needless", "overruled"]
    assert found == page()


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(TEXT) + 5),
            st.none() | st.integers(1, 90),
            st.sampled_from([kind for kind in KINDS if kind != "blank"]),
            st.none() | st.integers(0, 3),
        ),
        max_size=4,
    )
)
def test_whatever_is_said_segments_tile_the_page_and_articles_have_segments(said: list[tuple]):
    lines = [
        Override(n, "segment", (), "p1", start, end and start + end, kind, index)
        for n, (start, end, kind, index) in enumerate(said)
    ]
    found, noticed = correct(page(), lines)
    assert len(noticed) == len(lines)
    assert tile(found)
    assert [article.article_index for article in found.articles] == list(range(len(found.articles)))
    owners = {span.article_index for span in found.spans} - {None}
    assert owners == set(range(len(found.articles)))
    assert all((span.kind_name == "blank") == (not found.text[span.start : span.end].strip()) for span in found.spans)


def test_an_age_that_is_read_anew_is_without_the_dot_beside_it():
    text = TEXT.replace("A word to the reader", "3 days ago · Readers")
    place = Override(1, "segment", page_id="p1", start=at("3 days ago · ", text), segment_kind="age", article_index=0)
    found, _ = correct(page(text), [place])
    assert (found.articles[0].age_text, found.articles[0].age_unit) == ("3 days ago", "day")
