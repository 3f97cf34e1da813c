"""Lines that recur on a site: how they are counted, and which of them are furniture."""

import hashlib
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import OTHER_STORY, STORY

from schemas.records import Recurring
from transforms.split import recurring
from transforms.split.page import split_page
from transforms.split.recurring import EXACT, MAX_LINES, NONE, merge, needed, sightings, surroundings

TITLE = "Aldersby council votes to rebuild covered market"
LINE = "Get the morning briefing"
SENTENCE = "Our correspondents on the coast write to you every morning."


def digest(number: int) -> bytes:
    return hashlib.blake2b(str(number).encode(), digest_size=8).digest()


def sighting(above: int, below: int) -> bytes:
    return b"\1" + digest(above) + digest(below)


def paragraph(number: int) -> str:
    """A paragraph that stands nowhere else."""
    return f"In ward {number} {STORY}"


def story(number: int, *between: str) -> str:
    """A page with an article of its own, and lines between its paragraphs."""
    lines = "\n".join(between)
    return f"Ward {'i' * number} has its say\n{paragraph(2 * number)}\n{lines}\n{paragraph(2 * number + 1)}\n{OTHER_STORY}\n"


def counted(texts: Sequence[str]) -> Recurring:
    """What the pages of one site are split with."""
    lines: dict[bytes, bytes] = {}
    for text in texts:
        for line, found in sightings(text).items():
            lines[line] = merge(lines.get(line, b""), found)
    return recurring.table(len(texts), (recurring.rank(line, found) for line, found in lines.items()))


def kinds(text: str, known: Recurring) -> dict[str, str]:
    """The kind of every line that is not blank."""
    return {text[span.start : span.end].strip(): span.kind_name for span in split_page(text, recurring=known).spans}


# Counting.

SIGHTINGS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=60)


@given(SIGHTINGS, st.integers(1, 6), st.integers())
def test_neither_order_nor_grouping_nor_repetition_matters(pairs: list[tuple[int, int]], groups: int, seed: int):
    chance = random.Random(seed)
    parts = [b""] * groups
    for pair in chance.sample(pairs, len(pairs)):
        for _ in range(chance.choice([1, 1, 2])):
            at = chance.randrange(groups)
            parts[at] = merge(parts[at], sighting(*pair))
    chance.shuffle(parts)
    merged = b""
    for part in parts:
        merged = merge(part, merged)
    sides = [sorted({digest(pair[side]) for pair in pairs})[:EXACT] for side in (0, 1)]
    assert merged == bytes([len(sides[0])]) + b"".join(sides[0] + sides[1])


@given(SIGHTINGS)
def test_few_surroundings_are_counted_exactly(pairs: list[tuple[int, int]]):
    merged = b""
    for pair in pairs:
        merged = merge(merged, sighting(*pair))
    fewer = min(len({above for above, _ in pairs}), len({below for _, below in pairs}))
    assert surroundings(merged) == fewer if fewer < EXACT else surroundings(merged) >= EXACT


@pytest.mark.parametrize("distinct", [16, 40, 200, 5000])
def test_many_surroundings_are_estimated(distinct: int):
    merged = b""
    for number in range(distinct):
        merged = merge(merged, sighting(number, -number))
    assert 0.5 * distinct < surroundings(merged) < 2 * distinct
    assert len(merged) == 1 + 2 * EXACT * 8


def test_the_side_with_fewer_paragraphs_counts():
    same_below = merge(sighting(1, 9), merge(sighting(2, 9), sighting(3, 9)))
    assert surroundings(same_below) == 1
    assert surroundings(b"") == 0


# A page.


def test_a_line_has_the_paragraphs_around_it():
    above, below = (recurring._digest(text[:120]) for text in (STORY, OTHER_STORY))
    page = f"Home\n{STORY}\n{LINE}\nSpoken in haste\n{OTHER_STORY}\nThe end of it\n"
    found = sightings(page)
    assert found[recurring._digest(LINE)] == found[recurring._digest("spoken in HASTE")] == b"\1" + above + below
    assert found[recurring._digest("The end of it")] == b"\1" + below + below


def test_a_line_that_stands_twice_on_a_page_has_its_first_surroundings():
    once, twice = f"{STORY}\n{LINE}\n{OTHER_STORY}\n", f"{STORY}\n{LINE}\n{OTHER_STORY}\n{LINE}\n"
    assert sightings(twice) == sightings(once)


def test_a_page_without_a_paragraph_tells_nothing():
    assert sightings(f"{TITLE}\n{LINE}\nHe said that it was good.\n") == sightings("") == {}


@pytest.mark.parametrize(
    "line",
    ["2 hours ago", "a day ago", "Advertisement", "Related Articles", "12 - 4", "No one was hurt.", "🎉", "x" * 161, STORY],
)
def test_lines_that_are_known_or_say_little_are_not_counted(line: str):
    assert sightings(f"{STORY}\n{line}\n") == {}


def test_numbers_tell_lines_apart():
    assert len(sightings(f"{STORY}\nAlmenar against Calver 2\nAlmenar against Calver 3\n")) == 2


def test_so_many_lines_of_a_page_are_counted():
    lines = [f"Line {'i' * number}" for number in range(1, 150)] + [f"Row {'x' * number}" for number in range(1, 150)]
    lines += [f"Part {'v' * number}" for number in range(1, 150)]
    assert len(lines) > MAX_LINES == len(sightings(STORY + "\n" + "\n".join(lines)))


def test_a_wrapped_paragraph_is_a_paragraph():
    wrapped = STORY.replace(" on Thursday evening ", "\non Thursday evening ").replace(" roof in", "\nroof in")
    assert all(surroundings(found) == 1 for found in sightings(f"{wrapped}\n{LINE}\n").values())


@given(st.text(max_size=200))
def test_any_text_is_counted(text: str):
    assert all(len(line) == 8 and len(found) == 17 for line, found in sightings(f"{text}\n{STORY}").items())


# A site.


@pytest.mark.parametrize(
    ("pages", "line", "sentence"), [(0, 2, 3), (60, 2, 3), (61, 2, 4), (100, 2, 5), (101, 3, 6), (10_000, 200, 500)]
)
def test_the_more_pages_the_more_surroundings_are_needed(pages: int, line: int, sentence: int):
    assert (needed(pages), needed(pages, sentence=True)) == (line, sentence)


def test_lines_are_found_by_their_digest():
    known = recurring.table(5, [recurring.rank(digest(n), merge(sighting(1, 2), sighting(3, 4))) for n in range(50)])
    assert all(recurring.found_in(known, digest(n)) == 2 for n in range(50))
    assert not any(recurring.found_in(known, digest(n)) for n in range(50, 99))
    assert recurring.found_in(NONE, digest(1)) == 0


def test_lines_with_too_few_surroundings_are_not_kept():
    ranked = [recurring.rank(digest(n), merge(sighting(1, 2), sighting(3, 4))) for n in range(5)]
    assert len(recurring.table(100, ranked).lines) == 5 * 12
    assert recurring.table(101, ranked).lines == b""


# What pages are split with.


def test_furniture_between_paragraphs_is_dropped():
    pages = [story(n, LINE, SENTENCE) for n in range(3)]
    before, after = kinds(pages[0], NONE), kinds(pages[0], counted(pages))
    assert (before[LINE], before[SENTENCE]) == ("subheading", "body")
    assert (after[LINE], after[SENTENCE]) == ("boilerplate", "boilerplate")
    assert [kind for kind in after.values() if kind in ("title", "body")] == ["title", "body", "body", "body"]


def test_two_pages_are_enough_for_a_line_and_not_for_a_sentence():
    pages = [story(n, LINE, SENTENCE) for n in range(2)]
    after = kinds(pages[0], counted(pages))
    assert (after[LINE], after[SENTENCE]) == ("boilerplate", "body")


def test_an_article_that_stands_on_many_pages_keeps_its_short_lines():
    article = (STORY, "The traders are glad", "They had waited for this since the storm in February.", OTHER_STORY)
    pages = [f"{paragraph(n)}\n" + "\n".join(article) + f"\n{paragraph(n + 9)}\n" for n in range(9)]
    assert counted(pages).lines == b""


def test_two_fetches_of_one_page_are_not_two_surroundings():
    pages = [f"{count} readers\n{TITLE}\n{STORY}\nThe traders are glad\n" for count in ("Five", "Six", "Ten")]
    assert counted(pages).lines == b""


def test_a_standfirst_that_lists_repeat_stays_text():
    lead = "The council of Aldersby wants to rebuild the market with a new roof."
    pages = [f"{paragraph(n)}\n{lead}\n{paragraph(n + 9)}\n" for n in range(5)]
    own = f"{TITLE}\n{lead}\n{STORY}\n{OTHER_STORY}\n"
    known = counted([*pages, own])
    assert kinds(pages[0], known)[lead] == "boilerplate"
    assert kinds(own, known) == {TITLE: "title", lead: "body", STORY: "body", OTHER_STORY: "body"}
    related = (
        f"{TITLE}\n{paragraph(1)}\nRelated Articles\nSandness Post\n3 days ago\n- Sandness Post\nHeadline\n{lead}\n{STORY}\n"
    )
    assert kinds(related, known)[lead] == "body"


def test_headlines_outlets_and_bylines_that_recur_are_not_lost():
    lines = (TITLE, "By Jane Marlow", "Sandness Post")
    pages = [story(n, *lines) for n in range(5)]
    entry = f"Sandness Post\n3 days ago\n- Sandness Post\n{TITLE}\n{STORY}\n"
    own = f"{TITLE}\nBy Jane Marlow\n{STORY}\n{OTHER_STORY}\nRelated Articles\n{entry}"
    known = counted([*pages, own])
    assert kinds(pages[0], known)[TITLE] == "boilerplate"
    main, related = split_page(own, recurring=known).articles
    assert (main.title, main.bylines) == (TITLE, ("Jane Marlow",))
    assert (related.title, related.outlet, related.body) == (TITLE, "Sandness Post", STORY)


def test_a_line_that_recurs_within_a_text_does_not_make_itself_the_headline():
    pages = [
        f"Of ward {'i' * n}\nArticle content\nArticle content\n{paragraph(2 * n)}\nArticle content\n{paragraph(2 * n + 1)}\n"
        for n in range(3)
    ]
    titles = [[split_page(page, recurring=known).articles[0].title for page in pages] for known in (NONE, counted(pages))]
    assert titles == [["Article content"] * 3, ["Of ward", "Of ward i", "Of ward ii"]]


def test_a_text_without_a_long_paragraph_is_kept():
    short = "The bell was raised on Sunday by divers from the school."
    known = counted([story(n, short) for n in range(5)])
    entry = f"Sandness Post\n3 days ago\n- Sandness Post\nBell of the Perseverance raised\n{short}\n"
    page = f"{TITLE}\n{STORY}\n\nRelated Articles\n{entry}"
    assert split_page(page, recurring=known).articles[1].body == short


def test_a_segment_says_in_how_many_surroundings_its_line_stands():
    pages = [story(n, LINE) for n in range(3)]
    cut = split_page(pages[0], recurring=counted(pages))
    assert {pages[0][span.start : span.end].strip(): span.recurs for span in cut.spans if span.recurs} == {LINE: 3}
    assert not any(span.recurs for span in split_page(pages[0]).spans)
