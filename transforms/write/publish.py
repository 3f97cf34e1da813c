"""Publishing a dataset: a run writes a version of its own; readers see the earlier one until all is there.

On a local file system the dataset's folder is a symbolic link to the newest version, which stands in a hidden folder
beside it, and switching the link is one step. On an object store, which has no such step, ``_SUCCESS`` goes first and
comes last, and a list of what is to be done stands there in between: whoever opens the dataset next does the rest.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from apache_beam.io.filesystem import BeamIOError, CompressionTypes
from apache_beam.io.filesystems import FileSystems

from schemas.table import check_version
from schemas.tables import TABLES
from transforms.write.layout import MANIFEST, REPORT, SUCCESS
from transforms.write.parquet import TEMPORARY, write_rows

FILES = "_files.json"
_STAGING = "_staging"
_PUBLISHING = f"{_STAGING}/_publishing.json"
"""On an object store: what is left to be done to publish what a run has written. Once it stands there, that is decided."""
_AT_ONCE = 100
"""Objects that are moved or deleted in one request, where a store can do several."""
_TRIES = 5
_PAUSE = 0.3
"""Times and seconds: a worker process whose run was killed may go on writing for a second."""
_VERSION = re.compile(r"v\d{6}$")


class NotOurs(Exception):
    """The output folder holds something that Clipbook did not write."""


class Busy(Exception):
    """Another run is at work on the same output."""


class Incomplete(Exception):
    """What a run has written is not what it has listed."""


class Unfinished(Exception):
    """Publishing on an object store broke off; the next run finishes it."""


@dataclass(frozen=True)
class Published:
    """A dataset as it stands: its folder, and its manifest."""

    folder: str
    manifest: dict[str, Any]


class Dataset:
    """Where a dataset is published. ``staging`` is the folder that a run writes to."""

    staging: str

    @property
    def earlier(self) -> Published | None:
        """The dataset that stands there, if there is one.

        Raises:
          NotOurs: if it is not whole, so that nothing can be added to it.
        """
        raise NotImplementedError

    def pass_on(self, names: list[str]) -> None:
        """Takes files of the earlier dataset over to the new one, by their names below its folder, as they are."""
        raise NotImplementedError

    def stands(self, name: str) -> str:
        """The folder that holds a file of the new dataset until it is published, by its name below the dataset's."""
        raise NotImplementedError

    def publish(self, manifest: dict[str, Any]) -> None:
        """Makes what stands in ``staging``, and what was passed on, the dataset."""
        raise NotImplementedError

    def published(self) -> bool:
        """Whether the dataset is the one that this run has written."""
        raise NotImplementedError

    def discard(self) -> None:
        """Removes what a failed run wrote."""
        raise NotImplementedError

    def add_empty(self, manifest: dict[str, Any]) -> None:
        """Adds the empty tables to the manifest and to what is staged, so that every table has a file with its schema.

        Publishing does so too; what reads the tables before has to ask for it.
        """
        written = {file["table"] for file in manifest["files"]}
        for table in TABLES:
            if table.name not in written:
                path = "part-00000-of-00001.parquet"
                file = write_rows(self.staging, table, f"{table.partition}=none/{path}" if table.partition else path, [])
                manifest["files"].append({"table": table.name, "path": file.path, "rows": 0, "bytes": file.byte_count})
        manifest["files"].sort(key=lambda file: (file["table"], file["path"]))

    def _complete(self, manifest: dict[str, Any]) -> None:
        """Adds the empty tables and the manifest."""
        self.add_empty(manifest)
        write_text(FileSystems.join(self.staging, MANIFEST), json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")


def write_text(path: str, text: str) -> None:
    with FileSystems.create(path, compression_type=CompressionTypes.UNCOMPRESSED) as stream:
        stream.write(text.encode("utf-8"))


def read_json(path: str) -> Any:
    with FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED) as stream:
        return json.loads(stream.read())


def _check_schema(manifest: Any, path: str) -> None:
    """Refuses to replace what a newer Clipbook wrote, which may stand in other files than this one would look for."""
    if isinstance(manifest, dict) and "schema_version" in manifest:
        check_version(manifest["schema_version"], path, may_be_older=True)


def _listed(manifest: dict[str, Any]) -> dict[str, int]:
    """The Parquet files of a dataset and their bytes, by their paths below it."""
    return {f"{file['table']}/{file['path']}": file["bytes"] for file in manifest["files"]}


def _compare(found: Mapping[str, int], listed: Mapping[str, int], where: str) -> None:
    """Refuses to publish a folder that holds other files than a run has listed.

    A worker on another machine may have written to a folder of its own, a disk may have lost what it took.

    Args:
      found: the bytes of the files, by path.
      listed: the same, as they should be.
      where: the folder, for the message.

    Raises:
      Incomplete: if the two differ.
    """
    wrong = sorted(name for name in {*found, *listed} if found.get(name) != listed.get(name))
    if wrong:
        name = wrong[0]
        raise Incomplete(
            f"{where} should hold {name} with {listed.get(name, 0):,} bytes and holds {found.get(name, 0):,}; "
            f"{len(wrong):,} of {len(listed):,} files differ. All workers must write to the same file system."
        )


def _not_whole(path: str) -> NotOurs:
    return NotOurs(f"{path} is not whole, {SUCCESS} is missing; write it anew from its pages.")


class LocalDataset(Dataset):
    """A dataset on a local file system: a link to ``.<name>.clipbook/v<number>`` beside it."""

    def __init__(self, path: str):
        self._link = Path(os.path.abspath(path))
        self._home = self._link.with_name(f".{self._link.name}.clipbook")
        self._next = self._home / "next"
        self._check()
        self._home.mkdir(parents=True, exist_ok=True)
        self._lock = self._locked()
        try:
            # Counted before cleaning: what a killed run's workers still write must not meet what this run writes.
            newest = max(self._versions(), default="v000000")
            self._clean()
            self._version = f"v{int(newest[1:]) + 1:06}"
            (self._home / self._version).mkdir()
        except BaseException:
            self._lock.close()
            raise
        self.staging = str(self._home / self._version)

    def _locked(self) -> IO[str]:
        """The lock, which is held as long as the file is open, and so no longer than this process lives."""
        path = self._home / "lock"
        busy = Busy(f"Another run is writing {self._link}; wait until it has ended, or give another --output.")
        lock = open(path, "w")  # noqa: SIM115
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not (path.exists() and os.path.samestat(os.fstat(lock.fileno()), path.stat())):
                raise busy  # it was removed in between, by a first run that has failed
        except BlockingIOError:
            lock.close()
            raise busy from None
        except BaseException:
            lock.close()
            raise
        return lock

    @property
    def earlier(self) -> Published | None:
        current = self._current()
        if current is None:
            return None
        if not (self._home / current / SUCCESS).exists():
            raise _not_whole(str(self._link))
        return Published(str(self._home / current), read_json(str(self._home / current / MANIFEST)))

    def pass_on(self, names: list[str]) -> None:
        folder = self._home / (self._current() or "")
        for name in names:
            old, new = folder / name, Path(self.staging, name)
            new.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(old, new)
            except OSError:  # a file system without hard links, or one with a limit to them
                shutil.copyfile(old, new)

    def stands(self, name: str) -> str:  # noqa: ARG002 - what is passed on is linked
        return self.staging

    def _clean(self) -> None:
        """Removes versions that a run left unfinished, did not come to publish, or replaced.

        A version that was published and that no run replaced stays, linked or not: its link may have been moved by the
        user.
        """
        current = self._current()
        waiting = os.path.basename(os.readlink(self._next)) if self._next.is_symlink() else None
        for version in self._versions():
            replaced = self._replaced(version)
            finished = (self._home / version / SUCCESS).exists() and version != waiting
            if version != current and (replaced.exists() or not finished):
                _remove(self._home / version)
            replaced.unlink(missing_ok=True)
        self._next.unlink(missing_ok=True)

    def _replaced(self, version: str) -> Path:
        """The mark that a run has put another version in the place of this one."""
        return self._home / f"{version}.replaced"

    def _check(self) -> None:
        if self._link.is_symlink():
            if self._current() is None:
                raise NotOurs(f"{self._link} is a link that Clipbook did not make; give another --output.")
        elif (self._link / MANIFEST).exists():
            raise NotOurs(f"{self._link} is a copy of a dataset; remove it, or give a new folder as --output.")
        elif self._link.exists() and not (self._link.is_dir() and not any(self._link.iterdir())):
            raise NotOurs(f"{self._link} holds files that Clipbook did not write; give a new or empty folder as --output.")
        if self._home.exists() and not self._home.is_dir():
            raise NotOurs(f"{self._home} is in the way; move it, or give another --output.")
        with contextlib.suppress(OSError, ValueError):  # the link makes it ours, even where its manifest is damaged
            _check_schema(json.loads((self._link / MANIFEST).read_bytes()), str(self._link))

    def _current(self) -> str | None:
        """The version that the link points to."""
        if not self._link.is_symlink():
            return None
        folder, _, version = os.readlink(self._link).rpartition("/")
        return version if folder == self._home.name and _VERSION.match(version) else None

    def _versions(self) -> list[str]:
        return sorted(entry.name for entry in self._home.iterdir() if _VERSION.match(entry.name))

    def publish(self, manifest: dict[str, Any]) -> None:
        self._complete(manifest)
        folder = self._home / self._version
        (folder / FILES).unlink(missing_ok=True)
        if (folder / TEMPORARY).exists():
            _remove(folder / TEMPORARY)
        found = {str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*.parquet")}
        _compare(found, _listed(manifest), str(folder))
        self._check()  # in the meantime its owner may have put something of his own there
        # As long as this link is there, the version is not published, finished or not.
        self._next.symlink_to(f"{self._home.name}/{self._version}")
        (folder / SUCCESS).touch()
        current = self._current()
        if current:
            self._replaced(current).touch()
            _sync_one(self._replaced(current))
        # All that the link will point to must be on the disk before the link is, whatever becomes of the machine.
        _sync(folder)
        _sync_one(self._home)
        _sync_one(self._home.parent)
        if not current and self._link.is_dir():
            self._link.rmdir()
        os.replace(self._next, self._link)
        _sync_one(self._home.parent)
        # The version before stays for readers that have listed its files; the next run removes it.
        self._lock.close()

    def published(self) -> bool:
        return self._current() == self._version

    def discard(self) -> None:
        if not self.published():
            shutil.rmtree(self._home / self._version, ignore_errors=True)
            with contextlib.suppress(OSError):
                self._next.unlink(missing_ok=True)
        if not self._link.is_symlink() and not self._versions():
            shutil.rmtree(self._home, ignore_errors=True)
        self._lock.close()


def _remove(folder: Path) -> None:
    """Removes a folder, even if a worker of a killed run still writes there for a moment."""
    for _ in range(_TRIES):
        with contextlib.suppress(OSError):
            shutil.rmtree(folder)
            return
        time.sleep(_PAUSE)
    shutil.rmtree(folder)


def _sync(folder: Path) -> None:
    """Asks the disk to hold a folder and all that is in it."""
    # Linux does so for a whole file system in one call. Asked for each of ten thousand files, the disk takes far longer
    # than it took to write them.
    system = ctypes.CDLL(None, use_errno=True)
    if hasattr(system, "syncfs"):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            if system.syncfs(descriptor):
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
        finally:
            os.close(descriptor)
        return
    for root, _, names in os.walk(folder):
        for name in (*names, "."):
            _sync_one(Path(root, name))


def _sync_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class RemoteDataset(Dataset):
    """A dataset on an object store: while ``_SUCCESS`` is missing it is being published.

    There is no lock: that one run at a time writes to it is up to who starts them. A run that another one has overtaken
    notices it before it publishes.
    """

    def __init__(self, path: str, run: str):
        self._root = path.rstrip("/")
        self._run = run
        names = list(self._list(""))
        journal = self._journal() if _PUBLISHING in names else None
        earlier = self._manifest() if MANIFEST in names else None
        known = {SUCCESS, MANIFEST, REPORT} if journal or earlier else set()
        known |= {*_listed(journal["manifest"]), *journal["delete"]} if journal else set()
        known |= {*_listed(earlier)} if earlier else set()
        if any(name not in known and not name.startswith(f"{_STAGING}/") for name in names):
            raise NotOurs(f"{path} holds files that Clipbook did not write; give a new or empty folder as --output.")
        self._whole = SUCCESS in names
        if journal:
            earlier, self._whole = journal["manifest"], self._finish_other(journal)
        elif _PUBLISHING in names:
            self._delete([_PUBLISHING])
        self._replaces = earlier
        self._passed_on: set[str] = set()
        self.staging = f"{self._root}/{_STAGING}/{run}"

    @property
    def earlier(self) -> Published | None:
        if self._replaces and not self._whole:
            raise _not_whole(self._root)
        return Published(self._root, self._replaces) if self._replaces else None

    def pass_on(self, names: list[str]) -> None:
        self._passed_on.update(names)  # they stand where they belong

    def stands(self, name: str) -> str:
        return self._root if name in self._passed_on else self.staging

    def _manifest(self) -> dict[str, Any] | None:
        """The manifest of the dataset that stands here; None where it is not ours."""
        try:
            manifest = read_json(f"{self._root}/{MANIFEST}")
            if not (_listed(manifest) and manifest["run"]):
                return None
        except (ValueError, KeyError, TypeError):
            return None
        _check_schema(manifest, self._root)
        return dict(manifest)

    def _journal(self) -> dict[str, Any] | None:
        """What a run had decided to do and may not have done; None where it broke off before it had decided."""
        try:
            journal = read_json(f"{self._root}/{_PUBLISHING}")
            manifest = journal["manifest"]
            if not (_listed(manifest) and manifest["run"] and journal["staging"] and isinstance(journal["delete"], list)):
                return None
        except (ValueError, KeyError, TypeError):
            return None
        _check_schema(journal["manifest"], self._root)
        return dict(journal)

    def _list(self, below: str) -> dict[str, int]:
        """Names and bytes of the objects below a name that ends in ``/``, or of all of them."""
        found = FileSystems.match([f"{self._root}/{below}**"])[0].metadata_list
        return {metadata.path[len(self._root) + 1 :]: metadata.size_in_bytes for metadata in found}

    def _delete(self, names: Sequence[str]) -> None:
        """Deletes objects; that one is not there is no error."""
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            try:
                FileSystems.delete([f"{self._root}/{name}" for name in some])
            except BeamIOError:
                if any(FileSystems.exists(f"{self._root}/{name}") for name in some):
                    raise

    def publish(self, manifest: dict[str, Any]) -> None:
        self._complete(manifest)
        staging = self.staging[len(self._root) + 1 :]
        staged = {name[len(staging) + 1 :]: size for name, size in self._list(f"{staging}/").items()}
        now = self._manifest() if FileSystems.exists(f"{self._root}/{MANIFEST}") else None
        before = self._replaces
        if (now and now["run"]) != (before and before["run"]) or FileSystems.exists(f"{self._root}/{_PUBLISHING}"):
            raise Busy(f"Another run has published {self._root} in the meantime; start this one again.")
        listed, replaced = _listed(manifest), _listed(before) if before else {}
        found = {name: replaced.get(name, 0) for name in sorted(self._passed_on)}
        found |= {name: size for name, size in staged.items() if name.endswith(".parquet")}
        _compare(found, listed, self.staging)
        journal = {
            "staging": staging,
            "delete": sorted({*replaced, REPORT} - {*listed, *staged}),
            "manifest": manifest,
        }
        write_text(f"{self._root}/{_PUBLISHING}", json.dumps(journal))
        try:
            self._finish(journal)
        except BaseException as error:
            raise self._unfinished(error) from error

    def _unfinished(self, error: BaseException) -> Unfinished:
        return Unfinished(
            f"publishing {self._root} broke off; the next run with this --output finishes it, whatever its --input, and "
            f"until then it must not be read without {SUCCESS}: {type(error).__name__}: {error}"
        )

    def _finish_other(self, journal: dict[str, Any]) -> bool:
        """Finishes what an earlier run broke off in; gives whether its dataset is whole now."""
        try:
            self._finish(journal)
            return True
        except Incomplete:  # somebody has removed what it had staged: there is nothing to be waited for
            self._delete([_PUBLISHING])
            return False
        except BaseException as error:
            raise self._unfinished(error) from error

    def _finish(self, journal: dict[str, Any]) -> None:
        """Does what is left to be done of a journal, wherever it broke off before."""
        manifest = journal["manifest"]
        if not self._stands(manifest["run"]):
            self._delete([SUCCESS])
            self._delete(journal["delete"])
            # Before any file is moved: whatever becomes of the journal, by it the next run knows every file for ours.
            write_text(f"{self._root}/{MANIFEST}", json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
            self._move(journal["staging"], _listed(manifest))
            # Not empty: what Beam uploads to S3 in parts must have one.
            write_text(f"{self._root}/{SUCCESS}", f"{manifest['run']}\n")
        self._delete([name for name in self._list(f"{_STAGING}/") if name != _PUBLISHING])
        self._delete([_PUBLISHING])

    def _move(self, staging: str, listed: Mapping[str, int]) -> None:
        """Moves what is still staged to where it belongs."""
        there = self._list("")
        names = [name for name in (*listed, REPORT) if f"{staging}/{name}" in there]
        _compare({name: there.get(f"{staging}/{name}", there.get(name, 0)) for name in listed}, listed, self._root)
        self._delete([name for name in names if name in there])
        for folder in sorted({f"{self._root}/{name}".rpartition("/")[0] for name in names}):
            with contextlib.suppress(BeamIOError):
                FileSystems.mkdirs(folder)
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            FileSystems.rename([f"{self._root}/{staging}/{n}" for n in some], [f"{self._root}/{n}" for n in some])

    def _stands(self, run: str) -> bool:
        """Whether the dataset of a run stands here, whole."""
        if not FileSystems.exists(f"{self._root}/{SUCCESS}"):
            return False
        earlier = self._manifest() if FileSystems.exists(f"{self._root}/{MANIFEST}") else None
        return earlier is not None and earlier["run"] == run

    def published(self) -> bool:
        return self._stands(self._run)

    def discard(self) -> None:
        """Removes what a failed run wrote, unless it had decided to publish that: then the next run does the rest."""
        journal = self._journal() if FileSystems.exists(f"{self._root}/{_PUBLISHING}") else None
        staging = self.staging[len(self._root) + 1 :]
        if journal is None or journal["staging"] != staging:
            self._delete(list(self._list(f"{staging}/")))


def open_dataset(path: str, run: str) -> Dataset:
    """The dataset at a path or URI, ready to be written. What an earlier run broke off in is cleaned up, or finished.

    Raises:
      NotOurs: if something else stands there.
      OtherSchema: if a newer Clipbook wrote what stands there.
      Busy: if another run is writing it.
      Unfinished: if what an earlier run broke off in cannot be finished now, on an object store.
    """
    return RemoteDataset(path, run) if "://" in path else LocalDataset(path)
