"""Passages that recur around different articles, and stories that recur as they are."""

import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import rows, run_job, write_json_lines

from schemas.records import Stretch
from transforms.common.words import normalised
from transforms.deduplicate import passages
from transforms.deduplicate.likeness import are_copies, compare, pack, shingles
from transforms.deduplicate.passages import (
    RUN,
    WINDOW,
    choose,
    judge,
    majority,
    own_share,
    recurs,
    share,
    sightings,
    without,
)

HERE = Path(__file__).parent
# Reports of 60 to 75 words on thirty subjects, and three boxes of 200 words that a site may print around an article; a
# headline or a first paragraph is a line.
REPORTS = [block.strip().split("\n") for block in (HERE / "reports.txt").read_text("utf-8").split("\n\n")]
BOXES = [block.strip().split("\n") for block in (HERE / "boxes.txt").read_text("utf-8").split("\n\n")]
VOCABULARY = " ".join(line for report in REPORTS for line in report).split()


def laid(article: list[str], box: list[str], where: str) -> list[str]:
    return {
        "before": box + article,
        "after": article + box,
        "between": article[:1] + box + article[1:],
        "around": box[:2] + article + box[2:],
    }[where]


def grams(*paragraphs: str) -> list[str]:
    return shingles(normalised(" ".join(paragraphs)))


def found_in(texts: list[list[str]]) -> frozenset[bytes]:
    """What the transform finds, without a pipeline."""
    by_run, by_text, sums = defaultdict(list), defaultdict(list), defaultdict(lambda: [0, 0])
    for n, text in enumerate(texts):
        for digest, sighting in sightings(str(n), text):
            by_run[digest].append(sighting)
    for group in by_run.items():
        for text_id, stretch in share(group):
            by_text[text_id].append(stretch)
    for stretches in by_text.values():
        for digest, said in judge(stretches):
            sums[digest] = [a + b for a, b in zip(sums[digest], said, strict=True)]
    return frozenset(digest for digest, (own, others) in sums.items() if recurs(own, others))


def groups(texts: list[list[str]]) -> int:
    """Into how many groups the texts fall if all pairs are compared."""
    known = found_in(texts)
    packed = [pack(without(text, known)) for text in texts]
    group = list(range(len(texts)))
    for a in range(len(texts)):
        for b in range(a):
            if are_copies(*compare(packed[a], packed[b]), min(len(packed[a]), len(packed[b])) // 4):
                group = [group[b] if of == group[a] else of for of in group]
    return len(set(group))


# Choosing.


@given(st.lists(st.sampled_from("abcdefghij"), max_size=80), st.lists(st.sampled_from("abc"), max_size=30))
def test_what_is_chosen_within_a_run_does_not_depend_on_what_stands_around_it(words: list[str], before: list[str]):
    whole, part = [*before, *words], words
    chosen = {n - len(before): digest for n, digest in choose(whole).items()}
    inner = range(WINDOW, len(part) - RUN - WINDOW)
    assert {n: d for n, d in chosen.items() if n in inner} == {n: d for n, d in choose(part).items() if n in inner}


@given(st.lists(st.integers(0, 50).map(str), max_size=200))
def test_every_window_of_runs_has_one_that_is_chosen(words: list[str]):
    runs = max(0, len(words) - RUN + 1)
    chosen = set(choose(words))
    assert all(chosen & set(range(begin, begin + WINDOW)) for begin in range(runs - WINDOW + 1))
    assert bool(chosen) == bool(runs)


@given(st.lists(st.integers(0, 50).map(str), max_size=200))
def test_chosen_runs_stand_for_all_of_the_text(words: list[str]):
    stretches = [(begin, end, length) for _, (_, begin, end, length, _, _) in sightings("t", words)]
    assert [begin for begin, _, _ in stretches] == [0, *(end for _, end, _ in stretches)][: len(stretches)]
    assert all(length == len(words) for _, _, length in stretches)
    assert not stretches or stretches[-1][1] == len(words)


def test_a_sighting_names_the_runs_before_it_and_behind_it():
    found = list(sightings("t", [str(n) for n in range(60)]))
    begins = [b"", *(digest[:4] for digest, _ in found), b""]
    assert [sighting[4:] for _, sighting in found] == list(zip(begins, begins[2:], strict=False))


def test_of_a_very_long_text_the_beginning_is_counted():
    long = [str(n) for n in range(3 * passages.MOST_SHINGLES)]
    assert max(end for _, (_, _, end, *_) in sightings("t", long)) == passages.MOST_SHINGLES


# Judging.


@given(st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=15))
def test_what_more_than_half_are_is_found(values: list[bytes]):
    (most, times) = max(((value, values.count(value)) for value in values), key=lambda pair: pair[1], default=(None, 0))
    assert majority(values) == most or 2 * times <= len(values)


def sighting(text_id: str, before: bytes = b"", behind: bytes = b"") -> passages.Sighting:
    return text_id, 0, 10, 50, before, behind


def test_texts_are_told_how_many_hold_a_run_and_whether_they_part_there():
    held = [sighting("t1", b"x", b"p"), sighting("t2", b"x", b"q"), sighting("t3", b"y", b"r")]
    assert list(share((b"run", held))) == [
        (text_id, Stretch(b"run", 0, 10, 50, 3, comes_from=True, goes_on=False)) for text_id in ("t1", "t2", "t3")
    ]


def test_of_a_run_that_one_text_holds_nothing_is_told():
    assert list(share((b"run", [sighting("t1")]))) == []


def stretch(begin: int, end: int, texts: int = 30, *, closed: bool = False) -> Stretch:
    return Stretch(b"run %d" % begin, begin, end, 100, texts, comes_from=closed, goes_on=closed)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ([stretch(0, 100)], 0.0),
        ([stretch(0, 80)], 0.2),
        ([stretch(20, 80)], 0.4),
        ([stretch(0, 40), stretch(70, 100)], 0.3),
        ([stretch(0, 50), stretch(60, 100)], 0.0),  # a few words changed
        ([stretch(0, 60), stretch(60, 80, texts=2)], 0.4),  # another copy of its own part
        ([stretch(0, 80, closed=True)], 0.0),  # where others go on
        ([stretch(20, 100, closed=True)], 0.0),
        ([stretch(0, 40, closed=True), stretch(70, 100)], 0.3),
        ([], 0.0),
    ],
)
def test_a_texts_own_is_what_lies_in_long_gaps_where_texts_part(text: list[Stretch], own: float):
    assert own_share(text, most=3) == pytest.approx(own)


def test_a_text_speaks_of_frequent_runs_alone():
    assert list(judge([stretch(0, 60), stretch(60, 70, texts=5)])) == [(b"run 0", (1, 0))]
    assert list(judge([stretch(0, 90)])) == [(b"run 0", (0, 1))]


@pytest.mark.parametrize(("own", "others", "expected"), [(5, 0, False), (6, 0, True), (6, 6, True), (6, 7, False)])
def test_a_passage_recurs_where_enough_texts_have_a_part_of_their_own(own: int, others: int, expected: bool):
    assert recurs(own, others) is expected


# Leaving out.


@pytest.mark.parametrize("where", ["before", "after", "between", "around"])
def test_of_a_text_in_a_box_its_own_words_are_left(where: str):
    texts = [grams(*laid(report[1:], BOXES[0], where)) for report in REPORTS]
    known = found_in(texts)
    for report, text in zip(REPORTS, texts, strict=True):
        left, own = without(text, known), grams(*report[1:])
        assert len(left) < len(own) + 2 * WINDOW
        assert len(set(left) & set(own)) > 0.75 * len(own)


def test_a_page_that_holds_the_box_alone_is_compared_whole():
    texts = [grams(*report[1:], *BOXES[0]) for report in REPORTS]
    alone = grams(*BOXES[0])
    known = found_in([*texts, alone])
    assert without(alone, known) == alone
    assert len(without(texts[0], known)) < len(texts[0]) / 2


def test_a_text_in_which_nothing_recurs_is_left_as_it_is():
    text = grams(*REPORTS[0])
    assert without(text, frozenset()) == text
    assert without(text, found_in([grams(*report) for report in REPORTS])) == text
    assert without([], frozenset([b"x"])) == []


# Boxes and stories.


@pytest.mark.parametrize("where", ["before", "after", "between", "around"])
@pytest.mark.parametrize("count", [10, 30])
def test_articles_in_one_box_are_as_many_as_they_are(where: str, count: int):
    assert groups([grams(*laid(report[1:], BOXES[0], where)) for report in REPORTS[:count]]) == count


def words_of(rng: random.Random, count: int) -> list[str]:
    return rng.choices(VOCABULARY, k=count)


def edited(rng: random.Random, words: list[str], share: float) -> list[str]:
    return [word if rng.random() > share else f"{rng.choice(VOCABULARY)}x" for word in words]


STORY = words_of(random.Random(7), 400)
COPIES: dict[str, Callable[[random.Random, int], list[str]]] = {
    "cut at the end": lambda rng, n: STORY[: rng.randint(120, 400)],
    "cut at both ends": lambda rng, n: STORY[rng.randint(0, 100) : rng.randint(250, 400)],
    "cut, with a note of the outlet's": lambda rng, n: STORY[: rng.randint(120, 400)] + words_of(rng, 30),
    "whole, with a long note of the outlet's": lambda rng, n: STORY + words_of(rng, 90),
    "with words changed": lambda rng, n: edited(rng, STORY, 0.04),
    "growing at the end": lambda rng, n: STORY[: 100 + 7 * n],
    "growing at the top": lambda rng, n: STORY[300 - 7 * n :],
    "cut, between what the outlet adds": lambda rng, n: (
        words_of(rng, 25) + STORY[: rng.randint(200, 400)] + words_of(rng, 60)
    ),
    "in three boxes": lambda rng, n: STORY[: rng.randint(370, 400)] + " ".join(BOXES[n % 3]).split(),
}


@pytest.mark.parametrize("make", COPIES.values(), ids=COPIES)
def test_forty_copies_of_one_story_stay_one(make: Callable[[random.Random, int], list[str]]):
    rng = random.Random(11)
    assert groups([grams(" ".join(make(rng, n))) for n in range(40)]) == 1


def test_versions_of_articles_in_a_box_fold_with_their_like_alone():
    texts = [grams(*report[1:], *BOXES[0]) for report in REPORTS]
    texts += [grams(report[1], report[2].rsplit(" ", 6)[0], *BOXES[0]) for report in REPORTS]
    assert groups(texts) == len(REPORTS)


# All together, as pages.


def test_articles_in_boxes_stay_apart_and_copies_of_one_in_different_boxes_fold(tmp_path: Path):
    records: list[object] = []
    places = ("before", "after", "between")  # a site has one place for its box
    for n, (headline, *article) in enumerate(REPORTS):
        body = "\n\n".join(laid(article, BOXES[n % 3], places[n % 3]))
        records.append({"id": f"own {n}", "text": f"{headline}\n\n{body}"})
    story = [" ".join(STORY[:75]).capitalize() + ".", " ".join(STORY[75:150]).capitalize() + "."]
    for n in range(30):
        version = [story[0], f"{story[1]} It was read {n // 10 + 2} times."]
        body = "\n\n".join(laid(version, BOXES[n % 3], places[n % 3]))
        records.append({"id": f"copy {n}", "text": f"The story that everybody printed\n\n{body}"})
    dataset = run_job(write_json_lines(tmp_path / "pages.jsonl", records), tmp_path / "out")
    pages = {row["page_id"]: row["source_uri"].partition("#")[2] for row in rows(dataset, "pages")}
    article_of = {pages[row["page_id"]]: row["article_id"] for row in rows(dataset, "occurrences")}
    assert len({article_of[f"own {n}"] for n in range(30)}) == 30
    assert len({article_of[f"copy {n}"] for n in range(30)}) == 1
    assert len(rows(dataset, "articles")) == 31
