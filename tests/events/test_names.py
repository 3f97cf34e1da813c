"""What reports in two languages have in common."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.events.names import NAMES, names, number, spoken


def found(body: str, language: str | None = "en", title: str | None = None) -> dict[str, int]:
    return {form: times for form, times, _ in names(title, body, language)}


@pytest.mark.parametrize(
    "spellings",
    [
        "Lindhaven Линдхавен Линдхавене Линдхавена",
        "Saparov Saparow Saparovs Сапаров Сапарова Сапарову",
        "Zelensky Selenskyj Zelenski Зеленский Зеленского Зеленського",
        "Shevchenko Schewtschenko Chevtchenko Шевченко",
        "Kowalski Kowalskiego Kowalskim Ковальский",
        "Papadopoulos Παπαδόπουλος Παπαδόπουλου Пападопулос",
        "Scholz Шольц Шольца",
        "Putin Poutine Путин Путиным Πούτιν",
    ],
)
def test_spellings_of_a_name_are_brought_together(spellings: str):
    assert len({spoken(name) for name in spellings.split()}) == 1


def test_other_names_stay_apart():
    others = ["Lindhaven", "Saparov", "Zelensky", "Shevchenko", "Kowalski", "Putin", "Aldersby", "Sandness", "Scholz"]
    assert len({spoken(name) for name in others}) == len(others)


@given(st.text(st.characters(categories=["L", "M"]), min_size=1, max_size=12))
def test_a_name_in_capitals_is_spoken_like_a_small_one(name: str):
    assert spoken(name.lower().upper()) == spoken(name.lower().upper().lower())


@pytest.mark.parametrize(
    ("spellings", "same"),
    [
        ("1200 1,200 1.200 ١٬٢٠٠ १२००", "1200"),
        ("3.25 3,25 ٣٫٢٥", "3.25"),
        ("1,200.50 1.200,50", "1200.50"),
        ("35 ３５", "35"),
    ],
)
def test_a_number_is_one_however_it_is_written(spellings: str, same: str):
    assert {number(word) for word in spellings.split()} == {same}


def test_names_and_numbers_are_counted_in_headline_and_text_but_names_in_the_text_alone():
    body = "On Sunday the ship left Orsund with 350 aboard. Divers of Orsund looked on."
    counts = found(body, title="Ferry Astrid: 350 rescued")
    assert (counts[spoken("Orsund")], counts["350"]) == (2, 2)
    assert spoken("Astrid") not in counts


def test_years_and_small_numbers_are_likelier_than_others():
    chances = {form: chance for form, _, chance in names(None, "In 2024 some 12 boats and 3,417 people came.", "en")}
    assert chances["3417"] < chances["12"] < chances["2024"]


def test_german_nouns_are_no_names():
    body = "Am Abend brach ein Feuer aus, und die Regierung schickte der Stadt Lindhaven mehr Wasser und Hilfe."
    assert list(found(body, "de")) == [spoken("Lindhaven")]


@pytest.mark.parametrize(("body", "language"), [("sie reist nach Berlin", "de"), ("она едет в Москву", "ru")])
def test_well_known_names_are_names(body: str, language: str):
    assert len(found(body, language)) == 1


def test_a_word_that_only_begins_sentences_is_no_name():
    body = "Flooding came. “Boats are gone,” they say.\nPumps failed… Orsund waits; all of Orsund waits."
    assert list(found(body)) == [spoken("Orsund")]


def test_a_word_that_is_also_written_small_is_no_name():
    assert found("They met at the Bakery. It is a bakery in Orsund.") == {spoken("Orsund"): 1}
    assert found("Sie kam zur Große. Eine große in Orsund.") == {spoken("Orsund"): 1}


def test_of_scripts_without_capitals_numbers_alone_are_taken():
    assert list(found("東京で3,417人が避難した。", "ja")) == ["3417"]
    assert list(found("وصل ٣٤١٧ شخصا إلى المدينة", "ar")) == ["3417"]


def test_a_number_with_its_unit_is_a_number_where_nothing_stands_between_them():
    found = [name for name, *_ in names(None, "市は2020年3月に2900人が参加したと発表した。1年で", "ja")]
    assert found == ["1Nian", "2020", "2900", "3Yue"]


def test_the_least_likely_names_are_kept():
    body = "we saw " + " and ".join(f"{'Orsund' if n == 99 else 'London'} and {10_000 + n}" for n in range(100))
    counts = found(body)
    assert len(counts) == NAMES
    assert spoken("Orsund") in counts
    assert spoken("London") not in counts


@given(st.text(max_size=300), st.sampled_from(["en", "de", "ru", "ja", "xx", None]))
def test_names_of_any_text_are_in_order_each_once_and_may_be_met_by_chance(text: str, language: str | None):
    forms = names(text, text, language)
    assert [form for form, _, _ in forms] == sorted({form for form, _, _ in forms})
    assert all(times > 0 and 0 < chance <= 1 for _, times, chance in forms)
