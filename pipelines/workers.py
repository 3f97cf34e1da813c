"""Worker processes on this machine: how many, and an end with an error when one of them dies.

Beam's in-process engine waits for ever for an answer from a worker process that is gone (killed for want of memory,
mostly). It does notice the end of the process, in a thread of its own; that notice is turned into an error here.
"""

import contextlib
import os
import shlex
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

import psutil
from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions
from apache_beam.transforms.environments import SubprocessSDKEnvironment

from pipelines.engine import SendingFailed
from pipelines.progress import ToldRunner
from transforms.common.counting import TALLY_FOLDER

WORTH_PROCESSES = 32 << 20
"""Bytes of input from which worker processes are faster than one process; below, starting them costs more."""
_BYTES_PER_PROCESS = 3 << 30
"""Memory that a worker process should find free."""
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""How a person, a scheduler, and a terminal that goes away ask a run to stop."""


class WorkerDied(RuntimeError):
    """A worker process has ended before its work was done, or cannot go on with it."""


def choose(options: PipelineOptions, input_bytes: int, engine_bytes: int = 0) -> None:
    """Sets the number of worker processes where the user has not.

    Args:
      options: the options of the pipeline.
      input_bytes: how much there is to read.
      engine_bytes: memory that one process would need for all, which worker processes must leave free.
    """
    direct = options.view_as(DirectOptions)
    given = {flag.partition("=")[0] for flag in options._flags}
    if given & {"--direct_num_workers", "--direct_running_mode"}:
        return
    room = max(0, psutil.virtual_memory().available - engine_bytes) // _BYTES_PER_PROCESS
    workers = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, room)
    if input_bytes >= WORTH_PROCESSES and workers > 1:
        direct.direct_running_mode = "multi_processing"
        direct.direct_num_workers = workers


def local_runner(options: PipelineOptions, tally_folder: str) -> ToldRunner:
    """The in-process engine, with worker processes of ``pipelines.worker`` where the options ask for some.

    Args:
      options: the options of the pipeline.
      tally_folder: where worker processes leave what they have counted.
    """
    direct = options.view_as(DirectOptions)
    if direct.direct_running_mode != "multi_processing":
        return ToldRunner()
    direct.direct_running_mode = None  # else the engine would put its own workers in place of these
    # A folder named like one of the packages, where the user stands, is not taken for it, unless that is where we are from.
    safe = "" if os.getcwd() in sys.path else "-P "
    # A terminal, or a scheduler, tells all processes of a run to stop. The run itself ends its workers then; one that ended
    # before would look like one that has died.
    deaf = " ".join(number.name.removeprefix("SIG") for number in STOPPING)
    tallies = shlex.quote(f"{TALLY_FOLDER}={tally_folder}")
    command = f"trap '' {deaf}; exec env {tallies} {shlex.quote(sys.executable)} {safe}-m pipelines.worker"
    return ToldRunner(default_environment=SubprocessSDKEnvironment.from_command_string(command))


def asked_to_stop_by() -> list[signal.Signals]:
    """The signals of ``STOPPING``, less those that whoever started this process has it ignore, as ``nohup`` does."""
    return [number for number in STOPPING if signal.getsignal(number) is not signal.SIG_IGN]


def stop_all() -> None:
    """Ends the worker processes of this process."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            process.kill()


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """While it is open, a worker process that dies raises ``WorkerDied`` in the main thread.

    A request to stop raises ``KeyboardInterrupt`` there. Both end the worker processes first, for which Beam waits.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ending = threading.Event()
    reasons: list[str] = []
    earlier_hook = threading.excepthook

    def notice(failure: threading.ExceptHookArgs) -> None:
        # Once the run is ending, workers die because they are stopped, and threads that talked to them fail.
        if ending.is_set():
            return
        if "Worker subprocess exited" in str(failure.exc_value):
            hint = "; if memory ran out, give --direct_num_workers 1, smaller input, or another engine with --runner"
            reasons.append(f"a worker process died ({failure.exc_value}){hint}")
        elif isinstance(failure.exc_value, SendingFailed):
            reasons.append(f"a worker process cannot be sent its input: {failure.exc_value}")
        if reasons:
            ending.set()
            # Sent to the main thread itself: only so is its waiting for a lock interrupted.
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
        else:
            earlier_hook(failure)

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        stop_all()  # Beam waits for the other workers before it lets the error out
        raise WorkerDied(reasons[-1])

    def stop(_signal: int, _frame: FrameType | None) -> None:
        ending.set()
        stop_all()
        raise KeyboardInterrupt

    handlers = {signal.SIGUSR1: interrupt, **dict.fromkeys(asked_to_stop_by(), stop)}
    earlier = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    threading.excepthook = notice
    try:
        yield
    finally:
        threading.excepthook = earlier_hook
        for number, handler in earlier.items():
            signal.signal(number, handler)
