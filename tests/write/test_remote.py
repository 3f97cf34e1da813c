"""Publishing on an object store: while there is no _SUCCESS a dataset is being published, and the next run finishes it."""

import shutil
from pathlib import Path

import pytest
from apache_beam.io.filesystems import FileSystems
from memory_store import Store
from publishing import FILES, PART, fill, message_of, set_version

from schemas.table import OtherSchema
from transforms.write.dataset import Busy, Incomplete, NotOurs, Unfinished, write_text
from transforms.write.publish import open_dataset


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def publish_remote(message: str) -> None:
    dataset = open_dataset("store://bucket/out", message)
    dataset.publish(fill(dataset, message))


def test_a_remote_dataset_has_every_table_a_manifest_and_a_mark_of_success(store: Store):
    publish_remote("first")
    assert store.names() == sorted(f"bucket/out/{name}" for name in FILES)


def test_success_goes_first_and_comes_last(store: Store):
    publish_remote("first")
    store.log.clear()
    publish_remote("second")
    changes = [entry for entry in store.log if "/_staging/" not in entry]
    assert changes[0] == "delete bucket/out/_SUCCESS"
    assert changes[-1] == "create bucket/out/_SUCCESS"
    assert message_of(store.root / "bucket/out") == "second"


def test_the_report_of_a_remote_dataset_goes_where_the_dataset_goes(store: Store):
    for message, has_report in (("first", True), ("second", True), ("third", False), ("fourth", True)):
        dataset = open_dataset("store://bucket/out", message)
        manifest = fill(dataset, message)
        if has_report:
            write_text(f"{dataset.staging}/report.html", message)
        dataset.publish(manifest)
        report = store.root / "bucket/out/report.html"
        assert (report.read_text() if report.exists() else None) == (message if has_report else None)


def test_files_that_the_new_remote_dataset_lacks_are_deleted(store: Store):
    dataset = open_dataset("store://bucket/out", "first")
    manifest = fill(dataset, "first")
    with FileSystems.create(f"{dataset.staging}/articles/event_id=e2/{PART}") as stream:
        stream.write(b"of the first run")
    manifest["files"].append({"table": "articles", "path": f"event_id=e2/{PART}", "rows": 1, "bytes": 16})
    dataset.publish(manifest)
    assert f"bucket/out/articles/event_id=e2/{PART}" in store.names()
    publish_remote("second")
    assert f"bucket/out/articles/event_id=e2/{PART}" not in store.names()


def test_a_remote_run_that_fails_leaves_the_earlier_dataset(store: Store):
    publish_remote("first")
    before = store.names()
    dataset = open_dataset("store://bucket/out", "second")
    fill(dataset, "second")
    dataset.discard()
    assert store.names() == before
    assert message_of(store.root / "bucket/out") == "first"


def test_what_a_killed_remote_run_left_is_cleaned_up_by_the_next(store: Store):
    fill(open_dataset("store://bucket/out", "killed"), "killed")
    assert store.names() == [f"bucket/out/_staging/killed/rejects/{PART}"]
    publish_remote("second")
    assert not [name for name in store.names() if "_staging" in name]
    assert message_of(store.root / "bucket/out") == "second"


def test_a_remote_folder_with_files_of_others_is_refused(store: Store):
    with FileSystems.create("store://bucket/out/thesis.txt") as stream:
        stream.write(b"mine")
    with pytest.raises(NotOurs) as refused:
        open_dataset("store://bucket/out", "run")
    assert str(refused.value) == (
        "store://bucket/out holds files that Clipbook did not write; give a new or empty folder as --output."
    )
    assert store.names() == ["bucket/out/thesis.txt"]


def test_a_neighbour_whose_name_begins_alike_is_left_alone(store: Store):
    with FileSystems.create("store://bucket/outer/thesis.txt") as stream:
        stream.write(b"mine")
    publish_remote("first")
    publish_remote("second")
    assert "bucket/outer/thesis.txt" in store.names()


def test_a_remote_dataset_of_a_newer_schema_is_refused_and_kept(store: Store):
    publish_remote("first")
    set_version(store.root / "bucket/out/_manifest.json", "999")
    before = store.names()
    with pytest.raises(OtherSchema, match=r"^store://bucket/out was written by a newer Clipbook, with schema 999"):
        open_dataset("store://bucket/out", "run")
    assert store.names() == before


@pytest.fixture
def theirs(store: Store) -> list[str]:
    """Somebody's dataset of Parquet, which another tool has marked as complete."""
    names = [f"bucket/out/{name}" for name in ("_SUCCESS", f"events/{PART}", f"pages/{PART}")]
    for name in names:
        with FileSystems.create(f"store://{name}") as stream:
            stream.write(b"mine")
    store.log.clear()
    return names


def test_a_remote_dataset_of_somebody_else_is_refused_and_nothing_of_it_deleted(theirs: list[str], store: Store):
    with pytest.raises(NotOurs, match="holds files that Clipbook did not write; give a new or empty folder as --output"):
        open_dataset("store://bucket/out", "run")
    assert (store.names(), store.log) == (theirs, [])


def test_a_remote_dataset_with_a_file_of_somebody_else_is_refused(store: Store):
    publish_remote("first")
    with FileSystems.create("store://bucket/out/pages/thesis.parquet") as stream:
        stream.write(b"mine")
    before = store.names()
    with pytest.raises(NotOurs):
        open_dataset("store://bucket/out", "second")
    assert store.names() == before


@pytest.mark.parametrize("manifest", ["no JSON", "[]", "{}", '{"run": "r"}', '{"run": "r", "files": [7]}'])
def test_a_manifest_that_is_not_ours_makes_nothing_ours(manifest: str, theirs: list[str], store: Store):
    (store.root / "bucket/out/_manifest.json").write_text(manifest)
    with pytest.raises(NotOurs):
        open_dataset("store://bucket/out", "run")
    assert store.names() == sorted([*theirs, "bucket/out/_manifest.json"])


def test_a_manifest_of_somebody_else_is_not_replaced(store: Store):
    with FileSystems.create("store://bucket/out/_manifest.json") as stream:
        stream.write(b'{"name": "their web app"}')
    with pytest.raises(NotOurs):
        open_dataset("store://bucket/out", "run")


def test_a_remote_publication_that_breaks_off_says_so_and_the_next_run_finishes_it(store: Store):
    publish_remote("first")
    dataset = open_dataset("store://bucket/out", "second")
    manifest = fill(dataset, "second")
    store.fail_at = "rename bucket/out/occurrences"
    with pytest.raises(
        Unfinished, match=r"^publishing store://bucket/out broke off; the next run with this --output finishes"
    ):
        dataset.publish(manifest)
    dataset.discard()
    assert (dataset.published(), "bucket/out/_SUCCESS" in store.names()) == (False, False)
    store.fail_at = ""
    third = open_dataset("store://bucket/out", "third")
    assert dataset.published()
    assert message_of(store.root / "bucket/out") == "second"
    assert not [name for name in store.names() if "_staging" in name]
    third.publish(fill(third, "third"))
    assert message_of(store.root / "bucket/out") == "third"


def test_a_remote_run_that_another_one_has_overtaken_publishes_nothing(store: Store):
    publish_remote("first")
    slow = open_dataset("store://bucket/out", "slow")
    manifest = fill(slow, "slow")
    publish_remote("quick")
    before = store.names()
    with pytest.raises(Busy, match=r"^Another run has published store://bucket/out in the meantime; start this one again"):
        slow.publish(manifest)
    slow.discard()
    assert (store.names(), message_of(store.root / "bucket/out")) == (before, "quick")


def test_a_remote_file_that_is_not_as_it_was_written_is_not_published(store: Store):
    publish_remote("first")
    dataset = open_dataset("store://bucket/out", "second")
    manifest = fill(dataset, "second")
    store.path(f"{dataset.staging}/rejects/{PART}").unlink()
    with pytest.raises(Incomplete, match=rf"_staging/second should hold rejects/{PART} with [\d,]+ bytes and holds 0; 1 of"):
        dataset.publish(manifest)
    dataset.discard()
    assert message_of(store.root / "bucket/out") == "first"


def break_off(store: Store) -> None:
    """Leaves a publication that broke off as its files were moved."""
    publish_remote("first")
    dataset = open_dataset("store://bucket/out", "second")
    manifest = fill(dataset, "second")
    store.fail_at = "rename bucket/out/articles"
    with pytest.raises(Unfinished):
        dataset.publish(manifest)


def test_finishing_that_breaks_off_too_says_so(store: Store):
    break_off(store)
    with pytest.raises(Unfinished, match="the next run with this --output finishes it"):
        open_dataset("store://bucket/out", "third")


def test_a_remote_publication_whose_files_are_gone_can_be_replaced_and_not_added_to(store: Store):
    break_off(store)
    store.fail_at = ""
    shutil.rmtree(store.root / "bucket/out/_staging/second")
    dataset = open_dataset("store://bucket/out", "third")
    with pytest.raises(
        NotOurs, match=r"^store://bucket/out is not whole, _SUCCESS is missing; write it anew from its pages"
    ):
        _ = dataset.earlier
    dataset.publish(fill(dataset, "third"))
    assert message_of(store.root / "bucket/out") == "third"
