"""What Clipbook is compared with: datatrove, from JSON lines to Parquet. ``peer_datatrove.py IN OUT WORKERS``.

Run by the Python of a virtual environment of its own (``benchmarks.peers`` makes it), in which nothing of Clipbook is.
Texts are repaired by ftfy, near copies are found by MinHash and all but one of each group left out, in datatrove's four
stages and with its own values. What could be chosen was chosen for speed: the repaired texts are written down once, beside
their signatures, so that they are not repaired again; each worker has one task, so that none is set up twice.
"""

import sys
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.formatters import FTFYFormatter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter, ParquetWriter

_BUFFER = 10_000
"""Signatures that are read at a time; datatrove reads five."""


def run(pages: str, output: Path, workers: int) -> None:
    config = MinhashConfig()
    repaired, work = str(output / "repaired"), output / "work"

    def stage(name: str, tasks: int, *steps: object) -> None:
        LocalPipelineExecutor(list(steps), tasks=tasks, workers=min(tasks, workers), logging_dir=str(work / name)).run()

    stage(
        "signatures",
        workers,
        JsonlReader(pages),
        FTFYFormatter(),
        JsonlWriter(repaired, compression=None),
        MinhashDedupSignature(str(work / "signed"), config=config),
    )
    stage(
        "buckets",
        config.num_buckets,
        MinhashDedupBuckets(str(work / "signed"), str(work / "paired"), config=config, lines_to_buffer=_BUFFER),
    )
    stage(
        "clusters",
        1,
        MinhashDedupCluster(str(work / "paired"), str(work / "lost"), config=config, lines_to_buffer=_BUFFER),
    )
    stage(
        "filter",
        workers,
        JsonlReader(repaired),
        MinhashDedupFilter(str(work / "lost")),
        ParquetWriter(str(output / "kept"), compression="zstd"),
    )


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
