"""The seeds on the engines of one process: the same bytes as in the in-process engine."""

from collections.abc import Callable
from pathlib import Path

import fetched
import job_servers
import pytest
from processes import run_job_on
from support import SEEDS, digests

pytestmark = pytest.mark.engines


@pytest.mark.parametrize(
    ("start", "tools"), [(job_servers.python, ()), (job_servers.prism, ("go",)), (job_servers.spark, ("java", "mvn"))]
)
def test_the_seeds_give_the_same_bytes(
    start: Callable[[Path], job_servers.JobServer], tools: tuple[str, ...], seed_dataset: Path, tmp_path: Path
):
    fetched.need(*tools)
    server = start(tmp_path)
    try:
        written = run_job_on(SEEDS / "pages" / "*", tmp_path / "output", server.flags, tmp_path)
    finally:
        server.child.kill()
    assert digests(written) == digests(seed_dataset)
