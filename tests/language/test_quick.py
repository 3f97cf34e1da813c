"""The quick detector beside langdetect's own."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langdetect import LangDetectException
from langdetect import detector_factory as library
from langdetect.detector import Detector
from support import SEEDS

from transforms.language.quick import QuickDetector
from transforms.language.transform import load

LETTERS = st.text(st.sampled_from("aeinrstd AEST éüßñç ơỏ жяйиы ابت 東京はヒ 서울 țşș ._@:/ 0\n\u0301"), max_size=200)


def verdict(detector: Detector, text: str) -> Any:
    detector.append(text)
    try:
        return [(found.lang, found.prob) for found in detector.get_probabilities()], detector.text
    except LangDetectException as error:
        return str(error), detector.text


def both(text: str) -> tuple[Any, Any]:
    load()
    return verdict(QuickDetector(library._factory), text), verdict(library._factory.create(), text)


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name)
def test_seeds_have_the_library_s_verdicts_to_the_last_bit(path: Any):
    quick, slow = both(path.read_bytes().decode("utf-8", "replace")[:1500])
    assert quick == slow


@settings(deadline=None)  # loading profiles takes its time
@given(LETTERS | st.text(max_size=100))
def test_any_text_has_the_library_s_verdict(text: str):
    quick, slow = both(text)
    assert quick == slow


def test_text_that_is_added_in_parts_is_the_same_text():
    load()
    quick, slow = QuickDetector(library._factory), library._factory.create()
    for part in ("Der Bürgermeister  von ", "  Aldersby", " sagte"):
        quick.append(part)
        slow.append(part)
    assert quick.text == slow.text
