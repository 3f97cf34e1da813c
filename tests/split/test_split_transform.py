"""Splitting through a pipeline."""

from dataclasses import replace

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to
from support import STORY

from schemas.records import Given, RepairedPage
from transforms.split import transform
from transforms.split.transform import SplitPages, split

PAGE = RepairedPage(
    "p1",
    "a.txt",
    Given(title="Market to be rebuilt"),
    9,
    b"Mar",
    "utf-8",
    ("line_ends",),
    ("url: odd",),
    f"Market\n{STORY}\n",
)


def test_what_is_known_of_a_page_stays_with_it():
    cut = split(PAGE)
    assert (cut.page_id, cut.source_uri, cut.given, cut.byte_count, cut.head) == ("p1", "a.txt", PAGE.given, 9, b"Mar")
    assert (cut.encoding, cut.fixes, cut.warnings, cut.text) == ("utf-8", ("line_ends",), ("url: odd",), PAGE.text)
    assert (cut.layout, cut.articles[0].title, cut.articles[0].body) == ("general", "Market to be rebuilt", STORY)


def test_pages_are_split_in_a_pipeline():
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        cut = pipeline | beam.Create([PAGE]) | SplitPages()
        assert_that(cut, equal_to([split(PAGE)]))


def test_a_page_that_cannot_be_split_is_kept_with_a_warning(monkeypatch: pytest.MonkeyPatch):
    def break_down(*_: object) -> None:
        raise IndexError("out of planks")

    monkeypatch.setattr(transform, "split_page", break_down)
    (kept,) = transform.SplitPageFn().process(PAGE)
    assert (kept.page_id, kept.text) == (PAGE.page_id, PAGE.text)
    assert [(span.kind_name, span.start, span.end) for span in kept.spans] == [("boilerplate", 0, len(PAGE.text))]
    assert kept.warnings[0] == "url: odd"
    assert "IndexError" in kept.warnings[1]


TOLD = "split: no article was found; what the input says of one was passed over"


@pytest.mark.parametrize("fields", [{"event_label": "june"}, {"outlet": "Post"}, {"published_at": 0}])
def test_a_page_without_an_article_warns_of_what_the_input_says_of_one(fields: dict[str, object]):
    cut = split(replace(PAGE, text="", given=Given(**fields)))
    assert (cut.articles, cut.warnings) == ((), ("url: odd", TOLD))


def test_a_page_without_an_article_of_which_nothing_is_said_has_no_warning():
    cut = split(replace(PAGE, text="", given=Given(url="https://a.example/", fetched_at=5)))
    assert (cut.articles, cut.warnings) == ((), ("url: odd",))


def test_a_page_with_an_article_does_not_warn_of_its_label():
    assert split(replace(PAGE, given=Given(event_label="june"))).warnings == ("url: odd",)
