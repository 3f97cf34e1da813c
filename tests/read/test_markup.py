"""What the markup of a page says of it, and when that is believed."""

import json

import pytest

from transforms.read.html import Markup, read_html
from transforms.read.markup import told

TEXT = "Post\nFog lifts – at last\nThe fog lifted on Sunday.\n* Harbour opens\n"


def article(**meta: str) -> Markup:
    return Markup({"og:type": "article", **{name.replace("_", ":", 1): value for name, value in meta.items()}})


def linked(*data: object) -> Markup:
    return Markup(linked_data=[item if isinstance(item, str) else json.dumps(item) for item in data])


def test_a_page_is_told_by_its_markup():
    text, markup = read_html(
        '<title>Fog lifts | Post</title><link rel=canonical href="https://post.example/fog">'
        '<meta property="og:site_name" content="Post"><script type="application/ld+json">{"@context": "https://schema.org", '
        '"@graph": [{"@type": "WebSite", "name": "Other"}, {"@type": ["NewsArticle"], "headline": "Fog lifts", '
        '"datePublished": "2025-06-11T08:00:00+02:00"}]}</script><h1>Fog lifts</h1><p>It does.'
    )
    assert told(markup, text) == {
        "url": "https://post.example/fog",
        "title": "Fog lifts",
        "published_at": "2025-06-11T08:00:00+02:00",
        "site_name": "Post",
    }


@pytest.mark.parametrize(
    "headline",
    ["Fog lifts - at last", "FOG LIFTS – AT LAST", "Fog lifts &#8211; at last | Post", "Post: News | Fog lifts – at last"],
)
def test_a_headline_is_believed_where_the_page_prints_it_and_given_as_printed(headline: str):
    assert told(article(og_title=headline), TEXT)["title"] == "Fog lifts – at last"


@pytest.mark.parametrize("headline", ["Fog!", "You will not believe this fog", "Harbour opens", "", "x" * 400, "…"])
def test_a_headline_that_the_page_does_not_print_is_not_believed(headline: str):
    assert "title" not in told(article(og_title=headline), TEXT)


def test_the_first_of_several_headlines_that_is_printed_counts():
    markup = Markup({"og:type": "article", "og:title": "Fog, and why"}, title="Fog lifts – at last – Post")
    assert told(markup, TEXT)["title"] == "Fog lifts – at last"


@pytest.mark.parametrize("kind", ["website", "", "profile"])
def test_a_page_that_does_not_call_itself_an_article_has_no_headline_and_no_date(kind: str):
    meta = {"og:type": kind, "og:title": "Post", "article:published_time": "2025-06-11"}
    assert told(Markup(meta), TEXT) == {}


@pytest.mark.parametrize(
    "address",
    [
        "/fog",
        "fog.html",
        "javascript:alert(1)",
        "ftp://a.example/",
        "https://a.example/\x00",
        "https://a b",
        "http://" + "x" * 3000,
    ],
)
def test_what_is_no_address_on_the_web_is_passed_over(address: str):
    assert told(Markup({"og:url": "https://post.example/og"}, canonical=address), "") == {"url": "https://post.example/og"}


@pytest.mark.parametrize(
    "data",
    [
        {"@type": "NewsArticle", "datePublished": "2025-06-11"},
        [{"@type": "Person"}, {"@type": ["Thing", "BlogPosting"], "datePublished": "2025-06-11"}],
        {"@graph": [{"@type": "ReportageNewsArticle", "datePublished": "2025-06-11"}]},
        '{"@type": "Article", "description": "two\nlines", "datePublished": "2025-06-11"}',
    ],
)
def test_linked_data_tell_of_an_article(data: object):
    assert told(linked("{broken", data), "") == {"published_at": "2025-06-11"}


@pytest.mark.parametrize(
    "data",
    [
        {"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "datePublished": "2025-06-11"}]},
        {"@type": "WebPage", "mainEntity": {"@type": "NewsArticle", "datePublished": "2025-06-11"}},
        {"@type": {"@type": "Article"}},
        {"@type": [["Article"], 1, None]},
        [[[[[[{"@type": "Article", "datePublished": "2025-06-11"}]]]]]],
        [{"@type": "Person"}] * 300 + [{"@type": "Article", "datePublished": "2025-06-11"}],
        {"@type": "Article", "datePublished": ["2025-06-11"], "headline": {"a": 1}, "publisher": "Post"},
        "[" * 200_000,
        '{"@type": "Article", "datePublished": ' + "9" * 5000 + "}",
        "null", "3", '"text"', "", "NaN",
    ],
)  # fmt: skip
def test_linked_data_of_other_things_or_of_none_tell_nothing(data: object):
    assert told(linked(data), TEXT) == {}


def test_the_publisher_of_an_article_is_its_site_where_the_page_names_none():
    data = {"@type": "NewsArticle", "publisher": {"@type": "Organization", "name": "Harbour &amp; Post"}}
    assert told(linked(data), "") == {"site_name": "Harbour & Post"}
    assert told(Markup({"og:site_name": "Post"}, linked_data=[json.dumps(data)]), "") == {"site_name": "Post"}
