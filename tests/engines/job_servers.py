"""Engines of one process each, which the job reaches by Beam's job service; its workers run in the job's own process."""

import os
import sys
from pathlib import Path

import fetched
from processes import JAVA, Child, answers, free_port

_SPARK = "org.apache.beam.runners.spark.SparkJobServerDriver"


class JobServer:
    """One of them. ``flags`` are those with which the job runs there."""

    def __init__(self, name: str, command: list[object], port: int, folder: Path, *more: object):
        self.child = Child(name, command, folder)
        try:
            self.child.wait_for(lambda: answers(port))
        except BaseException:
            self.child.kill()
            raise
        service = ("--runner", "PortableRunner", "--job_endpoint", f"localhost:{port}", "--environment_type", "LOOPBACK")
        self.flags: tuple[object, ...] = (*service, *more)


def python(folder: Path) -> JobServer:
    """Beam's own, which runs pipelines with the in-process engine behind the real interface."""
    port = free_port()
    module = "apache_beam.runners.portability.local_job_service_main"
    return JobServer("python-service", [sys.executable, "-m", module, "--port", port], port, folder)


def prism(folder: Path) -> JobServer:
    port = free_port()
    return JobServer("prism", [fetched.prism(), "--job_port", port, "--serve_http=false"], port, folder)


def spark(folder: Path) -> JobServer:
    """Spark in local mode, with two threads, within Beam's job server."""
    port, artifacts = free_port(), free_port()
    classes = os.pathsep.join(f"{jars}/*" for jars in (fetched.job_server("beam-runners-spark-3"), fetched.spark()))
    server = [
        *JAVA, "-Xmx2g", "-cp", classes, _SPARK, "--spark-master-url", "local[2]", "--job-port", port,
        "--artifact-port", artifacts, "--expansion-port", 0, "--artifacts-dir", folder / "artifacts",
    ]  # fmt: skip
    return JobServer("spark", server, port, folder, "--artifact_endpoint", f"localhost:{artifacts}")
