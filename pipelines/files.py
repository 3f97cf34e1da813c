"""What the main job and an append have in common about files: how many are written, and the list of them."""

import json
from collections.abc import Iterable, Sequence

import apache_beam as beam

from schemas.records import InputFile, WrittenFile
from transforms.common.parts import parts_for
from transforms.read.files import ending
from transforms.read.formats import PARQUET
from transforms.write.dataset import FILES, write_text
from transforms.write.layout import page_shards, text_bytes

_SHARD_ARTICLES = 10_000
"""Articles that one shard of pages holds, about."""
_NAMED = 1_000
"""Pages that an append passes over are named in the manifest, so many of them, and all are counted."""


def shards_of(files: beam.PCollection) -> beam.pvalue.AsSideInput:
    """A side input: the number of shards of pages, from the sizes of all input."""
    total = files | "Sizes" >> beam.Map(_text_bytes) | "Total" >> beam.CombineGlobally(sum).without_defaults()
    return beam.pvalue.AsSingleton(total | "Shards" >> beam.Map(page_shards), page_shards(0))


def parts_of(shards: beam.pvalue.AsSideInput, earlier: int = 0) -> beam.pvalue.AsSideInput:
    """A side input: the number of parts that hashes are dealt to, from the shards of new pages and the earlier articles."""
    more = earlier // _SHARD_ARTICLES
    return beam.pvalue.AsSingleton(
        shards.pvalue | "Parts" >> beam.Map(lambda number: parts_for(number + more)), parts_for(page_shards(0) + more)
    )


def list_files(written: tuple[beam.PCollection, ...], folder: str, known: beam.PCollection | None = None) -> None:
    """Writes the list of all files, and of pages that were passed over, for the manifest."""
    files = written | "All files" >> beam.Flatten()
    named = []
    if known is not None:
        named = [beam.pvalue.AsSingleton(known | "Named" >> beam.combiners.Top.Of(_NAMED, reverse=True))]
    _ = files | "List files" >> beam.combiners.ToList() | "Write list" >> beam.Map(_write_list, folder, *named)


def _text_bytes(element: tuple[bytes, Iterable[InputFile]]) -> int:
    file = next(iter(element[1]))
    name, codec = ending(file.name)
    return text_bytes(file.size, compressed=codec is not None or name == PARQUET)


def _write_list(files: list[WrittenFile], folder: str, known: Sequence[tuple[str, str]] = ()) -> None:
    listed = [{"table": f.table, "path": f.path, "rows": f.rows, "bytes": f.byte_count} for f in files]
    listed.sort(key=lambda file: (file["table"], file["path"], file["rows"]))
    pages = [{"source_uri": source_uri, "page_id": page_id} for source_uri, page_id in known]
    write_text(f"{folder}/{FILES}", json.dumps({"files": listed, "known_pages": pages}))
