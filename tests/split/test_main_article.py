"""The run of units that is the text, and the words around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import OTHER_STORY, STORY

from transforms.split.extent import author_card, best_run, looks_like_name, score
from transforms.split.lines import Unit, read_units
from transforms.split.main_article import find_main, read_byline


def units(text: str) -> list[Unit]:
    return [unit for unit in read_units(text) if not unit.blank]


@given(st.lists(st.integers(-9, 9), max_size=12))
def test_the_best_run_has_the_largest_sum(scores: list[int]):
    start, end = best_run(scores)
    largest = max((sum(scores[i:j]) for i in range(len(scores)) for j in range(i + 1, len(scores) + 1)), default=0)
    assert sum(scores[start:end]) == max(0, largest)


def test_no_run_is_best_where_nothing_speaks_for_text():
    assert best_run([-1, -2, 0]) == (0, 0)


def test_a_paragraph_scores_more_than_a_headline_and_a_headline_more_than_a_button():
    paragraph, headline, button = units(f"{STORY}\nCouncil votes to rebuild covered market of Aldersby\nAdvertisement\n")
    assert score(paragraph) > score(headline) > score(button)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Marlow", True),
        ("Ludwig van der Berg", True),
        ("Jean-Luc O'Neill", True),
        ("Анна Петрова", True),
        ("Jane", False),
        ("Stocks fall sharply", False),
        ("jane marlow", False),
        ("Jane Marlow reports from the market hall today", False),
        ("Jane 2", False),
    ],
)
def test_a_name_looks_like_a_name(text: str, expected: bool):
    assert looks_like_name(text) is expected


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Jane Marlow", ["Jane Marlow"]),
        ("By Jane Marlow and Tom Reith", ["Jane Marlow", "Tom Reith"]),
        ("Von Anna Lehmann und Karl Brandt", ["Anna Lehmann", "Karl Brandt"]),
        ("Par Luc Moreau", ["Luc Moreau"]),
        ("By the time the ferry came it was too late", []),
        ("Jane Marlow", []),
        ("By law", []),
    ],
)
def test_a_byline_gives_its_names(line: str, names: list[str]):
    assert read_byline(units(line)[0]) == names


def test_an_authors_card_is_a_name_with_a_paragraph_that_begins_with_it():
    card = units("Jane Marlow\nReporter\nJane Marlow has covered the east coast since 2011 and lives in Aldersby.\n")
    assert author_card(card, 0, len(card))


def test_a_name_with_another_paragraph_behind_it_is_no_card():
    other = units(f"Jane Marlow\n{STORY}\n")
    assert not author_card(other, 0, len(other))


def title_of(*head: str) -> str | None:
    return find_main(units("\n\n".join([*head, STORY, OTHER_STORY])), None).title


HEADLINE = "Council votes to rebuild covered market of Aldersby"


@pytest.mark.parametrize("credit", ["By Reuters", "AFP", "(dpa)", "Source: Reuters", "Photo: Reuters"])
def test_a_headline_above_an_agencys_name_is_one(credit: str):
    assert title_of(HEADLINE, credit) == HEADLINE


@pytest.mark.parametrize("caption", [["The market hall of Aldersby on Thursday", "Jane Roe/Reuters"]])
def test_a_caption_with_its_credit_is_no_headline_beside_one(caption: list[str]):
    assert title_of(HEADLINE, *caption) == title_of(*caption, HEADLINE) == HEADLINE


def test_buttons_between_the_headline_and_the_text_do_not_take_it_away():
    assert title_of("The weather in Sandness today", HEADLINE, *["Advertisement", "Share this article"] * 40) == HEADLINE


def test_a_line_below_the_headline_that_has_more_words_of_the_text_is_no_headline():
    below = "Storm of February stripped market of its roof, council of Aldersby voted on Thursday"
    assert title_of(HEADLINE, "Harbour and town news", below) == HEADLINE


def test_a_headline_that_holds_a_year_leaves_the_date_below_it_to_be_read():
    main = find_main(units(f"Budget 2025: council rebuilds market\n\n14 July 2024\n\n{STORY}\n\n{OTHER_STORY}"), None)
    assert (main.title, main.date_text) == ("Budget 2025: council rebuilds market", "14 July 2024")


@pytest.mark.parametrize(
    "line",
    ["Photo finish as council of Aldersby voted", "Watch: council votes to rebuild market", "Copyright of market council"],
)
def test_a_line_that_begins_like_a_button_or_a_credit_is_the_headline_where_there_is_no_other(line: str):
    assert title_of(line) == line
    assert title_of(line, HEADLINE) == HEADLINE


@pytest.mark.parametrize(
    "line",
    ["Photo: the market of Aldersby in February", "Photo by Jane Roe of Aldersby market", "Subscribe to our newsletter"],
)
def test_a_credit_or_a_button_is_no_headline_even_if_there_is_no_other(line: str):
    assert title_of(line) is None


def test_every_unit_gets_a_kind():
    content = units(f"Home\nNews\n\nMarket to be rebuilt\n\n{STORY}\n{OTHER_STORY}\n\nMost read\nFerry timetable changes\n")
    assert sorted(find_main(content, None).kinds) == list(range(len(content)))


LINE = "Proposal comes as the harbour of Aldersby asks for help"


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "Advertisement\n{}",
        "{}\nShare this article",
        "Council votes to rebuild the covered market\n{}",
        "Council votes to rebuild the covered market - Harbour Post\n{}",
    ],
)
def test_where_the_headline_is_given_the_only_line_is_the_text(around: str):
    page = units(around.format(LINE))
    main = find_main(page, "Council votes to rebuild the covered market")
    assert [unit.text for at, unit in enumerate(page) if main.kinds[at] == "body"] == [LINE]


def test_a_line_that_is_the_headline_or_one_of_several_is_no_text():
    assert "body" not in find_main(units(LINE), LINE).kinds.values()
    assert "body" not in find_main(units(LINE), None).kinds.values()
    menu = units("Home News Sport Weather Business Opinion Obituaries Contact")
    assert "body" not in find_main(menu, "Council votes to rebuild the covered market").kinds.values()
    for again in (f"{LINE} - Harbour Post", LINE.removesuffix(" for help")):
        assert "body" not in find_main(units(again), LINE).kinds.values()
    several = units(f"{LINE}\nCouncil votes to rebuild covered market of Aldersby")
    assert "body" not in find_main(several, "Storm closes the bridge").kinds.values()
