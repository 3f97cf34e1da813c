"""The language of an article, by langdetect: seeded, never guessed from too little text.

langdetect's own scores are no confidences ("OK" is Portuguese at 0.99999). Where a script belongs to one language
the script decides, since langdetect takes traditional Chinese for Korean; elsewhere its verdict stands, with the
share of such verdicts that proved right.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindows
from apache_beam.typehints.decorators import no_annotations
from apache_beam.utils.windowed_value import WindowedValue

from schemas.records import InLanguage, Version
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.common.counting import count
from transforms.common.join import Join, each_with
from transforms.language import profiles
from transforms.language.letters import HAN, KANA, LANGUAGES, SHARED, Letters, count_letters
from transforms.language.quick import AT_ONCE, rank

Verdict = tuple[str | None, float | None]

SAMPLE = 1000
"""Characters that are looked at; more change no verdict."""
ENOUGH_LETTERS = 24
ENOUGH_UNSPACED = 8
_WAITING = 1 << 22
"""Characters of articles that wait to be asked for at once, so that a few long ones take no memory."""
_TITLE_LETTERS = 200
"""A body of fewer letters is judged together with its headline."""

_RIGHT_BY_LETTERS = ((24, 0.93), (40, 0.97), (80, 0.98), (240, 0.99))
"""Share of right verdicts on sentences of 50 languages, by the letters at least there; measured, see benchmarks."""
_DOUBT = 0.9
_RIGHT_IN_DOUBT = 0.55


def _by_script(found: Letters) -> str | None:
    def prevails(count: int) -> bool:
        return count * 2 > found.letters

    if prevails(found.scripts.get(SHARED, 0)):
        return None
    kana, han = found.scripts.get(KANA, 0), found.scripts.get(HAN, 0)
    if prevails(kana + han):
        return "ja" if kana * 20 > kana + han else "zh"
    return next((language for script, language in LANGUAGES.items() if prevails(found.scripts.get(script, 0))), None)


@dataclass(frozen=True, slots=True)
class _Sample:
    """What langdetect is asked of a text, and how many letters it has."""

    text: str
    letters: int


def _by_letters(title: str | None, body: str) -> Verdict | _Sample:
    """The verdict, where a text's letters are enough for one; else what langdetect is to be asked."""
    sample = body[:SAMPLE]
    found = count_letters(sample)
    if found.letters < _TITLE_LETTERS and title:
        sample = f"{title}\n{sample}"
        found = count_letters(sample)
    if found.letters >= ENOUGH_UNSPACED and (language := _by_script(found)):
        return language, 0.99
    if found.letters < ENOUGH_LETTERS:
        return None, None
    if found.capitals * 2 > found.letters:
        sample = sample.lower()  # headlines in capitals pass for German
    return _Sample(sample, found.letters)


def _by_rank(ranked: list[tuple[str, float]], letters: int) -> Verdict:
    if not ranked:
        return None, None
    language, probability = ranked[0]
    language = language.partition("-")[0]
    if probability < _DOUBT:
        return language, _RIGHT_IN_DOUBT
    return language, next(right for least, right in reversed(_RIGHT_BY_LETTERS) if letters >= least)


def detect(title: str | None, body: str) -> Verdict:
    """The language (ISO 639-1, ``zh`` for all Chinese) and how often such a verdict is right; None for too little text.

    >>> detect(None, "OK"), detect(None, "The government said on Monday that it would act.")
    ((None, None), ('en', 0.93))
    """
    return detect_all([(title, body)])[0]


def detect_all(articles: Sequence[tuple[str | None, str]]) -> list[Verdict]:
    """The same of many articles, of which each takes a fraction of the time that it takes alone.

    Args:
      articles: headline and text of each.
    """
    found = [_by_letters(title, body) for title, body in articles]
    ranked = iter(rank([sample.text for sample in found if isinstance(sample, _Sample)]))
    return [_by_rank(next(ranked), told.letters) if isinstance(told, _Sample) else told for told in found]


class DetectLanguageFn(beam.DoFn):
    def setup(self) -> None:
        profiles.load()

    def start_bundle(self) -> None:
        self._waiting: list[Version] = []
        self._characters = 0

    def process(self, version: Version) -> Iterator[Version]:
        self._waiting.append(version)
        self._characters += len(version.title or "") + len(version.body)
        if len(self._waiting) == AT_ONCE or self._characters > _WAITING:
            yield from self._judged()

    def finish_bundle(self) -> Iterator[WindowedValue]:
        yield from map(GlobalWindows.windowed_value, self._judged())

    def _judged(self) -> list[Version]:
        waiting, self._waiting, self._characters = self._waiting, [], 0
        verdicts = detect_all([(version.title, version.body) for version in waiting])
        for language, _ in verdicts:
            count("language", f"articles.{language or 'none'}")
        return [
            replace(version, language=language, language_confidence=confidence)
            for version, (language, confidence) in zip(waiting, verdicts, strict=True)
        ]


def _with_language(element: tuple[str, Iterable[bytes]]) -> Iterator[Version]:
    for version, found in each_with(element[1], Version, InLanguage):
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
