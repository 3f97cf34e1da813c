"""The job in this process, with the time of each step: ``python -m benchmarks.sampling FIGURES.json [flags of the job]``.

Beam's in-process engine does not say how long a step takes. So a thread looks a hundred times a second at what every
other thread is doing, and adds the processor time that the thread has had since the last look to the step whose code it
is in: the innermost frame of ``transforms/<step>``, together with the library that it called. What the steps share
(``transforms/common``) counts for the step that called it. Where no step is on the stack the time is Beam's: shuffles,
coders, reading, building the pipeline. Only what runs in this process is seen, so it takes one worker.
"""

import json
import os
import sys
import sysconfig
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

_INTERVAL = 0.01
"""Seconds between two looks."""
_SWITCH = 0.00005
"""Seconds until a running thread has to let the sampler look. At Python's 5 ms the sampler would wait for one to let it by
of its own accord, as ``regex`` does at each match, and would see little else."""
_TRANSFORMS = str(Path(__file__).parent.parent / "transforms") + os.sep
_PACKAGES = sysconfig.get_paths()["purelib"] + os.sep
_ENGINE = _PACKAGES + "apache_beam" + os.sep
_STANDARD = sysconfig.get_paths()["stdlib"] + os.sep
START, BUILD, BEAM = "(imports)", "(building the pipeline)", "(Beam)"


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _library(path: str) -> str:
    """The package that a file belongs to; empty for our own code.

    >>> _library("/somewhere/transforms/dates.py")
    ''
    """
    for folder in (_PACKAGES, _STANDARD):
        if path.startswith(folder):
            return path[len(folder) :].split(os.sep)[0].removesuffix(".py")
    return ""


def attribute(frame: FrameType) -> tuple[str, str]:
    """The step that a stack is in, and our innermost function with the library that it called, if any."""
    function = ""
    innermost = frame.f_code.co_filename
    for outer in _outwards(frame):
        path = outer.f_code.co_filename
        if path.startswith(_TRANSFORMS) and outer.f_code.co_name == "expand":
            return BUILD, BUILD
        if path.startswith(_TRANSFORMS):
            place = path[len(_TRANSFORMS) :]
            function = function or f"{place}:{outer.f_code.co_name}"
            step = place.split(os.sep)[0].removesuffix(".py")
            if step != "common":
                library = _library(innermost)
                return step, f"{function} > {library}" if library else function
        elif path.startswith("<frozen importlib"):
            return START, START
        elif path.startswith(_ENGINE) and not function:
            function = f"{BEAM} {path[len(_ENGINE) :]}:{outer.f_code.co_name}"
            library = _library(innermost)
            function += "" if library == "apache_beam" else f" > {library}"
    return BEAM, function or BEAM


class Sampler:
    """Processor time of all threads but its own, by step and by function, in seconds."""

    def __init__(self) -> None:
        self.steps: defaultdict[str, float] = defaultdict(float)
        self.functions: defaultdict[str, float] = defaultdict(float)
        self._spent: dict[int, float] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Sampler":
        sys.setswitchinterval(_SWITCH)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_INTERVAL):
            self._look()

    def _look(self) -> None:
        for thread, frame in sys._current_frames().items():
            if thread == self._thread.ident:
                continue
            try:
                spent = time.clock_gettime(time.pthread_getcpuclockid(thread))
            except OSError:  # it has ended since
                continue
            # The first look at a thread finds what it did so far; an earlier thread may have had its number.
            before = self._spent.get(thread, 0.0)
            self._spent[thread] = spent
            if spent > before:
                step, function = attribute(frame)
                self.steps[step] += spent - before
                self.functions[function] += spent - before


def main(figures: str, arguments: list[str]) -> int:
    with Sampler() as sampler:
        from pipelines import news_events  # its imports are looked at as well

        status = news_events.main(arguments)
    found = {"steps": sampler.steps, "functions": sampler.functions, "cpu_seconds": time.process_time()}
    Path(figures).write_text(json.dumps(found), encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
