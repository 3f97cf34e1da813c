"""The language of an article, by langdetect: seeded, loaded under a lock, never guessed from too little text.

langdetect's own scores are no confidences ("OK" is Portuguese at 0.99999). Where a script belongs to one language
the script decides, since langdetect takes traditional Chinese for Korean; elsewhere its verdict stands, with the
share of such verdicts that proved right.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace

import apache_beam as beam
import regex
from apache_beam.typehints.decorators import no_annotations
from langdetect import DetectorFactory, LangDetectException
from langdetect import detector_factory as _detectors

from schemas.records import InLanguage, Version
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count
from transforms.common.join import Group, Join
from transforms.language.quick import QuickDetector

SAMPLE = 1000
"""Characters that are looked at; more change no verdict."""
ENOUGH_LETTERS = 24
ENOUGH_UNSPACED = 8
_TITLE_LETTERS = 200
"""A body of fewer letters is judged together with its headline."""

_SCRIPTS = {
    "Thai": "th", "Greek": "el", "Hebrew": "he", "Hangul": "ko", "Georgian": "ka", "Armenian": "hy", "Tamil": "ta",
    "Telugu": "te", "Kannada": "kn", "Malayalam": "ml", "Gujarati": "gu", "Gurmukhi": "pa", "Bengali": "bn",
    "Khmer": "km", "Lao": "lo", "Myanmar": "my", "Sinhala": "si", "Ethiopic": "am",
}  # fmt: skip
_SCRIPT_PATTERNS = {language: regex.compile(rf"\p{{{script}}}") for script, language in _SCRIPTS.items()}
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_HAN = regex.compile(r"\p{Han}")
_LETTERS = regex.compile(r"[\p{L}\p{M}]")
_NOT_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_SIMPLE = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Arabic}\p{Devanagari}]")

_RIGHT_BY_LETTERS = ((24, 0.93), (40, 0.97), (80, 0.98), (240, 0.99))
"""Share of right verdicts on sentences of 50 languages, by the letters at least there; measured, see benchmarks."""
_DOUBT = 0.9
_RIGHT_IN_DOUBT = 0.55

_lock = threading.Lock()


def load() -> None:
    """Loads langdetect's profiles and seeds it. They must not be loaded by two threads at once."""
    with _lock:
        DetectorFactory.seed = 0
        _detectors.init_factory()


def _by_script(sample: str, letters: int) -> str | None:
    if len(_SIMPLE.findall(sample)) * 2 > letters:
        return None
    kana, han = len(_KANA.findall(sample)), len(_HAN.findall(sample))
    if (kana + han) * 2 > letters:
        return "ja" if kana * 20 > kana + han else "zh"
    for language, pattern in _SCRIPT_PATTERNS.items():
        if len(pattern.findall(sample)) * 2 > letters:
            return language
    return None


def _count_letters(sample: str) -> int:
    # Without bytes that are no letters: a look at each character, where a pattern makes a string of each.
    return len(sample.encode().translate(None, _NOT_LETTERS)) if sample.isascii() else len(_LETTERS.findall(sample))


def detect(title: str | None, body: str) -> tuple[str | None, float | None]:
    """The language (ISO 639-1, ``zh`` for all Chinese) and how often such a verdict is right; None for too little text.

    >>> load()
    >>> detect(None, "OK"), detect(None, "The government said on Monday that it would act.")
    ((None, None), ('en', 0.93))
    """
    sample = body[:SAMPLE]
    letters = _count_letters(sample)
    if letters < _TITLE_LETTERS and title:
        sample = f"{title}\n{sample}"
        letters = _count_letters(sample)
    if letters >= ENOUGH_UNSPACED and not sample.isascii() and (language := _by_script(sample, letters)):
        return language, 0.99
    if letters < ENOUGH_LETTERS:
        return None, None
    if sum(map(str.isupper, sample)) * 2 > letters:
        sample = sample.lower()  # headlines in capitals pass for German
    detector = QuickDetector(_detectors._factory)
    detector.append(sample)
    try:
        ranked = detector.get_probabilities()
    except LangDetectException:
        return None, None
    if not ranked:
        return None, None
    language = ranked[0].lang.partition("-")[0]
    if ranked[0].prob < _DOUBT:
        return language, _RIGHT_IN_DOUBT
    return language, next(right for least, right in reversed(_RIGHT_BY_LETTERS) if letters >= least)


class DetectLanguageFn(beam.DoFn):
    def setup(self) -> None:
        load()

    def process(self, version: Version) -> Iterator[Version]:
        language, confidence = detect(version.title, version.body)
        count("language", f"articles.{language or 'none'}")
        yield replace(version, language=language, language_confidence=confidence)


def _with_language(element: tuple[str, Iterable[bytes]]) -> Iterator[Version]:
    group = Group(element[1], [Version, InLanguage])
    found = next(group.of(1))
    for version in group.of(0):
        yield replace(version, language=found.language, language_confidence=found.confidence)


class DetectLanguage(beam.PTransform):
    """Kept ``Version``s with their text, and the same without it: both with their language, and the languages by id.

    Each article is judged once, by the text that was kept.
    """

    @no_annotations
    def expand(self, inputs: tuple[beam.PCollection, beam.PCollection]) -> dict[str, beam.PCollection]:
        texts, articles = inputs
        judged = texts | "Detect" >> beam.ParDo(DetectLanguageFn()).with_output_types(Version)
        languages = judged | "Languages" >> beam.Map(
            lambda v: (v.text_id, InLanguage(v.language, v.language_confidence))
        ).with_output_types(tuple[str, InLanguage])
        told = (
            (articles | "By id" >> beam.Map(lambda v: (v.text_id, v)).with_output_types(tuple[str, Version]), languages)
            | "Join languages" >> Join(Version, InLanguage)
            | "With language" >> beam.FlatMap(_with_language).with_output_types(Version)
        )
        return {"texts": judged, "articles": told, "languages": languages}
