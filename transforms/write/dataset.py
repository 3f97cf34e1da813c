"""A dataset that is being written: what publishing it means, wherever it stands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from schemas.table import check_version
from schemas.tables import TABLES
from transforms.write.layout import MANIFEST, SUCCESS
from transforms.write.parquet import write_rows

FILES = "_files.json"
"""What a run has listed of its input, while it runs."""


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
        write_text(FileSystems.join(self.staging, MANIFEST), manifest_text(manifest))


def manifest_text(manifest: dict[str, Any]) -> str:
    return json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"


def write_text(path: str, text: str) -> None:
    with FileSystems.create(path, compression_type=CompressionTypes.UNCOMPRESSED) as stream:
        stream.write(text.encode("utf-8"))


def read_json(path: str) -> Any:
    with FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED) as stream:
        return json.loads(stream.read())


def check_schema(manifest: Any, path: str) -> None:
    """Refuses to replace what a newer Clipbook wrote, which may stand in other files than this one would look for."""
    if isinstance(manifest, dict) and "schema_version" in manifest:
        check_version(manifest["schema_version"], path, may_be_older=True)


def listed_files(manifest: dict[str, Any]) -> dict[str, int]:
    """The Parquet files of a dataset and their bytes, by their paths below it."""
    return {f"{file['table']}/{file['path']}": file["bytes"] for file in manifest["files"]}


def compare(found: Mapping[str, int], listed: Mapping[str, int], where: str) -> None:
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


def not_whole(path: str) -> NotOurs:
    return NotOurs(f"{path} is not whole, {SUCCESS} is missing; write it anew from its pages.")
