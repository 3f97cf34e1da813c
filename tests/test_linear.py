"""Time grows with a page's length, and not with its square: told by ratios, since machines differ in seconds."""

import gc
import time
from collections.abc import Callable

import pytest
from support import STORY, make_version

from schemas.records import Given, RepairedPage
from transforms.dates import date_page
from transforms.events.names import names
from transforms.events.transform import extract_terms
from transforms.repair import _UNTOUCHED, repair
from transforms.split.recurring import sightings
from transforms.split.transform import split

QUADRATIC = 8.0
"""Between 4, which four times the length should cost, and 16, which the square of it costs."""


def read(text: str) -> None:
    """Repairs a page, counts its lines, splits it and dates it."""
    mended, _ = repair(text)
    sightings(mended)
    date_page(split(RepairedPage("p", "a.txt", Given(fetched_at=0), 0, b"", "utf-8", (), (), mended)), None)


def find_terms(text: str) -> None:
    """Finds the terms and names of an article with that headline and that body."""
    extract_terms(make_version(title=text, body=text, language="de"))


def seconds(text: str, work: Callable[[str], None]) -> float:
    gc.disable()  # it looks at what all other tests have left, too
    try:
        start = time.process_time()
        work(text)
        return time.process_time() - start
    finally:
        gc.enable()


def growth(make: Callable[[int], str], n: int, work: Callable[[str], None] = read) -> float:
    """How many times longer a text of 4n takes than one of n, by the best of two of each."""
    short, long = (min(seconds(make(size), work) for _ in range(2)) for size in (n, 4 * n))
    return long / short


# Each number is chosen so that a page of n takes 20 to 100 milliseconds.
PAGES: list[tuple[str, int, Callable[[int], str]]] = [
    ("ages", 800, lambda n: "Related Articles\n" + "R5 days ago\n" * n),
    ("outlets in frames", 800, lambda n: "Related Articles\n" + "East\nMonday\n- East\n" * n),
    ("dates that are none", 800, lambda n: "Related Articles\n" + "Reuters99-99-2025\n" * n),
    ("wrapped words", 2000, lambda n: f"Market\n{STORY}\n" + "the govern-\n" * n),
    ("wrapped lines", 1500, lambda n: "Market\n" + f"{STORY[:72]}-\n" * n),
    ("cards of authors", 800, lambda n: f"Market\n{STORY}\n" + "Comments\nXy Doe\nReporter\n" * n),
    ("bylines", 1500, lambda n: "Market\n" + "".join(f"By Jane Mar{n // 26:x}{n % 26:x}\n" for n in range(n)) + STORY),
    ("sections without entries", 4000, lambda n: f"Market\n{STORY}\n" + "Related Articles\n" * n),
    ("credits", 3000, lambda n: f"Market\n{STORY}\n" + "Credit: East\n" * n),
    ("marks on one letter", 1_000_000, lambda n: "a" + "\u0301\u0316" * n),
    ("marks on many letters", 500, lambda n: ("a" + "\u0301\u0316" * 40 + "\n") * n),
    ("blank lines", 100_000, lambda n: "Market" + "\n" * n + STORY),
    ("spaces", 1_000_000, lambda n: "x" + " " * n + "x\n"),
    ("lines of spaces", 2000, lambda n: ("x" + " " * 200 + "x\n") * n),
    ("digits", 800_000, lambda n: "1" * n),
    ("dashes", 800_000, lambda n: "-" * n),
    ("dashes apart", 300_000, lambda n: "- " * n),
    ("apostrophes", 800_000, lambda n: "'" * n),
    ("curly apostrophes", 80_000, lambda n: "’" * n),
    ("ampersands", 300_000, lambda n: "&" * n),
    ("no-break spaces", 80_000, lambda n: "\u00a0" * n),
    ("times of day", 200_000, lambda n: "12:" * n),
    ("names of authors", 40_000, lambda n: "By A, " * n),
]


@pytest.mark.parametrize(("n", "make"), [pytest.param(n, make, id=name) for name, n, make in PAGES])
def test_four_times_the_length_takes_about_four_times_as_long(n: int, make: Callable[[int], str]):
    assert growth(make, n) < QUADRATIC


@pytest.mark.parametrize("spelled", ["&#x301;&#x316;", "\u00cc\u0081\u00cc\u0096"], ids=["entities", "mojibake"])
def test_marks_that_the_repair_itself_brings_in_take_no_square_of_time(spelled: str):
    assert growth(lambda n: "a" + spelled * n, 3200) < QUADRATIC


ARTICLES: list[tuple[str, int, Callable[[int], str]]] = [
    ("capitals", 100_000, lambda n: "A" * n),
    ("capitals and hyphens", 100_000, lambda n: "A-" * n),
    ("digits and separators", 100_000, lambda n: "1.2," * n),
    ("names", 20_000, lambda n: "Market-Aldersby " * n),
    ("full stops", 100_000, lambda n: "." * n + "A"),
    ("Han without spaces", 20_000, lambda n: "市" * n),
    ("letters with marks", 50_000, lambda n: "A\u0301" * n + "'"),
]


@pytest.mark.parametrize(("n", "make"), [pytest.param(n, make, id=name) for name, n, make in ARTICLES])
def test_terms_and_names_take_no_square_of_time(n: int, make: Callable[[int], str]):
    assert growth(make, n, find_terms) < QUADRATIC


@pytest.mark.parametrize("text", ["\n", ". ", "A-", "Ab-", "1,", "A\u0301", "«„"])
def test_names_take_no_square_of_what_is_read_of_a_body(text: str):
    def find_often(body: str) -> None:
        for _ in range(100):  # so little is read that once would not show
            names(None, body, "de")

    assert growth(lambda n: text * (n // len(text)), 1000, find_often) < QUADRATIC


@pytest.mark.parametrize("text", ["&", "&a", "é ", "“é ", "€ "])
def test_what_needs_no_repair_is_told_without_a_square_of_time(text: str):
    def look(page: str) -> None:
        _UNTOUCHED.fullmatch(f"{page}\0")

    assert growth(lambda n: text * (n // len(text)), 500_000, look) < QUADRATIC
