"""What splitting must not do to ordinary news, each with the text that it was once done to."""

import time

import pytest

from schemas.marked import parse, write
from transforms.split.page import split_page

HEAD = "Old bridge over the river to close for repairs\nBy Jane Roe\n12 May 2025\n"
PARAGRAPHS = [
    "The bridge over the Tarn will be closed from Monday, the council said, because eleven of its bolts have been found "
    "to be longer than they were in the spring.",
    "Engineers had counted them twice by lamplight on Saturday and found nothing else amiss, apart from a nest of swifts "
    "that nobody wants to move before the autumn.",
    "Until the summer the bus will go by way of the mill, and whoever walks may use the ferry of the sailing club, which "
    "takes eleven people at a time and two dogs.",
]


def body(*lines: str) -> str:
    return split_page(HEAD + "\n".join(lines) + "\n").articles[0].body


def kinds(*lines: str) -> dict[str, str]:
    text = HEAD + "\n".join(lines) + "\n"
    return {text[span.start : span.end].strip(): span.kind_name for span in split_page(text).spans}


def test_paragraphs_stay_apart_where_the_second_begins_with_something_cut_out():
    second = f"Facebook Twitter WhatsApp {PARAGRAPHS[1]}"
    assert body(PARAGRAPHS[0], second, PARAGRAPHS[2]) == "\n\n".join(PARAGRAPHS)


def test_a_subheading_that_names_a_place_is_no_author():
    about = "South Korea reported a rise in the number of bridges that are closed, and blamed the long spring for it."
    assert body(PARAGRAPHS[0], PARAGRAPHS[1], "South Korea", about, PARAGRAPHS[2]).endswith(PARAGRAPHS[2])


@pytest.mark.parametrize("line", ["Anna Berg:", "“We were not told,” she said."])
def test_lines_that_are_said_three_times_stay(line: str):
    assert body(PARAGRAPHS[0], line, PARAGRAPHS[1], line, PARAGRAPHS[2], line, PARAGRAPHS[0]).count(line) == 3


@pytest.mark.parametrize(
    "sentence",
    [
        "Designed by the architect Ana Lind, the bridge was opened in 1931.",
        "Powered by wind and sun, the island's grid now runs all year.",
        "Register for the vote by Monday, the mayor told residents.",
        "Getty Images sued the company on Monday, court papers showed.",
    ],
)
def test_a_sentence_that_begins_as_a_button_does_stays(sentence: str):
    assert kinds(PARAGRAPHS[0], sentence, PARAGRAPHS[1])[sentence] == "body"


@pytest.mark.parametrize("sentence", ["Follow us on foot to the channel, the guide said.", "No thanks."])
def test_a_sentence_within_a_paragraph_is_cut_out_only_where_it_is_sure(sentence: str):
    assert sentence in body(f"{PARAGRAPHS[0]} {sentence} {PARAGRAPHS[1]}")


def test_a_live_blog_is_no_list_of_related_articles():
    entries = [
        (name, age, f"First {thing} have left the station", text)
        for name, age, thing, text in zip(
            ["Anna Berg", "Anna Berg", "Tom Lund"],
            ["2 hours ago", "3 hours ago", "4 hours ago"],
            ["buses", "trams", "boats"],
            PARAGRAPHS,
            strict=True,
        )
    ]
    cut = split_page(HEAD + PARAGRAPHS[0] + "\n" + "\n".join(line for entry in entries for line in entry) + "\n")
    assert [article.role for article in cut.articles] == ["main"]


def test_a_page_without_text_is_an_empty_marked_page():
    assert write("", ()) == ""
    assert parse("").spans == ()


def test_many_promotions_in_one_line_cost_what_they_are_long():
    def seconds(sentences: int) -> float:
        text = HEAD + " ".join(["The council met on Monday. Sign up for our newsletter here."] * sentences)
        started = time.process_time()
        split_page(text)
        return time.process_time() - started

    seconds(500)
    # Four times as long: 4 where it is linear, 16 where it is quadratic.
    assert min(seconds(8_000) for _ in range(5)) < 10 * min(seconds(2_000) for _ in range(5))
