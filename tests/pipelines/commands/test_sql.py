"""A dataset asked in SQL."""

import json
import shutil
import sys
from pathlib import Path

import duckdb
import pytest
from support import OTHER_STORY, STORY, all_rows, run_job, write_json_lines

from pipelines import cli
from schemas.tables import ARTICLES, TABLES


def test_a_database_has_a_view_for_each_table(seed_dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "news.duckdb"
    assert cli.main(["sql", str(seed_dataset), str(file)]) == 0
    assert capsys.readouterr().out.startswith(f"{file} has {len(TABLES)} views over {seed_dataset}. To use it:\n")
    with duckdb.connect(str(file), read_only=True) as connection:
        for name, rows in all_rows(seed_dataset).items():
            assert connection.execute(f"SELECT count(*) FROM {name}").fetchone() == (len(rows),)
        names = [column[0] for column in connection.execute("FROM articles").description]
    assert sorted(names) == sorted(field.name for field in ARTICLES.fields())
    assert file.stat().st_size < 2 << 20  # nothing was copied


def test_views_are_renewed_in_a_database_that_has_tables_of_its_own(seed_dataset: Path, tmp_path: Path):
    moved = Path(shutil.copytree(seed_dataset, tmp_path / "mo'ved"))
    with duckdb.connect(str(tmp_path / "news.duckdb")) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 7 AS n")
    for folder in (seed_dataset, moved):
        assert cli.main(["sql", str(folder), str(tmp_path / "news.duckdb")]) == 0
    with duckdb.connect(str(tmp_path / "news.duckdb")) as connection:
        assert connection.execute("FROM mine").fetchall() == [(7,)]
        assert "mo''ved" in connection.execute("SELECT sql FROM duckdb_views() WHERE view_name = 'events'").fetchall()[0][0]
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (53,)


def test_a_query_is_answered_in_columns_or_as_json(seed_dataset: Path, capsys: pytest.CaptureFixture[str]):
    query = "SELECT label, article_count AS n, languages, external_id FROM events ORDER BY n DESC, event_id LIMIT 3"
    assert cli.main(["sql", str(seed_dataset), "--query", query]) == 0
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "label                                                                   n  languages   external_id",
        "Presidents of Oskara and Temir agree to meet at Lindhaven in September  7  en, ru, fr  lindhaven-announced",
        "Rescuers reach San Abril on foot after Talvera quake                    5  en, es, pl  talvera-2025-06",
        "Velmark central bank cuts rate to 3.25 percent, signals pause           4  en, de      NULL",
    ]
    assert cli.main(["sql", str(seed_dataset), "--query", query, "--json"]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (first["n"], first["languages"]) == (7, ["en", "ru", "fr"])


def test_buckets_are_not_shown_as_a_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    records: list[object] = [{"text": f"Market\n{STORY}"}, {"text": f"Bell\n{OTHER_STORY}"}]
    out = run_job(write_json_lines(tmp_path / "a.jsonl", records), tmp_path / "out", "--max_partitions", 1)
    query = "SELECT column_name FROM (DESCRIBE articles)"
    assert cli.main(["sql", str(out), "--query", query, "--json"]) == 0
    names = [json.loads(line)["column_name"] for line in capsys.readouterr().out.splitlines()]
    assert sorted(names) == sorted(field.name for field in ARTICLES.fields())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Nothing is asked; give a FILE to make, such as news.duckdb, or a --query."),
        (["--query", "SELECT lable FROM events"], '"lable" not found in FROM clause! Candidate bindings: "label"'),
        (["--query", "SELEC 1"], 'Parser Error: syntax error at or near "SELEC"'),
        (["."], ". is a folder; name a file, such as news.duckdb."),
        (["text.txt"], "text.txt cannot be opened as a database: "),
    ],
)  # fmt: skip
def test_a_wrong_question_is_answered_in_a_sentence(
    arguments: list[str],
    message: str,
    seed_dataset: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text("not a database, but long enough to be taken for one by its length alone\n" * 100)
    assert cli.main(["sql", str(seed_dataset), *arguments]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert len(err.splitlines()) == 1


def test_where_duckdb_is_missing_it_is_said_how_to_get_it(
    seed_dataset: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert cli.main(["sql", str(seed_dataset), "--query", "FROM events"]) == 2
    assert "DuckDB is not installed here; run pip install 'clipbook[sql]', or pip install duckdb." in capsys.readouterr().err
