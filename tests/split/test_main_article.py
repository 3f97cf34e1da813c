"""The run of units that is the text, and the words around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import OTHER_STORY, STORY

from transforms.common.printed_dates import parse_printed
from transforms.split.bylines import read_byline
from transforms.split.extent import author_card, best_run, looks_like_name, score
from transforms.split.lines import Unit, read_units
from transforms.split.main_article import find_main


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
        ("By Jane Marlow | 6 June 2025", ["Jane Marlow"]),
        ("By Jane Marlow, 6 June 2025", ["Jane Marlow"]),
        ("By Jane Marlow 6 June 2025", ["Jane Marlow"]),
        ("By Jane Marlow Friday, June 6, 2025", ["Jane Marlow"]),
        ("By Jane Marlow - June 6, 2025", ["Jane Marlow"]),
        ("By Jane Marlow on June 6, 2025", ["Jane Marlow"]),
        ("By Theresa May 6 June 2025", ["Theresa May"]),
        ("Par Jeanne Marlot - Publié le 6 juin 2025 à 10h00", ["Jeanne Marlot"]),
        ("By Jane Marlow and Tom Reith | Published June 6, 2025 | Updated June 7, 2025", ["Jane Marlow", "Tom Reith"]),
        ("By June 6, 2025", []),
        ("By Friday, June 6, 2025", []),
        ("By the end of June 2025", []),
        ("Jane Marlow, Political Editor", ["Jane Marlow"]),
        ("By Jane Marlow, Political Editor", ["Jane Marlow"]),
        ("Par Jeanne Marlot, Journaliste", ["Jeanne Marlot"]),
        ("Von Jana Marlo, Redakteurin", ["Jana Marlo"]),
        ("Por Ana Ruiz, Corresponsal en Lima", ["Ana Ruiz"]),
        ("By Jane Marlow, Local Government Reporter", ["Jane Marlow"]),
        ("By Jane Marlow, Associated Press", ["Jane Marlow"]),
        ("By Jane Marlow, Political Editor, and Tom Reith", ["Jane Marlow", "Tom Reith"]),
        ("By Jane Marlow, Emily Post and Bill Press", ["Jane Marlow", "Emily Post", "Bill Press"]),
        ("By The Associated Press", ["The Associated Press"]),
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


@pytest.mark.parametrize("credit", ["By Reuters", "AFP", "(dpa)", "Source: Reuters"])
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


@pytest.mark.parametrize(
    "signature", [["By Jane Marlow", "14 July 2024"], ["Jane Marlow", "14 July 2024"], ["By Jane Marlow | 14 July 2024"]]
)
def test_names_and_days_below_a_standfirst_are_no_text(signature: list[str]):
    page = units("\n\n".join([HEADLINE, "Nine voted for it, and nobody against.", *signature, STORY, OTHER_STORY]))
    main = find_main(page, None)
    assert list(main.bylines) == ["Jane Marlow"]
    assert main.dated is not None
    assert main.dated.text.endswith("14 July 2024")
    assert {main.kinds[at] for at, unit in enumerate(page) if unit.text in signature} <= {"byline", "boilerplate"}


@pytest.mark.parametrize("heading", ["Jane Marlow", "De Nueva York", "By Numbers Alone"])
def test_a_subheading_that_may_be_a_name_stays_one(heading: str):
    page = units("\n\n".join([HEADLINE, "By Tom Reith", STORY, heading, OTHER_STORY]))
    main = find_main(page, None)
    assert (list(main.bylines), main.kinds[3]) == (["Tom Reith"], "subheading")


def test_days_that_head_the_parts_of_a_text_are_not_when_it_was_published():
    page = units("\n\n".join([HEADLINE, STORY, "1 March 2020", OTHER_STORY, "12 May 2021", STORY]))
    assert find_main(page, None).dated is None


def test_a_menu_far_above_is_no_headline():
    menu = ["Council and market of Aldersby", *["Subscribe", "Share this article"] * 40]
    assert title_of(*menu, "Aldersby rebuilds market") == "Aldersby rebuilds market"


@pytest.mark.parametrize("line", ["Aldersby Media Group 2025 Ltd", "Summer Edition No 12 2025"])
def test_a_line_with_a_year_is_no_headline_beside_one(line: str):
    assert title_of("Market rebuilt", line) == "Market rebuilt"


def test_a_headline_that_holds_a_year_leaves_the_date_below_it_to_be_read():
    main = find_main(units(f"Budget 2025: council rebuilds market\n\n14 July 2024\n\n{STORY}\n\n{OTHER_STORY}"), None)
    assert (main.title, main.date_text) == ("Budget 2025: council rebuilds market", "14 July 2024")


@pytest.mark.parametrize(
    "line",
    ["Photo finish as council of Aldersby voted", "Copyright of market council"],
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


def head_of(*lines: str) -> tuple[list[str], str | None]:
    """The names and the printed date that are read in lines between a headline and its text."""
    page = units("\n\n".join(("Council votes to rebuild the covered market", *lines, STORY, OTHER_STORY)))
    main = find_main(page, None)
    return list(main.bylines), main.date_text


@pytest.mark.parametrize(
    ("lines", "names", "date"),
    [
        (["By Jane Marlow | 6 June 2025"], ["Jane Marlow"], "6 June 2025"),
        (["Von Jana Marlo, 6. Juni 2025"], ["Jana Marlo"], "6. Juni 2025"),
        (["Tolme Gazette | 6 June 2025"], [], "6 June 2025"),
        (["New York • June 6, 2025"], [], "June 6, 2025"),
        (["By Jane Marlow", "6 June 2025"], ["Jane Marlow"], "6 June 2025"),
        (["New York, June 6, 2025"], [], "June 6, 2025"),
        (["3 min read | June 6, 2025"], [], "June 6, 2025"),
    ],
)
def test_a_line_may_say_who_wrote_the_text_and_when(lines: list[str], names: list[str], date: str):
    found, printed = head_of(*lines)
    assert found == names
    assert parse_printed(printed or "") == parse_printed(date)


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (["Updated June 7, 2025", "Published June 6, 2025"], 6),
        (["Published June 6, 2025", "Updated June 7, 2025"], 6),
        (["Mis à jour le 7 juin 2025", "Publié le 6 juin 2025"], 6),
        (["Updated June 7, 2025", "June 6, 2025"], 6),
        (["UPDATED: 12:00, 7 June 2025 | PUBLISHED: 06:00, 6 June 2025"], 6),
        (["Publié le 6 juin 2025 à 10h00, mis à jour le 7 juin 2025 à 12h00"], 6),
        (["By Jane Marlow | Updated June 7, 2025", "Published June 6, 2025"], 6),
        (["Updated June 7, 2025"], 7),
        (["3/4/2025", "Published June 6, 2025"], 6),
        (["June 5, 2025", "June 6, 2025"], 5),
    ],
)
def test_the_day_of_a_change_gives_way_to_that_of_publication(lines: list[str], day: int):
    found = parse_printed(head_of(*lines)[1] or "")
    assert found is not None
    assert found[0].day == day


def test_a_date_that_cannot_be_read_is_kept_where_there_is_no_other():
    assert head_of("3/4/2025")[1] == "3/4/2025"


def test_a_time_behind_the_date_stays_with_it():
    assert head_of("Aktualisiert: 06.06.2025 - 10:00 Uhr")[1] == "06.06.2025 - 10:00 Uhr"
