"""How far a run is: the step, how much of it is done, the rate, and about how long the rest takes.

Beam's in-process engine runs stage after stage, each of which ends before the next begins. ``ToldRunner`` notes which one is
at work; what the steps count (``transforms.common.counting``) tells how far it is, in this process and, left in files once a
second, in worker processes. Other engines show their progress themselves. Nothing of it goes into a dataset.
"""

import contextlib
import logging
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, TextIO

from pipelines import logs
from pipelines.engine import StreamingRunner
from pipelines.screen import Screen, cut
from transforms.common.counting import all_tallies
from transforms.read.files import INPUT_BYTES

LOG_EVERY, SCREEN_EVERY = 30.0, 0.5
"""Seconds between two lines in a log, and between two looks at a terminal."""
_FIRST_SHOWN = 1.0
"""Seconds until something is shown on a terminal: short runs stay quiet."""
_EARLY = 0.03
"""Share of the work below which it is too early to say how long the rest takes."""
_BAR = 12
_COLUMNS = 80
"""Of a terminal that does not say how wide it is."""
_MB = 1 << 20

_KEYS = "(keys)"
"""Stands for the number of groups that a stage was given."""


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of the run for people.

    Args:
      name: what is done.
      share: of the whole time; where it was measured stands beside ``STEPS``.
      marker: what the name of a transform begins with in the stage that is watched.
      unit: what is counted.
      done: counters that add up to what is done; one that ends in a dot stands for all that begin so.
      total: the counter of how much there is to do.
    """

    name: str
    share: float
    marker: str
    unit: str
    done: str
    total: str


STEPS = (
    Step("reading pages", 0.12, "Read/", "pages", "read.records", ""),
    Step("splitting pages", 0.18, "Split/Split", "pages", "split.pages.", "repair.pages"),
    Step("comparing copies", 0.08, "Fold near copies/Sketch", "texts", "deduplicate.sketched", "deduplicate.texts"),
    Step("folding copies", 0.05, "Fold near copies/", "texts", "", ""),
    Step("telling languages", 0.29, "Detect language/Detect", "texts", "language.articles.", "deduplicate.articles"),
    Step(
        "describing articles", 0.07, "Group events/Describe articles", "articles", "events.weighed", "deduplicate.articles"
    ),
    Step("comparing articles", 0.08, "Group events/Find neighbours", "parts", "events.parts_compared", _KEYS),
    Step("grouping events", 0.05, "Group events/Cluster", "groups", "events.trees", _KEYS),
    Step("writing pages", 0.05, "Write/Pages/Write pages", "pages", "write.rows.pages", "repair.pages"),
    Step("writing articles", 0.03, "Write/Write articles", "articles", "write.rows.articles", "deduplicate.articles"),
)
"""The steps in their order. The shares are of 4 MB of aggregators' pages in fifteen languages on one core; of other input
they are others, so the time that is left is said to be about so much."""


class ToldRunner(StreamingRunner):
    """The in-process engine, which notes the stage that is at work.

    It looks at two methods of Beam's that are not public. Should they go, nothing breaks: the stage is not known then.
    """

    def __init__(self, *args: Any, **given: Any):
        super().__init__(*args, **given)
        self.stage, self.stages, self.step, self.keys = 0, 0, -1, 0
        self._seen: set[str] = set()

    def run_stages(self, stage_context: Any, stages: Any) -> Any:
        self.stages = len(stages)
        return super().run_stages(stage_context, stages)

    def _execute_bundle(self, context: Any, manager: Any, data: Any) -> Any:
        with contextlib.suppress(AttributeError, TypeError, ValueError):
            self._note(manager.stage, data)
        return super()._execute_bundle(context, manager, data)

    def _note(self, stage: Any, data: Any) -> None:
        if stage.name not in self._seen:
            self._seen.add(stage.name)
            self.stage = len(self._seen)
        names = [transform.unique_name for transform in stage.transforms]
        # What begins with nothing, such as the default of a sum, runs before all else, wherever it belongs.
        step = -1 if any("Impulse" in name for name in names) else step_of(names)
        # Stages of two branches take turns, and those that have nothing to wait for run early: it is the next step or none.
        if step in (self.step, self.step + 1):
            self.step = step
            buffers = getattr(data, "data", data).values()
            self.keys = max((getattr(buffer, "keys", 0) for buffer in buffers), default=0)


def step_of(names: list[str]) -> int:
    """The first step that a stage of transforms so named does something of, one that counts before others; -1 for none."""
    found = [n for n, step in enumerate(STEPS) if any(name.startswith(step.marker) for name in names)]
    return min(found, key=lambda n: (not STEPS[n].done, n), default=-1)


@dataclass(frozen=True, slots=True)
class State:
    """How far a run is at one moment. Times are in seconds; what is not known is None."""

    step: str
    unit: str
    done: int | None
    total: int | None
    megabytes: float | None
    megabytes_total: float | None
    rate: float | None
    stage: int
    stages: int
    seconds: float
    seconds_left: float | None
    share: float

    def sentence(self) -> str:
        """The state as a line of a log."""
        parts = [self.amount(), self.speed(), f"stage {self.stage} of {self.stages}" if self.stage else ""]
        times = f"{clock(self.seconds)} so far"
        if self.seconds_left is not None:
            times += f", about {clock(self.seconds_left)} left"
        return f"{self.step}: {'; '.join(filter(None, [', '.join(filter(None, parts)), times]))}"

    def amount(self) -> str:
        parts = []
        if self.done is not None and (self.done or self.total):
            parts.append(f"{self.done:,}{'' if self.total is None else f' of {self.total:,}'} {self.unit}")
        if self.megabytes is not None and self.megabytes_total:
            parts.append(f"{self.megabytes:,.1f} of {self.megabytes_total:,.1f} MB")
        return ", ".join(parts)

    def speed(self, unit: bool = True) -> str:
        if self.rate is None:
            return ""
        if self.megabytes is not None:
            return f"{self.rate:,.1f} MB/s"
        return f"{self.rate:,.{0 if self.rate >= 1 else 2}f}{f' {self.unit}' if unit else ''}/s"


def clock(seconds: float) -> str:
    """A duration as people write it.

    >>> clock(7), clock(125), clock(7200)
    ('0:07', '2:05', '2:00:00')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@dataclass(slots=True)
class Watch:
    """Makes a state of what is counted; keeps when each step began, for its rate.

    Args:
      input_bytes: how much there is to read.
      before: what the process had counted before the run began.
      began: when the run began, by the monotonic clock.
    """

    input_bytes: int
    before: Counter[str]
    began: float
    _step: int = -2
    _since: float = 0.0
    _at_start: float = 0.0
    _counted: Counter[str] = field(default_factory=Counter)

    def _count(self, name: str) -> int:
        if not name.endswith("."):
            return self._counted[name] - self.before[name]
        return sum(n - self.before[key] for key, n in self._counted.items() if key.startswith(name))

    def look(self, runner: ToldRunner, counted: Counter[str], now: float) -> State:
        """The state of a run at one moment, by the monotonic clock."""
        self._counted = counted
        number = runner.step
        if number < 0:
            return State("starting", "", None, None, None, None, None, 0, 0, now - self.began, None, 0.0)
        step = STEPS[number]
        done: int | None = self._count(step.done) if step.done else None
        total = self._total(step, runner)
        megabytes = min(self._count(INPUT_BYTES), self.input_bytes) / _MB if number == 0 else None
        amount = (megabytes if megabytes is not None else done) or 0.0
        if self._step != number:
            self._step, self._since, self._at_start = number, now, amount
        rate = (amount - self._at_start) / (now - self._since) if now > self._since and amount > self._at_start else None
        part = self._part(megabytes, done, total)
        share = sum(earlier.share for earlier in STEPS[:number]) + step.share * part
        seconds = now - self.began
        left = seconds / share - seconds if share >= _EARLY else None
        return State(
            step=step.name,
            unit=step.unit,
            done=done,
            total=None if total is None or done is None else max(total, done),
            megabytes=megabytes,
            megabytes_total=self.input_bytes / _MB if megabytes is not None else None,
            rate=rate,
            stage=runner.stage,
            stages=max(runner.stages, runner.stage),
            seconds=seconds,
            seconds_left=left,
            share=min(share, 1.0),
        )

    def _total(self, step: Step, runner: ToldRunner) -> int | None:
        total = runner.keys if step.total == _KEYS else self._count(step.total) if step.total else 0
        return total or None

    def _part(self, megabytes: float | None, done: int | None, total: int | None) -> float:
        if megabytes is not None:
            return megabytes * _MB / self.input_bytes if self.input_bytes else 0.0
        return min(1.0, (done or 0) / total) if total else 0.0


class Live:
    """A line on a terminal that is written over."""

    def __init__(self, stream: TextIO):
        self._screen = Screen(stream)
        self._lock = threading.Lock()
        self._shown = False

    def show(self, state: State) -> None:
        filled = round(_BAR * state.share)
        bar = "━" * filled + "─" * (_BAR - filled)
        times = clock(state.seconds)
        if state.seconds_left is not None:
            times += f", about {clock(state.seconds_left)} left"
        parts = [bar, state.step, state.amount(), state.speed(unit=False), times]
        text = cut("  ".join(filter(None, parts)), (self._screen.columns or _COLUMNS) - 1)
        with self._lock:
            self._shown = True
            self._screen.over(text)

    def clear(self) -> None:
        """Takes the line away, so that another can be printed in its place."""
        with self._lock:
            if self._shown:
                self._shown = False
                self._screen.over("")


class _ClearBefore(logging.Filter):
    """Lets all through, once the live line is out of the way."""

    def __init__(self, live: Live):
        super().__init__()
        self._live = live

    def filter(self, _: logging.LogRecord) -> bool:
        self._live.clear()
        return True


def _log(state: State) -> None:
    values = asdict(state)
    rounded: dict[str, Any] = {k: round(value, 3) if isinstance(value, float) else value for k, value in values.items()}
    logs.tell("progress", state.sentence(), **rounded)


@contextlib.contextmanager
def shown(runner: ToldRunner, input_bytes: int, folder: str, live: bool) -> Iterator[None]:
    """While it is open, says how far a run is: as a line on the terminal, or else in the log.

    Args:
      runner: the engine.
      input_bytes: how much there is to read.
      folder: where worker processes leave what they have counted.
      live: whether standard error is a terminal that people read.
    """
    watch = Watch(input_bytes, all_tallies(folder), time.monotonic())
    line = Live(sys.stderr)
    show: Callable[[State], None] = line.show if live else _log
    every = SCREEN_EVERY if live else LOG_EVERY
    ended = threading.Event()

    def tell() -> None:
        wait = _FIRST_SHOWN if live else every
        while not ended.wait(wait):
            # What cannot be shown must not harm the run.
            with contextlib.suppress(OSError, ValueError):
                show(watch.look(runner, all_tallies(folder), time.monotonic()))
            wait = every

    thread = threading.Thread(target=tell, daemon=True, name="progress")
    clear_before = _ClearBefore(line)
    handlers = list(logging.getLogger().handlers)
    for handler in handlers:
        handler.addFilter(clear_before)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(timeout=2)
        line.clear()
        for handler in handlers:
            handler.removeFilter(clear_before)
