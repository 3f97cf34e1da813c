"""Publishing on a local file system: a reader sees the earlier dataset or the new one, and nothing else is touched."""

import ctypes
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

import pyarrow.parquet as pq
import pytest
from publishing import FILES, PART, fill, message_of, publish, set_version

from schemas.table import OtherSchema
from schemas.tables import TABLES
from transforms.write.dataset import Busy, Incomplete, NotOurs
from transforms.write.local import _sync
from transforms.write.publish import open_dataset


def tree(path: Path) -> list[str]:
    return sorted(str(entry.relative_to(path)) for entry in path.rglob("*") if not entry.is_dir())


def test_a_published_dataset_has_every_table_a_manifest_and_a_mark_of_success(tmp_path: Path):
    publish(tmp_path / "out", "first")
    assert tree((tmp_path / "out").resolve()) == sorted(FILES)


def test_tables_without_rows_have_their_schema(tmp_path: Path):
    publish(tmp_path / "out", "first")
    for table in TABLES:
        folder = tmp_path / "out" / table.name / ("event_id=none" if table.partition else "")
        assert pq.ParquetFile(folder / PART).schema_arrow == table.schema()


def test_the_manifest_lists_every_file(tmp_path: Path):
    publish(tmp_path / "out", "first")
    manifest = json.loads((tmp_path / "out" / "_manifest.json").read_text("utf-8"))
    assert manifest["run"] == "first"
    listed = [(file["table"], file["path"], file["rows"]) for file in manifest["files"]]
    assert listed[0] == ("articles", f"event_id=none/{PART}", 0)
    assert ("rejects", PART, 1) in listed
    assert len(listed) == len(TABLES)


def test_a_new_dataset_takes_the_place_of_the_earlier_one(tmp_path: Path):
    publish(tmp_path / "out", "first")
    publish(tmp_path / "out", "second")
    assert message_of(tmp_path / "out") == "second"


def test_an_empty_folder_may_stand_where_the_dataset_goes(tmp_path: Path):
    (tmp_path / "out").mkdir()
    publish(tmp_path / "out", "first")
    assert message_of(tmp_path / "out") == "first"


def test_the_folder_above_the_dataset_is_made(tmp_path: Path):
    publish(tmp_path / "deep" / "er" / "out", "first")
    assert message_of(tmp_path / "deep" / "er" / "out") == "first"


def test_a_reader_keeps_the_files_of_the_earlier_dataset_until_the_run_after(tmp_path: Path):
    publish(tmp_path / "out", "first")
    seen = (tmp_path / "out").resolve()
    publish(tmp_path / "out", "second")
    assert message_of(seen) == "first"
    open_dataset(str(tmp_path / "out"), "run").discard()
    assert not seen.exists()


def test_until_it_is_published_a_run_changes_nothing(tmp_path: Path):
    publish(tmp_path / "out", "first")
    dataset = open_dataset(str(tmp_path / "out"), "run")
    fill(dataset, "second")
    assert message_of(tmp_path / "out") == "first"
    dataset.discard()
    assert message_of(tmp_path / "out") == "first"


def test_a_first_run_that_fails_leaves_nothing(tmp_path: Path):
    dataset = open_dataset(str(tmp_path / "out"), "run")
    fill(dataset, "first")
    dataset.discard()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_cleaned_up(tmp_path: Path):
    publish(tmp_path / "out", "first")
    killed = (
        "import os, sys; from transforms.write.publish import open_dataset;"
        "d = open_dataset(sys.argv[1], 'run'); open(d.staging + '/left', 'w').close(); print(d.staging); sys.stdout.flush();"
        "os.kill(os.getpid(), 9)"
    )
    left = subprocess.run([sys.executable, "-c", killed, str(tmp_path / "out")], capture_output=True, text=True, check=False)
    assert (left.returncode, Path(left.stdout.strip(), "left").exists()) == (-9, True)
    publish(tmp_path / "out", "second")
    assert message_of(tmp_path / "out") == "second"
    assert not list(tmp_path.rglob("left"))


def test_a_second_run_on_the_same_output_is_turned_away(tmp_path: Path):
    first = open_dataset(str(tmp_path / "out"), "run")
    with pytest.raises(Busy) as busy:
        open_dataset(str(tmp_path / "out"), "run")
    assert str(busy.value) == (f"Another run is writing {tmp_path}/out; wait until it has ended, or give another --output.")
    first.publish(fill(first, "first"))
    publish(tmp_path / "out", "second")
    assert message_of(tmp_path / "out") == "second"


def test_a_run_that_is_turned_away_does_not_disturb_the_one_at_work(tmp_path: Path):
    first = open_dataset(str(tmp_path / "out"), "run")
    manifest = fill(first, "first")
    with pytest.raises(Busy):
        open_dataset(str(tmp_path / "out"), "run")
    first.publish(manifest)
    assert message_of(tmp_path / "out") == "first"


def test_a_run_that_is_stopped_just_behind_the_switch_has_published(tmp_path: Path):
    publish(tmp_path / "out", "first")
    dataset = open_dataset(str(tmp_path / "out"), "run")
    dataset.publish(fill(dataset, "second"))
    dataset.discard()
    assert message_of(tmp_path / "out") == "second"


def test_a_copy_of_a_dataset_in_the_place_of_one_is_refused_and_kept(tmp_path: Path):
    publish(tmp_path / "out", "first")
    shutil.copytree(tmp_path / "out", tmp_path / "copy")
    with pytest.raises(NotOurs) as refused:
        open_dataset(str(tmp_path / "copy"), "run")
    assert str(refused.value) == f"{tmp_path}/copy is a copy of a dataset; remove it, or give a new folder as --output."
    assert message_of(tmp_path / "copy") == "first"


def test_a_folder_with_files_of_others_is_refused(tmp_path: Path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    with pytest.raises(NotOurs) as refused:
        open_dataset(str(tmp_path / "out"), "run")
    assert str(refused.value) == (
        f"{tmp_path}/out holds files that Clipbook did not write; give a new or empty folder as --output."
    )
    assert tree(tmp_path) == ["out/thesis.txt"]


def test_a_file_in_the_place_of_the_dataset_is_refused(tmp_path: Path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(NotOurs, match="holds files that Clipbook did not write"):
        open_dataset(str(tmp_path / "out"), "run")
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize("target", ["elsewhere", "nowhere", ".out.clipbook/other", "/.out.clipbook/v000001"])
def test_a_link_that_is_not_ours_is_refused(target: str, tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to(target)
    with pytest.raises(NotOurs) as refused:
        open_dataset(str(tmp_path / "out"), "run")
    assert str(refused.value) == f"{tmp_path}/out is a link that Clipbook did not make; give another --output."
    assert os.readlink(tmp_path / "out") == target


def test_a_file_in_the_place_of_the_hidden_folder_is_refused(tmp_path: Path):
    (tmp_path / ".out.clipbook").write_text("mine")
    with pytest.raises(NotOurs, match="is in the way; move it, or give another --output"):
        open_dataset(str(tmp_path / "out"), "run")


def test_a_dataset_moved_by_its_owner_is_not_taken_for_another(tmp_path: Path):
    publish(tmp_path / "out", "first")
    (tmp_path / "out").rename(tmp_path / "kept")
    publish(tmp_path / "out", "second")
    assert message_of(tmp_path / "out") == "second"
    assert message_of(tmp_path / "kept") == "first"


def test_a_dataset_of_a_newer_schema_is_refused_and_kept(tmp_path: Path):
    publish(tmp_path / "out", "first")
    set_version(tmp_path / "out" / "_manifest.json", "999")
    before = tree(tmp_path)
    with pytest.raises(OtherSchema, match=f"^{tmp_path}/out was written by a newer Clipbook, with schema 999, and this one"):
        open_dataset(str(tmp_path / "out"), "run")
    assert tree(tmp_path) == before


def test_a_dataset_of_an_older_schema_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    publish(tmp_path / "out", "first")
    set_version(tmp_path / "out" / "_manifest.json", "1")
    monkeypatch.setattr("schemas.table.SCHEMA_VERSION", "2")
    publish(tmp_path / "out", "second")
    assert message_of(tmp_path / "out") == "second"


def test_a_dataset_whose_manifest_is_damaged_is_replaced(tmp_path: Path):
    publish(tmp_path / "out", "first")
    (tmp_path / "out" / "_manifest.json").write_text('{"run": "fir')
    publish(tmp_path / "out", "second")
    assert message_of(tmp_path / "out") == "second"


@pytest.mark.parametrize("harm", ["lost", "cut", "strange"])
def test_a_file_that_is_not_as_it_was_written_is_not_published(harm: str, tmp_path: Path):
    publish(tmp_path / "out", "first")
    dataset = open_dataset(str(tmp_path / "out"), "run")
    manifest = fill(dataset, "second")
    written = Path(dataset.staging, "rejects", PART)
    if harm == "lost":
        written.unlink()
    elif harm == "cut":
        written.write_bytes(written.read_bytes()[:-1])
    else:
        shutil.copy(written, written.with_name("part-00009-of-00010.parquet"))
    with pytest.raises(Incomplete, match=r"1 of 9 files differ\. All workers must write to the same file system"):
        dataset.publish(manifest)
    dataset.discard()
    assert message_of(tmp_path / "out") == "first"


def test_what_was_put_there_during_the_run_is_kept(tmp_path: Path):
    dataset = open_dataset(str(tmp_path / "out"), "run")
    manifest = fill(dataset, "first")
    (tmp_path / "out").write_text("mine")
    with pytest.raises(NotOurs):
        dataset.publish(manifest)
    assert (tmp_path / "out").read_text() == "mine"


def test_a_lock_whose_file_was_removed_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def removed(lock: IO[str], operation: int) -> None:
        Path(lock.name).unlink()

    monkeypatch.setattr("transforms.write.local.fcntl.flock", removed)
    with pytest.raises(Busy):
        open_dataset(str(tmp_path / "out"), "run")


def test_a_run_that_cannot_clean_up_leaves_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    publish(tmp_path / "out", "first")
    (tmp_path / ".out.clipbook" / "v000002").mkdir()
    with monkeypatch.context() as broken:
        broken.setattr("transforms.write.local._PAUSE", 0)
        broken.setattr("shutil.rmtree", lambda *_: os.rmdir("/proc"))
        with pytest.raises(OSError, match="/proc"):
            open_dataset(str(tmp_path / "out"), "run")
    publish(tmp_path / "out", "second")
    assert message_of(tmp_path / "out") == "second"


def test_a_killed_runs_number_is_not_used_again(tmp_path: Path):
    # Its workers may still write there.
    publish(tmp_path / "out", "first")
    (tmp_path / ".out.clipbook" / "v000002").mkdir()
    dataset = open_dataset(str(tmp_path / "out"), "run")
    assert Path(dataset.staging).name == "v000003"
    dataset.discard()


def test_a_dataset_that_is_not_whole_is_not_added_to(tmp_path: Path):
    publish(tmp_path / "out", "first")
    (tmp_path / "out" / "_SUCCESS").unlink()
    dataset = open_dataset(str(tmp_path / "out"), "run")
    with pytest.raises(NotOurs, match="/out is not whole, _SUCCESS is missing"):
        _ = dataset.earlier
    dataset.discard()
    assert message_of(tmp_path / "out") == "first"


def test_where_the_system_cannot_sync_a_file_system_each_file_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "a").touch()
    synced: list[str] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    _sync(tmp_path)
    assert sorted(synced) == [str(tmp_path), str(tmp_path / "below"), str(tmp_path / "below" / "a")]


def test_a_whole_file_system_is_synced_in_one_call_that_may_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "a").touch()
    monkeypatch.setattr(os, "fsync", lambda _: pytest.fail("asked for a file"))
    _sync(tmp_path)
    monkeypatch.setattr(os, "open", lambda *_: -1)
    monkeypatch.setattr(os, "close", lambda _: None)
    with pytest.raises(OSError, match="Bad file descriptor"):
        _sync(tmp_path)
