"""A dataset on a local file system: its folder is a symbolic link to the newest version, and switching it is one step."""

import contextlib
import ctypes
import fcntl
import json
import os
import re
import shutil
import time
from pathlib import Path
from typing import IO, Any

from transforms.write.dataset import (
    FILES,
    Busy,
    Dataset,
    NotOurs,
    Published,
    check_schema,
    compare,
    listed_files,
    not_whole,
    read_json,
)
from transforms.write.layout import MANIFEST, SUCCESS
from transforms.write.placing import TEMPORARY

_TRIES = 5
_PAUSE = 0.3
"""Times and seconds: a worker process whose run was killed may go on writing for a second."""
_VERSION = re.compile(r"v\d{6}$")


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
            raise not_whole(str(self._link))
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
            check_schema(json.loads((self._link / MANIFEST).read_bytes()), str(self._link))

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
        compare(_parquet_files(folder), listed_files(manifest), str(folder))
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


def _parquet_files(folder: Path) -> dict[str, int]:
    """The bytes of the Parquet files below a folder, by their paths; there may be as many folders as events."""
    found = {}
    folders = [("", str(folder))]
    while folders:
        name, path = folders.pop()
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append((f"{name}{entry.name}/", entry.path))
                elif entry.name.endswith(".parquet"):
                    found[name + entry.name] = entry.stat().st_size
    return found


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
