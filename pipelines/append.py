"""An append: pages that a dataset does not have yet, added to it. ``python -m pipelines.news_events --mode append``.

The steps are those of the main job, and each knows what earlier runs found. What it asks of them stands in the index of the
dataset, so that of earlier articles only those are read that a new one may be a copy of, or whose event it joins.
"""

from typing import Any

import apache_beam as beam
from apache_beam.runners.runner import PipelineResult

from pipelines import manifest
from pipelines.files import list_files, parts_of, shards_of
from pipelines.options import JobOptions
from schemas.index import LINES_INDEX, PASSAGES_INDEX, SITES_INDEX, IndexedLine, IndexedSite
from schemas.overrides import OVERRIDES, OverrideRow
from schemas.records import Noticed
from schemas.table import check_version
from transforms.common.earlier import Earlier, PassOverKnown, Paths, ReadFile
from transforms.dates import DateArticles
from transforms.deduplicate.append import FindExact, FoldIntoEarlier
from transforms.deduplicate.earlier_names import FindEarlierMeant, copy_waits
from transforms.deduplicate.exact import FoldExactCopies
from transforms.deduplicate.overridden import FindMeant, OneMeaning, choices_kept
from transforms.deduplicate.transform import ResolveOccurrences
from transforms.events.append import GroupIntoEarlier
from transforms.language.transform import DetectLanguage
from transforms.read.files import Limits
from transforms.read.transform import MatchFiles, ReadPages
from transforms.repair import RepairPages
from transforms.split.transform import SplitPages
from transforms.write.append import REWRITTEN, WriteAppended
from transforms.write.dataset import NotOurs, Published
from transforms.write.overrides import TellOverrides


def to(published: Published) -> Earlier:
    """What the steps have to know of a dataset that is added to.

    Raises:
      NotOurs: if a Clipbook wrote it that did not keep an index yet.
      OtherSchema: if it was written with another schema: its rows are passed on and read as they are.
    """
    found = published.manifest
    check_version(found.get("schema_version"), published.folder)
    if "last_run" not in found:
        raise NotOurs(
            f"{published.folder} was written by a Clipbook that could not append; write it anew with --mode overwrite."
        )
    paths = [file["path"] for file in found["files"] if file["table"] == "articles" and file["rows"]]
    return Earlier(
        folder=published.folder,
        run=found["last_run"],
        articles=found["rows"]["articles"],
        events=found["rows"]["events"],
        partitioned=not any(path.startswith("event_bucket=") for path in paths),
        files=tuple((file["table"], file["path"], file["rows"]) for file in found["files"]),
    )


def build(pipeline: beam.Pipeline, options: JobOptions, folder: str, earlier: Earlier) -> None:
    """The whole append, in the order of the data. Files that are new or changed go below ``folder``."""
    run = earlier.run + 1
    files = pipeline | "Match" >> MatchFiles(options.inputs, options.output)
    shards = shards_of(files)
    # Of hashes, those of earlier articles are dealt out as well.
    parts = parts_of(shards, earlier.articles)

    read = files | "Read" >> ReadPages(Limits(options.max_page_bytes, options.max_file_bytes))
    repaired = read["records"] | "Repair" >> RepairPages()
    new = repaired["pages"] | "Pass over known pages" >> PassOverKnown(earlier)
    said = options.overrides
    split = new["pages"] | "Split" >> SplitPages(_counted(pipeline, earlier), said)
    pages = split["pages"] | "Date" >> DateArticles(options.fetched_at)

    exact = pages | "Fold exact copies" >> FoldExactCopies(shards, said)
    known = exact["versions"] | "Find earlier texts" >> FindExact(earlier)
    copies = known | {"places": exact["places"]}
    near = copies | "Fold near copies" >> FoldIntoEarlier(earlier, options.max_linked_ids, parts)
    spoken = (near["texts"], near["articles"]) | "Detect language" >> DetectLanguage()
    grouped = {"texts": spoken["texts"], "articles": spoken["articles"], "gains": near["gains"]}
    before: dict[str, beam.PCollection] = {}
    if said:
        before = pipeline | "Find who is meant before" >> FindEarlierMeant(earlier, said)
        now = (near["verdicts"], exact["named"]) | "Find who is meant" >> FindMeant(said)
        grouped["meant"] = (now, before["meant"]) | "Everyone meant" >> beam.Flatten() | "Who is meant" >> OneMeaning()
    events = grouped | "Group events" >> GroupIntoEarlier(
        parts, earlier, options.known_events, run, options.max_linked_ids, said
    )
    languages = (spoken["languages"], near["languages"]) | "Languages" >> beam.Flatten()
    occurrences = (near["verdicts"], languages, exact["places"]) | "Resolve occurrences" >> ResolveOccurrences()

    told = {}
    if said:
        kept = spoken["articles"] | "Kept by choice" >> choices_kept()
        waits = near["gains"] | "Copies wait" >> beam.FlatMap(copy_waits).with_output_types(tuple[int, Noticed])
        steps = [step["noticed"] for step in (split, exact, before, events) if "noticed" in step]
        noticed = (*steps, kept, waits) | "Noticed" >> beam.Flatten()
        told = {"overrides": noticed | "Tell overrides" >> TellOverrides(said, run, _earlier_rows(pipeline, earlier))}
    found = told | near | spoken | events | {name: split[name] for name in ("sites", "lines", "furniture")}
    written = (
        found
        | {
            "pages": exact["pages"],
            "occurrences": occurrences,
            "rejects": (read["rejects"], repaired["rejects"]) | "Rejects" >> beam.Flatten(),
        }
    ) | "Write" >> WriteAppended(folder, shards, earlier, run, options.max_partitions)
    list_files((written,), folder, new["known"])


def _earlier_rows(pipeline: beam.Pipeline, earlier: Earlier) -> beam.PCollection:
    """What became of overrides in earlier runs."""
    rows = pipeline | "Files of overrides" >> Paths(earlier, OVERRIDES)
    return rows | "Earlier overrides" >> beam.ParDo(ReadFile(earlier.folder, OVERRIDES)).with_output_types(OverrideRow)


def _counted(pipeline: beam.Pipeline, earlier: Earlier) -> tuple[beam.PCollection, beam.PCollection]:
    """Sites and lines as earlier runs have counted them."""
    sites = (
        pipeline
        | "Files of sites" >> Paths(earlier, SITES_INDEX)
        | "Earlier sites" >> beam.ParDo(ReadFile(earlier.folder, SITES_INDEX)).with_output_types(IndexedSite)
        | "Pages of site" >> beam.Map(lambda row: (row.site, row.pages)).with_output_types(tuple[str, int])
    )
    lines = (
        pipeline
        | "Files of lines" >> Paths(earlier, LINES_INDEX)
        | "Earlier lines" >> beam.ParDo(ReadFile(earlier.folder, LINES_INDEX)).with_output_types(IndexedLine)
        | "Surroundings of line"
        >> beam.Map(lambda row: ((row.site, row.line), row.surroundings)).with_output_types(tuple[tuple[str, bytes], bytes])
    )
    return sites, lines


def finish(record: dict[str, Any], result: PipelineResult, files_path: str, published: Published) -> list[str]:
    """Adds to the manifest what the run counted and wrote, and gives the names of the files that are passed on.

    Raises:
      CountsDisagree: if the counts of the steps and the rows of the files do not agree.
    """
    rewritten = {table.name for table in (*REWRITTEN, PASSAGES_INDEX, SITES_INDEX, LINES_INDEX)}
    if record["options"]["overrides"]:
        rewritten.add(OVERRIDES.name)
    return manifest.add_to(record, result, files_path, published.manifest, rewritten)
