"""What the engines' tests run, fetched once into a folder outside the repository: jars by Maven and pip, Prism by Go.

The folder is ``$CLIPBOOK_ENGINES``, else ``clipbook-engines`` in the user's cache. What is there whole is not fetched again.
"""

import functools
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

BEAM = metadata.version("apache-beam")
FLINK = "1.19.3"
"""The newest distribution for which a runner of Beam's can be put together out of the parts below."""
SPARK = "3.5.3"
"""Of the last minor version of Spark 3; Beam has no portable runner for Spark 4."""
PARTS = "2.62.0"
"""The version of Beam's Java parts where there is no job server of Beam's own version: the newest of which a public
mirror of Maven's that is not whole had all parts. What a worker and a runner say to each other has been the same since."""
_TOOLS = {"java": "Java 17", "mvn": "Maven", "go": "Go"}

_POM = """\
<project><modelVersion>4.0.0</modelVersion><groupId>clipbook</groupId><artifactId>engines</artifactId><version>1</version>
<dependencies><dependency><groupId>org.apache.beam</groupId><artifactId>{artifact}</artifactId><version>{version}</version>
</dependency></dependencies></project>
"""


def need(*tools: str) -> None:
    """Skips a test where a tool is missing."""
    missing = [_TOOLS[tool] for tool in tools if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not on this machine")


def _cache() -> Path:
    given = os.environ.get("CLIPBOOK_ENGINES")
    cache = Path(given) if given else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "clipbook-engines"
    cache.mkdir(parents=True, exist_ok=True)
    return cache


def _once(name: str, fetch: Callable[[Path], None]) -> Path:
    """The folder of that name, filled by ``fetch`` where it is not there yet."""
    folder = _cache() / name
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=_cache()) as fresh:
            part = Path(fresh) / "part"
            part.mkdir()
            fetch(part)
            part.rename(folder)
    return folder


def _call(*command: str | Path, folder: Path | None = None, **environment: str) -> None:
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def _jars(runner: str, folder: Path) -> None:
    """Beam's job server: the jar of Beam's own version where Maven has it, else its parts."""
    server = f"org.apache.beam:{runner}-job-server:{BEAM}"
    copy = ("dependency:copy", f"-Dartifact={server}", f"-DoutputDirectory={folder}", "-Dmdep.useBaseVersion=true")
    try:
        _call("mvn", "-B", "-q", *copy, folder=folder.parent)
    except RuntimeError:
        (folder.parent / "pom.xml").write_text(_POM.format(artifact=runner, version=PARTS))
        with_all = ("dependency:copy-dependencies", f"-DoutputDirectory={folder}", "-DincludeScope=runtime")
        _call("mvn", "-B", "-q", *with_all, folder=folder.parent)
        # The distributions bring these themselves, in versions of their own.
        for jar in (*folder.glob("flink-*.jar"), *folder.glob("slf4j-*.jar")):
            jar.unlink()


def job_server(runner: str) -> Path:
    """A folder of jars: Beam's job server for ``beam-runners-flink-1.19`` or ``beam-runners-spark-3``."""
    return _once(f"{runner}-{BEAM}", functools.partial(_jars, runner))


def _distribution(package: str, version: str, wanted: Callable[[str], bool], folder: Path) -> None:
    """The jars of a distribution that the Python package index carries."""
    source = ("--no-deps", "--no-binary", ":all:", "--dest", folder.parent)
    _call(sys.executable, "-m", "pip", "download", "--quiet", *source, f"{package}=={version}")
    archive = next(folder.parent.glob("*.tar.gz"))
    with tarfile.open(archive) as packed:
        for member in packed:
            stream = packed.extractfile(member) if wanted(member.name) else None
            if stream is not None:
                with open(folder / Path(member.name).name, "wb") as jar:
                    shutil.copyfileobj(stream, jar)


def _of_flink(name: str) -> bool:
    return name.endswith(".jar") and Path(name).name.startswith(("flink-dist-", "log4j-", "bash-java-utils"))


def _of_spark(name: str) -> bool:
    return name.endswith(".jar") and "/jars/" in name


def flink() -> Path:
    """A folder with Flink's jars."""
    return _once(f"flink-{FLINK}", functools.partial(_distribution, "apache-flink-libraries", FLINK, _of_flink))


def spark() -> Path:
    """A folder with Spark's jars."""
    return _once(
        f"spark-{SPARK}",
        functools.partial(_distribution, "pyspark", SPARK, lambda name: "/jars/" in name and name[-4:] == ".jar"),
    )


def _build_prism(folder: Path) -> None:
    source = f"github.com/apache/beam/sdks/v2/go/cmd/prism@v{BEAM}"
    _call("go", "install", source, folder=folder, GOBIN=str(folder))


def prism() -> Path:
    """The program."""
    return _once(f"prism-{BEAM}", _build_prism) / "prism"
