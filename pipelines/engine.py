"""Beam's in-process engine, with as little as possible in memory.

As it comes, the engine holds all that a stage reads and all that it writes at the same time, each encoded two to four
times: in its buffers, in one stream of the whole, in messages. Here a stage is given its input piece by piece, and what it
writes goes straight to where it waits (``pipelines.spill``). What is done to the data is the same.

It takes hold of the engine at places that are not public, so it holds for the versions of Beam that ``stages.KNOWN`` says;
with others the engine runs as it comes.
"""

import threading
from collections.abc import Iterable, Iterator
from typing import Any

from apache_beam.metrics.monitoring_infos import consolidate
from apache_beam.portability.api import beam_fn_api_pb2
from apache_beam.runners.portability.fn_api_runner import FnApiRunner, fn_runner
from apache_beam.runners.portability.fn_api_runner.execution import GroupingBuffer, ListBuffer
from apache_beam.runners.worker import data_plane
from apache_beam.utils import thread_pool_executor

from pipelines import spill
from pipelines.stages import KNOWN

_QUEUED = 8 << 20
"""Bytes that wait to be sent to a worker process, or back; Beam lets 100 MB wait, four times for each worker."""


class SendingFailed(RuntimeError):
    """A worker process does not get what it should work on."""


def send_in_pieces() -> None:
    """Has this process send what it works out in pieces of a megabyte, where Beam gathers ten for each output."""
    if not KNOWN:
        return

    def create(close_callback: Any, flush_callback: Any, _limit: int) -> data_plane.ClosableOutputStream:
        return data_plane.SizeBasedBufferingClosableOutputStream(close_callback, flush_callback, spill.PIECE)

    data_plane.ClosableOutputStream.create = staticmethod(create)
    data_plane._DEFAULT_SEND_QUEUE_MAX_BYTES = _QUEUED


class StreamingRunner(FnApiRunner):
    """The in-process engine, which hands on what crosses a stage piece by piece."""

    def __init__(self, *args: Any, **given: Any):
        super().__init__(*args, **given)
        send_in_pieces()

    def _execute_bundle(self, context: Any, manager: Any, data: Any) -> Any:
        if KNOWN:
            if not manager.stage.timers:
                manager._process_bundle_descriptor = _described(manager)
            for transform, buffer in manager.stage_data_outputs.items():
                if buffer not in context.pcoll_buffers:
                    context.pcoll_buffers[buffer] = _waiting(manager.get_buffer(buffer, transform))
        result = super()._execute_bundle(context, manager, data)
        if KNOWN:
            _let_go(context, manager)
        return result

    def _get_bundle_manager(self, context: Any) -> Any:
        manager = super()._get_bundle_manager(context)
        kind = {fn_runner.BundleManager: _Bundle, fn_runner.ParallelBundleManager: _Bundles}.get(type(manager))
        if not KNOWN or kind is None:
            return manager
        return kind(context, manager._progress_frequency, manager._cache_token_generator)


def _waiting(buffer: Any) -> Any:
    """One of our buffers in place of an empty one of Beam's."""
    if type(buffer) is ListBuffer:
        return spill.Chunks(buffer._coder_impl)
    return spill.Groups(buffer) if type(buffer) is GroupingBuffer else buffer


def _described(manager: Any) -> Any:
    """What a worker is told of a stage: of the pipeline's collections those that the stage knows, where Beam tells all."""
    stage, parts = manager.stage, manager.execution_context.pipeline_components
    known = {name for transform in stage.transforms for name in (*transform.inputs.values(), *transform.outputs.values())}
    return beam_fn_api_pb2.ProcessBundleDescriptor(
        id=manager.bundle_uid,
        transforms={transform.unique_name: transform for transform in stage.transforms},
        pcollections={name: parts.pcollections[name] for name in known},
        coders=parts.coders,
        windowing_strategies=parts.windowing_strategies,
        environments=parts.environments,
        state_api_service_descriptor=manager.state_api_service_descriptor(),
        timer_api_service_descriptor=manager.data_api_service_descriptor(),
    )


def _let_go(context: Any, manager: Any) -> None:
    """Forgets what a stage was run by. Should it run again, Beam makes it anew."""
    for worker in manager.worker_handlers:
        if _channel_to(worker):
            for processor in worker.bundle_processor_cache.cached_bundle_processors.pop(manager.bundle_uid, ()):
                processor.shutdown()
    context.worker_handler_manager._process_bundle_descriptors.pop(manager.bundle_uid, None)
    manager._process_bundle_descriptor = None


class _Channel(data_plane.InMemoryDataChannel):
    """Between the engine and a worker within its process: the worker's end of it.

    What the worker reads is made when it asks for it; what it writes is at once where it belongs.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sources: dict[str, list[tuple[str, Iterable[bytes]]]] = {}
        self.sinks: dict[str, Any] = {}

    def input_elements(self, instruction_id: str, expected: Any, abort_callback: Any = None) -> Iterator[Any]:
        yield from super().input_elements(instruction_id, expected, abort_callback)
        for transform, pieces in self.sources.pop(instruction_id, ()):
            for piece in pieces:
                yield beam_fn_api_pb2.Elements.Data(instruction_id=instruction_id, transform_id=transform, data=piece)

    def output_stream(self, instruction_id: str, transform_id: str) -> Any:
        sink = self.sinks.get(transform_id)
        if sink is None:
            return super().output_stream(instruction_id, transform_id)

        def put(data: bytes) -> None:
            if data:
                with fn_runner.BundleManager._lock:  # as in Beam; there may be several workers in this process
                    sink.append(data)

        return data_plane.ClosableOutputStream.create(put, put, 0)


def _channel_to(worker: Any) -> _Channel | None:
    """The channel to a worker within this process, put in place of Beam's; None for a worker process."""
    if not isinstance(worker.data_conn, data_plane.InMemoryDataChannel):
        return None
    if not isinstance(worker.data_conn.inverse(), _Channel):
        channel = _Channel()
        worker.data_plane_handler = worker.data_conn = channel.inverse()
        worker.bundle_processor_cache.data_channel_factory = data_plane.InMemoryDataChannelFactory(channel)
    found: _Channel = worker.data_conn.inverse()
    return found


class _Bundle(fn_runner.BundleManager):
    """One stage, or a part of it, on one worker."""

    def process_bundle(self, inputs: Any, expected_outputs: Any, *given: Any, **named: Any) -> Any:
        context = self.bundle_context_manager
        for worker in context.worker_handlers:
            channel = _channel_to(worker)
            if channel:
                channel.sinks = {name: context.get_buffer(buffer, name) for name, buffer in expected_outputs.items()}
        return super().process_bundle(inputs, expected_outputs, *given, **named)

    def _send_input_to_worker(self, process_bundle_id: str, read_transform_id: str, byte_streams: Any) -> None:
        whole = isinstance(byte_streams, (spill.Chunks, spill.Groups))
        pieces = byte_streams.partition(1)[0] if whole else byte_streams or ()
        channel = _channel_to(self._worker_handler)
        if channel:
            channel.sources.setdefault(process_bundle_id, []).append((read_transform_id, pieces))
            return
        # While the worker is sent its input it sends its output, so neither may wait for the other.
        out = self._worker_handler.data_conn.output_stream(process_bundle_id, read_transform_id)
        threading.Thread(target=_send, args=(out, pieces), daemon=True, name="send").start()


def _send(out: Any, pieces: Iterable[bytes]) -> None:
    try:
        for piece in pieces:
            out.write(piece)
            out.maybe_flush()
    except Exception as error:
        # Not closed: the worker must not take a part for the whole.
        raise SendingFailed(str(error)) from error
    out.close()


class _Bundles(fn_runner.ParallelBundleManager):
    """One stage, dealt to all workers."""

    def process_bundle(
        self, inputs: Any, expected_outputs: Any, timers: Any, expected_timers: Any, dry_run: bool = False
    ) -> tuple[Any, list[Any]]:
        shares: list[dict[str, Any]] = [{} for _ in range(self._num_workers)]
        for name, waiting in inputs.items():
            for share, pieces in zip(shares, waiting.partition(self._num_workers), strict=True):
                share[name] = pieces

        def execute(number: int) -> tuple[Any, list[Any]]:
            bundle = _Bundle(self.bundle_context_manager, self._progress_frequency, self._cache_token_generator)
            # As in Beam, timers fire on the first worker.
            fired = {} if number else timers
            result: tuple[Any, list[Any]] = bundle.process_bundle(
                shares[number], expected_outputs, fired, expected_timers, dry_run
            )
            return result

        # Beam's threads: nobody waits for them when the run is broken off.
        results = list(thread_pool_executor.shared_unbounded_instance().map(execute, range(self._num_workers)))
        told = consolidate(info for result, _ in results for info in result.process_bundle.monitoring_infos)
        whole = beam_fn_api_pb2.InstructionResponse(
            process_bundle=beam_fn_api_pb2.ProcessBundleResponse(monitoring_infos=told)
        )
        return whole, [split for _, splits in results for split in splits]
