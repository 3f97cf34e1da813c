"""Input and output on an object store: a server that speaks S3, of moto's, on this machine."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from processes import Child, answers, free_port, run_job_on
from support import SEEDS, digests, rows

pytestmark = pytest.mark.engines


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    command = (sys.executable, "-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", port)
    server = Child("s3", command, tmp_path_factory.mktemp("s3"))
    try:
        server.wait_for(lambda: answers(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()


def _fetched(store, bucket: str, folder: Path) -> Path:
    for page in store.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for found in page.get("Contents", ()):
            path = folder / found["Key"]
            path.parent.mkdir(parents=True, exist_ok=True)
            store.download_file(bucket, found["Key"], str(path))
    return folder


def _but_for_uris(dataset: Path) -> tuple[dict[str, str], list[list[dict[str, Any]]]]:
    """Digests of the files, and the rows of those that say where a page was read, without that."""
    told = ("pages", "rejects")
    files = {name: digest for name, digest in digests(dataset).items() if not name.startswith(told)}
    named = [[{**row, "source_uri": row["source_uri"].rpartition("/")[2]} for row in rows(dataset, table)] for table in told]
    return files, named


def test_the_seeds_give_the_same_bytes_and_a_second_run_replaces_them(endpoint: str, seed_dataset: Path, tmp_path: Path):
    key = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    store = boto3.client("s3", endpoint_url=endpoint, **key)
    for bucket in ("crawl", "clippings"):
        store.create_bucket(Bucket=bucket)
    for seed in sorted((SEEDS / "pages").iterdir()):
        store.upload_file(str(seed), "crawl", f"pages/{seed.name}")
    flags = (
        "--s3_endpoint_url", endpoint, "--s3_access_key_id", "key", "--s3_secret_access_key", "secret",
        "--s3_region_name", "us-east-1",
    )  # fmt: skip
    run_job_on("s3://crawl/pages/0*", "s3://clippings/daily", flags, tmp_path)
    run_job_on("s3://crawl/pages/*", "s3://clippings/daily", flags, tmp_path)
    written = _fetched(store, "clippings", tmp_path / "fetched") / "daily"
    assert _but_for_uris(written) == _but_for_uris(seed_dataset)
    assert (written / "_SUCCESS").read_text("utf-8")
    assert not (written / "_staging").exists()
    assert "secret" not in (written / "_manifest.json").read_text("utf-8")
