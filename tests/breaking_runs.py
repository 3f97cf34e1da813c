"""Runs the main job again and again, each in a process of its own that breaks where it is told to.

A program, since a process may be forked safely only as long as nothing has run in it: it imports the job once, then reads
a JSON object a line (``root``, ``arguments``, ``at``, ``number``, ``for_good``, ``err``), forks, and answers with the exit
status and the call at which it broke. ``Runs`` talks to it.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from faults import Breaks, Killed, watched_calls

ROOT = Path(__file__).resolve().parent.parent


class Runs:
    """The program, and what is asked of it."""

    def __init__(self, folder: Path):
        self._err = folder / "err"
        self._process = subprocess.Popen(
            [sys.executable, __file__], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    def run(self, root: Path, *arguments: object, at: int = 10**9, number: int | None = None, for_good: bool = False) -> Any:
        """Runs the job; gives its ``status`` (below 0 a signal), where it ``broke``, its ``calls``, and what it said.

        Args:
          root: the folder below which calls count.
          arguments: the job's.
          at, number, for_good: those of ``Breaks``.
        """
        asked = {"root": str(root), "arguments": [str(argument) for argument in arguments], "err": str(self._err)}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({**asked, "at": at, "number": number, "for_good": for_good}) + "\n")
        self._process.stdin.flush()
        return {**json.loads(self._process.stdout.readline()), "err": self._err.read_text("utf-8")}

    def close(self) -> None:
        self._process.communicate()


def _child(asked: dict[str, Any], answer: int) -> None:
    from pipelines.news_events import main

    breaks = Breaks(asked["at"], asked["number"], for_good=asked["for_good"])

    def step(call: str, path: str) -> None:
        try:
            breaks(call, path)
        except Killed:
            os.write(answer, json.dumps({"calls": breaks.calls, "broke": breaks.broke}).encode())
            os.kill(os.getpid(), signal.SIGKILL)

    with watched_calls(Path(asked["root"]), step):
        status = main(asked["arguments"])
    os.write(answer, json.dumps({"calls": breaks.calls, "broke": breaks.broke}).encode())
    os._exit(status)


def _serve() -> None:
    import pipelines.news_events  # noqa: F401  (once, for all children)

    for line in sys.stdin:
        asked = json.loads(line)
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            err = os.open(asked["err"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            null = os.open(os.devnull, os.O_RDWR)
            for number, target in ((null, 0), (null, 1), (err, 2)):
                os.dup2(number, target)
            _child(asked, write)
        os.close(write)
        answer = json.loads(os.read(read, 10_000) or b"{}")
        os.close(read)
        _, ended = os.waitpid(child, 0)
        sys.stdout.write(json.dumps({**answer, "status": os.waitstatus_to_exitcode(ended)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
