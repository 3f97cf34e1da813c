"""The command that makes a report anew."""

from pathlib import Path

import pytest
from made import Told, write_dataset

from pipelines import cli


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "out", [Told("a1", "e1", [("p1", 0)])])


def test_the_report_stands_in_the_dataset(dataset: Path, capsys: pytest.CaptureFixture[str]):
    assert cli.main(["report", str(dataset)]) == 0
    assert capsys.readouterr().out == f"{dataset}/report.html\n"
    assert "Ferry sails" in (dataset / "report.html").read_text("utf-8")
    assert [path.name for path in dataset.iterdir() if path.suffix not in ("", ".json")] == ["report.html"]


def test_it_may_be_written_elsewhere_with_pages_of_one_s_choice(dataset: Path, tmp_path: Path):
    assert cli.main(["report", str(dataset), "--page", "p1", "--to", str(tmp_path / "page.html")]) == 0
    assert not (dataset / "report.html").exists()
    assert "The ferry sails at noon." in (tmp_path / "page.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--page", "pnone"], "clipbook: {} has no page 'pnone'; its ids are in the table pages.\n"),
        (["--to", "{}/no/x.html"], "clipbook: {}/no/x.html cannot be written: No such file or directory.\n"),
    ],
)
def test_a_wrong_call_is_answered_in_a_sentence(
    arguments: list[str], message: str, dataset: Path, capsys: pytest.CaptureFixture[str]
):
    assert cli.main(["report", str(dataset), *(argument.format(dataset) for argument in arguments)]) == 2
    assert capsys.readouterr().err == message.format(dataset)
