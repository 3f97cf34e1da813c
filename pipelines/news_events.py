"""The main job: news pages in, Parquet by event out. ``python -m pipelines.news_events --help``."""

import contextlib
import io
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.runners.runner import PipelineResult, PipelineRunner

from pipelines import append, manifest, summary, workers
from pipelines.files import list_files, shards_of
from pipelines.options import APPEND, LOCAL_RUNNER, JobOptions, UsageError, parse
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.dates import DateArticles
from transforms.deduplicate.transform import FoldExactCopies, FoldNearCopies, ResolveOccurrences
from transforms.events.transform import GroupEvents
from transforms.language.transform import DetectLanguage
from transforms.read.files import Limits
from transforms.read.transform import MatchFiles, ReadPages
from transforms.repair import RepairPages
from transforms.split.transform import SplitPages
from transforms.write.index import WriteIndex
from transforms.write.publish import FILES, Busy, Dataset, NotOurs, open_dataset
from transforms.write.transform import WriteDataset

_STOPPED = "clipbook: stopped; the earlier dataset is as it was."
logger = logging.getLogger("clipbook")


def build(pipeline: beam.Pipeline, options: JobOptions, folder: str) -> None:
    """The whole job, in the order of the data. Files go below ``folder``."""
    files = pipeline | "Match" >> MatchFiles(options.inputs, options.output)
    shards = shards_of(files)

    read = files | "Read" >> ReadPages(Limits(options.max_page_bytes, options.max_file_bytes))
    repaired = read["records"] | "Repair" >> RepairPages()
    split = repaired["pages"] | "Split" >> SplitPages()
    pages = split["pages"] | "Date" >> DateArticles(options.fetched_at)

    exact = pages | "Fold exact copies" >> FoldExactCopies(shards)
    texts = exact["versions"] | "Detect language" >> DetectLanguage()
    near = (texts, exact["places"]) | "Fold near copies" >> FoldNearCopies(options.max_linked_ids)
    events = (texts, near["articles"]) | "Group events" >> GroupEvents(options.known_events)
    occurrences = (near["verdicts"], exact["places"]) | "Resolve occurrences" >> ResolveOccurrences()

    written = {
        "pages": exact["pages"],
        "occurrences": occurrences,
        "articles": near["articles"],
        "assignments": events["assignments"],
        "events": events["events"],
        "furniture": split["furniture"],
        "rejects": (read["rejects"], repaired["rejects"]) | "Rejects" >> beam.Flatten(),
    } | "Write" >> WriteDataset(folder, shards, options.max_partitions)
    index = indexed(split, exact, near, events, written) | "Index" >> WriteIndex(folder, shards)
    list_files((written["files"], index), folder)


def indexed(*found: dict[str, beam.PCollection]) -> dict[str, beam.PCollection]:
    """What the steps found that the index holds."""
    names = ("sites", "lines", "passages", "verdicts", "bands", "articles", "terms", "figures", "assignments")
    steps = {name: step[name] for step in found for name in (*names, "files_of_articles") if name in step}
    return steps | {"pages": found[1]["pages"]}


def _runner(beam_options: PipelineOptions) -> PipelineRunner | None:
    if beam_options.view_as(StandardOptions).runner == LOCAL_RUNNER:
        return workers.local_runner(beam_options)
    return None


def run(options: JobOptions, beam_options: PipelineOptions) -> Dataset:
    """Runs the job and publishes its dataset.

    Raises:
      NotOurs: if the output folder holds something that Clipbook did not write.
      Busy: if another run is writing it.
      RuntimeError: if the run failed, or its counts do not agree; the earlier dataset stands.
    """
    started = time.monotonic()
    record = manifest.start(options, beam_options)
    dataset = open_dataset(options.output, record["run"])
    try:
        pipeline = beam.Pipeline(options=beam_options, runner=_runner(beam_options))
        earlier = dataset.earlier if options.mode == APPEND else None
        if earlier:
            append.build(pipeline, options, dataset.staging, append.to(earlier))
        else:
            build(pipeline, options, dataset.staging)
        logger.info("writing to %s", dataset.staging)
        with workers.watched():
            result: PipelineResult = pipeline.run()
            result.wait_until_finish()
        if earlier:
            dataset.pass_on(append.finish(record, result, f"{dataset.staging}/{FILES}", earlier))
        else:
            manifest.finish(record, result, f"{dataset.staging}/{FILES}")
        logger.info("publishing %s", options.output)
        dataset.publish(record)
        logger.info("published after %.0f s", time.monotonic() - started)
    except BaseException:
        workers.stop_all()
        dataset.discard()
        raise
    return dataset


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the job from a command line and returns its exit status: 0 written, 1 failed, 2 a wrong call."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", force=True)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal need not know every letter
    try:
        options, beam_options = parse(sys.argv[1:] if arguments is None else arguments)
    except UsageError as error:
        print(f"clipbook: {error}", file=sys.stderr)
        return 2
    logger.setLevel(logging.INFO)
    if threading.current_thread() is threading.main_thread():
        # A scheduler's request to stop is handled like a person's.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    if not options.traceback:
        # A failure is told once, below, in a sentence.
        logging.getLogger("apache_beam").setLevel(logging.CRITICAL)
    try:
        run(options, beam_options)
    except NotOurs as error:
        print(f"clipbook: {error}", file=sys.stderr)
        return 2
    except Busy as error:
        print(f"clipbook: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(_STOPPED, file=sys.stderr)
        return 1
    except Exception as error:
        if options.traceback:
            logger.exception("the run failed")
        reason = manifest.cause(error)
        if "KeyboardInterrupt" in reason:
            print(_STOPPED, file=sys.stderr)
        else:
            print(f"clipbook: the run failed, the earlier dataset is as it was: {reason}", file=sys.stderr)
        return 1
    with contextlib.suppress(BrokenPipeError):
        summary.show(options.output, sys.stdout)
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    status = main()
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.stderr.flush()
    # After a worker's death threads of Beam's would wait for it for ever, or start another one.
    workers.stop_all()
    os._exit(status)
