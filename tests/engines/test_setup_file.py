"""``--setup_file``: what Beam packs of the project is all that workers need."""

import os
import subprocess
import sys
from pathlib import Path

import job_servers
import pytest
from apache_beam.runners.portability.stager import Stager
from processes import WORKER_POOL, Child, answers, free_port, run_job_on
from support import ROOT, SEEDS, digests

pytestmark = pytest.mark.engines


def test_workers_that_have_only_the_package_give_the_same_bytes(seed_dataset: Path, tmp_path: Path):
    package = Stager._build_setup_package(str(ROOT / "setup.py"), str(tmp_path))
    code = tmp_path / "installed"
    quiet = ("--quiet", "--no-deps", "--disable-pip-version-check")
    subprocess.run([sys.executable, "-m", "pip", "install", *quiet, "--target", code, package], check=True)
    loaded = tmp_path / "loaded"
    with open(code / "transforms" / "__init__.py", "a") as module:
        module.write(f"\nopen({str(loaded)!r}, 'a').close()\n")
    address = f"127.0.0.1:{free_port()}"
    pool = Child("pool", (sys.executable, WORKER_POOL, address), tmp_path, code)
    server = job_servers.python(tmp_path)
    try:
        pool.wait_for(lambda: answers(int(address.rpartition(":")[2])))
        flags = (*server.flags[:4], "--environment_type", "EXTERNAL", "--environment_config", address)
        written = run_job_on(SEEDS / "pages" / "*", tmp_path / "output", flags, tmp_path)
    finally:
        server.child.kill()
        pool.kill()
    assert loaded.exists(), os.listdir(tmp_path)
    assert digests(written) == digests(seed_dataset)
