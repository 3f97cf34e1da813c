"""The command that compares two datasets."""

import json
from pathlib import Path
from typing import Any

import pytest
from made import Told, write_dataset

from pipelines import cli

EARLIER = [
    Told("a1", "e1", [("p1", 0)], "The ferry sails at noon.", "Ferry sails"),
    Told("a2", "e1", [("p2", 0)], "The quay is closed.", "Quay closed \x1b[31m"),
    Told("a3", "e3", [("p3", 0)], "Northgate won.", "Northgate wins"),
]
LATER = [
    Told("a1", "e1", [("p1", 0)], "The ferry sails at noon.", "Ferry sails"),
    Told("a9", "e2", [("p2", 0)], "The quay is open again.", "Quay closed \x1b[31m"),
    Told("a3", "e3", [("p3", 0)], "Northgate won.", "Northgate wins", outlet="Channel 9"),
]


@pytest.fixture
def diff(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    for name, told in (("a", EARLIER), ("b", LATER)):
        write_dataset(tmp_path / name, told)

    def call(*arguments: str) -> tuple[int, str]:
        status = cli.main(["diff", *(str(tmp_path / word) if word in ("a", "b") else word for word in arguments)])
        out, err = capsys.readouterr()
        return status, (out or err).replace(str(tmp_path), "there")

    return call


def test_what_has_changed_is_printed_counts_first(diff: Any):
    status, printed = diff("a", "b")
    assert status == 0
    assert printed.splitlines() == [
        "A is there/a, B is there/b.",
        "",
        "rows         A  B  change",
        "pages        3  3",
        "rejects      0  0",
        "occurrences  3  3",
        "articles     3  3",
        "events       2  3  +1",
        "segments     3  3",
        "furniture    0  0",
        "",
        "Pages",
        "       3  of both",
        "",
        "Places where articles stand",
        "       3  of both",
        "",
        "Articles",
        "       1  the same",
        "       1  with another text",
        "       1  with another headline, outlet, date or language",
        "",
        "Events",
        "       1  of the same articles",
        "       1  split",
        "  of 1 pair of articles that are one event in A, 0.0 % are one in B",
        "",
        "Events, the changes",
        "  split, 1 article",
        "    - e1       2 articles  Ferry sails",
        "    + e1       1 article   Ferry sails",
        "    + e2       1 article   Quay closed \ufffd[31m",
        "",
        "Articles with another text",
        "    - a2       4 words     Quay closed \ufffd[31m",
        "    + a9       5 words     Quay closed \ufffd[31m",
        "        - The quay is closed.",
        "        + The quay is open again.",
        "",
        "Articles with another headline, outlet, date or language",
        "    - a3       2 words     Northgate wins",
        "    + a3       2 words     Northgate wins",
        "        outlet: Harbour Post → Channel 9",
    ]


def test_the_same_is_to_be_had_as_json(diff: Any):
    status, printed = diff("a", "b", "--json")
    found = json.loads(printed)
    assert (status, found["differs"]) == (0, True)
    assert found["rows"]["events"] == {"a": 2, "b": 3}
    assert found["summary"]["articles"]["text"] == 1
    assert found["summary"]["events"]["split"] == 1
    assert [event["event_id"] for event in found["events"][0]["b"]] == ["e1", "e2"]
    assert found["articles_facts"][0]["b"]["outlet"] == "Channel 9"
    assert "\x1b" not in printed


@pytest.mark.parametrize(("other", "status"), [("a", 0), ("b", 1)])
def test_the_status_says_whether_they_differ_where_it_was_asked_for(other: str, status: int, diff: Any):
    assert diff("a", other, "--exit_code")[0] == status
    assert diff("a", other)[0] == 0


def test_lists_are_cut_and_say_so(tmp_path: Path, diff: Any):
    write_dataset(tmp_path / "none", [])
    status, printed = diff("a", str(tmp_path / "none"), "--limit", "2")
    assert status == 0
    assert "Articles only in A, with their pages, 2 of 3" in printed.splitlines()
    assert (
        len(json.loads(diff("a", str(tmp_path / "none"), "--limit", "0", "--json")[1])["articles_gone_with_its_page"]) == 3
    )


def test_what_is_no_dataset_is_refused(diff: Any):
    status, printed = diff("a", "nothing-here")
    assert status == 2
    assert printed.startswith("clipbook: There is no folder nothing-here;")
