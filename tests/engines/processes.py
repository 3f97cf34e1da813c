"""Processes of the engines' tests, each with all that it starts, its log and its end; and the job as one of them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from support import ROOT

# Flink, Spark and Beam look into the classes of Java itself; from Java 17 on they must be let.
_OPEN = (
    "java.io", "java.lang", "java.lang.invoke", "java.lang.reflect", "java.net", "java.nio", "java.text", "java.time",
    "java.util", "java.util.concurrent", "java.util.concurrent.atomic", "java.util.concurrent.locks", "sun.net.util",
    "sun.nio.ch", "sun.nio.cs", "sun.security.action", "sun.util.calendar",
)  # fmt: skip
JAVA = ("java", *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPEN))
WORKER_POOL = Path(__file__).with_name("worker_pool.py")
_Output = TypeVar("_Output", Path, str)
_START = 120
"""Seconds in which a process has to be ready, also on a machine with much other work."""


def environment(code: Path = ROOT) -> dict[str, str]:
    """Of a process that shall find this Python and this code, and no others."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(code)}


def free_port(address: str = "127.0.0.1") -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def answers(port: int, address: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


class Child:
    """A process that leads a group of its own."""

    def __init__(self, name: str, command: Sequence[object], folder: Path, code: Path = ROOT):
        self.log = folder / f"{name}.log"
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                [str(word) for word in command],
                cwd=folder,
                env=environment(code),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, ready: Callable[[], bool], seconds: float = _START) -> "Child":
        """Waits until it is ready.

        Raises:
          RuntimeError: if it has ended, or is not ready in time; with the end of its log.
        """
        end = time.monotonic() + seconds
        while not ready():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{self.log.stem} is not ready: {self.said()[-3000:]}")
            time.sleep(0.2)
        return self

    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def status(self, seconds: float) -> int:
        """The exit status of a process that ends by itself."""
        return self._process.wait(seconds)

    def running(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        """Asks it to end, as a scheduler does."""
        self._process.terminate()

    def kill(self) -> None:
        """Ends it at once, and all that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)


def start_job(pages: object, output: object, flags: Sequence[object], folder: Path) -> Child:
    """The job as a process."""
    flags = ("--input", pages, "--output", output, *flags)
    return Child("job", (sys.executable, "-m", "pipelines.news_events", *flags), folder)


def run_job_on(pages: object, output: _Output, flags: Sequence[object], folder: Path, seconds: float = 900) -> _Output:
    """Runs the job, which must succeed, and gives the dataset's folder."""
    job = start_job(pages, output, flags, folder)
    try:
        assert job.status(seconds) == 0, job.said()[-5000:]
    finally:
        job.kill()
    return output
