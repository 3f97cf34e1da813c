"""The in-process engine gives what Beam's gives, and hands it on in pieces."""

import threading
from collections.abc import Iterable, Iterator

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.testing.util import assert_that, equal_to

from pipelines import engine, spill, workers
from pipelines.engine import StreamingRunner


def test_this_beam_is_known():
    # If not, read anew what ``pipelines.engine`` takes hold of, and measure the memory of a run before you say that it is.
    assert engine.KNOWN


@pytest.fixture(params=[spill.HELD, 500], ids=["in memory", "in a file"])
def _held(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spill, "HELD", request.param)
    monkeypatch.setattr(spill, "PIECE", 300)


def _sums(pair: tuple[str, Iterable[int]], extra: Iterable[int]) -> tuple[str, int]:
    return pair[0], sum(pair[1]) + sum(extra)


def run(*flags: str) -> None:
    """Runs a pipeline in which collections are read twice, flattened, and grouped, and one is a side input."""
    expected: dict[str, list[int]] = {}
    for n in range(3000):
        for key in (n % 50, n % 70, n % 50):
            expected.setdefault(str(key), []).append(n)
    with beam.Pipeline(runner=StreamingRunner(), options=PipelineOptions(flags)) as pipeline:
        numbers = pipeline | beam.Create(range(3000)) | beam.Reshuffle()
        pairs = numbers | "Pairs" >> beam.Map(lambda n: (str(n % 50), n)).with_output_types(tuple[str, int])
        more = numbers | "More" >> beam.Map(lambda n: (str(n % 70), n)).with_output_types(tuple[str, int])
        groups = (pairs, more, pairs) | beam.Flatten() | beam.GroupByKey()
        total = beam.pvalue.AsIter(numbers | beam.CombineGlobally(sum))
        sums = groups | "Sums" >> beam.Map(_sums, total)
        sizes = groups | "Sizes" >> beam.Map(lambda pair: (pair[0], len(list(pair[1]))))
        assert_that(sums, equal_to([(key, sum(values) + 2999 * 1500) for key, values in expected.items()]), "sums")
        assert_that(sizes, equal_to([(key, len(values)) for key, values in expected.items()]), "sizes")


@pytest.mark.usefixtures("_held")
@pytest.mark.parametrize(
    "flags",
    [(), ("--direct_num_workers=3",), ("--direct_num_workers=2", "--direct_running_mode=multi_threading")],
    ids=["one worker", "three", "two that are talked to"],
)
def test_all_is_as_beam_gives_it(flags: tuple[str, ...]):
    run(*flags)


def test_an_unknown_beam_runs_as_it_comes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engine, "KNOWN", False)
    monkeypatch.setattr(engine, "_waiting", None)
    monkeypatch.setattr(engine, "_Bundle", None)
    run()


def test_an_input_that_cannot_be_read_ends_the_run(monkeypatch: pytest.MonkeyPatch):
    def lost(_file: spill.File, _start: int, _length: int) -> bytes:
        raise OSError("a temporary file has lost its end")

    monkeypatch.setattr(spill, "HELD", 500)
    monkeypatch.setattr(spill.File, "read", lost)
    with pytest.raises((OSError, RuntimeError), match="has lost its end"):
        run()


def test_a_worker_process_that_does_not_get_its_input_is_an_error_in_the_main_thread():
    def pieces() -> Iterator[bytes]:
        yield b"one"
        raise OSError("a temporary file has lost its end")

    class Stream(list[bytes]):
        write = list.append

        def maybe_flush(self) -> None: ...

        def close(self) -> None:
            raise AssertionError("a part was passed off as the whole")

    sent = Stream()
    with pytest.raises(workers.WorkerDied, match="cannot be sent its input: a temporary file"), workers.watched():  # noqa: PT012
        thread = threading.Thread(target=engine._send, args=(sent, pieces()))
        thread.start()
        thread.join()
    assert sent == [b"one"]
