"""The quick detector beside langdetect's own."""

import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from langdetect import DetectorFactory, LangDetectException
from langdetect.detector import Detector
from langdetect.detector_factory import PROFILES_DIRECTORY
from support import SEEDS

from transforms.language.quick import AT_ONCE, rank

ALPHABETS = (
    "aeinrstd AEST éüßñç ơỏ жяйиы ابت 東京はヒ 서울 țşș ._@:/ 0\n\u0301",
    "etaoin shrdlu ETAOIN",
    "абвгдежзик лмнопрст АБ і ї є ў љ њ",
    "aăâbcdđeêghik oôơtuưvxy àáãạ\u0300\u0301\u0303\u0309\u0323 ẰẮẴẶ",
    "的一是不了人我在有 他这为之大来以个中上们市議會",
    "アイウエオ ぁあい 東京 ㄅㄆ ー 가각간 나라",
    "कखगघ ાિ தமிழ் తెలుగు ಕನ್ನಡ മലയ ગુજ ਪੰਜ বাংলা ไทย",
    "ابتثجحخ دذرزس پچژگ یک  ,؟ שלום ωμέγα",
    "AB CD ABC aB Ab ÀÉ Straße ŁÓDŹ ǅ Ⓐ ĳ \x00\x85\xa0\u200b",
)
SOUP = st.one_of([st.text(st.sampled_from(alphabet), max_size=400) for alphabet in ALPHABETS])
ADDRESSES = st.sampled_from(["http://a.example/b?c=1", "https://x.example", " roe@post.example ", "http", "@", "a@b", "  "])
TEXTS = st.lists(SOUP | ADDRESSES | st.text(max_size=100), max_size=6).map("".join)


@cache
def library() -> DetectorFactory:
    """langdetect with its languages in the order of their names, where the library has them as the disk lists them."""
    factory = DetectorFactory()
    factory.load_json_profile(
        [Path(PROFILES_DIRECTORY, name).read_text(encoding="utf-8") for name in sorted(os.listdir(PROFILES_DIRECTORY))]
    )
    factory.set_seed(0)
    return factory


def slowly(text: str) -> list[tuple[str, float]]:
    detector = library().create()
    detector.append(text)
    try:
        return [(found.lang, found.prob) for found in detector.get_probabilities()]
    except LangDetectException:
        return []


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name)
def test_seeds_have_the_library_s_verdicts_to_the_last_bit(path: Path):
    text = path.read_bytes().decode("utf-8", "replace")
    parts = [text[begin : begin + 1000] for begin in range(0, 3000, 500)]
    assert rank(parts) == list(map(slowly, parts))


@settings(deadline=None, max_examples=300)  # loading profiles takes its time
@given(TEXTS)
@example("")
@example("e")
@example("ee")
@example("\ud800 Der Hund")
def test_any_text_has_the_library_s_verdict(text: str):
    assert rank([text]) == [slowly(text)]


@settings(deadline=None, max_examples=100)
@given(st.lists(TEXTS, max_size=12))
def test_texts_that_are_asked_for_together_have_the_verdicts_that_each_has_alone(texts: list[str]):
    assert rank(texts) == list(map(slowly, texts))


def test_more_texts_than_are_asked_for_at_once_have_their_verdicts_in_order():
    texts = [f"{word} " * 9 for word in ("Hund", "dog", "", "chien", "собака", "perro", "12")] * AT_ONCE
    assert rank(texts) == list(map(slowly, texts[:7])) * AT_ONCE


def test_a_long_text_is_cut_where_the_library_cuts_it():
    text = "http://long.example/ " + "Der Stadtrat beschloss am Abend. " * 300 + "The council voted in the evening. " * 600
    assert rank([text]) == [slowly(text)]


@pytest.mark.parametrize(("threshold", "limit"), [(2.0, 1000), (2.0, 7), (0.3, 1000), (0.999999999, 60)])
def test_trials_end_where_the_library_ends_them(threshold: float, limit: int, monkeypatch: Any):
    monkeypatch.setattr(Detector, "CONV_THRESHOLD", threshold)
    monkeypatch.setattr(Detector, "ITERATION_LIMIT", limit)
    texts = ["Der Stadtrat hat am Abend getagt.", "a", "市 議會 hat beschlossen, ...", "Ø æ å blå og en dag på"]
    assert rank(texts) == list(map(slowly, texts))
