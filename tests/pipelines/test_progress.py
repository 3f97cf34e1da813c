"""How far a run is, as it is reckoned, as it is shown, and that the steps of the job are those that are watched."""

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from support import ROOT, SEEDS, STORY, Outcome, call, write_json_lines

from pipelines import progress
from pipelines.progress import STEPS, Live, State, ToldRunner, Watch, step_of
from transforms.common import counting
from transforms.read.files import INPUT_BYTES

MB = 1 << 20


def runner_at(step: int, keys: int = 0) -> ToldRunner:
    runner = ToldRunner()
    runner.step, runner.keys, runner.stage, runner.stages = step, keys, 4, 114
    return runner


def test_reading_is_told_in_pages_and_megabytes():
    watch = Watch(10 * MB, Counter({"read.records": 5}), began=100.0)
    watch.look(runner_at(0), Counter({"read.records": 5}), 101.0)
    state = watch.look(runner_at(0), Counter({"read.records": 205, INPUT_BYTES: 4 * MB}), 103.0)
    left = 3 / (STEPS[0].share * 0.4) - 3
    assert state.sentence() == (
        f"reading pages: 200 pages, 4.0 of 10.0 MB, 2.0 MB/s, stage 4 of 114; 0:03 so far, about {progress.clock(left)} left"
    )


def test_a_step_is_told_by_what_there_is_to_do_and_at_its_own_rate():
    watch = Watch(10 * MB, Counter(), began=0.0)
    counts = Counter({"repair.pages": 400, "split.pages.general": 10})
    watch.look(runner_at(1), counts, 50.0)
    state = watch.look(runner_at(1), counts + Counter({"split.pages.aggregator": 90, "split.failures": 7}), 52.0)
    assert (state.amount(), state.speed()) == ("100 of 400 pages", "45 pages/s")
    assert state.share == pytest.approx(STEPS[0].share + STEPS[1].share / 4)
    assert state.seconds_left == pytest.approx(52 / state.share - 52)


def test_what_is_counted_by_groups_takes_their_number_from_the_engine():
    number = next(n for n, step in enumerate(STEPS) if step.name == "grouping events")
    state = Watch(1, Counter(), 0.0).look(runner_at(number, keys=30), Counter({"events.trees": 10}), 9.0)
    assert (state.amount(), state.rate) == ("10 of 30 groups", None)


def test_nothing_is_reckoned_where_nothing_is_known():
    assert Watch(0, Counter(), 0.0).look(runner_at(-1), Counter(), 3.0).sentence() == "starting: 0:03 so far"
    state = Watch(0, Counter(), 0.0).look(runner_at(0), Counter(), 3.0)
    assert state.sentence() == "reading pages: stage 4 of 114; 0:03 so far"


def test_the_shares_of_the_steps_are_a_whole():
    assert sum(step.share for step in STEPS) == pytest.approx(1)


def test_a_stage_belongs_to_its_first_step():
    assert step_of(["Split/Split", "Date/ParDo", "Fold exact copies/By shard"]) == 1
    languages = next(n for n, step in enumerate(STEPS) if step.name == "telling languages")
    assert step_of(["Fold near copies/Keep", "Group events/Describe articles/Terms", "Detect language/Detect"]) == languages
    assert step_of(["Sizes"]) == -1


def test_the_steps_that_are_watched_are_those_of_the_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    seen: list[int] = []
    notes = ToldRunner._note

    def note(self: ToldRunner, stage: object, data: object) -> None:
        notes(self, stage, data)
        seen.append(self.step)
        assert 0 < self.stage <= self.stages

    monkeypatch.setattr(ToldRunner, "_note", note)
    assert call("--input", SEEDS / "pages", "--output", tmp_path / "out").status == 0
    assert list(dict.fromkeys(seen)) == list(range(-1, len(STEPS)))
    assert seen == sorted(seen)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "LOG_EVERY", 0.02)


def lines(outcome: Outcome) -> list[dict[str, object]]:
    return [line for line in map(json.loads, outcome.err.splitlines()) if line.get("event") == "progress"]


@pytest.mark.usefixtures("often")
def test_a_long_run_says_every_so_often_how_far_it_is(tmp_path: Path):
    records: list[object] = [{"text": f"Market\n{STORY * 20} {n}"} for n in range(300)]
    pages = write_json_lines(tmp_path / "a.jsonl.gz", records)
    outcome = call("--input", pages, "--output", tmp_path / "out", "--log_format", "json")
    told = lines(outcome)
    reading = [line for line in told if line["step"] == "reading pages"]
    assert reading
    assert reading[-1]["megabytes_total"] == round(pages.stat().st_size / MB, 3)
    splitting = [line for line in told if line["step"] == "splitting pages"]
    assert {line["total"] for line in splitting} == {300}
    assert [line["done"] for line in splitting] == sorted(line["done"] for line in splitting)  # type: ignore[type-var]
    stages = [line["stage"] for line in told]
    assert stages == sorted(stages)  # type: ignore[type-var]
    assert re.fullmatch(r"splitting pages: \d+ of 300 pages, .*so far(, about [\d:]+ left)?", str(splitting[-1]["message"]))


@pytest.mark.usefixtures("often")
def test_worker_processes_tell_what_they_have_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    found: list[Counter[str]] = []
    tallies = counting.all_tallies

    def look(folder: str) -> Counter[str]:
        if any(name.endswith(".json") for name in os.listdir(folder)):
            found.append(tallies(folder))
        return tallies(folder)

    monkeypatch.setattr(progress, "all_tallies", look)
    records: list[object] = [{"text": f"Market\n{STORY * 20} {n}"} for n in range(60)]
    flags = ("--direct_running_mode", "multi_processing", "--direct_num_workers", 2)
    pages = write_json_lines(tmp_path / "a.jsonl", records)
    before = counting.tallied("read.records")
    assert call("--input", pages, "--output", tmp_path / "out", *flags).status == 0
    assert counting.tallied("read.records") == before  # in other processes
    assert found


def test_a_quiet_run_says_nothing(tmp_path: Path):
    (tmp_path / "a.txt").write_text(STORY)
    assert call("--input", tmp_path / "a.txt", "--output", tmp_path / "out", "--quiet") == Outcome(0, "", "")


def test_tallies_of_processes_are_added_up(tmp_path: Path):
    before = counting.tallied("x.done")
    code = "from transforms.common import counting as c; c.tally('x.done', 3); c.count('x', 'done', 4); c.leave_tally()"
    env = {**os.environ, counting.TALLY_FOLDER: str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, check=True, capture_output=True)
    assert counting.all_tallies(str(tmp_path))["x.done"] == before + 14
    counting.leave_tally()  # nobody asks for it here
    assert len(list(tmp_path.iterdir())) == 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_line_on_a_terminal_is_written_over_and_makes_room_for_others():
    screen = Terminal()
    live = Live(screen)
    live.show(State("splitting pages", "pages", 30, 60, None, None, 7.0, 4, 9, 12.0, 30.0, 0.25))
    assert screen.getvalue() == "\r\x1b[K━━━─────────  splitting pages  30 of 60 pages  7/s  0:12, about 0:30 left"
    handler = logging.StreamHandler(screen)
    handler.addFilter(progress._ClearBefore(live))
    for message in ("one", "two"):
        handler.handle(logging.LogRecord("clipbook", logging.INFO, "", 0, message, None, None))
    assert screen.getvalue().endswith(" left\r\x1b[Kone\ntwo\n")
