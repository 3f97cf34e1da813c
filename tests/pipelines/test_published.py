"""A dataset as commands open it, and what they say of a folder that is none."""

import json
import shutil
from pathlib import Path

import pytest
from support import rows

from pipelines.published import open_published
from pipelines.usage import UsageError
from schemas.tables import TABLES


def refusal(path: object) -> str:
    with pytest.raises(UsageError) as error:
        open_published(str(path))
    return str(error.value)


def test_tables_are_read_with_all_their_columns(seed_dataset: Path):
    dataset = open_published(str(seed_dataset))
    for table in TABLES:
        found = dataset.table(table).to_table()
        assert found.schema.equals(table.schema(with_partition=True))
        assert (found.num_rows, dataset.rows[table.name]) == (len(rows(seed_dataset, table.name)),) * 2
    assert set(dataset.table(TABLES[0]).to_table()["event_id"].to_pylist()) == {
        e["event_id"] for e in rows(seed_dataset, "events")
    }


def test_a_dataset_is_read_by_its_uri(seed_dataset: Path):
    assert open_published(f"file://{seed_dataset.resolve()}/").table(TABLES[1]).count_rows() == len(
        rows(seed_dataset, "events")
    )


def test_a_folder_that_is_no_dataset_is_refused_with_what_it_is(seed_dataset: Path, tmp_path: Path):
    copy = Path(shutil.copytree(seed_dataset, tmp_path / "output"))
    assert refusal(tmp_path / "ouput") == f"There is no folder {tmp_path}/ouput; did you mean {tmp_path}/output?"
    assert refusal(copy / "events") == f"{copy}/events is a part of a dataset; give the whole, {copy}."
    assert refusal(tmp_path).startswith(f"{tmp_path} is no dataset of Clipbook: it has no _manifest.json; give the folder")
    assert refusal("nowhere://x").startswith("nowhere://x cannot be read: ")

    (copy / "_SUCCESS").unlink()
    assert "has no _SUCCESS: it is being published, or was broken off" in refusal(copy)
    (copy / "_SUCCESS").touch()
    manifest = json.loads((copy / "_manifest.json").read_text("utf-8"))
    (copy / "_manifest.json").write_text(json.dumps(manifest | {"schema_version": "0"}))
    assert "has tables of version 0, and this Clipbook reads version" in refusal(copy)
    (copy / "_manifest.json").write_text("{")
    assert "_manifest.json cannot be read (JSONDecodeError: " in refusal(copy)
