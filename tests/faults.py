"""Failing disks and sudden deaths: every call that changes a file, told of before it is made.

``watched_calls`` stands in front of what Python has for changing files, in this process. What is told of a call may raise,
and so stand for a full disk (``OSError``) or for the end of the process (``Killed``).
"""

import builtins
import contextlib
import errno
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

GROWING = frozenset({"mkdir", "open", "write", "symlink", "link", "rename", "replace"})
"""Calls that fail on a full disk; what removes things still works there."""
_CALLS = ("mkdir", "rename", "replace", "unlink", "remove", "rmdir", "symlink", "link", "truncate", "fsync")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Killed(BaseException):
    """Stands for the end of the process: once it was raised, no call changes anything any more."""


Step = Callable[[str, str], None]


class Breaks:
    """A step that breaks at the n-th call, from 0 on.

    Args:
      at: which call breaks.
      number: with which error; None for the end of the process.
      for_good: whether all later calls break too, on a full disk those that need room.
    """

    def __init__(self, at: int, number: int | None = None, *, for_good: bool = False):
        self.at, self._number, self._for_good = at, number, for_good
        self.calls = 0
        self.broke: str | None = None

    def __call__(self, call: str, path: str) -> None:
        n, self.calls = self.calls, self.calls + 1
        if n < self.at or (n > self.at and not (self._for_good or self._number is None)):
            return
        if n > self.at and self._number == errno.ENOSPC and call not in GROWING:
            return
        self.broke = self.broke or f"{call} {path}"
        if self._number is None:
            raise Killed
        raise OSError(self._number, os.strerror(self._number), path)


class _Writer:
    """A file that is written: half of what is given stands there when the call is told of."""

    def __init__(self, file: Any, path: str, step: Step):
        self._file, self._path, self._step = file, path, step

    def write(self, data: Any) -> int:
        half = len(data) // 2
        self._file.write(data[:half])
        self._file.flush()
        self._step("write", self._path)
        self._file.write(data[half:])
        self._file.flush()
        return len(data)

    def __enter__(self) -> "_Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@contextlib.contextmanager
def watched_calls(root: Path, step: Step) -> Iterator[None]:
    """While it is open, ``step`` is told of every call of this process that changes something below a folder.

    Args:
      root: the folder.
      step: takes the call's name and its path, which is relative where Python gives a folder's descriptor with it.
    """
    files: list[Any] = []

    def inside(path: Any, descriptor: Any = None) -> bool:
        return descriptor is not None or os.path.abspath(os.fspath(path)).startswith(str(root))

    def wrapped(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def call(path: Any, *rest: Any, **more: Any) -> Any:
            where = os.readlink(f"/proc/self/fd/{path}") if isinstance(path, int) else os.fspath(path)
            of_folder = next((more[key] for key in ("dir_fd", "src_dir_fd") if key in more), None)
            target = rest[0] if name in ("symlink", "rename", "replace", "link") else where
            if inside(target, of_folder):
                step(name, str(target) if name == "symlink" else str(where))
            return real(path, *rest, **more)

        return call

    def open_descriptor(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if flags & _WRITES and inside(path, more.get("dir_fd")):
            step("open", str(path))
        return real_open_descriptor(path, flags, *rest, **more)

    def open_file(path: Any, mode: str = "r", *rest: Any, **more: Any) -> Any:
        if isinstance(path, int) or not set(mode) & set("wax+") or not inside(path):
            return real_open_file(path, mode, *rest, **more)
        step("open", os.fspath(path))
        file = real_open_file(path, mode, *rest, **more)
        files.append(file)
        return _Writer(file, os.fspath(path), step)

    real_open_descriptor, real_open_file = os.open, builtins.open
    with contextlib.ExitStack() as stack:
        for name in _CALLS:
            stack.enter_context(mock.patch.object(os, name, wrapped(name)))
        stack.enter_context(mock.patch.object(os, "open", open_descriptor))
        stack.enter_context(mock.patch.object(builtins, "open", open_file))
        stack.enter_context(mock.patch.object(io, "open", open_file))
        try:
            yield
        finally:
            # The end of a process closes its files, and so lets go of its locks.
            for file in files:
                with contextlib.suppress(OSError):
                    file.close()
