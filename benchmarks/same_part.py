"""The part of Clipbook that others do as well: repair, each text once, Parquet. ``python -m benchmarks.same_part FLAGS``.

The transforms are those of the main job, wired as there, and the flags are its flags. A page is taken for one article:
nothing is split, dated, told the language of or grouped into events. Of what the folding gives only the kept texts are
written; that it says of each copy which other it lost to, and how alike they are, is worked out all the same.
"""

import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import apache_beam as beam
import pyarrow as pa

from pipelines import news_events, options, workers
from pipelines.files import parts_of, shards_of
from schemas.records import MAIN, FoundArticle, RepairedPage, SplitPage, Version, WrittenFile
from schemas.table import TIMESTAMP, Table, column
from transforms.deduplicate.exact import FoldExactCopies
from transforms.deduplicate.transform import FoldNearCopies
from transforms.read.files import Limits
from transforms.read.transform import MatchFiles, ReadPages
from transforms.repair import RepairPages
from transforms.write.layout import part_name
from transforms.write.parquet import write_rows


@dataclass(frozen=True, slots=True)
class Kept:
    """A text that was kept, with as much as the other keeps of it."""

    page_id: str = column(pa.string(), "The page that it stands on.")
    title: str | None = column(pa.string(), "Its headline.", null=True)
    published_at: int | None = column(TIMESTAMP, "When it was published.", null=True)
    text: str = column(pa.string(), "The repaired text.")


KEPT = Table("kept", Kept, "One row per distinct text.", sort_by=("page_id",))


def as_article(page: RepairedPage) -> SplitPage:
    """A page that is one article from its first character to its last."""
    given = page.given
    article = FoundArticle(
        article_index=0,
        role=MAIN,
        title=given.title,
        outlet=given.outlet,
        age_text=None,
        age_count=None,
        age_unit=None,
        date_text=None,
        bylines=(),
        body=page.text,
        published_at=given.published_at,
        published_precision=given.published_precision,
    )
    return SplitPage(
        page_id=page.page_id,
        source_uri=page.source_uri,
        given=given,
        byte_count=page.byte_count,
        head=page.head,
        encoding=page.encoding,
        fixes=page.fixes,
        warnings=page.warnings,
        layout="none",
        text=page.text,
        spans=(),
        articles=(article,),
    )


def _write(element: tuple[str, Iterable[Version]], shards: int, folder: str) -> Iterator[WrittenFile]:
    shard, versions = element
    rows = [Kept(version.page_id, version.title, version.published_at, version.body) for version in versions]
    yield write_rows(folder, KEPT, part_name(int(shard), shards), rows)


def build(pipeline: beam.Pipeline, job: options.JobOptions) -> None:
    files = pipeline | "Match" >> MatchFiles(job.inputs, job.output)
    shards = shards_of(files)
    read = files | "Read" >> ReadPages(Limits(job.max_page_bytes, job.max_file_bytes))
    repaired = read["records"] | "Repair" >> RepairPages()
    pages = repaired["pages"] | "As articles" >> beam.Map(as_article).with_output_types(SplitPage)
    exact = pages | "Fold exact copies" >> FoldExactCopies(shards)
    near = (exact["versions"], exact["places"]) | "Fold near copies" >> FoldNearCopies(job.max_linked_ids, parts_of(shards))
    _ = (
        near["texts"]
        | "By shard" >> beam.Map(lambda version: (version.shard, version)).with_output_types(tuple[str, Version])
        | "Group shards" >> beam.GroupByKey()
        | "Write" >> beam.FlatMap(_write, shards, job.output).with_output_types(WrittenFile)
    )


def main(arguments: Sequence[str]) -> None:
    job, beam_options = options.parse(arguments)
    with tempfile.TemporaryDirectory(prefix="clipbook-tally-") as tallies:
        pipeline = beam.Pipeline(options=beam_options, runner=workers.local_runner(beam_options, tallies))
        build(pipeline, job)
        with workers.watched():
            news_events.wait(pipeline.run())


if __name__ == "__main__":
    main(sys.argv[1:])
    news_events.leave(0)
