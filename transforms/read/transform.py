"""ReadPages: globs to records and rejects."""

from collections.abc import Iterable, Iterator
from typing import Literal

import apache_beam as beam
from apache_beam.io.fileio import MatchAll
from apache_beam.io.filesystem import FileMetadata
from apache_beam.pvalue import TaggedOutput
from apache_beam.typehints.decorators import no_annotations

from schemas.records import InputFile, Record
from schemas.rejects import Reject
from transforms.common.counting import count
from transforms.read.files import Limits, fixed_part
from transforms.read.formats import read_file

REJECTS = "rejects"


def relative_paths(metadata: FileMetadata, globs: tuple[str, ...]) -> list[str]:
    """The path of a matched file below the fixed part of each glob that may have matched it."""
    parts = [fixed_part(glob) for glob in globs]
    return [metadata.path[len(part) :] for part in parts if metadata.path.startswith(part)] or [metadata.path]


def as_input_file(metadata: FileMetadata, globs: tuple[str, ...]) -> tuple[str, InputFile]:
    # The shortest, so that the order in which globs were given does not matter.
    relative = min(relative_paths(metadata, globs), key=lambda path: (len(path), path))
    return metadata.path, InputFile(metadata.path, relative, metadata.size_in_bytes)


class ReadRecords(beam.DoFn):
    def __init__(self, limits: Limits):
        self._limits = limits

    def process(
        self, element: tuple[str, Iterable[InputFile]]
    ) -> Iterator[Record | TaggedOutput[Literal["rejects"], Reject]]:
        _, same = element
        count("read", "files")
        for result in read_file(min(same, key=lambda file: file.relative), self._limits):
            count("read", "records")
            if isinstance(result, Reject):
                count("read", f"rejects.{result.error_type}")
                yield TaggedOutput(REJECTS, result)
            else:
                count("read", "bytes", len(result.payload))
                yield result


class MatchFiles(beam.PTransform):
    """Globs to one element per file, keyed by path, spread over the workers."""

    def __init__(self, globs: tuple[str, ...]):
        super().__init__()
        self._globs = globs

    def expand(self, begin: beam.pvalue.PBegin) -> beam.PCollection:
        return (
            begin
            | beam.Create(self._globs)
            | MatchAll()
            | beam.Map(as_input_file, self._globs).with_output_types(tuple[str, InputFile])
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
