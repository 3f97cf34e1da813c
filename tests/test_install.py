"""requirements/install.sh: two starts at once, and one that was killed. What it installs, .ci/run tries in a fresh clone."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose lock file names nothing, and a Python that installs nothing."""
    (tmp_path / "requirements").mkdir()
    shutil.copy(ROOT / "requirements" / "install.sh", tmp_path / "requirements")
    (tmp_path / "requirements" / "run.txt").write_text("")
    (tmp_path / "setup.py").write_text("")
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python3"
    python.write_text('#!/bin/sh\nif [ "$2" = venv ]; then mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; fi\n')
    python.chmod(0o755)
    return tmp_path


def install(project: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{project / 'bin'}:{os.environ['PATH']}"}
    command = [project / "requirements" / "install.sh", "run"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_start_while_another_one_installs_is_turned_away(project: Path):
    (project / ".venv.lock").mkdir()
    for process in (None, os.getpid()):  # it has not said yet who it is, or has
        if process:
            (project / ".venv.lock" / "process").write_text(str(process))
        done = install(project)
        assert done.returncode == 1
        assert done.stderr.startswith("clipbook: another start is installing; if none is, remove ")
    assert (project / ".venv.lock").exists()


def test_what_a_killed_start_left_is_taken_over(project: Path):
    gone = subprocess.Popen(["true"])
    gone.wait()
    (project / ".venv.lock").mkdir()
    (project / ".venv.lock" / "process").write_text(str(gone.pid))
    done = install(project)
    assert done.returncode == 0, done.stderr
    assert (project / ".venv" / ".holds-run").exists()
    assert not (project / ".venv.lock").exists()
