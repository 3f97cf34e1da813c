"""Worker processes: how many, and what happens when one dies."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions
from support import OTHER_STORY, ROOT, STORY

from pipelines import workers

LARGE = workers.WORTH_PROCESSES
GIB = 1 << 30


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A machine of 8 cores and 100 GiB of free memory."""
    found = SimpleNamespace(cores=8, free=100 * GIB)
    monkeypatch.setattr(workers.psutil, "virtual_memory", lambda: SimpleNamespace(available=found.free))
    monkeypatch.setattr(workers.os, "sched_getaffinity", lambda _: set(range(found.cores)))
    return found


def chosen(input_bytes: int, *flags: str, engine_bytes: int = 0) -> tuple[str | None, int]:
    options = PipelineOptions(list(flags))
    workers.choose(options, input_bytes, engine_bytes)
    direct = options.view_as(DirectOptions)
    return direct.direct_running_mode, direct.direct_num_workers


IN_MEMORY = chosen(0)


def test_small_input_is_read_by_one_process(machine: SimpleNamespace):
    assert chosen(LARGE - 1) == IN_MEMORY


def test_large_input_is_read_by_a_process_for_each_core(machine: SimpleNamespace):
    assert chosen(LARGE) == ("multi_processing", 8)


def test_there_are_no_more_processes_than_memory_has_room_for(machine: SimpleNamespace):
    machine.free = 10 * GIB
    assert chosen(LARGE) == ("multi_processing", 3)
    assert chosen(LARGE, engine_bytes=3 * GIB) == ("multi_processing", 2)
    machine.free = 5 * GIB
    assert chosen(LARGE) == IN_MEMORY
    assert chosen(LARGE, engine_bytes=9 * GIB) == IN_MEMORY


def test_what_the_user_says_stands(machine: SimpleNamespace):
    assert chosen(LARGE, "--direct_num_workers=2") == (IN_MEMORY[0], 2)
    assert chosen(LARGE, "--direct_running_mode", "multi_threading") == ("multi_threading", IN_MEMORY[1])


def fail_in_thread(message: str) -> None:
    def fail() -> None:
        raise RuntimeError(message)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


def test_a_worker_that_dies_is_an_error_in_the_main_thread():
    with pytest.raises(workers.WorkerDied, match="give --direct_num_workers 1, smaller input"), workers.watched():
        fail_in_thread("Worker subprocess exited with return code -9")


def test_a_worker_that_dies_wakes_the_main_thread_where_it_waits():
    waiting: queue.Queue[None] = queue.Queue()
    release = threading.Timer(2, waiting.put, [None])
    release.start()
    dying = threading.Timer(0.1, fail_in_thread, ["Worker subprocess exited with return code -9"])
    started = time.monotonic()
    with pytest.raises(workers.WorkerDied), workers.watched():  # noqa: PT012
        dying.start()
        waiting.get()
    release.cancel()
    assert time.monotonic() - started < 1


def test_another_error_of_a_thread_is_none_of_its_business(monkeypatch: pytest.MonkeyPatch):
    seen = []
    monkeypatch.setattr(threading, "excepthook", lambda failure: seen.append(str(failure.exc_value)))
    with workers.watched():
        fail_in_thread("something else")
    assert seen == ["something else"]


def test_everything_is_as_it_was_behind_the_watch():
    before = (threading.excepthook, signal.getsignal(signal.SIGUSR1))
    with workers.watched():
        assert threading.excepthook is not before[0]
    assert (threading.excepthook, signal.getsignal(signal.SIGUSR1)) == before


# Not strict: where both workers are waiting for work, the run ends even now.
def test_a_run_whose_worker_is_killed_ends_with_status_1_and_says_so(tmp_path: Path):
    for n in range(300):
        (tmp_path / f"a{n}.txt").write_text(f"Market {n}\n{STORY}\n{OTHER_STORY} {n}\n")
    command = [sys.executable, "-m", "pipelines.news_events", "--input", f"{tmp_path}/*.txt", "--output", tmp_path / "out"]
    flags = ["--direct_running_mode", "multi_processing", "--direct_num_workers", "2"]
    run = subprocess.Popen([*command, *flags], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        killed = False
        deadline = time.monotonic() + 60
        while not killed and run.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
            for process in psutil.Process(run.pid).children(recursive=True):
                # One that has begun its work.
                if process.name() != "sh" and not killed and time.time() - process.create_time() > 1.5:
                    os.kill(process.pid, signal.SIGKILL)
                    killed = True
        _, err = run.communicate(timeout=60)
    finally:
        for process in [*psutil.Process(run.pid).children(recursive=True), run] if run.poll() is None else []:
            process.kill()
    assert killed
    assert run.returncode == 1, err
    assert "clipbook: the run failed, the earlier dataset is as it was: WorkerDied: a worker process died" in err
    assert not (tmp_path / "out").exists()
