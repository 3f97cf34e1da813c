"""Whole runs that are killed, or whose disk is full or fails: what stands there, what they say, how the next goes on."""

import errno
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from breaking_runs import Runs
from read_output import with_duckdb
from support import OTHER_STORY, ROOT, STORY, digests

POINTS, POINTS_LONG = 1, 6
"""Points at which runs break here, without --long and with it, for each kind of break. All calls of publishing, which are
most of them, are gone through in tests/write/test_crash.py; a whole run takes seconds."""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    runs = Runs(tmp_path_factory.mktemp("runs"))
    yield runs
    runs.close()


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two small inputs whose datasets differ in every table but one."""
    folder = tmp_path_factory.mktemp("inputs")
    for name, stories in (("old", (STORY,)), ("new", (OTHER_STORY, f"{STORY} {OTHER_STORY}"))):
        (folder / name).mkdir()
        for n, story in enumerate(stories):
            (folder / name / f"{n}.txt").write_text(f"Market {name}\n{story}\n")
        (folder / name / "broken.bin").write_text(name)
    return folder / "old", folder / "new"


class Place:
    """A folder with an earlier dataset, and what a run over it comes to."""

    def __init__(self, runs: Runs, inputs: tuple[Path, Path], folder: Path):
        self._runs, (old, self._new) = runs, inputs
        self._model, self.root = folder / "model", folder / "place"
        self.out = self.root / "out"
        assert self._runs.run(folder, "--input", old, "--output", self._model / "out")["status"] == 0
        self.before = digests(self._model / "out")
        self.renew()
        whole = self.run()
        assert whole["status"] == 0
        self.calls: int = whole["calls"]
        """How many calls of a run change a file."""
        self.after = self.found()
        assert self.before != self.after

    def renew(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(self._model, self.root, symlinks=True)
        assert self.found() == self.before

    def run(self, **how: Any) -> Any:
        return self._runs.run(self.root, "--input", self._new, "--output", self.out, **how)

    def found(self) -> dict[str, str]:
        assert (self.out / "_SUCCESS").exists()
        with_duckdb(self.out)
        return digests(self.out)

    def goes_on(self) -> None:
        """The next run: it publishes, and what is left is its version, the one before, its mark and the lock."""
        ended = self.run()
        assert (ended["status"], self.found()) == (0, self.after), ended["err"]
        home = self.root / ".out.clipbook"
        assert len([path for path in home.iterdir() if path.is_dir()]) == 2
        assert len(list(home.iterdir())) == 4


@pytest.fixture(scope="module")
def place(runs: Runs, inputs: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(runs, inputs, tmp_path_factory.mktemp("place"))


@pytest.fixture
def at(place: Place, request: pytest.FixtureRequest) -> list[int]:
    """Calls of a run at which it is to break, drawn with a seed of the test."""
    points = POINTS_LONG if request.config.getoption("--long") else POINTS
    return sorted(random.Random(request.node.name).sample(range(place.calls), points))


def test_a_run_that_is_killed_anywhere_leaves_a_dataset_whole(place: Place, at: list[int]):
    for n in at:
        place.renew()
        ended = place.run(at=n)
        assert ended["status"] == -signal.SIGKILL
        assert place.found() in (place.before, place.after), ended["broke"]
        place.goes_on()


@pytest.mark.parametrize(
    ("number", "for_good"),
    [
        (errno.ENOSPC, True),
        pytest.param(errno.ENOSPC, False, marks=pytest.mark.long),
        pytest.param(errno.EIO, True, marks=pytest.mark.long),
        pytest.param(errno.EIO, False, marks=pytest.mark.long),
    ],
)
def test_a_run_whose_disk_fails_anywhere_says_so_and_leaves_the_earlier_dataset(
    number: int, for_good: bool, place: Place, at: list[int]
):
    for n in at:
        place.renew()
        ended = place.run(at=n, number=number, for_good=for_good)
        last = ended["err"].splitlines()[-1]
        if ended["status"] == 0:  # what failed was not needed: removing something, or what comes behind the switch
            assert place.found() == place.after, ended["broke"]
            assert " INFO published " in last
        else:
            assert (ended["status"], place.found()) == (1, place.before), ended["broke"]
            assert last.startswith("clipbook: the run failed, the earlier dataset is as it was: "), ended["broke"]
            assert os.strerror(number) in last, ended["broke"]
            assert "Traceback" not in ended["err"]
        place.goes_on()


# In worker processes, over real disks.

SIZE = 6 << 20
"""Bytes of the small disk: some of the dataset of ``large`` fits, not all of it."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages whose dataset takes about twice the small disk: words that do not compress."""
    folder = tmp_path_factory.mktemp("large")
    draw = random.Random(1)
    for n in range(24):
        words = ("".join(draw.choices("bcdfghklmnprstvaeiou", k=draw.randint(3, 9))) for _ in range(60_000))
        (folder / f"{n:02}.txt").write_text(f"Market {n}\n{' '.join(words)}.\n")
    return folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own in memory, where this user may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", disk], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", disk], check=True)


def start(*arguments: object, **how: Any) -> subprocess.Popen[str]:
    """The main job in a process of its own."""
    command = [sys.executable, "-m", "pipelines.news_events", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **how)


def ended(run: subprocess.Popen[str]) -> tuple[int, str]:
    """Its exit status and the last line that it said."""
    _, err = run.communicate(timeout=300)
    return run.returncode, err.splitlines()[-1]


TWO = ("--direct_running_mode", "multi_processing", "--direct_num_workers", "2")


@pytest.mark.long
@pytest.mark.parametrize("workers", [(), TWO], ids=["one", "two"])
def test_a_full_disk_leaves_the_earlier_dataset(workers: tuple[str, ...], place: Place, large: Path, small_disk: Path):
    place.renew()
    out = shutil.copytree(place.root, small_disk / "place", symlinks=True) / "out"
    status, last = ended(start("--input", large, "--output", out, *workers))
    assert (status, digests(out)) == (1, place.before)
    assert last.startswith("clipbook: the run failed, the earlier dataset is as it was: ")
    assert "No space left on device" in last
    subprocess.run(["mount", "-o", f"remount,size={8 * SIZE}", small_disk], check=True)
    assert ended(start("--input", large, "--output", out, *workers))[0] == 0
    assert with_duckdb(out)["pages"] == 24
    assert len(list((small_disk / "place" / ".out.clipbook").iterdir())) == 4


@pytest.mark.long
@pytest.mark.parametrize("workers", [(), TWO], ids=["one", "two"])
def test_a_file_that_may_not_grow_leaves_the_earlier_dataset(workers: tuple[str, ...], place: Place, large: Path):
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    place.renew()
    status, last = ended(start("--input", large, "--output", place.out, *workers, preexec_fn=small_files))
    assert (status, place.found()) == (1, place.before)
    assert "File too large" in last
    place.goes_on()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6))
def test_a_run_of_two_workers_that_is_killed_at_any_time_leaves_a_dataset_whole(seed: int, place: Place, large: Path):
    place.renew()
    run = start("--input", large, "--output", place.out, *TWO)
    assert run.stderr is not None
    assert any(" INFO writing to " in line for line in run.stderr)
    time.sleep(random.Random(seed).uniform(0, 12))
    run.kill()
    run.communicate()
    # Its workers may still be writing; the next run does not wait for them.
    assert place.found() == place.before or with_duckdb(place.out)["pages"] == 24
    place.goes_on()
