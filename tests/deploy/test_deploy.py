"""What starts the job daily, tried as far as this machine has what it takes; the long ones install it for themselves."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path

import pytest
from support import OTHER_STORY, ROOT, STORY, rows

DEPLOY = ROOT / "deploy"
JOB = f"{sys.executable} -P -m pipelines.news_events"


@pytest.fixture
def echo(tmp_path: Path) -> Path:
    """A job that prints how it was called and exits with the status that ``STATUS`` says."""
    job = tmp_path / "echo.sh"
    job.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\necho \'{"message": "so it ended"}\' >&2\nexit ${STATUS:-0}\n')
    job.chmod(0o755)
    return job


def day(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLIPBOOK_")}
    command = [DEPLOY / "day.sh", *arguments]
    return subprocess.run(command, env={**environment, **variables}, capture_output=True, text=True, check=False)


def test_the_day_stands_in_input_and_output(echo: Path):
    done = day(
        "2025-06-12", "--max_page_mb", "3",
        CLIPBOOK_COMMAND=str(echo), CLIPBOOK_INPUT="/my pages/{day}/*-{day}.txt", CLIPBOOK_OUTPUT="clips/{day}", STATUS="7",
    )  # fmt: skip
    assert done.returncode == 7
    assert done.stdout.splitlines() == [
        "--input", "/my pages/2025-06-12/*-2025-06-12.txt", "--output", "clips/2025-06-12", "--mode", "overwrite",
        "--allow_no_match", "--log_format", "json", "--max_page_mb", "3",
    ]  # fmt: skip


def test_without_a_day_it_is_yesterday(echo: Path):
    before = datetime.now(UTC)
    done = day(CLIPBOOK_COMMAND=str(echo), CLIPBOOK_INPUT="{day}", CLIPBOOK_OUTPUT="out")
    days = {(now - timedelta(days=1)).strftime("%Y-%m-%d") for now in (before, datetime.now(UTC))}
    assert done.stdout.splitlines()[1] in days


@pytest.mark.parametrize(
    ("arguments", "variables", "message"),
    [
        (["yesterday"], {"CLIPBOOK_INPUT": "a", "CLIPBOOK_OUTPUT": "b"}, "clipbook: yesterday is no day; give it as"),
        ([], {"CLIPBOOK_INPUT": "a"}, "clipbook: set CLIPBOOK_INPUT and CLIPBOOK_OUTPUT"),
    ],
)
def test_a_wrong_call_has_its_status(arguments: list[str], variables: dict[str, str], message: str):
    done = day(*arguments, **variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(message)


def test_a_day_gives_a_dataset_and_one_without_pages_an_empty_one(tmp_path: Path):
    (tmp_path / "2025-06-12").mkdir()
    (tmp_path / "2025-06-12" / "a.txt").write_text(f"Market\n{STORY}\n")
    paths = {"CLIPBOOK_INPUT": f"{tmp_path}/{{day}}/", "CLIPBOOK_OUTPUT": f"{tmp_path}/out/{{day}}"}
    for date, pages in (("2025-06-12", 1), ("2025-06-13", 0)):
        done = day(date, CLIPBOOK_COMMAND=JOB, PYTHONPATH=str(ROOT), **paths)
        summary = json.loads(done.stderr.splitlines()[-1])
        assert (done.returncode, summary["outcome"], summary["rows"]["pages"]) == (0, "written", pages), done.stderr
        assert len(rows(tmp_path / "out" / date, "pages")) == pages


def test_days_are_added_to_one_dataset_and_a_day_that_is_run_again_adds_nothing(tmp_path: Path):
    paths = {"CLIPBOOK_INPUT": f"{tmp_path}/{{day}}/", "CLIPBOOK_OUTPUT": f"{tmp_path}/out/all"}
    for date, text in (("2025-06-12", STORY), ("2025-06-13", OTHER_STORY)):
        (tmp_path / date).mkdir()
        (tmp_path / date / "a.txt").write_text(f"What happened on {date}\n{text}\n")
    for date, pages in (("2025-06-12", 1), ("2025-06-13", 2), ("2025-06-12", 2)):
        done = day(date, CLIPBOOK_COMMAND=JOB, PYTHONPATH=str(ROOT), **paths)
        assert done.returncode == 0, done.stderr
        assert len(rows(tmp_path / "out" / "all", "pages")) == pages


def test_the_units_of_systemd_are_understood(tmp_path: Path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here")
    for unit in (DEPLOY / "systemd").iterdir():
        (tmp_path / unit.name).write_text(unit.read_text("utf-8").replace("/opt/clipbook", str(ROOT)), "utf-8")
    units = sorted(str(unit) for unit in tmp_path.iterdir())
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    (calendar,) = re.findall("OnCalendar=(.*)", (DEPLOY / "systemd" / "clipbook.timer").read_text("utf-8"))
    subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, check=True)


def test_the_line_of_cron_runs_as_it_stands(echo: Path, tmp_path: Path):
    lines = (DEPLOY / "cron" / "clipbook").read_text("utf-8").splitlines()
    variables = dict(line.split("=", 1) for line in lines if re.match(r"\w+=", line))
    (entry,) = [line for line in lines if re.match(r"[\d*]", line)]
    *times, user, command = entry.split(maxsplit=6)
    assert (times, user) == (["15", "4", "*", "*", "*"], "clipbook")
    assert "%" not in command  # cron would make a line's end of it
    command = command.replace("/opt/clipbook", str(ROOT)).replace("/var/log", str(tmp_path))
    for status, mailed in (("0", False), ("1", True)):
        done = subprocess.run(
            [variables["SHELL"], "-c", command],
            env={**variables, "CLIPBOOK_COMMAND": str(echo), "STATUS": status},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ('{"message": "so it ended"}' in done.stdout.splitlines()) == mailed


def test_the_image_is_made_of_files_that_are_there_and_of_the_locked_beam():
    dockerfile = (DEPLOY / "Dockerfile").read_text("utf-8")
    allowed = [line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines() if line[0] == "!"]
    copied = [name for line in re.findall("^COPY (.*)", dockerfile, re.MULTILINE) for name in line.split()[:-1]]
    assert copied
    for name in copied:
        assert (ROOT / name).exists()
        assert any(fnmatch(name, pattern) or pattern.startswith(f"{name}/") for pattern in allowed), name
    (python, beam) = re.findall(r"^FROM apache/beam_python([\d.]+)_sdk:([\d.]+)$", dockerfile, re.MULTILINE)[0]
    assert f"apache-beam=={beam} " in (ROOT / "requirements" / "run.txt").read_text("utf-8")
    assert python == "3.11"


# In environments of their own, which are installed for them.


def installed(package: str, folder: Path) -> Path:
    """A new environment with a package; gives its folder of programs."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = subprocess.run([folder / "bin" / "pip", "install", "-q", package], capture_output=True, text=True, check=False)
    if pip.returncode:
        pytest.skip(f"{package} cannot be installed here: {pip.stderr.splitlines()[-1]}")
    return folder / "bin"


@pytest.mark.long
def test_kubernetes_takes_the_cron_job(tmp_path: Path):
    validate = [installed("kubernetes-validate", tmp_path / "venv") / "kubernetes-validate", "--strict"]
    manifest = DEPLOY / "kubernetes" / "cronjob.yaml"
    for version in ("1.31", "1.36"):
        done = subprocess.run([*validate, "-k", version, manifest], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(manifest.read_text("utf-8").replace("concurrencyPolicy", "concurencyPolicy"), "utf-8")
    assert subprocess.run([*validate, wrong], capture_output=True, check=False).returncode == 1


@pytest.mark.long
def test_airflow_imports_and_runs_the_dag(echo: Path, tmp_path: Path):
    programs = installed("apache-airflow>=3", tmp_path / "venv")
    environment = {
        **os.environ,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": "",
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DEPLOY / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PYTHONDONTWRITEBYTECODE": "1",
        "CLIPBOOK_HOME": str(ROOT),
        "CLIPBOOK_COMMAND": str(echo),
        "CLIPBOOK_INPUT": "pages/{day}/",
        "CLIPBOOK_OUTPUT": "clips",
    }
    subprocess.run([programs / "airflow", "db", "migrate"], env=environment, capture_output=True, check=True)

    def run(status: str) -> tuple[str, dict[str, object]]:
        command = [programs / "python", ROOT / "tests" / "deploy" / "try_dag.py"]
        done = subprocess.run(command, env={**environment, "STATUS": status}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr, json.loads(done.stdout.splitlines()[-1])

    said, found = run("0")
    assert (found["errors"], found["max_active_runs"], found["states"]) == ({}, 1, {"articles": "success"})
    assert "pages/2025-06-12/" in said
    said, found = run("2")
    assert found["states"] == {"articles": "failed"}
    assert "AirflowFailException: so it ended" in said
