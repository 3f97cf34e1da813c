"""Passages that recur around different articles, and stories that recur as they are."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from apache_beam.coders import VarIntCoder
from hypothesis import given
from hypothesis import strategies as st
from support import rows, run_job, write_json_lines

from transforms.common.parts import addressed
from transforms.common.words import normalised
from transforms.deduplicate import passages
from transforms.deduplicate.likeness import are_copies, compare, pack, shingles
from transforms.deduplicate.passages import (
    LOOK,
    RUN,
    WINDOW,
    choose,
    hear,
    judge,
    known_runs,
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


def grams(*paragraphs: str) -> np.ndarray:
    return shingles(normalised(" ".join(paragraphs)))


def name(n: int) -> str:
    return f"a{n:016}"


def found_in(texts: list[np.ndarray]) -> bytes:
    """What the transform finds, without a pipeline."""
    told = share([addressed(name(n), sightings(text)) for n, text in enumerate(texts)])
    return known_runs(hear([judge(stretches).tobytes() for _, stretches in told]))


def groups(texts: list[np.ndarray]) -> int:
    """Into how many groups the texts fall if all pairs are compared."""
    known = found_in(texts)
    packed = [pack(without(text, known)) for text in texts]
    group = list(range(len(texts)))
    for a in range(len(texts)):
        for b in range(a):
            if are_copies(*compare(packed[a], packed[b]), min(len(packed[a]), len(packed[b])) // 4):
                group = [group[b] if of == group[a] else of for of in group]
    return len(set(group))


def numbers(values: Iterable[int]) -> np.ndarray:
    return np.array(list(values), dtype=np.int64).astype(np.uint32)


# Choosing.


@given(st.lists(st.integers(0, 9), max_size=80), st.lists(st.integers(0, 2), max_size=30))
def test_what_is_chosen_within_a_run_does_not_depend_on_what_stands_around_it(part: list[int], before: list[int]):
    def chosen(shingles: list[int], off: int) -> dict[int, int]:
        positions, hashes = choose(numbers(shingles))
        return {n - off: digest for n, digest in zip(positions.tolist(), hashes.tolist(), strict=True)}

    inner = range(WINDOW, len(part) - RUN - WINDOW)
    whole, alone = chosen([*before, *part], len(before)), chosen(part, 0)
    assert {n: d for n, d in whole.items() if n in inner} == {n: d for n, d in alone.items() if n in inner}


@given(st.lists(st.integers(0, 50), max_size=200))
def test_every_window_of_runs_has_one_that_is_chosen(shingles: list[int]):
    runs = max(0, len(shingles) - RUN + 1)
    positions, hashes = choose(numbers(shingles))
    chosen = set(positions.tolist())
    assert all(chosen & set(range(begin, begin + WINDOW)) for begin in range(runs - WINDOW + 1))
    assert bool(chosen) == bool(runs)
    assert len(positions) == len(hashes)


@given(st.lists(st.integers(0, 50), max_size=200))
def test_chosen_runs_stand_for_all_of_the_text(shingles: list[int]):
    found = sightings(numbers(shingles))
    assert found["begin"].tolist() == [0, *found["end"].tolist()][: len(found)]
    assert (found["length"] == len(shingles)).all()
    assert not len(found) or found["end"][-1] == len(shingles)


def test_a_sighting_tells_of_the_runs_at_some_distance_before_and_behind_it():
    found = sightings(numbers(range(100)))
    inner = sightings(numbers(range(-LOOK, 100 + LOOK)))
    runs = {int(each["run"]): (int(each["before"]), int(each["behind"])) for each in inner}
    assert found["before"][0] == found["behind"][-1] == 0
    begins = choose(numbers(range(100)))[0]
    for position, each in zip(begins, found, strict=True):
        if position >= LOOK and position + LOOK + RUN <= 100:
            assert (each["before"], each["behind"]) == runs[int(each["run"])]
            assert each["before"] != each["behind"]


def test_of_a_very_long_text_the_beginning_is_counted():
    assert sightings(numbers(range(3 * passages.MOST_SHINGLES)))["end"].max() == passages.MOST_SHINGLES


# Judging.


def sighting(text: int, run: int, before: int = 0, behind: int = 0) -> bytes:
    return addressed(name(text), np.array([(run, 0, 10, 50, before, behind)], dtype=passages._SIGHTING))


def test_texts_are_told_how_many_hold_a_run_and_whether_they_part_there():
    held = [sighting(1, 7, 1, 11), sighting(2, 7, 1, 12), sighting(3, 7, 2, 13), sighting(4, 8, 1, 1)]
    told = [(text_id, stretches.tolist()) for text_id, stretches in share(held)]
    assert told == [(name(text), [(7, 0, 10, 50, 3, True, False)]) for text in (1, 2, 3)]


def test_of_a_run_that_one_text_holds_nothing_is_told():
    assert list(share([sighting(1, 7), sighting(2, 8)])) == []


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 2)), max_size=20), st.randoms())
def test_texts_are_told_the_same_in_whatever_order_they_come(seen: list[tuple[int, int, int]], rng: random.Random):
    values = [sighting(n, *each) for n, each in enumerate(seen)]
    told = {text_id: stretches.tolist() for text_id, stretches in share(values)}
    for n, (run, *_) in enumerate(seen):
        alike = [each for each in seen if each[0] == run]
        if len(alike) > 1:
            come, go = (Counter(each[side] for each in alike).most_common(1)[0][1] for side in (1, 2))
            assert told[name(n)] == [(run, 0, 10, 50, len(alike), 2 * come > len(alike), 2 * go > len(alike))]
    rng.shuffle(values)
    assert {text_id: stretches.tolist() for text_id, stretches in share(values)} == told


def text_of(*stretches: tuple[object, ...]) -> np.ndarray:
    return np.array(list(stretches), dtype=passages._STRETCH)


def stretch(begin: int, end: int, texts: int = 30, *, closed: bool = False) -> tuple[object, ...]:
    return begin, begin, end, 100, texts, closed, closed


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
def test_a_texts_own_is_what_lies_in_long_gaps_where_texts_part(text: list[tuple[object, ...]], own: float):
    assert own_share(text_of(*text), most=3) == pytest.approx(own)


def test_a_text_speaks_of_frequent_runs_alone():
    assert judge(text_of(stretch(0, 60), stretch(60, 70, texts=5))).tolist() == [(0, True)]
    assert judge(text_of(stretch(0, 90))).tolist() == [(0, False)]
    assert judge(text_of()).tolist() == []


def test_a_passage_is_known_by_what_its_texts_say():
    said = [(7, True)] * 6 + [(7, False)] * 6 + [(8, True)] * 6 + [(8, False)] * 7 + [(9, True)] * 5
    opinions = [np.array([each], dtype=passages._OPINION).tobytes() for each in said]
    assert list(hear(opinions)) == [(6, 7)]
    assert np.frombuffer(known_runs([(6, 7), (9, 3)]), dtype=np.uint64).tolist() == [3, 7]


def test_runs_travel_as_numbers_that_a_coder_takes():
    largest = 2**64 - 1
    opinion = np.array([(largest, True)] * 6, dtype=passages._OPINION).tobytes()
    heard = list(hear([opinion]))
    assert VarIntCoder().decode(VarIntCoder().encode(heard[0][1])) == heard[0][1]
    assert np.frombuffer(known_runs(heard), dtype=np.uint64).tolist() == [largest]


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
        assert len(np.intersect1d(left, own)) > 0.75 * len(own)


def test_a_page_that_holds_the_box_alone_is_compared_whole():
    texts = [grams(*report[1:], *BOXES[0]) for report in REPORTS]
    alone = grams(*BOXES[0])
    known = found_in([*texts, alone])
    assert without(alone, known).tolist() == alone.tolist()
    assert len(without(texts[0], known)) < len(texts[0]) / 2


def test_a_text_in_which_nothing_recurs_is_left_as_it_is():
    text = grams(*REPORTS[0])
    assert without(text, b"").tolist() == text.tolist()
    assert without(text, found_in([grams(*report) for report in REPORTS])).tolist() == text.tolist()
    assert without(numbers([]), known_runs([(6, 7)])).tolist() == []


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
