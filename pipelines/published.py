"""A published dataset as the commands read it: checked to be one, its manifest, and its tables as Arrow datasets.

It is read by pyarrow alone, from a local folder or from any store that pyarrow knows, so that a look at a dataset does
not wait for Beam.
"""

import json
import os
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs as pafs

from pipelines.usage import UsageError, near_file
from schemas.table import SCHEMA_VERSION, Table
from schemas.tables import TABLES
from transforms.write.layout import MANIFEST, SUCCESS


@dataclass(frozen=True)
class Published:
    """A dataset: as it was named, the folder that holds it, the file system of that, and what its manifest says.

    Where the name is a link, the folder is what it points to, so that a run that publishes meanwhile is not mixed in.
    """

    name: str
    folder: str
    files: pafs.FileSystem
    manifest: dict[str, Any]

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each table has, by the manifest."""
        return dict(self.manifest["rows"])

    def paths(self, table: Table) -> list[str]:
        """The files of a table below its folder, by the manifest."""
        return [file["path"] for file in self.manifest["files"] if file["table"] == table.name]

    def table(self, table: Table) -> ds.Dataset:
        """A table with all its columns, those included that stand in the paths of its files."""
        schema = table.schema(with_partition=True)
        partitioning = None
        if table.partition:
            partitioning = ds.partitioning(pa.schema([(table.partition, pa.string())]), flavor="hive")
        paths = [f"{self.folder}/{table.name}/{path}" for path in self.paths(table)]
        return ds.FileSystemDataset.from_paths(
            paths,
            schema=schema,
            format=ds.ParquetFileFormat(),
            filesystem=self.files,
            partitions=[_partition(path, partitioning) for path in paths],
        )


def _partition(path: str, partitioning: ds.Partitioning | None) -> ds.Expression:
    folder = path.rsplit("/", 2)[1]
    if partitioning is None or not folder.startswith(f"{partitioning.schema.names[0]}="):
        return ds.scalar(True)
    return partitioning.parse(f"{folder}/")


def open_published(name: str) -> Published:
    """The dataset of a folder or URI.

    Raises:
      UsageError: if there is none, or one that is not whole, or one that another version of Clipbook wrote.
    """
    files, folder = _locate(name)
    if not _is_there(files, f"{folder}/{MANIFEST}"):
        raise UsageError(_why_not(files, folder, name))
    if not _is_there(files, f"{folder}/{SUCCESS}"):
        raise UsageError(f"{name} has no {SUCCESS}: it is being published, or was broken off; run the job to its end.")
    try:
        with files.open_input_stream(f"{folder}/{MANIFEST}") as stream:
            manifest = json.loads(stream.read())
        version = manifest["schema_version"]
        dataset = Published(name, folder, files, manifest)
        _ = dataset.rows, [dataset.paths(table) for table in TABLES]
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{name}/{MANIFEST} cannot be read ({type(error).__name__}: {error}); run the job again.") from None
    if version != SCHEMA_VERSION:
        raise UsageError(
            f"{name} has tables of version {version}, and this Clipbook reads version {SCHEMA_VERSION}; use the Clipbook "
            "that wrote it, or run the job again."
        )
    return dataset


def _locate(name: str) -> tuple[pafs.FileSystem, str]:
    if "://" not in name:
        return pafs.LocalFileSystem(), os.path.realpath(name)
    try:
        files, folder = pafs.FileSystem.from_uri(name.rstrip("/"))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError, ValueError) as error:
        raise UsageError(f"{name} cannot be read: {error}") from None
    return files, folder


def _is_there(files: pafs.FileSystem, path: str) -> bool:
    return files.get_file_info(path).type == pafs.FileType.File


def _why_not(files: pafs.FileSystem, folder: str, name: str) -> str:
    kind = files.get_file_info(folder).type
    if kind == pafs.FileType.NotFound:
        near = near_file(name.rstrip("/")) if "://" not in name else "mend the path."
        return f"There is no folder {name}; {near}"
    above = os.path.dirname(name.rstrip("/"))
    if kind == pafs.FileType.Directory and _is_there(files, f"{folder.rpartition('/')[0]}/{MANIFEST}"):
        return f"{name} is a part of a dataset; give the whole, {above or os.curdir}."
    return f"{name} is no dataset of Clipbook: it has no {MANIFEST}; give the folder that was the --output of a run."
