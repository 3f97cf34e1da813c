"""The command line of the main job: its own flags, and Beam's behind them, each known or refused."""

import argparse
import glob
import os
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.runners.runner import create_runner

from pipelines import logs, memory, workers
from pipelines.building import KeptViews
from pipelines.overrides import read_overrides
from pipelines.usage import Parser, UsageError, did_you_mean, moment, positive
from schemas.records import InputFile, KnownEvent, Override
from transforms.events.known import read_known
from transforms.read.files import ending
from transforms.read.formats import PARQUET
from transforms.read.transform import match, matches_only_kept
from transforms.write.layout import text_bytes

LOCAL_RUNNER = "FnApiRunner"
"""Beam's in-process engine by its own name: DirectRunner would be another one wherever it can download it."""

T = TypeVar("T")
PROG = "python -m pipelines.news_events"
OVERWRITE, APPEND = "overwrite", "append"
MODES = (OVERWRITE, APPEND)
_EPILOG = """\
All flags of Beam's are understood as well, such as --runner, --direct_num_workers and --setup_file.

examples:
  {prog} --input pages/ --output clippings
  {prog} --input 'pages/*.jsonl.gz' --input more.warc.gz --output clippings --fetched_at 2025-06-12T08:00:00Z
  {prog} --input pages/ --output clippings --events known.jsonl
  {prog} --input pages/ --output clippings --overrides overrides.jsonl
"""

_MARKUP, _MARKUP_AND_TEXT = (".html", ".htm", ".warc"), 4
"""Formats that hold more markup than text, and how many times as much both are as the text."""


@dataclass(frozen=True)
class JobOptions:
    """What the main job was asked to do. Sizes are in bytes, times in microseconds since 1970."""

    inputs: tuple[str, ...]
    output: str
    mode: str
    fetched_at: int | None
    known_events: tuple[KnownEvent, ...]
    overrides: tuple[Override, ...]
    allow_no_match: bool
    max_page_bytes: int
    max_file_bytes: int
    max_partitions: int
    max_linked_ids: int
    report: bool
    traceback: bool
    quiet: bool
    log_format: str
    input_bytes: int
    """Of all files that the globs match, as they lie there; by it the progress is reckoned."""


def _job_parser(prog: str = PROG) -> argparse.ArgumentParser:
    parser = Parser(
        prog=prog,
        description="Cuts every article out of scraped news pages and files it under the event that it tells of.",
        epilog=_EPILOG.format(prog=prog),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    data = parser.add_argument_group("what to read and where to write")
    data.add_argument("--input", action="append", metavar="GLOB", help="pages to read; may be given several times")
    data.add_argument("--output", default="output", metavar="DIR", help="the dataset's folder (default: output)")
    data.add_argument(
        "--mode",
        choices=MODES,
        default=OVERWRITE,
        help="replace the dataset that stands there, or add the pages to it that it does not have (default: overwrite)",
    )
    data.add_argument(
        "--fetched_at", type=moment, metavar="TIME", help="when pages were fetched that do not say so, ISO 8601"
    )
    data.add_argument(
        "--events", metavar="FILE", help="events that you already have, JSON lines: id, label, keywords, from, to, text"
    )
    data.add_argument(
        "--overrides", metavar="FILE", help="what you have corrected, JSON lines, honoured in each run (docs/overrides.md)"
    )
    data.add_argument("--allow_no_match", action="store_true", help="a glob that matches nothing is no error")
    data.add_argument("--no_report", action="store_true", help="do not make report.html")
    limits = parser.add_argument_group("limits")
    limits.add_argument(
        "--max_page_mb", type=positive, default=10, metavar="N", help="largest page, uncompressed (default: 10)"
    )
    limits.add_argument(
        "--max_file_mb",
        type=positive,
        default=16_384,
        metavar="N",
        help="most read of one file, uncompressed (default: 16384)",
    )
    limits.add_argument(
        "--max_partitions",
        type=positive,
        default=10_000,
        metavar="N",
        help="most folders of articles (default: 10000)",
    )
    limits.add_argument(
        "--max_linked_ids",
        type=positive,
        default=5_000_000,
        metavar="N",
        help="most articles with a copy whose ids one worker holds (default: 5000000)",
    )
    limits.add_argument(
        "--memory_gb",
        type=positive,
        metavar="N",
        help="memory of the engine in this process, by which too large an input is refused (default: what is free)",
    )
    telling = parser.add_argument_group("what the run says on standard error")
    telling.add_argument(
        logs.FLAG, choices=logs.FORMATS, default=logs.TEXT, help="text, or a JSON object a line (default: text)"
    )
    telling.add_argument("--quiet", action="store_true", help="neither progress nor a summary, only what is wrong")
    telling.add_argument("--traceback", action="store_true", help="show where in the code a run failed")
    return parser


def _beam_parser() -> argparse.ArgumentParser:
    parser = Parser(allow_abbrev=False, add_help=False, conflict_handler="resolve")
    parser.add_argument("--runner")
    waiting = [PipelineOptions]
    while waiting:
        for options in sorted(waiting.pop().__subclasses__(), key=lambda cls: cls.__name__):
            waiting.append(options)
            adder = getattr(options, "_add_argparse_args", None)
            if adder is not None:
                adder(parser)
    return parser


def _refuse_unknown(arguments: Sequence[str]) -> None:
    """Beam itself only warns of a flag that it does not know, and runs."""
    parser = _beam_parser()
    _, unknown = parser.parse_known_args(list(arguments))
    if not unknown:
        return
    flag = unknown[0].partition("=")[0]
    known = [*_job_parser()._option_string_actions, *parser._option_string_actions]
    if not flag.startswith("-"):
        raise UsageError(f"There is no place for {flag!r}; put a glob with wildcards in quotes, and give files as --input.")
    raise UsageError(f"There is no flag {flag}; {did_you_mean(flag, known)}")


def _as_glob(path: str) -> str:
    """A glob by its full path, so that one file has one name. A folder stands for all files below it.

    What exists is meant as it is written, whatever signs its name holds.
    """
    if "://" in path:
        return path.rstrip("/") + "/**" if path.endswith("/") else path
    full = os.path.abspath(path)
    if os.path.isdir(full):
        return glob.escape(full).rstrip("/") + "/**"
    return glob.escape(full) if os.path.exists(full) else full


def _text_of(file: InputFile) -> int:
    """About how much text a file holds."""
    name, codec = ending(file.name)
    held = text_bytes(file.size, compressed=codec is not None or name == PARQUET)
    return held // _MARKUP_AND_TEXT if name in _MARKUP else held


def _matched(given: str, pattern: str, output: str, allow_none: bool) -> tuple[int, int]:
    """The size of all files that a glob matches, and about how much text they hold."""
    try:
        sizes = [(file.size, _text_of(file)) for _, file in match(pattern, output)]
    except (BeamIOError, ValueError) as error:
        raise UsageError(f"--input {given} cannot be read: {str(error)[:200]}") from None
    if not sizes and "://" not in output and _same_place(given, output):
        raise UsageError(f"--output {output} is also the --input; give another folder to write to.")
    if not sizes and not allow_none and matches_only_kept(pattern, output):
        raise UsageError(
            f"--input {given} matches only files that lie below --output {output} or in a dataset of Clipbook's, where "
            "nothing is read; move them, or give another folder to write to."
        )
    if not sizes and not allow_none:
        raise UsageError(f"--input {given} matches no file; mend it, or give --allow_no_match if that is expected.")
    return sum(size for size, _ in sizes), sum(text for _, text in sizes)


def _same_place(one: str, other: str) -> bool:
    return os.path.abspath(one) == os.path.abspath(other)


def _lines_of(flag: str, path: str | None, read: Callable[[BinaryIO], tuple[T, ...]]) -> tuple[T, ...]:
    """What a file of the user's says, line by line."""
    if path is None:
        return ()
    try:
        with FileSystems.open(path) as file:
            return read(file)
    except (BeamIOError, OSError, EOFError, zlib.error, ValueError) as error:
        raise UsageError(f"{flag} {path} cannot be read: {str(error)[:600]}.") from None


def _check_output(output: str) -> None:
    if not output.strip("/ "):
        raise UsageError("--output names no folder; give one, such as --output output.")
    try:
        FileSystems.get_filesystem(output)
    except ValueError as error:
        raise UsageError(f"--output {output} cannot be written: {str(error)[:200]}") from None


def _runner(name: str | None) -> str:
    """The engine's name; Beam's own for what runs in this process, however that was written."""
    if name is None or name.lower() in ("directrunner", "switchingdirectrunner", LOCAL_RUNNER.lower()):
        return LOCAL_RUNNER
    try:
        create_runner(name)
    except (ValueError, ImportError, AttributeError, TypeError) as error:
        raise UsageError(f"--runner {name} is no engine that Beam knows here: {str(error)[:200]}") from None
    return name


def parse(arguments: Sequence[str], prog: str = PROG) -> tuple[JobOptions, PipelineOptions]:
    """The job's options and Beam's.

    Raises:
      UsageError: if a flag is unknown or has no good value, or a glob matches nothing.
    """
    given, rest = _job_parser(prog).parse_known_args(list(arguments))
    _refuse_unknown(rest)
    if not given.input:
        raise UsageError("Nothing to read; give at least one --input.")
    if not all(path.strip() for path in given.input):
        raise UsageError("An --input is empty; give a file, a folder or a glob.")
    beam_options = KeptViews(rest)
    # An object store is asked for its files here already, and has to know its flags; a pipeline would tell it only later.
    FileSystems.set_options(beam_options)
    _check_output(given.output)
    patterns = {_as_glob(path): path for path in given.input}
    matched = [_matched(path, pattern, given.output, given.allow_no_match) for pattern, path in patterns.items()]
    size, text = (sum(found) for found in zip(*matched, strict=True))
    standard = beam_options.view_as(StandardOptions)
    standard.runner = _runner(standard.runner)
    if standard.runner == LOCAL_RUNNER:
        memory.check(text, given.memory_gb and given.memory_gb * memory.GIGABYTE)
        workers.choose(beam_options, size, memory.needed(text))
    options = JobOptions(
        inputs=tuple(patterns),
        output=given.output.rstrip("/") or "/",
        mode=given.mode,
        fetched_at=given.fetched_at,
        known_events=_lines_of("--events", given.events, read_known),
        overrides=_lines_of("--overrides", given.overrides, read_overrides),
        allow_no_match=given.allow_no_match,
        max_page_bytes=given.max_page_mb << 20,
        max_file_bytes=given.max_file_mb << 20,
        max_partitions=given.max_partitions,
        max_linked_ids=given.max_linked_ids,
        report=not given.no_report,
        traceback=given.traceback,
        quiet=given.quiet,
        log_format=given.log_format,
        input_bytes=size,
    )
    return options, beam_options
