"""What a stage costs besides its work is spared, and nothing else is."""

import threading
from collections.abc import Callable
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.coders.coders import StrUtf8Coder
from apache_beam.internal import pickler
from apache_beam.testing.util import assert_that, equal_to

from pipelines import stages
from pipelines.engine import StreamingRunner


class Noting(StreamingRunner):
    """Notes the transforms of each stage that it runs, and the threads meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.ran: list[str] = []
        self.threads = 0

    def _execute_bundle(self, context: Any, manager: Any, data: Any) -> Any:
        before = threading.active_count()
        self.ran.append(" ".join(transform.unique_name for transform in manager.stage.transforms))
        result = super()._execute_bundle(context, manager, data)
        self.threads = max(self.threads, threading.active_count() - before)
        return result


def numbers(pipeline: beam.Pipeline, name: str, *values: int) -> beam.PCollection:
    made = pipeline | name >> beam.Create(list(values)) | f"{name} apart" >> beam.Reshuffle()
    return made | f"{name} keyed" >> beam.Map(lambda n: (str(n % 3), n)).with_output_types(tuple[str, int])


def ran(build: Callable[[beam.Pipeline], None]) -> Noting:
    runner = Noting()
    with stages.spared(), beam.Pipeline(runner=runner) as pipeline:
        build(pipeline)
    return runner


def _sorted(pair: Any) -> tuple[str, list[int]]:
    return pair[0], sorted(pair[1])


def test_what_is_only_grouped_is_written_where_it_is_grouped():
    def build(pipeline: beam.Pipeline) -> None:
        one, other = numbers(pipeline, "one", 1, 2, 3), numbers(pipeline, "other", 4, 5)
        inner = (one, other) | "Inner" >> beam.Flatten()
        groups = (inner, numbers(pipeline, "third", 6)) | "Outer" >> beam.Flatten() | "Groups" >> beam.GroupByKey()
        assert_that(groups | beam.Map(_sorted), equal_to([("0", [3, 6]), ("1", [1, 4]), ("2", [2, 5])]))

    runner = ran(build)
    assert not [stage for stage in runner.ran if "ner/Read" in stage or "Outer/Read" in stage]
    assert runner.threads == 0


def test_what_is_read_elsewhere_too_or_grouped_twice_is_left_as_it_is():
    def build(pipeline: beam.Pipeline) -> None:
        both = (numbers(pipeline, "one", 1, 2, 3), numbers(pipeline, "other", 4, 5)) | "Both" >> beam.Flatten()
        groups = both | "Groups" >> beam.GroupByKey()
        sizes = groups | beam.MapTuple(lambda _, values: (str(len(list(values))), 1)).with_output_types(tuple[str, int])
        again = (
            (sizes, sizes | "Same" >> beam.Map(lambda pair: pair)) | "Twice" >> beam.Flatten() | "Again" >> beam.GroupByKey()
        )
        assert_that(both | beam.Values(), equal_to([1, 2, 3, 4, 5]), "read")
        assert_that(again | beam.Map(_sorted), equal_to([("1", [1, 1]), ("2", [1, 1, 1, 1])]), "grouped")

    assert [stage for stage in ran(build).ran if "Both/Read" in stage]


def test_what_nobody_reads_is_no_trouble():
    def build(pipeline: beam.Pipeline) -> None:
        one, other = numbers(pipeline, "one", 1, 2, 3), numbers(pipeline, "other", 4, 5)
        _ = (one, other) | "Unread" >> beam.Flatten()
        assert_that(one | beam.Values(), equal_to([1, 2, 3]))

    ran(build)


def test_afterwards_beam_is_as_it_was():
    def there() -> tuple[Any, ...]:
        sampler = stages.statesampler.StateSampler
        strings = StrUtf8Coder._create_impl
        return stages.bundle_processor.concurrent, sampler.start, sampler.stop, stages.translations.sink_flattens, strings

    before = there()
    with stages.spared():
        assert all(ours is not theirs for ours, theirs in zip(there(), before, strict=True))
    assert there() == before


def test_functions_are_compressed_quickly_while_asked_for_and_read_either_way():
    def called(text: str) -> str:
        return text * 2

    strong = pickler.dumps(called)
    with stages.spared():
        quick = pickler.dumps(called)
        assert quick != strong
        assert pickler.loads(quick)("ab") == pickler.loads(strong)("ab") == "abab"
    assert pickler.dumps(called) == strong


def test_strings_have_the_same_bytes():
    given = ["", "abc", "Århus 東京 \U0001f600", "\x00"]
    theirs = StrUtf8Coder().get_impl()
    with stages.spared(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(StrUtf8Coder, "encode", None)  # Beam's is not called
        ours = StrUtf8Coder().get_impl()
    for text in given:
        assert ours.encode(text) == theirs.encode(text)
        assert ours.decode(theirs.encode_nested(text)[1:]) == text
        assert ours.encode_nested(text) == theirs.encode_nested(text)
    with pytest.raises(UnicodeEncodeError):
        ours.encode("\ud800")


def test_an_unknown_beam_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stages, "KNOWN", False)
    for held in ("bundle_processor", "statesampler", "translations"):
        monkeypatch.setattr(stages, held, None)
    strong = pickler.dumps(len)
    with stages.spared():
        assert pickler.dumps(len) == strong
