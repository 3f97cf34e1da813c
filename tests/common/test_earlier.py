"""Reading what earlier runs wrote."""

import re
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

from pipelines.manifest import cause
from schemas.index import PAGES_INDEX, IndexedPage
from transforms.common.earlier import Earlier, KnownIds, read_columns
from transforms.common.sieve import digest
from transforms.write.parquet import write_rows


def test_ids_that_only_share_a_digest_with_a_new_one_are_held_by_no_worker(tmp_path: Path):
    assert digest("plumless") == digest("buckeroo")
    write_rows(str(tmp_path), PAGES_INDEX, "one.parquet", [IndexedPage("buckeroo"), IndexedPage("p1"), IndexedPage("p2")])
    earlier = Earlier(str(tmp_path), 1, 0, 0, True, ((PAGES_INDEX.name, "one.parquet", 3),))
    with beam.Pipeline() as pipeline:
        known = pipeline | beam.Create(["plumless", "p2", "p3"]) | KnownIds(earlier)
        assert_that(known, equal_to([frozenset({"p2"})]))


@pytest.mark.parametrize("damage", [slice(-8, None), slice(4, -8), slice(4, 8)])
def test_a_damaged_file_is_named(tmp_path: Path, damage: slice):
    path = tmp_path / PAGES_INDEX.name / "one.parquet"
    write_rows(str(tmp_path), PAGES_INDEX, path.name, [IndexedPage("p1")])
    content = bytearray(path.read_bytes())
    content[damage] = bytes(len(content[damage]))
    path.write_bytes(content)
    with pytest.raises(OSError, match=f"^{re.escape(str(path))} cannot be read: ") as refused:
        read_columns(str(path))
    assert str(path) in cause(refused.value)
    assert "--mode overwrite" in cause(refused.value)
