"""An object store for tests: Beam's file system for ``store://``, which keeps its objects in a local folder.

As on an object store there are no folders: making one does nothing, and a name is there as soon as its object is.
"""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from apache_beam.io.filesystem import BeamIOError, CompressionTypes, FileMetadata, FileSystem


class Store:
    """The objects, and what was done to them. The newest store is the one that ``store://`` means."""

    current: "Store"

    def __init__(self, root: Path):
        self.root = root
        self.log: list[str] = []
        self.fail_at = ""
        self.before: Callable[[str], None] = lambda entry: None  # is told of every change before it is made
        self.partial = False  # whether half of an object stays where its writing fails
        Store.current = self

    def path(self, uri: str) -> Path:
        return self.root / uri.removeprefix("store://")

    def note(self, what: str, uri: str) -> None:
        entry = f"{what} {uri.removeprefix('store://')}"
        if self.fail_at and entry.startswith(self.fail_at):
            raise BeamIOError("the store is away")
        self.before(entry)
        self.log.append(entry)

    def names(self) -> list[str]:
        return sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file())


class _Object(io.BytesIO):
    """An object that is being written: it is there once it is closed, whole."""

    def __init__(self, uri: str):
        super().__init__()
        self._uri = uri

    def close(self) -> None:
        if self.closed:
            return
        content = self.getvalue()
        super().close()
        path = Store.current.path(self._uri)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            Store.current.note("create", self._uri)
        except BaseException:
            if Store.current.partial:
                path.write_bytes(content[: len(content) // 2])
            raise
        path.write_bytes(content)


class StoreFileSystem(FileSystem):
    """Beam finds it by its scheme, since it is a subclass."""

    @classmethod
    def scheme(cls) -> str:
        return "store"

    def join(self, basepath: str, *paths: str) -> str:
        return "/".join([basepath.rstrip("/"), *(path.strip("/") for path in paths)])

    def split(self, path: str) -> tuple[str, str]:
        head, _, tail = path.rpartition("/")
        return head, tail

    def has_dirs(self) -> bool:
        return False

    def mkdirs(self, path: str) -> None:
        pass

    def _list(self, dir_or_prefix: str) -> Iterator[FileMetadata]:
        for name in Store.current.names():
            uri = f"store://{name}"
            if uri.startswith(dir_or_prefix):
                yield FileMetadata(uri, Store.current.path(uri).stat().st_size)

    def create(self, path: str, mime_type: str = "", compression_type: str = CompressionTypes.AUTO) -> BinaryIO:
        return _Object(path)

    def open(self, path: str, mime_type: str = "", compression_type: str = CompressionTypes.AUTO) -> BinaryIO:
        return Store.current.path(path).open("rb")

    def rename(self, source_file_names: list[str], destination_file_names: list[str]) -> None:
        for source, destination in zip(source_file_names, destination_file_names, strict=True):
            Store.current.note("rename", destination)
            Store.current.path(destination).parent.mkdir(parents=True, exist_ok=True)
            os.replace(Store.current.path(source), Store.current.path(destination))

    def copy(self, source_file_names: list[str], destination_file_names: list[str]) -> None:
        raise NotImplementedError

    def exists(self, path: str) -> bool:
        return Store.current.path(path).is_file()

    def size(self, path: str) -> int:
        return Store.current.path(path).stat().st_size

    def last_updated(self, path: str) -> float:
        return Store.current.path(path).stat().st_mtime

    def metadata(self, path: str) -> FileMetadata:
        return FileMetadata(path, self.size(path))

    def delete(self, paths: list[str]) -> None:
        missing = {}
        for path in paths:
            Store.current.note("delete", path)
            try:
                Store.current.path(path).unlink()
            except FileNotFoundError as error:
                missing[path] = error
        if missing:
            raise BeamIOError("Delete operation failed", missing)
