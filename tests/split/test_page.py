"""Whole pages, cut up: what stands where, and traps."""

import textwrap

import pytest
from support import OTHER_STORY, STORY

from transforms.split.page import Split, split_page

TITLE = "Aldersby council votes to rebuild covered market"
OTHER_TITLE = "Divers find bell of lightship lost in war"
ENTRY = f"Sandness Post\n3 days ago\n- Sandness Post\n{OTHER_TITLE}\n{OTHER_STORY}\n"


def labelled(text: str, **given: str) -> list[tuple[str, int | None, str]]:
    """Kind, article and text of every segment that is not blank."""
    cut = split_page(text, **given)
    shown = [(span.kind_name, span.article_index, text[span.start : span.end].strip()) for span in cut.spans]
    return [part for part in shown if part[0] != "blank"]


def kind_of(text: str, line: str) -> str:
    return next(kind for kind, _, content in labelled(text) if content == line)


def main_body(text: str) -> str:
    return split_page(text).articles[0].body


def test_a_page_without_text_has_neither_segments_nor_articles():
    assert split_page("") == Split("general", (), ())


def test_a_page_of_blank_lines_is_one_blank():
    cut = split_page("\n \n\n")
    assert [(span.kind_name, span.start, span.end) for span in cut.spans] == [("blank", 0, 4)]
    assert cut.articles == ()


def test_a_headline_and_a_paragraph_are_an_article():
    assert labelled(f"{TITLE}\n{STORY}\n") == [("title", 0, TITLE), ("body", 0, STORY)]


def test_the_article_knows_its_parts():
    (article,) = split_page(f"{TITLE}\n\n{STORY}\n\n{OTHER_STORY}\n").articles
    assert (article.article_index, article.role, article.title) == (0, "main", TITLE)
    assert (article.outlet, article.age_text, article.date_text, article.bylines) == (None, None, None, ())
    assert article.body == f"{STORY}\n\n{OTHER_STORY}"


def test_a_headline_that_is_printed_twice_is_a_title_each_time():
    parts = labelled(f"{TITLE}\n{TITLE}\n\n{STORY}\n")
    assert parts == [("title", 0, TITLE), ("title", 0, TITLE), ("body", 0, STORY)]


def test_a_headline_that_the_input_names_is_found_among_others():
    text = f"Storm damage across the county\n{TITLE}\n{STORY}\n"
    assert ("title", 0, TITLE) in labelled(text, given_title=TITLE)


def test_what_the_input_says_stands_above_the_page():
    (article,) = split_page(f"{TITLE}\n{STORY}\n", "A market reborn", "Aldersby Post").articles
    assert (article.title, article.outlet) == ("A market reborn", "Aldersby Post")


def test_a_title_from_the_input_makes_an_article_of_an_empty_page():
    (article,) = split_page("", "A market reborn").articles
    assert (article.title, article.body) == ("A market reborn", "")


def test_a_clock_mark_is_furniture():
    assert kind_of(f"{TITLE}\n{STORY}\n02:17\n{OTHER_STORY}\n", "02:17") == "boilerplate"


def test_a_byline_and_a_date_are_read():
    text = f"{TITLE}\nBy Jane Marlow and Tom Reith\nPublished 11 June 2025, 14:05 UTC\n\n{STORY}\n"
    (article,) = split_page(text).articles
    assert article.bylines == ("Jane Marlow", "Tom Reith")
    assert article.date_text == "11 June 2025, 14:05 UTC"
    assert [part[:2] for part in labelled(text)] == [("title", 0), ("byline", 0), ("boilerplate", None), ("body", 0)]


def test_a_caption_with_a_credit_is_a_caption():
    text = f"{TITLE}\n{STORY}\nThe market hall on Monday (Jane Roe/Reuters)\n{OTHER_STORY}\n"
    assert kind_of(text, "The market hall on Monday (Jane Roe/Reuters)") == "caption"
    assert main_body(text) == f"{STORY}\n\n{OTHER_STORY}"


def test_a_short_line_between_paragraphs_is_a_subheading():
    text = f"{TITLE}\n{STORY}\nWhat the traders say\n{OTHER_STORY}\n"
    assert kind_of(text, "What the traders say") == "subheading"
    assert main_body(text) == f"{STORY}\n\nWhat the traders say\n\n{OTHER_STORY}"


def test_adverts_and_buttons_between_paragraphs_are_furniture():
    text = f"{TITLE}\n{STORY}\n\nAdvertisement\n\nSign up\n\n{OTHER_STORY}\n"
    assert main_body(text) == f"{STORY}\n\n{OTHER_STORY}"


# Related articles.


def test_related_articles_are_cut_out():
    text = f"{TITLE}\n{STORY}\n\nRelated Articles\n\n{ENTRY}"
    assert labelled(text) == [
        ("title", 0, TITLE),
        ("body", 0, STORY),
        ("section_heading", None, "Related Articles"),
        ("outlet", 1, "Sandness Post"),
        ("age", 1, "3 days ago"),
        ("outlet", 1, "- Sandness Post"),
        ("title", 1, OTHER_TITLE),
        ("body", 1, OTHER_STORY),
    ]


def test_a_related_article_knows_its_parts():
    cut = split_page(f"{TITLE}\n{STORY}\n\nRelated Articles\n\n{ENTRY}")
    related = cut.articles[1]
    assert cut.layout == "aggregator"
    assert (related.article_index, related.role, related.title) == (1, "related", OTHER_TITLE)
    assert (related.outlet, related.age_text, related.age_count, related.age_unit) == (
        "Sandness Post",
        "3 days ago",
        3,
        "day",
    )
    assert related.body == OTHER_STORY


def test_related_articles_are_found_where_their_heading_was_cut_away():
    articles = split_page(f"{TITLE}\n{STORY}\n\n{ENTRY}").articles
    assert [(article.role, article.title) for article in articles] == [("main", TITLE), ("related", OTHER_TITLE)]


def test_related_articles_need_no_blank_line_between_them():
    again = ENTRY.replace("Sandness Post", "Channel 9").replace(OTHER_TITLE, "Bell of the Perseverance raised")
    articles = split_page(f"{TITLE}\n{STORY}\n\nRelated Articles\n{ENTRY}{again}").articles
    assert [article.outlet for article in articles] == [None, "Sandness Post", "Channel 9"]


@pytest.mark.parametrize(
    ("heading", "age", "count", "unit"),
    [
        ("Verwandte Artikel", "vor 3 Stunden", 3, "hour"),
        ("Articles liés", "il y a 2 jours", 2, "day"),
        ("関連記事", "4日前", 4, "day"),
        ("Похожие статьи", "5 минут назад", 5, "minute"),
    ],
)
def test_related_articles_are_found_in_other_languages(heading: str, age: str, count: int, unit: str):
    text = f"{TITLE}\n{STORY}\n\n{heading}\n\n" + ENTRY.replace("3 days ago", age)
    related = split_page(text).articles[1]
    assert (related.age_text, related.age_count, related.age_unit) == (age, count, unit)


@pytest.mark.parametrize(
    ("glued", "outlet", "age"),
    [
        ("Harbour Post2 days ago", "Harbour Post", "2 days ago"),
        ("Channel 9a day ago", "Channel 9", "a day ago"),
        ("Reutersa few seconds ago", "Reuters", "a few seconds ago"),
        ("Channel 92 months ago", "Channel 9", "2 months ago"),
    ],
)
def test_a_glued_mark_is_cut_between_outlet_and_age(glued: str, outlet: str, age: str):
    entry = f"Orange background\n\n{glued}\n* Culture\n* {outlet}\n\n{OTHER_TITLE}\n{OTHER_TITLE}\n\n{OTHER_STORY}\n\nlogo\n"
    text = f"{TITLE}\n{STORY}\n\nRelated Articles\n\n{entry}"
    related = split_page(text).articles[1]
    assert (related.outlet, related.age_text, related.title, related.body) == (outlet, age, OTHER_TITLE, OTHER_STORY)
    parts = labelled(text)
    assert parts[parts.index(("outlet", 1, outlet)) + 1] == ("age", 1, age)


def test_a_date_glued_to_an_icon_is_the_articles_date():
    text = f"logo\n\n{TITLE}\n{TITLE}\n\ntime04-07-2025\n* Culture\n* Channel 9\n\n{STORY}\n"
    (article,) = split_page(text).articles
    assert (article.age_text, article.outlet, article.body) == ("04-07-2025", "Channel 9", STORY)


def test_a_related_article_may_be_a_headline_under_an_outlet_and_an_age():
    text = f"{TITLE}\n{STORY}\n\nRelated Articles\n\nHarbour Post\n5 days ago\n- Harbour Post\n{OTHER_TITLE}\n"
    related = split_page(text).articles[1]
    assert (related.title, related.body) == (OTHER_TITLE, "")


def test_a_main_article_of_two_lines_stands_above_long_related_ones():
    lead = "The market will open again in May, the mayor said. Stalls are free."
    text = f"{TITLE}\n{lead}\n\nRelated Articles\n\n" + ENTRY.replace(OTHER_STORY, f"{OTHER_STORY}\n" * 20)
    main, related = split_page(text).articles
    assert (main.title, main.body) == (TITLE, lead)
    assert related.body.count(OTHER_STORY) == 20


# Traps.


@pytest.mark.parametrize(
    "sentence",
    [
        'The two words that readers press most are "Related Articles", and they stand below every piece.',
        "Related Articles is the name of a band from Aldersby that will play at the opening of the market hall.",
        "The siren sounded 7 minutes ago, said the radio, and then it was quiet in all of the old town.",
        "Reuters, 5 days ago, had reported the opposite: that the market would stay closed for good.",
    ],
)
def test_words_of_furniture_inside_prose_are_prose(sentence: str):
    text = f"{TITLE}\n{STORY}\n{sentence}\n{OTHER_STORY}\n"
    (article,) = split_page(text).articles
    assert article.body == f"{STORY}\n\n{sentence}\n\n{OTHER_STORY}"


def test_comments_with_ages_are_no_related_articles():
    comments = "2 comments\nTomasz B.\n2 hours ago\nIt still smells.\nReply\nold_salt\n5 hours ago\nNine days!\nReply\n"
    (article,) = split_page(f"{TITLE}\n{STORY}\n\n{OTHER_STORY}\n\n{comments}").articles
    assert article.body == f"{STORY}\n\n{OTHER_STORY}"


def test_related_articles_under_dates_are_articles_of_their_own():
    entries = f"Dunmore Gazette\nJune 10, 2025\n- Dunmore Gazette\n{OTHER_TITLE}\n{OTHER_STORY}\n"
    cut = split_page(f"{TITLE}\n{STORY}\nRelated Articles\n\n\n{ENTRY}\n{entries}")
    assert [(article.outlet, article.age_text) for article in cut.articles] == [
        (None, None),
        ("Sandness Post", "3 days ago"),
        ("Dunmore Gazette", "June 10, 2025"),
    ]
    assert [article.body for article in cut.articles] == [STORY, OTHER_STORY, OTHER_STORY]


def test_an_outlet_an_author_and_a_label_are_cut_from_their_age():
    text = f"{TITLE}\nPublished 6 hours ago\n{STORY}\nRelated Articles\n"
    for line in ("Coastal Courier · 3 hours ago", "By Jane Roe | 2 days ago"):
        text += f"{line}\n{OTHER_TITLE}\n{OTHER_STORY}\n"
    parts = labelled(text)
    assert [parts[1:3], parts[5:7], parts[9:11]] == [
        [("boilerplate", None, "Published"), ("age", 0, "6 hours ago")],
        [("outlet", 1, "Coastal Courier"), ("age", 1, "· 3 hours ago")],
        [("byline", 2, "By Jane Roe"), ("age", 2, "| 2 days ago")],
    ]
    assert [article.outlet for article in split_page(text).articles] == [None, "Coastal Courier", None]


def test_a_list_of_headlines_is_no_article():
    links = "Most read\nFerry timetable changes for the summer\nHandball: Ellery lose by one goal again\n"
    text = f"{TITLE}\n{STORY}\n\n{OTHER_STORY}\n\n{links}"
    assert len(split_page(text).articles) == 1
    assert labelled(text)[-3:] == [
        ("section_heading", None, "Most read"),
        ("related_link", None, "Ferry timetable changes for the summer"),
        ("related_link", None, "Handball: Ellery lose by one goal again"),
    ]


def test_a_page_of_furniture_has_no_article():
    assert split_page("Home\nNews\nSport\n\nSign in\n\nAdvertisement\n\nAbout us\nPrivacy\nCookies\n").articles == ()


def test_wrapped_paragraphs_are_segments_and_joined_in_the_body():
    wrapped = "\n\n".join(textwrap.fill(story, 72) for story in (STORY, OTHER_STORY))
    cut = split_page(f"{TITLE}\n\n{wrapped}\n")
    assert [span.kind_name for span in cut.spans if span.kind_name != "blank"] == ["title", "body", "body"]
    assert cut.articles[0].body == f"{STORY}\n\n{OTHER_STORY}"


def test_an_age_at_the_end_of_wrapped_lines_does_no_harm():
    # A short unit that a wrap put together and that ends as an outlet with its age would.
    wrapped = textwrap.fill(OTHER_STORY, 30)
    text = f"{wrapped}\n\nThe Sandness and Aldersby News\nHerald5 days ago\n\n{wrapped}\n"
    cut = split_page(text)
    assert cut.spans[-1].end == len(text)
