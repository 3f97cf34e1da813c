"""What a stage of Beam's in-process engine costs besides its work: a run over a few pages consists of little else.

Like ``pipelines.engine`` this takes hold of Beam where it is not public, so it does so for the versions that ``KNOWN`` says
alone. What is done to the data is the same.
"""

import contextlib
import threading
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from types import SimpleNamespace
from typing import Any

import apache_beam
from apache_beam.coders.coder_impl import CallbackCoderImpl, CoderImpl
from apache_beam.coders.coders import StrUtf8Coder
from apache_beam.internal import cloudpickle_pickler
from apache_beam.runners.portability.fn_api_runner import translations
from apache_beam.runners.worker import bundle_processor, statesampler

KNOWN = apache_beam.version.__version__.startswith("2.77.")
"""Whether this Beam is one whose engine was read and tested."""


@contextlib.contextmanager
def spared() -> Iterator[None]:
    """While it is open, this process spares two threads for each stage, a stage for each join, strong compression, and a
    call of Python for each string.

    Only workers of ours can read the functions that are compressed meanwhile.
    """
    if not KNOWN:
        yield
        return
    at_once = SimpleNamespace(futures=SimpleNamespace(ThreadPoolExecutor=_AtOnce, TimeoutError=futures.TimeoutError))
    places: tuple[tuple[Any, str, Any], ...] = (
        (bundle_processor, "concurrent", at_once),
        (statesampler.StateSampler, "start", _start),
        (statesampler.StateSampler, "stop", _stop),
        (translations, "sink_flattens", _written_where_read),
        (cloudpickle_pickler, "bz2", _QUICKLY),
        (StrUtf8Coder, "_create_impl", _of_strings),
    )
    before = [getattr(holder, name) for holder, name, _ in places]
    for holder, name, ours in places:
        setattr(holder, name, ours)
    try:
        yield
    finally:
        for (holder, name, _), theirs in zip(places, before, strict=True):
            setattr(holder, name, theirs)


# The thread in which Beam loads the functions of a stage, so that it could give up after an hour, while the first one waits.


class _AtOnce(futures.Executor):
    """Does what it is given when it is given it."""

    def __init__(self, **_: Any): ...

    def submit(self, call: Callable[..., Any], /, *given: Any, **named: Any) -> futures.Future[Any]:
        done: futures.Future[Any] = futures.Future()
        done.set_result(call(*given, **named))
        return done


# The thread that looks which step is at work, for times that nobody asks for.


def _start(sampler: Any) -> None:
    sampler.tracked_thread = threading.current_thread()
    statesampler.set_current_tracker(sampler)
    sampler.started = True


def _stop(sampler: Any) -> None:
    statesampler.set_current_tracker(None)
    sampler.finished = True


# The stage that reads what several stages have written, only to write it where it is grouped.

_sink_flattens = translations.sink_flattens


def _written_where_read(given: Iterable[Any], context: Any) -> list[Any]:
    """Beam's phase that makes writes and a read of a Flatten. If what is read is only written again, it is written there."""
    stages = list(_sink_flattens(given, context))
    readers, writers = defaultdict(list), defaultdict(list)
    for stage in stages:
        (transform,) = stage.transforms
        for collection in transform.inputs.values():
            readers[collection].append(stage)
        if transform.spec.urn == bundle_processor.DATA_OUTPUT_URN:
            writers[transform.spec.payload].append(stage)
    gone = []
    for stage in stages:
        (read,) = stage.transforms
        buffer = read.spec.payload
        if read.spec.urn == bundle_processor.DATA_INPUT_URN and translations.split_buffer_id(buffer)[0] == "materialize":
            (collection,) = read.outputs.values()
            (write,) = readers[collection][0].transforms if len(readers[collection]) == 1 else (read,)
            if write.spec.urn == bundle_processor.DATA_OUTPUT_URN:
                context.add_data_channel_coder(collection)  # by which groups are read, as when it is written there
                gone += [stage, *readers[collection]]
                for writer in writers.pop(buffer):
                    writer.transforms[0].spec.payload = write.spec.payload
                    writers[write.spec.payload].append(writer)
    left = [stage for stage in stages if stage not in gone]
    for stage in left:
        (read,) = stage.transforms
        if read.spec.urn == bundle_processor.DATA_INPUT_URN:
            before = {*stage.must_follow, *writers[read.spec.payload]}
            stage.must_follow = frozenset(each for each in before if each not in gone)
    return left


# The strongest compression that there is for the functions of a stage, each a few hundred bytes.


def _decompress(data: bytes) -> bytes:
    return _bz2.decompress(data) if data.startswith(b"BZh") else zlib.decompress(data)


_bz2 = cloudpickle_pickler.bz2
_QUICKLY = SimpleNamespace(compress=lambda data, **_: zlib.compress(data, 1), decompress=_decompress)


# The functions in Python that only call the methods by which strings become bytes: a row has dozens of strings.


def _of_strings(_: StrUtf8Coder) -> CoderImpl:
    return CallbackCoderImpl(str.encode, bytes.decode)
