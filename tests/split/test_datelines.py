"""Lines with a year: printed dates, and headlines about that year."""

import pytest

from transforms.split.datelines import states_date


@pytest.mark.parametrize(
    "line",
    [
        "6 June 2025",
        "June 6, 2025",
        "2025-06-06",
        "2025-06-06T10:00:00Z",
        "Fri, Jun 6, 2025, 10:00 AM",
        "London, 6 June 2025",
        "Jane Roe | 6 June 2025",
        "Jane Roe June 6, 2025",
        "Associated PressDecember 2, 2016",
        "June 6, 2025 · 3 min read",
        "06.06.2025 | 3 Min.",
        "6 de junio de 2025",
        "6 juin 2025 à 10h00",
        "6 июня 2025, 10:00",
        "2025. június 6.",
        "Thứ sáu, 6 tháng 6, 2025",
        "6 जून 2025",
        "Juin 2025",
        "6 qershor 2025",
        "2025年06月06日 15时20分",
        "令和7年6月5日（木）",
        "新华社北京2025年6月6日电",
        "입력 2025년 6월 5일 오후 3:00",
        "燃える倉庫から出る煙＝同市で2019年5月",
    ],
)
def test_a_line_that_gives_a_day_beside_its_year_is_a_date(line: str):
    assert states_date(line)


@pytest.mark.parametrize(
    "line",
    [
        "Euro 2024: England beat Spain",
        "Budget 2025: what changes",
        "What changes in 2025",
        "Best 10 books of 2025",
        "Only 4 in 2025",
        "Super Bowl 2025: 5 takeaways",
        "Season 2024/25 begins today",
        "Greta Molnar, 1931-2025",
        "Bundestagswahl 2025: Merz gewinnt klar",
        "Élections 2025: 5 choses",
        "Выборы-2025: итоги",
        "2025年市议会选举结果公布",
        "市议会6月11日决定关闭游泳馆",
        "6月5日に港の倉庫で火災",
        "2025년 시의회 선거 결과 발표",
    ],
)
def test_a_headline_about_a_year_is_no_date(line: str):
    assert not states_date(line)
