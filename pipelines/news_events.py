"""The main job: news pages in, Parquet by event out. ``python -m pipelines.news_events --help``."""

import contextlib
import logging
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import wordfreq  # noqa: F401  (first, since it looks through all modules that have been imported before it)

# isort: split
import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.runners.runner import PipelineResult

from pipelines import append, building, garbage, logs, manifest, overrides, progress, screen, stages, summary, workers
from pipelines.files import list_files, parts_of, shards_of
from pipelines.options import APPEND, LOCAL_RUNNER, PROG, JobOptions, parse
from pipelines.tables import store
from pipelines.usage import UsageError
from schemas.table import OtherSchema
from transforms.common import coders as _registered  # noqa: F401  (registers the records' coders)
from transforms.dates import DateArticles
from transforms.deduplicate.exact import FoldExactCopies
from transforms.deduplicate.overridden import FindMeant, OneMeaning, choices_kept
from transforms.deduplicate.transform import FoldNearCopies, ResolveOccurrences
from transforms.events.transform import GroupEvents
from transforms.language.transform import DetectLanguage
from transforms.read.files import Limits
from transforms.read.transform import MatchFiles, ReadPages
from transforms.repair import RepairPages
from transforms.split.transform import SplitPages
from transforms.write.dataset import FILES, Busy, Dataset, NotOurs, Published, Unfinished
from transforms.write.layout import REPORT
from transforms.write.overrides import TellOverrides
from transforms.write.publish import open_dataset
from transforms.write.transform import WriteDataset

_STOPPED = "stopped; the earlier dataset is as it was."


def build(pipeline: beam.Pipeline, options: JobOptions, folder: str) -> None:
    """The whole job, in the order of the data. Files go below ``folder``."""
    files = pipeline | "Match" >> MatchFiles(options.inputs, options.output)
    shards = shards_of(files)
    parts = parts_of(shards)

    read = files | "Read" >> ReadPages(Limits(options.max_page_bytes, options.max_file_bytes))
    repaired = read["records"] | "Repair" >> RepairPages()
    said = options.overrides
    split = repaired["pages"] | "Split" >> SplitPages(overrides=said)
    pages = split["pages"] | "Date" >> DateArticles(options.fetched_at)

    exact = pages | "Fold exact copies" >> FoldExactCopies(shards, said)
    near = (exact["versions"], exact["places"]) | "Fold near copies" >> FoldNearCopies(options.max_linked_ids, parts)
    spoken = (near["texts"], near["articles"]) | "Detect language" >> DetectLanguage()
    meant: tuple[beam.PCollection, ...] = ()
    if said:
        meant = ((near["verdicts"], exact["named"]) | "Find who is meant" >> FindMeant(said) | "One each" >> OneMeaning(),)
    events = (spoken["texts"], spoken["articles"], *meant) | "Group events" >> GroupEvents(parts, options.known_events, said)
    occurrences = (
        near["verdicts"],
        spoken["languages"],
        exact["places"],
    ) | "Resolve occurrences" >> ResolveOccurrences()

    told = {}
    if said:
        kept = spoken["articles"] | "Kept by choice" >> choices_kept()
        steps = [step["noticed"] for step in (split, exact, events) if "noticed" in step]
        told = {"overrides": (*steps, kept) | "Noticed" >> beam.Flatten() | "Tell overrides" >> TellOverrides(said)}
    found = told | near | spoken | events | {name: split[name] for name in ("sites", "lines", "furniture")}
    written = (
        found
        | {
            "pages": exact["pages"],
            "occurrences": occurrences,
            "rejects": (read["rejects"], repaired["rejects"]) | "Rejects" >> beam.Flatten(),
        }
    ) | "Write" >> WriteDataset(folder, shards, options.max_partitions)
    list_files((written,), folder)


def wait(result: PipelineResult) -> None:
    """Waits until a job has ended. A job that is not waited for to its end is cancelled.

    An engine elsewhere would go on with it, and write to a place that is no more.
    """
    try:
        result.wait_until_finish()
    except BaseException:
        with contextlib.suppress(Exception):
            result.cancel()
        raise


def _finished(pipeline: beam.Pipeline) -> PipelineResult:
    with workers.watched():
        result: PipelineResult = pipeline.run()
        wait(result)
    return result


def _build(pipeline: beam.Pipeline, options: JobOptions, folder: str, earlier: Published | None) -> None:
    if earlier:
        append.build(pipeline, options, folder, append.to(earlier))
    else:
        build(pipeline, options, folder)


def _run_here(options: JobOptions, beam_options: PipelineOptions, folder: str, earlier: Published | None) -> PipelineResult:
    """Runs the job on the in-process engine, which says how far it is."""
    with (
        tempfile.TemporaryDirectory(prefix="clipbook-tally-", ignore_cleanup_errors=True) as tallies,
        stages.spared(),
    ):
        runner = workers.local_runner(beam_options, tallies)
        pipeline = beam.Pipeline(options=beam_options, runner=runner)
        _build(pipeline, options, folder, earlier)
        live = sys.stderr.isatty() and options.log_format == logs.TEXT
        with progress.shown(runner, options.input_bytes, tallies, live) if not options.quiet else contextlib.nullcontext():
            return _finished(pipeline)


def _run_elsewhere(
    options: JobOptions, beam_options: PipelineOptions, folder: str, earlier: Published | None
) -> PipelineResult:
    pipeline = beam.Pipeline(options=beam_options)
    _build(pipeline, options, folder, earlier)
    return _finished(pipeline)


def _report(dataset: Dataset, record: dict[str, Any]) -> None:
    """Writes the report beside the tables. A dataset without one is still whole, so a failure is only told."""
    from pipelines.report.render import make  # only here, since what it needs is of no use to workers

    try:
        store(f"{dataset.staging}/{REPORT}", make(dataset.stands, record).encode("utf-8"))
    except Exception as error:
        logs.logger.warning("no %s was made: %s", REPORT, manifest.cause(error))


def run(options: JobOptions, beam_options: PipelineOptions) -> dict[str, Any]:
    """Runs the job, publishes its dataset, and gives the manifest.

    Raises:
      NotOurs: if the output folder holds something that Clipbook did not write.
      OtherSchema: if a newer Clipbook wrote the dataset there.
      Busy: if another run is writing it.
      Unfinished: if publishing on an object store broke off.
      RuntimeError: if the run failed, or its counts do not agree; the earlier dataset stands.
    """
    record = manifest.start(options, beam_options)
    dataset = open_dataset(options.output, record["run"])
    try:
        logs.tell("writing", f"writing to {dataset.staging}", run=record["run"], output=options.output)
        here = beam_options.view_as(StandardOptions).runner == LOCAL_RUNNER
        earlier = dataset.earlier if options.mode == APPEND else None
        result = (_run_here if here else _run_elsewhere)(options, beam_options, dataset.staging, earlier)
        if earlier:
            dataset.pass_on(append.finish(record, result, f"{dataset.staging}/{FILES}", earlier))
        else:
            manifest.finish(record, result, f"{dataset.staging}/{FILES}")
        if options.overrides:
            became = overrides.rows_of(dataset.staging, record["files"])
            record["overrides"] = overrides.section(became)
            overrides.warn(became)
        dataset.add_empty(record)
        if options.report:
            _report(dataset, record)
        logs.tell("publishing", f"publishing {options.output}", run=record["run"], output=options.output)
        dataset.publish(record)
    except BaseException as error:
        workers.stop_all()
        if _tried("what stands there cannot be read", dataset.published):
            logs.logger.warning("published, and broken off behind that: %s", manifest.cause(error))
            return record
        _tried("what was written cannot be removed, which the next run will do", dataset.discard)
        raise
    return record


def _tried(failure: str, step: Callable[[], Any]) -> Any:
    """What a step of clearing up gives; None where it fails, which must not hide why it is done."""
    try:
        return step()
    except Exception as error:
        logs.logger.warning("%s: %s", failure, manifest.cause(error))
        return None


def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Runs the job from a command line and returns its exit status: 0 written, 1 failed, 2 a wrong call."""
    started = time.monotonic()
    garbage.keep_what_is_there()
    building.ask_once()
    given = sys.argv[1:] if arguments is None else arguments
    form = logs.format_of(given)
    logs.set_up(form)
    screen.ready(sys.stdout, sys.stderr)
    options, record = None, None
    try:
        options, beam_options = parse(given, prog)
        if threading.current_thread() is threading.main_thread():
            # A scheduler's request to stop is handled like a person's.
            for number in workers.asked_to_stop_by():
                signal.signal(number, signal.default_int_handler)
        if not options.traceback:
            # A failure is told once, below, in a sentence.
            logging.getLogger("apache_beam").setLevel(logging.CRITICAL)
        if options.quiet:
            logs.logger.setLevel(logging.WARNING)
        record = run(options, beam_options)
    except BaseException as error:
        if isinstance(error, SystemExit):  # of --help
            raise
        if "--traceback" in given and not isinstance(error, UsageError):
            logs.logger.error("the run failed", exc_info=True)
        status, outcome, message = _ended_by(error)
    else:
        status, outcome, message = 0, "written", _rows(record["rows"], options.output, time.monotonic() - started)
    logs.conclude(
        status,
        outcome,
        message,
        run=record and record["run"],
        output=options and options.output,
        rows=record and record["rows"],
        seconds=round(time.monotonic() - started, 3),
    )
    if options and record and form == logs.TEXT and not options.quiet:
        _show(options.output)
    return status


def _ended_by(error: BaseException) -> tuple[int, str, str]:
    """The exit status of a run that an error ended, a word for it, and a sentence."""
    if isinstance(error, (UsageError, NotOurs, OtherSchema)):
        return 2, "refused", str(error)
    if isinstance(error, Busy):
        return 1, "busy", str(error)
    if isinstance(error, Unfinished):
        return 1, "unfinished", str(error)
    reason = manifest.cause(error)
    if "KeyboardInterrupt" in reason:
        return 1, "stopped", _STOPPED
    return 1, "failed", f"the run failed, the earlier dataset is as it was: {reason}"


def _rows(rows: dict[str, int], output: str, seconds: float) -> str:
    counts = ", ".join(f"{rows[table]:,} {table}" for table in ("pages", "articles", "events", "rejects"))
    return f"published {output} after {seconds:.0f} s: {counts}"


def _show(output: str) -> None:
    """Prints what stands in the new dataset. It stands there, whether or not what reads us, or its disk, takes this."""
    try:
        summary.show(output, sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        pass
    except OSError as error:
        logs.logger.warning("what the run came to cannot be printed: %s", error)


def leave(status: int) -> NoReturn:
    """Ends the process: after a worker's death threads of Beam's would wait for it for ever, or start another one."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    workers.stop_all()
    os._exit(status)


if __name__ == "__main__":
    leave(main())
