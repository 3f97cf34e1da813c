"""Publishing a dataset: a run writes a version of its own; readers see the earlier one until all is there.

On a local file system the dataset's folder is a symbolic link to the newest version, which stands in a hidden folder
beside it, and switching the link is one step. On an object store, which has no such step, ``_SUCCESS`` goes first and
comes last.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apache_beam.io.filesystem import BeamIOError, CompressionTypes
from apache_beam.io.filesystems import FileSystems

from schemas.tables import TABLES
from transforms.write.parquet import TEMPORARY, write_rows

SUCCESS = "_SUCCESS"
MANIFEST = "_manifest.json"
FILES = "_files.json"
_STAGING = "_staging"
_VERSION = re.compile(r"v\d{6}$")


class NotOurs(Exception):
    """The output folder holds something that Clipbook did not write."""


class Busy(Exception):
    """Another run is at work on the same output."""


@dataclass(frozen=True)
class Published:
    """A dataset as it stands: its folder, and its manifest."""

    folder: str
    manifest: dict[str, Any]


class Dataset:
    """Where a dataset is published. ``staging`` is the folder that a run writes to."""

    staging: str

    @property
    def earlier(self) -> "Published | None":
        """The dataset that stands there, if it is one and whole."""
        raise NotImplementedError

    def pass_on(self, names: list[str]) -> None:
        """Takes files of the earlier dataset over to the new one, by their names below its folder, as they are."""
        raise NotImplementedError

    def publish(self, manifest: dict[str, Any]) -> None:
        """Makes what stands in ``staging`` the dataset."""
        raise NotImplementedError

    def discard(self) -> None:
        """Removes what a failed run wrote."""
        raise NotImplementedError

    def _complete(self, manifest: dict[str, Any]) -> None:
        """Adds the empty tables, so that every table has a file with its schema, and the manifest."""
        written = {file["table"] for file in manifest["files"]}
        for table in TABLES:
            if table.name not in written:
                path = "part-00000-of-00001.parquet"
                file = write_rows(self.staging, table, f"{table.partition}=none/{path}" if table.partition else path, [])
                manifest["files"].append({"table": table.name, "path": file.path, "rows": 0, "bytes": file.byte_count})
        manifest["files"].sort(key=lambda file: (file["table"], file["path"]))
        write_text(FileSystems.join(self.staging, MANIFEST), json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")


def write_text(path: str, text: str) -> None:
    with FileSystems.create(path, compression_type=CompressionTypes.UNCOMPRESSED) as stream:
        stream.write(text.encode("utf-8"))


def read_json(path: str) -> Any:
    with FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED) as stream:
        return json.loads(stream.read())


class LocalDataset(Dataset):
    """A dataset on a local file system: a link to ``.<name>.clipbook/v<number>`` beside it."""

    def __init__(self, path: str):
        self._link = Path(os.path.abspath(path))
        self._home = self._link.with_name(f".{self._link.name}.clipbook")
        self._check()
        self._home.mkdir(parents=True, exist_ok=True)
        self._lock = open(self._home / "lock", "w")  # noqa: SIM115  (held, and so locked, as long as the run lives)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise Busy(f"Another run is writing {self._link}; wait until it has ended, or give another --output.") from None
        self._clean()
        newest = max(self._versions(), default="v000000")
        self._version = f"v{int(newest[1:]) + 1:06}"
        (self._home / self._version).mkdir()
        self.staging = str(self._home / self._version)

    @property
    def earlier(self) -> Published | None:
        current = self._current()
        if current is None or not (self._home / current / SUCCESS).exists():
            return None
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

    def _clean(self) -> None:
        """Removes versions that a run left unfinished or replaced.

        A finished version that no run replaced stays, linked or not: its link may have been moved by the user.
        """
        current = self._current()
        for version in self._versions():
            replaced = self._replaced(version)
            if version != current and (replaced.exists() or not (self._home / version / SUCCESS).exists()):
                shutil.rmtree(self._home / version)
            replaced.unlink(missing_ok=True)

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
        for name in (TEMPORARY, FILES):
            leftover = folder / name
            if leftover.is_dir():
                shutil.rmtree(leftover)
            elif leftover.exists():
                leftover.unlink()
        (folder / SUCCESS).touch()
        _sync(folder)
        fresh = self._home / "next"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(f"{self._home.name}/{self._version}")
        if current := self._current():
            self._replaced(current).touch()
        elif self._link.is_dir():
            self._link.rmdir()
        os.replace(fresh, self._link)
        # The version before stays for readers that have listed its files; the next run removes it.
        self._lock.close()

    def discard(self) -> None:
        if self._current() != self._version:  # a run that is stopped just behind the switch has published
            shutil.rmtree(self._home / self._version, ignore_errors=True)
        if not self._link.is_symlink() and not self._versions():
            shutil.rmtree(self._home, ignore_errors=True)
        self._lock.close()


def _sync(folder: Path) -> None:
    """Asks the disk to hold the folder's files before the link points to them; those of an earlier version it holds."""
    for root, _, names in os.walk(folder):
        for name in (*names, "."):
            path = os.path.join(root, name)
            if name != "." and os.stat(path).st_nlink > 1:
                continue
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


class RemoteDataset(Dataset):
    """A dataset on an object store: while ``_SUCCESS`` is missing it is being published."""

    def __init__(self, path: str, run: str):
        self._root = path.rstrip("/")
        names = [path[len(self._root) + 1 :] for path in self._list("")]
        self._earlier = self._files_of_earlier() if MANIFEST in names else None
        known = {*(self._earlier or ()), *((SUCCESS, MANIFEST) if self._earlier is not None else ())}
        if any(name not in known and not name.startswith(f"{_STAGING}/") for name in names):
            raise NotOurs(f"{path} holds files that Clipbook did not write; give a new or empty folder as --output.")
        self.staging = f"{self._root}/{_STAGING}/{run}"
        self._passed_on: frozenset[str] = frozenset()
        self._whole = self._earlier is not None and SUCCESS in names

    @property
    def earlier(self) -> Published | None:
        return Published(self._root, read_json(f"{self._root}/{MANIFEST}")) if self._whole else None

    def pass_on(self, names: list[str]) -> None:
        self._passed_on = frozenset(names)  # they stand where they belong

    def _files_of_earlier(self) -> list[str] | None:
        """What the manifest of the dataset that stands here says it is made of; None where it is not ours."""
        try:
            manifest = read_json(f"{self._root}/{MANIFEST}")
            return [f"{file['table']}/{file['path']}" for file in manifest["files"]] if manifest["run"] else None
        except (ValueError, KeyError, TypeError):
            return None

    def _list(self, below: str) -> list[str]:
        found = FileSystems.match([f"{self._root}/{below}**"])[0].metadata_list
        return sorted(metadata.path for metadata in found)

    def _delete(self, paths: list[str]) -> None:
        if paths:
            FileSystems.delete(paths)

    def publish(self, manifest: dict[str, Any]) -> None:
        self._complete(manifest)
        final = [f"{file['table']}/{file['path']}" for file in manifest["files"]]
        with contextlib.suppress(BeamIOError):
            self._delete([f"{self._root}/{SUCCESS}"])
        replaced = set(final)
        self._delete([f"{self._root}/{name}" for name in self._earlier or () if name not in replaced])
        # Written over the earlier one before any file is moved: wherever this breaks off, a manifest stands there by
        # which the next run knows every file for ours.
        write_text(f"{self._root}/{MANIFEST}", json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
        for name in final:
            if name in self._passed_on:
                continue
            with contextlib.suppress(BeamIOError):
                self._delete([f"{self._root}/{name}"])
            folder = f"{self._root}/{name}".rpartition("/")[0]
            with contextlib.suppress(BeamIOError):
                FileSystems.mkdirs(folder)
            FileSystems.rename([f"{self.staging}/{name}"], [f"{self._root}/{name}"])
        self._delete(self._list(f"{_STAGING}/"))
        write_text(f"{self._root}/{SUCCESS}", "")

    def discard(self) -> None:
        self._delete(self._list(self.staging[len(self._root) + 1 :] + "/"))


def open_dataset(path: str, run: str) -> Dataset:
    """The dataset at a path or URI, ready to be written.

    Raises:
      NotOurs: if something else stands there.
      Busy: if another run is writing it.
    """
    return RemoteDataset(path, run) if "://" in path else LocalDataset(path)
