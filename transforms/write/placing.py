"""A file to its place in a dataset that is being written: whole or not at all, and as often as a worker tries it."""

import uuid

import pyarrow as pa
from apache_beam.io.filesystem import BeamIOError, CompressionTypes
from apache_beam.io.filesystems import FileSystems

TEMPORARY = "_tmp"
"""The folder of files that are being written, each under a name that no other worker has."""


def place(folder: str, name: str, content: pa.Buffer) -> None:
    """Writes a file, or writes one anew, and makes the folders that it stands in.

    Args:
      folder: a path, or a URI of a store that Beam knows.
      name: the file's path below it, its parts apart by ``/``.
      content: what it holds.

    Raises:
      OSError, BeamIOError: if it cannot be written.
    """
    files = FileSystems.get_filesystem(folder)  # once: each function of ``FileSystems`` looks for it anew
    final = files.join(folder, *name.split("/"))
    # On an object store a file is there at once and whole, so it needs no other name before.
    first = files.join(folder, TEMPORARY, uuid.uuid4().hex) if files.has_dirs() else final
    with files.create(first, compression_type=CompressionTypes.UNCOMPRESSED) as stream:  # makes its folder too
        stream.write(content)
    if first != final:
        # A folder of an event holds one file, as a rule, so it is made without asking whether it is there. Where it is,
        # or where two workers make it at the same moment, Beam's file systems raise.
        parent = final.rpartition("/")[0]
        try:
            files.mkdirs(parent)
        except (BeamIOError, OSError):
            if not files.exists(parent):
                raise
        files.rename([first], [final])
