"""Splitting through a pipeline."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to
from support import OTHER_STORY, STORY

from schemas.furniture import Furniture
from schemas.records import Given, RepairedPage, SplitPage
from transforms.split import transform
from transforms.split.layouts import Layout, Layouts
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


LINE = "Get the morning briefing"


def site_page(number: int, url: str | None) -> RepairedPage:
    """A page with an article of its own and the line that all have between its paragraphs."""
    text = f"Ward {number} votes\nIn ward {number} {STORY}\n{LINE}\nOf ward {number} {OTHER_STORY}\n"
    return replace(PAGE, page_id=f"p{number}", given=Given(url=url), text=text)


PAGES = [
    *(site_page(n, f"https://www.post.example/{n}") for n in range(3)),
    *(site_page(n, None) for n in range(3, 7)),
    site_page(7, "http://echo.example/"),
    site_page(8, "http://[echo.example/"),
]
SITES = {"post.example": 3, "": 5}


def recurring_lines(page: SplitPage) -> list[tuple[str, str, int]]:
    return [
        (page.page_id, page.text[span.start : span.end].strip(), span.recurs)
        for span in page.spans
        if span.recurs is not None
    ]


@pytest.mark.parametrize("pages", [PAGES, PAGES[::-1], [*PAGES[4:], *PAGES[:4]]], ids=["", "reversed", "turned"])
def test_pages_are_split_by_the_lines_that_recur_on_their_sites(pages: list[RepairedPage]):
    with beam.Pipeline(runner="FnApiRunner") as pipeline:
        # Each part is a bundle of its own, read as another file would be.
        parts = [pipeline | f"Part {n}" >> beam.Create(part) for n, part in enumerate((pages[:2], pages[2:]))]
        found = parts | beam.Flatten() | SplitPages()
        lines = [(f"p{n}", LINE, 3) for n in range(3)] + [(f"p{n}", LINE, 5) for n in (3, 4, 5, 6, 8)]
        assert_that(found["pages"] | beam.FlatMap(recurring_lines), equal_to(lines), "lines")
        rows = [Furniture(site, LINE, number, 2, number) for site, number in SITES.items()]
        assert_that(found["furniture"], equal_to(rows), "rows")
        assert_that(found["pages"] | beam.Map(lambda page: page.page_id), equal_to([f"p{n}" for n in range(9)]), "ids")


def test_the_lines_of_more_sites_than_are_held_at_once_are_asked_for_anew(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(transform.SplitPageFn, "_SITES", 2)
    asked: list[str] = []

    class Tables(defaultdict[str, list[Any]]):
        def __getitem__(self, site: str) -> list[Any]:
            asked.append(site)
            return []

    step = transform.SplitPageFn()
    step.setup()
    for host in ("a.example", "b.example", "a.example", "c.example", "a.example"):
        list(step.process(site_page(1, f"http://{host}/"), Tables()))
    assert asked == ["a.example", "b.example", "c.example", "a.example"]


def test_a_page_that_cannot_be_split_is_kept_with_a_warning(monkeypatch: pytest.MonkeyPatch):
    def break_down(*_: object) -> None:
        raise IndexError("out of planks")

    monkeypatch.setattr(transform, "split_page", break_down)
    step = transform.SplitPageFn()
    step.setup()
    (kept,) = step.process(PAGE, defaultdict(list))
    assert (kept.page_id, kept.text) == (PAGE.page_id, PAGE.text)
    assert [(span.kind_name, span.start, span.end) for span in kept.spans] == [("boilerplate", 0, len(PAGE.text))]
    assert kept.warnings[0] == "url: odd"
    assert "IndexError" in kept.warnings[1]


@pytest.mark.parametrize(("said", "outlet"), [({}, "Market Post"), ({"outlet": "Mirror"}, "Mirror")])
def test_the_name_of_the_site_is_the_outlet_where_none_is_named(said: dict[str, str], outlet: str):
    (article, *_) = split(replace(PAGE, given=Given(site_name="Market Post", **said))).articles
    assert article.outlet == outlet


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


def test_lines_are_counted_by_host_else_by_layout_else_over_the_whole_input(monkeypatch: pytest.MonkeyPatch):
    known = Layouts([Layout("post", "The Post", {"lines": ("The Sandness Post", LINE)})])
    monkeypatch.setattr(transform, "layouts", lambda: known)
    page = replace(PAGE, given=Given(), text=f"The Sandness Post\n{STORY}\n{LINE}\n")
    assert transform.site_of(page) == "layout post"
    assert transform.site_of(replace(page, given=Given(url="https://www.post.example/a"))) == "post.example"
    assert transform.site_of(replace(page, text=f"{STORY}\n{LINE}\n")) == ""
