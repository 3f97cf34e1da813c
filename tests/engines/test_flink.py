"""A real Flink cluster: a job manager, two task managers and their pools of Python workers, each a process of its own."""

import time
from collections.abc import Iterator
from pathlib import Path

import fetched
import pytest
from flink import FlinkCluster
from processes import Child, run_job_on, start_job
from support import SEEDS, digests, run_job

from benchmarks.article_sources import sources
from benchmarks.articles import Corpus
from benchmarks.measure import write_pages
from benchmarks.scale import records

pytestmark = pytest.mark.engines

_UNDER_WAY = 0.3
"""Share of the tasks that are done when something is killed: by then files are being read and half of the job is ahead."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlinkCluster]:
    fetched.need("java", "mvn")
    started = FlinkCluster(tmp_path_factory.mktemp("flink"))
    yield started
    started.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """Made-up pages in sixteen files."""
    folder = tmp_path_factory.mktemp("made") / "pages"
    corpus = Corpus(sources(None, 1), 1)
    write_pages(records(corpus, pytestconfig.getoption("engine_pages"), {}), folder)
    return folder


@pytest.fixture(scope="module")
def expected(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the in-process engine makes of them."""
    return digests(run_job(pages, tmp_path_factory.mktemp("local") / "output"))


def test_the_seeds_give_the_same_bytes(cluster: FlinkCluster, seed_dataset: Path, tmp_path: Path):
    written = run_job_on(SEEDS / "pages" / "*", tmp_path / "output", cluster.flags, tmp_path)
    assert digests(written) == digests(seed_dataset)


def test_many_pages_give_the_same_bytes(cluster: FlinkCluster, pages: Path, expected: dict[str, str], tmp_path: Path):
    assert digests(run_job_on(pages, tmp_path / "output", cluster.flags, tmp_path, seconds=3600)) == expected


def _under_way(cluster: FlinkCluster, pages: Path, output: Path, folder: Path) -> Child:
    """The job, when a part of its tasks is done."""
    return start_job(pages, output, cluster.flags, folder).wait_for(lambda: cluster.finished() > _UNDER_WAY, 600)


def test_a_task_manager_that_is_killed_is_made_up_for(
    cluster: FlinkCluster, pages: Path, expected: dict[str, str], tmp_path: Path
):
    job = _under_way(cluster, pages, tmp_path / "output", tmp_path)
    cluster.task_managers[-1].kill()
    cluster.pools[-1].kill()
    assert job.status(1800) == 0, job.said()[-5000:]
    assert digests(tmp_path / "output") == expected
    cluster.add_task_manager()


def _wait_until_idle(cluster: FlinkCluster) -> None:
    end = time.monotonic() + 60
    while not cluster.idle() and time.monotonic() < end:
        time.sleep(1)
    assert cluster.idle()


def test_a_run_that_is_stopped_ends_on_the_cluster_too(cluster: FlinkCluster, pages: Path, tmp_path: Path):
    job = _under_way(cluster, pages, tmp_path / "output", tmp_path)
    job.stop()
    assert job.status(120) == 1
    assert not (tmp_path / "output").exists()
    _wait_until_idle(cluster)


def test_a_pool_of_workers_that_is_killed_ends_the_run_and_publishes_nothing(
    cluster: FlinkCluster, pages: Path, seed_dataset: Path, tmp_path: Path
):
    output = run_job(SEEDS / "pages" / "*", tmp_path / "output")
    job = _under_way(cluster, pages, output, tmp_path)
    cluster.pools[-1].kill()
    assert job.status(1800) == 1, job.said()[-5000:]
    assert "the run failed, the earlier dataset is as it was" in job.said()
    assert digests(output) == digests(seed_dataset)
    assert [version.name for version in (tmp_path / ".output.clipbook").glob("v*")] == [output.resolve().name]
    _wait_until_idle(cluster)
