"""A Flink cluster on this machine: a job manager, task managers, and beside each of these a pool of Python workers."""

import json
import os
import socket
import sys
import urllib.request
from pathlib import Path
from typing import Any

import fetched
from processes import JAVA, WORKER_POOL, Child, answers, free_port

SLOTS = 2
"""Of each task manager, so that one alone can go on with a job of two."""
_POOL_PORT = 50_000
_CONFIG = {
    "jobmanager.rpc.address": "127.0.0.1",
    "jobmanager.bind-host": "127.0.0.1",
    "jobmanager.memory.process.size": "1024m",
    "taskmanager.host": "127.0.0.1",
    "taskmanager.bind-host": "127.0.0.1",
    "taskmanager.memory.process.size": "3000m",
    # A job has some 250 tasks, and each exchange between them takes buffers from the start: 512 MB hold them for two slots.
    "taskmanager.memory.network.min": "512m",
    "taskmanager.memory.network.max": "512m",
    "taskmanager.numberOfTaskSlots": str(SLOTS),
    "cluster.evenly-spread-out-slots": "true",
    "rest.address": "127.0.0.1",
    "rest.bind-address": "127.0.0.1",
    # The runner hands on the values of a key as one record, which a shard of pages makes larger than a buffer for sorting.
    "taskmanager.runtime.large-record-handler": "true",
    # Beam keeps Python workers from stage to stage only where its classes are Flink's own, not those of a job.
    "classloader.resolve-order": "parent-first",
    "restart-strategy.type": "fixed-delay",
    "restart-strategy.fixed-delay.attempts": "3",
    "restart-strategy.fixed-delay.delay": "3 s",
    # A task manager that is killed is missed after so many milliseconds.
    "heartbeat.interval": "2000",
    "heartbeat.timeout": "20000",
}
_STACK = "-Xss16m"
"""A job of so many stages is a deep object, which Java writes and reads by recursion."""
_LOG = """\
rootLogger.level = INFO
rootLogger.appenderRef.console.ref = Console
appender.console.name = Console
appender.console.type = CONSOLE
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %-5p %c{2} - %m%n
"""
_ENTRY = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
_WORKER = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
_SIZES = "org.apache.flink.runtime.util.bash.BashJavaUtils"
_SERVER = "org.apache.beam.runners.flink.FlinkJobServerDriver"


class FlinkCluster:
    """The cluster and Beam's job server before it. ``flags`` are those with which the job runs there."""

    def __init__(self, folder: Path):
        self._folder = folder
        jars = fetched.flink()
        runner = fetched.job_server("beam-runners-flink-1.19")
        self._classes = os.pathsep.join((f"{jars}/*", f"{runner}/*"))
        self._rest = free_port()
        self._write_config()
        self._sizes = self._computed_sizes()
        self._started: list[Child] = []
        self.task_managers: list[Child] = []
        self.pools: list[Child] = []
        job, artifacts = free_port(), free_port()
        try:
            manager = self._java("job-manager", "-Xmx512m", _STACK, _ENTRY, "--configDir", folder)
            server = self._java(
                "job-server", "-Xmx512m", _STACK, _SERVER, "--flink-master", f"127.0.0.1:{self._rest}", "--job-port", job,
                "--artifact-port", artifacts, "--expansion-port", 0, "--artifacts-dir", folder / "artifacts",
                # The plan is made here, and with it the choice of how large records are sorted.
                "--flink-conf-dir", folder,
            )  # fmt: skip
            manager.wait_for(lambda: answers(self._rest))
            for _ in range(2):
                self.add_task_manager()
            server.wait_for(lambda: answers(job))
        except BaseException:
            self.close()
            raise
        self.flags = (
            "--runner", "PortableRunner", "--job_endpoint", f"localhost:{job}",
            "--artifact_endpoint", f"localhost:{artifacts}",
            "--environment_type", "EXTERNAL", "--environment_config", f"workers:{_POOL_PORT}",
            "--environment_cache_millis", "600000", "--parallelism", "2",
        )  # fmt: skip

    def _write_config(self) -> None:
        ports = {"jobmanager.rpc.port": str(free_port()), "rest.port": str(self._rest)}
        config = {**_CONFIG, **ports, "io.tmp.dirs": str(self._folder / "spilled")}
        (self._folder / "spilled").mkdir()
        (self._folder / "config.yaml").write_text("".join(f"{key}: {value}\n" for key, value in config.items()))
        (self._folder / "log.properties").write_text(_LOG)

    def _computed_sizes(self) -> list[list[str]]:
        """What Flink's own start script computes of the memory of a task manager: options of Java, and of Flink."""
        said = self._java("sizes", "-Xmx64m", _SIZES, "GET_TM_RESOURCE_PARAMS", "--configDir", self._folder)
        said.status(60)
        results = [line.partition(":")[2].split() for line in said.said().splitlines() if line.startswith("BASH_JAVA_UTILS")]
        if len(results) != 2:
            raise RuntimeError(said.said()[-3000:])
        return results

    def _java(self, name: str, *words: object) -> Child:
        log = f"-Dlog4j.configurationFile={self._folder / 'log.properties'}"
        child = Child(name, (*JAVA, log, "-cp", self._classes, *words), self._folder)
        if name != "sizes":
            self._started.append(child)
        return child

    def add_task_manager(self) -> None:
        """Starts one more with its pool, and waits until the cluster has it."""
        number = len(self.task_managers) + 1
        address = f"127.0.0.{number}"
        pool = Child(f"pool-{number}", (sys.executable, WORKER_POOL, f"{address}:{_POOL_PORT}"), self._folder)
        self._started.append(pool)
        self.pools.append(pool.wait_for(lambda: answers(_POOL_PORT, address)))
        # To each task manager the pool beside it is known as ``workers``.
        hosts = self._folder / f"hosts-{number}"
        hosts.write_text(f"{address} workers\n127.0.0.1 localhost {socket.gethostname()}\n")
        before = self.registered()
        of_java, of_flink = self._sizes
        name = f"task-manager-{number}"
        words = (f"-Djdk.net.hosts.file={hosts}", *of_java, _WORKER, "--configDir", self._folder, *of_flink)
        self.task_managers.append(self._java(name, *words).wait_for(lambda: self.registered() > before))

    def _ask(self, path: str) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._rest}{path}", timeout=30) as answer:
            return json.load(answer)

    def registered(self) -> int:
        """The task managers that the job manager knows."""
        try:
            return len(self._ask("/taskmanagers")["taskmanagers"])
        except OSError:
            return 0

    def finished(self) -> float:
        """The share of the tasks of the running job that are done; 0 where none runs."""
        running = [job["tasks"] for job in self._ask("/jobs/overview")["jobs"] if job["state"] == "RUNNING"]
        return max((tasks["finished"] / tasks["total"] for tasks in running), default=0.0)

    def restarts(self) -> int:
        """How often tasks of the newest job were started again."""
        newest = max(self._ask("/jobs/overview")["jobs"], key=lambda job: job["start-time"])
        found = self._ask(f"/jobs/{newest['jid']}/metrics?get=numRestarts")
        return int(found[0]["value"]) if found else 0

    def idle(self) -> bool:
        return all(job["state"] in ("FINISHED", "FAILED", "CANCELED") for job in self._ask("/jobs/overview")["jobs"])

    def close(self) -> None:
        for child in reversed(self._started):
            child.kill()
