"""Publishing that breaks off: at every call that changes a file, by the end of the process or by an error of the disk.

Whatever happens, a reader sees the earlier dataset or the new one, whole, and the next run cleans up and goes on.
"""

import contextlib
import ctypes
import errno
import itertools
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pyarrow.parquet as pq
import pytest
from apache_beam.io.filesystem import BeamIOError
from faults import Breaks, Killed, watched_calls
from memory_store import Store

from schemas.furniture import Furniture
from schemas.rejects import Reject
from schemas.tables import FURNITURE, REJECTS
from transforms.write.dataset import Dataset, Unfinished
from transforms.write.parquet import write_rows
from transforms.write.publish import open_dataset

AnyBreaks = TypeVar("AnyBreaks", bound=Breaks)

PART = "part-{}-of-00002.parquet"


def fill(dataset: Dataset, run: str) -> dict[str, Any]:
    """Writes four files as a run would, which name the run, and gives its manifest."""
    written = []
    for part in range(2):
        row = Reject("u", "read", "e", run, b"")
        written.append(write_rows(dataset.staging, REJECTS, PART.format(part), [row]))
        line = Furniture(run, "line", 1, 1, 1)
        written.append(write_rows(dataset.staging, FURNITURE, PART.format(part), [line]))
    # A name that no other run writes, so that there is something to be deleted.
    written.append(write_rows(dataset.staging, REJECTS, f"part-{run}.parquet", [Reject("u", "read", "e", run, b"")]))
    return {
        "run": run,
        "files": [{"table": f.table, "path": f.path, "rows": f.rows, "bytes": f.byte_count} for f in written],
    }


def add(dataset: Dataset, run: str) -> dict[str, Any]:
    """Writes what a run would that adds to the earlier dataset: one file anew, the others as they are."""
    earlier = dataset.earlier
    assert earlier is not None
    manifest = fill(dataset, run)
    anew = {f"{file['table']}/{file['path']}" for file in manifest["files"]}
    kept = [file for file in earlier.manifest["files"] if f"{file['table']}/{file['path']}" not in anew]
    dataset.pass_on([f"{file['table']}/{file['path']}" for file in kept])
    return {
        **manifest,
        "of": [*earlier.manifest.get("of", [earlier.manifest["run"]]), run],
        "files": manifest["files"] + kept,
    }


def go(path: str, run: str, write: Callable[[Dataset, str], dict[str, Any]] = fill) -> None:
    """A whole run: opens, writes and publishes, and removes what it wrote where that fails."""
    dataset = open_dataset(path, run)
    try:
        dataset.publish(write(dataset, run))
    except Exception:
        if not dataset.published():
            dataset.discard()
            raise


def whole(folder: Path) -> str | None:
    """The run whose dataset a reader finds, whole; None where there is none."""
    if not folder.exists():
        return None
    folder = folder.resolve()
    assert (folder / "_SUCCESS").exists()
    manifest = json.loads((folder / "_manifest.json").read_text("utf-8"))
    listed = {f"{file['table']}/{file['path']}": file["bytes"] for file in manifest["files"]}
    tables = [path for path in folder.rglob("*.parquet") if not str(path.relative_to(folder)).startswith("_")]
    assert {str(path.relative_to(folder)): path.stat().st_size for path in tables} == listed
    for path in tables:
        for row in pq.ParquetFile(path).read().to_pylist():
            assert row.get("message", row.get("site")) in manifest.get("of", [manifest["run"]])
    return str(manifest["run"])


def tidy(folder: Path) -> bool:
    """Whether the hidden folder holds the dataset, the one before it with its mark, and the lock, and nothing else."""
    home = folder.with_name(f".{folder.name}.clipbook")
    before, newest = sorted(path.name for path in home.iterdir() if path.is_dir())
    return sorted(path.name for path in home.iterdir()) == ["lock", before, f"{before}.replaced", newest]


Points = Callable[[Callable[[AnyBreaks], None], Callable[[int], AnyBreaks], int], None]


@pytest.fixture
def points(request: pytest.FixtureRequest) -> Points:
    """Runs with a break at one call after the other, until there is no such call; without --long at some of them."""
    stride = 1 if request.config.getoption("--long") else 13

    def run_all(run: Callable[[AnyBreaks], None], make: Callable[[int], AnyBreaks], at_least: int) -> None:
        for at in itertools.count(0, stride):
            breaks = make(at)
            try:
                run(breaks)
            except BaseException as error:
                error.add_note(f"It broke at call {at}, {breaks.broke}.")
                raise
            if breaks.broke is None:
                assert at >= at_least
                return

    return run_all


@pytest.fixture(autouse=True)
def _memory_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """That a disk is asked to hold a file is counted here; to wait for it would take minutes."""
    monkeypatch.setattr("os.fsync", lambda descriptor: None)


def start(folder: Path, earlier: bool) -> Path:
    """A dataset's place, where an earlier one stands or not."""
    out = folder / "out"
    if earlier:
        go(str(out), "first")
    return out


@pytest.mark.parametrize("earlier", [True, False])
def test_at_every_call_of_a_run_a_reader_sees_one_dataset_whole(earlier: bool, tmp_path: Path):
    out = start(tmp_path, earlier)
    seen: list[str | None] = []
    with watched_calls(tmp_path, lambda *_: seen.append(whole(out))):
        go(str(out), "second")
    first = "first" if earlier else None
    assert whole(out) == "second"
    switch = seen.index("second")
    assert seen == [first] * switch + ["second"] * (len(seen) - switch)
    assert switch > 50


def goes_on(out: Path) -> None:
    """Two runs behind one that broke off: they publish, and nothing of it is left."""
    for run in ("third", "fourth"):
        go(str(out), run)
        assert whole(out) == run
    assert tidy(out)


@pytest.mark.parametrize("earlier", [True, False])
def test_a_run_that_is_killed_at_any_call_leaves_a_dataset_whole_and_the_next_goes_on(
    earlier: bool, points: Points, tmp_path: Path
):
    def killed(breaks: Breaks) -> None:
        out = start(tmp_path / str(breaks.at), earlier)
        with contextlib.suppress(Killed), watched_calls(tmp_path, breaks):
            go(str(out), "second")
        assert whole(out) in ("second", "first" if earlier else None)
        goes_on(out)

    points(killed, Breaks, 50)


def test_a_run_that_adds_and_is_killed_at_any_call_leaves_a_dataset_whole(points: Points, tmp_path: Path):
    def killed(breaks: Breaks) -> None:
        out = start(tmp_path / str(breaks.at), earlier=True)
        with contextlib.suppress(Killed), watched_calls(tmp_path, breaks):
            go(str(out), "second", add)
        assert whole(out) in ("first", "second")
        go(str(out), "added", add)
        assert whole(out) == "added"
        assert (out / "rejects" / "part-first.parquet").exists()
        goes_on(out)

    points(killed, Breaks, 50)


def test_the_run_after_one_that_was_killed_may_be_killed_at_any_call_too(points: Points, tmp_path: Path):
    # Where the first one was killed, there is a version that is unfinished, and one that is replaced.
    def killed(breaks: Breaks) -> None:
        out = start(tmp_path / str(breaks.at), earlier=True)
        go(str(out), "second")
        with contextlib.suppress(Killed), watched_calls(tmp_path, Breaks(50)):
            go(str(out), "lost")
        with contextlib.suppress(Killed), watched_calls(tmp_path, breaks):
            go(str(out), "other")
        assert whole(out) in ("second", "other")
        goes_on(out)

    points(killed, Breaks, 70)


@pytest.mark.parametrize("earlier", [True, False])
@pytest.mark.parametrize("for_good", [False, True])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=errno.errorcode.get)
def test_a_run_whose_disk_fails_at_any_call_leaves_the_earlier_dataset(
    number: int, for_good: bool, earlier: bool, points: Points, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("transforms.write.local._PAUSE", 0)

    def failed(breaks: Breaks) -> None:
        out = start(tmp_path / str(breaks.at), earlier)
        error = None
        with watched_calls(tmp_path, breaks):
            try:
                go(str(out), "second")
            except (OSError, BeamIOError) as caught:
                error = caught
        # Where it fails, the earlier one stands; where it does not, the new one does, although something went wrong.
        assert whole(out) == ("first" if earlier else None) if error else "second"
        goes_on(out)

    points(failed, lambda at: Breaks(at, number, for_good=for_good), 50)


def test_what_the_link_points_to_is_on_the_disk_before_it_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())  # file by file, so that one can look
    out = start(tmp_path, earlier=True)
    unsaved: set[str] = set()
    at_switch: list[set[str]] = []

    def step(call: str, path: str) -> None:
        if call == "fsync":
            unsaved.discard(path)
        elif call == "replace":
            at_switch.append(set(unsaved))
            unsaved.add(str(tmp_path))
        else:
            unsaved.add(os.path.dirname(path))
            if call in ("open", "write", "mkdir"):
                unsaved.add(path)

    with watched_calls(tmp_path, step):
        go(str(out), "second")
    home = tmp_path / ".out.clipbook"
    assert [sorted(path for path in paths if "/_tmp" not in path) for paths in at_switch] == [[f"{home}/lock"]]
    assert unsaved.isdisjoint({str(tmp_path)})


# On an object store.

ROOT = "store://bucket/out"


class StoreBreaks(Breaks):
    """The same for the changes of a store, which knows one kind of error."""

    def change(self, entry: str) -> None:
        try:
            self(*entry.split(" ", 1))
        except OSError as error:
            raise BeamIOError(str(error)) from error


def marked(store: Store) -> str | None:
    """The run whose dataset a reader finds who waits for ``_SUCCESS``; None where there is none."""
    folder = store.root / "bucket/out"
    return whole(folder) if (folder / "_SUCCESS").exists() else None


def break_store(
    folder: Path, breaks: StoreBreaks, earlier: bool, partial: bool = False
) -> tuple[Store, BaseException | None]:
    """A second run on a store that breaks; gives its error."""
    store = Store(folder / str(breaks.at))
    if earlier:
        go(ROOT, "first")
    store.partial = partial
    store.before = breaks.change
    error: BaseException | None = None
    try:
        go(ROOT, "second")
    except (BeamIOError, Unfinished, Killed) as caught:
        error = caught
    store.before = lambda entry: None
    return store, error


def store_goes_on(store: Store) -> None:
    go(ROOT, "third")
    assert marked(store) == "third"
    assert not [name for name in store.names() if "_staging" in name]


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("earlier", [True, False])
def test_a_remote_run_that_is_killed_at_any_change_is_finished_or_forgotten_by_the_next(
    earlier: bool, partial: bool, points: Points, tmp_path: Path
):
    def killed(breaks: StoreBreaks) -> None:
        store, _ = break_store(tmp_path, breaks, earlier, partial)
        first = "first" if earlier else None
        assert marked(store) in (first, "second", None)
        between = marked(store) is None and earlier
        open_dataset(ROOT, "third").discard()
        assert marked(store) == "second" if between else marked(store) in (first, "second")
        store_goes_on(store)

    points(killed, StoreBreaks, 20)


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("earlier", [True, False])
@pytest.mark.parametrize("for_good", [False, True])
def test_a_remote_run_whose_store_fails_at_any_change_says_what_stands_there(
    for_good: bool, earlier: bool, partial: bool, points: Points, tmp_path: Path
):
    def failed(breaks: StoreBreaks) -> None:
        store, error = break_store(tmp_path, breaks, earlier, partial)
        if error is None:
            assert marked(store) == "second"
        elif isinstance(error, Unfinished):
            assert marked(store) is None or breaks.broke == "delete bucket/out/_SUCCESS"
            open_dataset(ROOT, "third").discard()
            assert marked(store) == "second"
        else:
            assert marked(store) == ("first" if earlier else None)
        store_goes_on(store)

    points(failed, lambda at: StoreBreaks(at, errno.EIO, for_good=for_good), 20)


def test_finishing_what_a_remote_run_broke_off_in_may_break_off_too(points: Points, tmp_path: Path):
    def twice(breaks: StoreBreaks) -> None:
        store = Store(tmp_path / str(breaks.at))
        go(ROOT, "first")
        store.fail_at = "rename bucket/out/rejects"
        with pytest.raises(Unfinished):
            go(ROOT, "second")
        store.fail_at = ""
        store.before = breaks.change
        with contextlib.suppress(Killed, Unfinished):
            open_dataset(ROOT, "third")
        store.before = lambda entry: None
        assert marked(store) in (None, "second")
        open_dataset(ROOT, "fourth")
        assert marked(store) == "second"
        store_goes_on(store)

    points(twice, StoreBreaks, 8)


def test_a_remote_run_that_adds_and_is_killed_at_any_change_is_finished_or_forgotten(points: Points, tmp_path: Path):
    def killed(breaks: StoreBreaks) -> None:
        store = Store(tmp_path / str(breaks.at))
        go(ROOT, "first")
        store.before = breaks.change
        with contextlib.suppress(Killed, Unfinished):
            go(ROOT, "second", add)
        store.before = lambda entry: None
        between = marked(store) is None
        go(ROOT, "added", add)
        assert marked(store) == "added"
        earlier = json.loads((store.root / "bucket/out/_manifest.json").read_text("utf-8"))["of"][-2]
        assert earlier == "second" if between else earlier in ("first", "second")
        store_goes_on(store)

    points(killed, StoreBreaks, 20)
