"""ReadPages: globs to records and rejects."""

import os
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Literal

import apache_beam as beam
from apache_beam.io.filesystem import FileMetadata
from apache_beam.io.filesystems import FileSystems
from apache_beam.pvalue import TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.records import InputFile, Record
from schemas.rejects import Reject
from transforms.common.counting import count, tallied, tally
from transforms.read.files import INPUT_BYTES, Limits, fixed_part
from transforms.read.formats import read_file

REJECTS = "rejects"
_VERSIONS = re.compile(r"(?:^|/)\.[^/]+\.clipbook/")


def _found(glob: str) -> list[FileMetadata]:
    with warnings.catch_warnings():
        # Beam makes a regular expression of the glob, and Python warns of the sign that escapes a bracket in it.
        warnings.simplefilter("ignore", FutureWarning)
        return list(FileSystems.match([glob])[0].metadata_list)


def _is_kept(path: str, output: str | None) -> bool:
    """Whether Clipbook itself keeps a file: in the dataset that is written to, or as a version of any."""
    if _VERSIONS.search(path):
        return True
    return output is not None and path.startswith((output if "://" in output else os.path.abspath(output)).rstrip("/") + "/")


def matches_only_kept(glob: str, output: str) -> bool:
    """Whether a glob matches files, but none that is read."""
    found = _found(glob)
    return bool(found) and all(_is_kept(metadata.path, output) for metadata in found)


def match(glob: str, output: str | None = None) -> Iterator[tuple[bytes, InputFile]]:
    """The files that a glob matches, by path, less those that Clipbook itself keeps: datasets and their versions."""
    fixed = fixed_part(glob)
    for metadata in _found(glob):
        if _is_kept(metadata.path, output):
            continue
        relative = metadata.path[len(fixed) :] if metadata.path.startswith(fixed) else metadata.path
        path = _encoded(metadata.path)
        yield path, InputFile(path, _encoded(relative), metadata.size_in_bytes)


def _encoded(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def one_of(same: Iterable[InputFile]) -> InputFile:
    """A file that several globs match: by the shortest relative path, whatever the order of the globs."""
    return min(same, key=lambda file: (len(file.relative), file.relative))


class ReadRecords(beam.DoFn):
    def __init__(self, limits: Limits):
        self._limits = limits

    def process(
        self, element: tuple[bytes, Iterable[InputFile]]
    ) -> Iterator[Record | TaggedOutput[Literal["rejects"], Reject]]:
        _, same = element
        count("read", "files")
        file = one_of(same)
        before = tallied(INPUT_BYTES)
        for result in read_file(file, self._limits):
            count("read", "records")
            if isinstance(result, Reject):
                count("read", f"rejects.{result.error_type}")
                yield TaggedOutput(REJECTS, result)
            else:
                count("read", "bytes", len(result.payload))
                yield result
        # Whatever was read of it, now it is done.
        tally(INPUT_BYTES, file.size - (tallied(INPUT_BYTES) - before))


class MatchFiles(beam.PTransform):
    """Globs to one element per file, keyed by path, spread over the workers."""

    def __init__(self, globs: tuple[str, ...], output: str | None = None):
        super().__init__()
        self._globs, self._output = globs, output

    def expand(self, begin: beam.pvalue.PBegin) -> beam.PCollection:
        return (
            begin
            | beam.Create(self._globs)
            | beam.FlatMap(match, self._output).with_output_types(tuple[bytes, InputFile])
            # A file that two globs match meets itself here; the shuffle also hands files to all workers.
            | beam.GroupByKey()
        )


class ReadPages(beam.PTransform):
    """Matched files to ``Record``s and, tagged ``rejects``, ``Reject``s."""

    def __init__(self, limits: Limits):
        super().__init__()
        self._limits = limits

    @no_annotations
    def expand(self, files: beam.PCollection) -> dict[str, beam.PCollection]:
        results = files | beam.ParDo(ReadRecords(self._limits)).with_outputs(REJECTS, main="records")
        return {"records": results.records, REJECTS: results[REJECTS]}
