"""The command line as a user meets it: exit statuses and one-sentence messages."""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pyarrow.dataset as ds
import pytest
from support import OTHER_STORY, ROOT, STORY, Outcome, all_rows, call, digests, rows, run_job, write_json_lines

from schemas.tables import ARTICLES, TABLES
from transforms.language import transform as language

AGED = f"Market to be rebuilt\n{STORY}\n\nRelated Articles\n\nPost\n2 days ago\n- Post\nBell found\n{OTHER_STORY}\n"
THIRD = (
    "Ferries between Orsund and the islands will sail every hour from the first of June, the harbour board decided, and the "
    "last boat of the day will wait for the train from Carrow even where the train is half an hour late."
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few pages, some of which cannot be processed."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "a.txt").write_text(AGED)
    (folder / "b.txt").write_text(f"Bell found\n{OTHER_STORY}\n")
    (folder / "c.bin").write_bytes(b"\0\1\2")
    (folder / "d.txt").write_bytes(bytes(range(256)))
    labelled = [{"id": "1", "text": f"Boats\n{THIRD}", "event_label": "june"}]
    labelled += [{"id": "2", "text": "Stalls\nThe traders want their stalls back by Monday.", "event_label": "june"}]
    write_json_lines(folder / "e.jsonl", ["{", *labelled])
    return folder


@pytest.fixture(scope="module")
def job(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Path]:
    """A run that succeeded, and its dataset."""
    out = tmp_path_factory.mktemp("job") / "out"
    return call("--input", pages, "--output", out, "--fetched_at", "2025-06-12T14:05:00+02:00"), out


@pytest.fixture
def earlier(job: tuple[Outcome, Path]) -> Iterator[Path]:
    """A dataset of an earlier run, which must be the same behind the test."""
    before = digests(job[1])
    assert before
    yield job[1]
    assert digests(job[1]) == before
    assert (job[1] / "_SUCCESS").exists()


def said(outcome: Outcome) -> str:
    """What was said, which is one line."""
    lines = [line for line in outcome.err.splitlines() if line.startswith("clipbook: ")]
    assert len(lines) == 1, outcome.err
    return lines[0].removeprefix("clipbook: ")


def run_module(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines.news_events", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


# 2: the call is wrong.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--inptu", "x"], "There is no flag --inptu; did you mean --input?"),
        (["--input", "x", "--runer=DirectRunner"], "There is no flag --runer; did you mean --runner?"),
        (["--input", "x", "--direct_running_mod", "in_memory"],
         "There is no flag --direct_running_mod; did you mean --direct_running_mode?"),
        ([], "Nothing to read; give at least one --input."),
        (["--input", "nothing-here-*.txt"],
         "--input nothing-here-*.txt matches no file; mend it, or give --allow_no_match if that is expected."),
        (["--input", "x", "--fetched_at", "noon"],
         "Argument --fetched_at: 'noon' is not a date or time in ISO 8601, such as 2025-06-12T14:05:00Z; see --help."),
    ],
)  # fmt: skip
def test_a_wrong_call_is_refused_in_one_sentence(arguments: list[str], message: str, tmp_path: Path):
    outcome = call(*arguments, "--output", tmp_path / "out")
    assert (outcome.status, said(outcome), outcome.out) == (2, message, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "flags", [["--runner", "Foo"], ["--output", ""], ["--output", "nowhere://x"], ["--max_page_mb", "99999999999999999999"]]
)
def test_what_beam_or_the_machine_would_stumble_over_is_refused_before(flags: list[str], pages: Path, tmp_path: Path):
    outcome = call("--input", pages, "--output", tmp_path / "out", *flags)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == f"clipbook: {said(outcome)}\n"
    assert list(tmp_path.iterdir()) == []


def test_an_output_folder_that_is_not_ours_is_refused(pages: Path, tmp_path: Path):
    mine = Path(shutil.copytree(pages, tmp_path / "mine"))
    outcome = call("--input", pages, "--output", mine)
    assert outcome.status == 2
    assert said(outcome) == f"{mine} holds files that Clipbook did not write; give a new or empty folder as --output."
    assert sorted(path.name for path in mine.iterdir()) == sorted(path.name for path in pages.iterdir())


def test_a_dataset_of_a_newer_schema_is_refused(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pipelines.manifest.SCHEMA_VERSION", "77")
    out = run_job(pages / "a.txt", tmp_path / "out")
    before = digests(out)
    outcome = call("--input", pages, "--output", out)
    assert outcome.status == 2
    assert said(outcome).startswith(f"{out} was written by a newer Clipbook, with schema 77, and this one knows schema")
    assert digests(out) == before


def test_an_output_folder_that_is_the_input_is_refused_for_what_it_holds(pages: Path):
    outcome = call("--input", pages, "--output", pages)
    assert outcome.status == 2
    assert said(outcome) == f"--output {pages} is also the --input; give another folder to write to."


def test_a_wrong_call_leaves_the_earlier_dataset(earlier: Path, tmp_path: Path):
    assert call("--input", tmp_path / "none-*", "--output", earlier).status == 2


def test_the_module_exits_with_the_status(tmp_path: Path):
    done = run_module("--inptu", "x", "--output", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == "clipbook: There is no flag --inptu; did you mean --input?"


# 0: all written.


def test_a_run_says_what_it_found(job: tuple[Outcome, Path]):
    outcome, out = job
    assert outcome.status == 0
    lines = outcome.out.splitlines()
    assert [line.strip() for line in lines[:4]] == [
        "4 pages",
        "4 articles, found 5 times (1 copy folded)",
        "3 events",
        "3 rejects",
    ]
    assert any(line.endswith("  Market to be rebuilt") for line in lines)
    assert "       1  bad_json" in lines
    assert f"The dataset is in {out}. To look at it with DuckDB:" in lines


def progress(outcome: Outcome) -> list[str]:
    """What was said on the way, without times and folders of versions."""
    lines = [line.partition(" INFO ")[2] for line in outcome.err.splitlines() if " INFO " in line]
    return [re.sub(r"v\d{6}$|\d+ s(?=:)", "*", line) for line in lines]


def test_a_run_says_how_far_it_is(job: tuple[Outcome, Path]):
    outcome, out = job
    assert progress(outcome) == [
        f"writing to {out.parent}/.out.clipbook/*",
        f"publishing {out}",
        f"published {out} after *: 4 pages, 4 articles, 3 events, 3 rejects",
    ]
    assert len(outcome.err.splitlines()) == 3


def test_a_run_without_any_page_gives_tables_with_their_schemas(tmp_path: Path):
    out = run_job(tmp_path / "none-*.txt", tmp_path / "out", "--allow_no_match")
    assert {name: len(found) for name, found in all_rows(out).items()} == dict.fromkeys((table.name for table in TABLES), 0)
    assert [path.parent.name for path in (out / "articles").rglob("*.parquet")] == ["event_id=none"]
    for table in TABLES:
        assert ds.dataset(out / table.name, format="parquet").schema == table.schema()
    assert (out / "_SUCCESS").exists()


def test_pages_that_cannot_be_processed_do_not_fail_a_run(job: tuple[Outcome, Path]):
    found = sorted((Path(row["source_uri"]).name, row["error_type"]) for row in rows(job[1], "rejects"))
    assert found == [("c.bin", "unknown_ending"), ("d.txt", "undecodable"), ("e.jsonl#1", "bad_json")]


def test_the_time_of_fetching_dates_ages(job: tuple[Outcome, Path]):
    dates = {row["title"]: str(row["published_at"]) for row in rows(job[1], "articles") if row["article_index"] < 2}
    assert dates["Market to be rebuilt"] == "None"
    assert dates["Bell found"] == "2025-06-10 00:00:00+00:00"
    assert {str(row["fetched_at"]) for row in rows(job[1], "pages")} == {"2025-06-12 12:05:00+00:00"}


def test_articles_of_one_label_are_one_event_under_the_users_name(job: tuple[Outcome, Path]):
    counts = {event["external_id"]: event["article_count"] for event in rows(job[1], "events")}
    assert counts == {"june": 2, None: 1}


def test_the_manifest_tells_what_was_run_and_counted(job: tuple[Outcome, Path], pages: Path):
    _, out = job
    manifest = json.loads((out / "_manifest.json").read_text("utf-8"))
    assert manifest["options"]["inputs"] == [f"{pages}/**"]
    assert manifest["options"]["fetched_at"] == "2025-06-12T12:05:00+00:00"
    assert manifest["rows"] == {name: len(found) for name, found in all_rows(out).items()}
    assert manifest["steps"]["read.records"] == 7
    assert {f"{file['table']}/{file['path']}" for file in manifest["files"]} == set(digests(out))


def test_many_events_are_laid_out_in_buckets(pages: Path, tmp_path: Path):
    out = run_job(pages, tmp_path / "out", "--max_partitions", 1)
    files = list((out / "articles").rglob("*.parquet"))
    assert files
    assert all(path.parent.name.startswith("event_bucket=b") for path in files)
    for path in files:
        assert ds.dataset(path, format="parquet").schema.equals(ARTICLES.schema(with_partition=True))


def test_the_label_of_a_copy_holds_for_the_article(tmp_path: Path):
    records = [{"id": str(n), "text": f"Market\n{STORY}"} for n in range(4)]
    records += [{"id": str(n), "text": f"Market\n{STORY}", "event_label": "june"} for n in range(4, 6)]
    records += [{"id": "x", "text": f"Bell\n{OTHER_STORY}", "event_label": "june"}]
    out = run_job(write_json_lines(tmp_path / "a.jsonl", records), tmp_path / "out")
    assert [event["external_id"] for event in rows(out, "events")] == ["june"]


def test_printing_to_a_screen_without_unicode_does_no_harm(tmp_path: Path):
    (tmp_path / "a.txt").write_text(f"Café “Zur Börse” closes – 東京\n{STORY}\n")
    done = run_module("--input", tmp_path / "a.txt", "--output", tmp_path / "out", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr


def test_pages_and_output_may_stand_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for name in ("AT&amp;T.txt", "cafe\u0301.txt"):
        (tmp_path / name).write_text(f"Market\n{STORY}\n{name}\n")
    write_json_lines(tmp_path / "twice.jsonl", ['{"text": "AT&amp;T"}'] * 2)
    for _ in range(2):  # the second run finds the output of the first one beside its input
        assert call("--input", ".", "--input", "*.txt", "--output", "out").status == 0
        sources = sorted(row["source_uri"] for row in rows(tmp_path / "out", "pages"))
        assert sources == sorted(f"{tmp_path}/{name}" for name in ("AT&amp;T.txt", "cafe\u0301.txt", "twice.jsonl#1"))
        (reject,) = rows(tmp_path / "out", "rejects")
        assert (reject["source_uri"], reject["payload"]) == (f"{tmp_path}/twice.jsonl#2", b'{"text": "AT&amp;T"}')


def test_records_whose_path_and_id_read_alike_are_two_pages(tmp_path: Path):
    # Of the same bytes, too: one is named by its address, the other by its id.
    write_json_lines(tmp_path / "a.jsonl", [{"id": "b.jsonl", "text": "One page."}])
    write_json_lines(tmp_path / "b.jsonl", [{"text": "One page."}])
    out = run_job(tmp_path, tmp_path / "out")
    assert len({row["page_id"] for row in rows(out, "pages")}) == 2


# As JSON lines.


def json_lines(outcome: Outcome) -> list[dict[str, Any]]:
    """What was said, less what differs from run to run."""
    assert outcome.out == ""
    lines = [json.loads(line) for line in outcome.err.splitlines()]
    for line in lines:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
        assert line.pop("logger") == "clipbook"
    return lines


def test_a_run_says_how_far_it_is_in_json(pages: Path, tmp_path: Path):
    out = tmp_path / "out"
    outcome = call("--input", pages, "--output", out, "--log_format", "json")
    manifest = json.loads((out / "_manifest.json").read_text("utf-8"))
    writing, publishing, summary = json_lines(outcome)
    assert (outcome.status, summary.pop("status")) == (0, 0)
    run = {"level": "info", "run": manifest["run"], "output": str(out)}
    assert writing == {"event": "writing", "message": f"writing to {out.parent}/.out.clipbook/v000001", **run}
    assert publishing == {"event": "publishing", "message": f"publishing {out}", **run}
    assert 0 < summary.pop("seconds") < 60
    assert summary.pop("message").startswith(f"published {out} after ")
    assert summary == {"event": "summary", "outcome": "written", "rows": manifest["rows"], **run}


def test_a_wrong_call_is_told_in_the_format_that_it_asks_for(tmp_path: Path):
    outcome = call("--log_format=json", "--inptu", "x", "--output", tmp_path / "out")
    (summary,) = json_lines(outcome)
    del summary["seconds"]
    assert outcome.status == 2
    assert summary == {
        "event": "summary", "level": "error", "outcome": "refused", "status": 2, "rows": None, "run": None, "output": None,
        "message": "There is no flag --inptu; did you mean --input?",
    }  # fmt: skip


def test_a_failure_is_told_in_one_json_line(pages: Path, earlier: Path, monkeypatch: pytest.MonkeyPatch):
    def break_down(*_: object) -> None:
        raise ValueError("the saw is\nblunt")

    monkeypatch.setattr(language, "detect_all", break_down)
    outcome = call("--input", pages, "--output", earlier, "--log_format", "json")
    summary = json_lines(outcome)[-1]
    assert (outcome.status, summary["status"], summary["outcome"], summary["output"]) == (1, 1, "failed", str(earlier))
    assert summary["message"].startswith("the run failed, the earlier dataset is as it was: ValueError: the saw is blunt")


def test_a_lock_that_another_run_holds_is_told_by_a_word_of_its_own(pages: Path, earlier: Path):
    with (earlier.parent / ".out.clipbook" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        outcome = call("--input", pages, "--output", earlier, "--log_format", "json")
    (summary,) = json_lines(outcome)
    assert (outcome.status, summary["outcome"]) == (1, "busy")


def test_a_screen_that_takes_nothing_fails_no_run(pages: Path, tmp_path: Path):
    command = [sys.executable, "-m", "pipelines.news_events", "--input", pages, "--output", tmp_path / "out"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0
    assert "what the run came to cannot be printed: [Errno 28] No space left on device" in done.stderr
    assert len(rows(tmp_path / "out", "pages")) == 4


# 1: the run failed.


@pytest.fixture
def failed(pages: Path, earlier: Path, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    """A run that failed over an earlier dataset."""

    def break_down(*_: object) -> None:
        raise ValueError("the saw is\nblunt")

    monkeypatch.setattr(language, "detect_all", break_down)
    return call("--input", pages, "--output", earlier)


def test_a_run_that_fails_leaves_the_earlier_dataset_and_says_why(failed: Outcome):
    assert (failed.status, failed.out) == (1, "")
    message = said(failed)
    assert message.startswith("the run failed, the earlier dataset is as it was: ValueError: the saw is blunt")


def test_a_run_that_fails_says_so_in_one_line(failed: Outcome):
    assert len(failed.err.splitlines()) == len(progress(failed)) + 1 == 2


def test_a_first_run_that_fails_leaves_nothing(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pipelines.manifest.disagreements", lambda steps, found: ["7 records read, but 6 rows"])
    outcome = call("--input", pages, "--output", tmp_path / "out")
    assert outcome.status == 1
    assert said(outcome).endswith("CountsDisagree: 7 records read, but 6 rows")
    assert list(tmp_path.iterdir()) == []


def test_a_second_run_on_the_same_output_is_turned_away(pages: Path, earlier: Path):
    with (earlier.parent / ".out.clipbook" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        outcome = call("--input", pages, "--output", earlier)
    assert outcome.status == 1
    assert said(outcome) == f"Another run is writing {earlier}; wait until it has ended, or give another --output."


def test_too_many_linked_ids_fail_the_run_with_what_to_do(tmp_path: Path):
    write_json_lines(tmp_path / "c.jsonl", [{"text": f"{STORY} {OTHER_STORY} {n}"} for n in range(4)])
    outcome = call("--input", tmp_path / "c.jsonl", "--output", tmp_path / "out", "--max_linked_ids", 2)
    assert outcome.status == 1
    assert "More than 2 texts have near copies; run the job in parts, or raise --max_linked_ids" in said(outcome)


def stop_when(
    begun: Callable[[subprocess.Popen[str]], object], tmp_path: Path, *flags: str, number: int = signal.SIGTERM
) -> tuple[int | None, str]:
    """Sends a run and its workers a signal once it has begun; gives its status and what it says from then on."""
    for n in range(1000):
        (tmp_path / f"{n}.txt").write_text(f"Market {n}\n{STORY}\n{OTHER_STORY} {n}\n")
    command = [sys.executable, "-m", "pipelines.news_events", "--input", f"{tmp_path}/*.txt", "--output", tmp_path / "out"]
    run = subprocess.Popen(
        [*command, *flags],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # whoever runs the tests may have it ignored (nohup)
    )
    try:
        assert run.stderr is not None
        assert any(" INFO writing to " in line for line in run.stderr)
        begun(run)
        os.killpg(run.pid, number)
        _, err = run.communicate(timeout=30)
    finally:
        run.kill()
    assert not [path.name for path in tmp_path.iterdir() if path.suffix != ".txt"]
    return run.returncode, err


STOPPED = (1, "clipbook: stopped; the earlier dataset is as it was.\n")


def test_a_run_that_a_scheduler_stops_says_so_and_leaves_nothing(tmp_path: Path):
    assert stop_when(lambda _: time.sleep(0.5), tmp_path, number=signal.SIGHUP) == STOPPED


def wait_for_workers(run: subprocess.Popen[str]) -> None:
    """Waits until both worker processes of a run stand ready."""
    deadline = time.monotonic() + 10
    while len(psutil.Process(run.pid).children(recursive=True)) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.2)


def test_a_run_with_workers_that_a_scheduler_stops_says_so_and_leaves_nothing(tmp_path: Path):
    workers = ["--direct_running_mode", "multi_processing", "--direct_num_workers", "2"]
    assert stop_when(wait_for_workers, tmp_path, *workers) == STOPPED
