"""The words of furniture, in all languages at once."""

import tomllib
from pathlib import Path

import pytest

from transforms.split.lexicon import UNITS, Age, bare, fold, has_bullet, kinds_of, lexicon, strip_bullet

VOCABULARY = sorted((Path(__file__).parents[2] / "transforms/split/vocabulary").glob("*.toml"))


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [
        ("a few seconds ago", 0, "second"),
        ("a minute ago", 1, "minute"),
        ("7 minutes ago", 7, "minute"),
        ("34 Minutes Ago", 34, "minute"),
        ("an hour ago", 1, "hour"),
        ("20 hours ago", 20, "hour"),
        ("a day ago", 1, "day"),
        ("yesterday", 1, "day"),
        ("3 weeks ago", 3, "week"),
        ("a month ago", 1, "month"),
        ("11 months ago", 11, "month"),
        ("2 years ago", 2, "year"),
        ("vor 3 Stunden", 3, "hour"),
        ("vor einem Tag", 1, "day"),
        ("il y a 5 minutes", 5, "minute"),
        ("il y a un mois", 1, "month"),
        ("hace 2 horas", 2, "hour"),
        ("hace un día", 1, "day"),
        ("há 3 dias", 3, "day"),
        ("3 ore fa", 3, "hour"),
        ("5 dagen geleden", 5, "day"),
        ("2 godziny temu", 2, "hour"),
        ("5 минут назад", 5, "minute"),
        ("3 дня назад", 3, "day"),
        ("4日前", 4, "day"),
        ("12分前", 12, "minute"),
        ("3小时前", 3, "hour"),
        ("5天前", 5, "day"),
        ("6시간 전", 6, "hour"),
        ("2일 전", 2, "day"),
        ("منذ 3 ساعات", 3, "hour"),
        ("för 3 timmar sedan", 3, "hour"),
        ("for 2 dager siden", 2, "day"),
        ("for 4 timer siden", 4, "hour"),
        ("3 tuntia sitten", 3, "hour"),
        ("před 2 hodinami", 2, "hour"),
        ("pred 3 dňami", 3, "day"),
        ("3 órája", 3, "hour"),
    ],
)  # fmt: skip
def test_an_age_is_read_in_many_languages(text: str, count: int, unit: str):
    assert lexicon().age(text) == Age(count, unit)


def test_digits_of_other_scripts_and_widths_are_digits():
    assert lexicon().age("４日前") == Age(4, "day")
    assert lexicon().age("منذ ٣ ساعات") == Age(3, "hour")


@pytest.mark.parametrize(
    "text",
    ["", "ago", "7 minutes", "It happened 7 minutes ago", "7 parsecs ago", "12345 days ago", "② days ago"],
)
def test_what_is_no_age_is_none(text: str):
    assert lexicon().age(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Reuters5 days ago", "Reuters"),
        ("Channel 4a day ago", "Channel 4"),
        ("Harbour Post 2 days ago", "Harbour Post "),
        ("Le Quotidienil y a 3 jours", "Le Quotidien"),
        ("Курьер5 минут назад", "Курьер"),
        ("東海あさひ4日前", "東海あさひ"),
    ],
)
def test_an_age_is_found_glued_to_its_outlet(text: str, name: str):
    at = lexicon().age_at_end(text)
    assert at is not None
    assert text[:at] == name


@pytest.mark.parametrize("text", ["Reuters", "5 days ago", "The Day Before Yesterday", "Reported by Reuters today", "", "x"])
def test_no_age_is_found_where_none_is_glued(text: str):
    assert lexicon().age_at_end(text) is None


@pytest.mark.parametrize(
    ("line", "folded"),
    [("  42  Comments", "{n} comments"), ("Ｌｉｖｅ", "live"), ("Don’t miss", "don't miss"), ("STRASSE 7a", "strasse {n}a")],
)
def test_lines_are_compared_without_case_width_and_numbers(line: str, folded: str):
    assert fold(line) == folded


@pytest.mark.parametrize(
    ("line", "without"),
    [
        ("• Business", "Business"),
        ("- Reuters", "Reuters"),
        ("o Sport", "Sport"),
        ("ocean", "ocean"),
        ("2025", "2025"),
        ("—", ""),
    ],
)
def test_a_bullet_is_taken_off(line: str, without: str):
    assert strip_bullet(line) == without
    assert has_bullet(line) is (line != without)


def test_a_line_of_bullets_alone_keeps_itself():
    assert bare("***") == "***"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Related Articles", "related"),
        ("related articles:", "related"),
        ("Verwandte Artikel", "related"),
        ("Articles liés", "related"),
        ("関連記事", "related"),
        ("Похожие статьи", "related"),
        ("Most read", "links"),
        ("3 comments", "comments"),
        ("Advertisement", "furniture"),
        ("Orange background", "furniture"),
        ("By Jane Roe", "byline_prefix"),
        ("Published on 12 June 2025", "date_prefix"),
        ("Credit: Jane Roe", "credit_prefix"),
        ("Related article: The harbour after the fire", "related_prefix"),
    ],
)
def test_a_line_is_known_by_its_words(line: str, kind: str):
    assert kind in kinds_of(line)


@pytest.mark.parametrize(
    "line",
    ["", "The council voted on Thursday evening to rebuild the covered market.", "Byelaws are changed", "x" * 500],
)
def test_prose_is_not_known(line: str):
    assert kinds_of(line) == frozenset()


def test_the_words_behind_a_prefix_are_its_value():
    assert lexicon().without_prefix("date", "Published on 12 June 2025") == "12 June 2025"
    assert lexicon().without_prefix("date", "12 June 2025") == "12 June 2025"


@pytest.mark.parametrize("path", VOCABULARY, ids=lambda path: path.stem)
def test_every_vocabulary_has_every_key(path: Path):
    file = tomllib.loads(path.read_text("utf-8"))
    assert file["language"] == path.stem
    assert file["name"]
    assert sorted(file["ages"]) == sorted(UNITS)
    assert all(file["ages"].values())
    assert {"related", "links", "comments"} <= set(file["headings"])
    prefixes = ("furniture", "related", "byline", "date", "update", "credit")
    assert {"furniture", "end", "job_titles", *(f"{name}_prefixes" for name in prefixes)} <= set(file["lines"])
    phrases = [phrase for part in ("headings", "lines") for listed in file[part].values() for phrase in listed]
    assert all(isinstance(phrase, str) and phrase.strip() for phrase in phrases)


def misread_ages(path: Path, *, full_stop: bool) -> list[str]:
    """The ages of a vocabulary, with or without a full stop behind them, that the lexicon does not read as they say."""
    wrong = []
    for unit, entries in tomllib.loads(path.read_text("utf-8"))["ages"].items():
        for entry in entries:
            phrase, _, stated = entry.partition(" = ")
            if phrase.endswith(".") is not full_stop:
                continue
            age = lexicon().age(phrase.replace("{n}", "5"))
            count = int(stated) if stated else 5 if "{n}" in phrase else 1
            # Where two languages write one phrase for two units, the first one has it.
            if age is None or (age.unit == unit and age.count != count):
                wrong.append(phrase)
    return wrong


@pytest.mark.parametrize("path", VOCABULARY, ids=lambda path: path.stem)
def test_every_age_of_a_vocabulary_is_understood(path: Path):
    assert misread_ages(path, full_stop=False) == []


def test_every_age_that_ends_in_a_full_stop_is_understood():
    assert [phrase for path in VOCABULARY for phrase in misread_ages(path, full_stop=True)] == []


def test_the_lexicon_is_read_once():
    assert lexicon() is lexicon()
