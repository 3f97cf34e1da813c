"""The console script: its table of commands, its help, and how it answers mistakes."""

import importlib
import json
import re
import shlex
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from support import ROOT, Outcome, call

from pipelines import cli
from pipelines.commands import schema
from schemas import dictionary
from schemas.tables import TABLES


@pytest.mark.parametrize("name", sorted(set(cli.COMMANDS) - cli.OWN_FLAGS))
def test_every_command_has_help_with_examples_that_it_understands(name: str, capsys: pytest.CaptureFixture[str]):
    assert cli.main([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"usage: clipbook {name}" in shown
    for line in importlib.import_module(f"pipelines.commands.{name}").EXAMPLES.splitlines():
        assert line in shown
        command, *arguments = shlex.split(re.split("[|>]|&&", line)[0])
        assert (command, arguments[0]) == ("clipbook", name)
        cli.parser_of(name).parse_args(arguments[1:])


def test_the_main_job_has_help_under_its_new_name():
    outcome = call("run", "--help", command=cli.main)
    assert outcome.status == 0
    assert "  clipbook run --input pages/ --output clippings" in outcome.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["xyzzy"], "There is no command 'xyzzy'; see clipbook --help."),
        (["inspekt", "x"], "There is no command 'inspekt'; did you mean inspect?"),
        (["--quite"], "There is no flag '--quite'; see clipbook --help."),
        (["schema", "--jsn"], "There is no flag --jsn; did you mean --json?"),
        (["schema", "event"], "There is no table 'event'; did you mean events?"),
        (["schema", "events", "pages"], "There is no place for 'pages'; see --help."),
        (["inspect"], "The following arguments are required: file; see --help."),
        (["inspect", "x", "--fetched_at", "noon"],
         "Argument --fetched_at: 'noon' is not a date or time in ISO 8601, such as 2025-06-12T14:05:00Z; see --help."),
        (["run", "--inptu", "x"], "There is no flag --inptu; did you mean --input?"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_answered_in_one_sentence(arguments: list[str], message: str):
    outcome = call(*arguments, command=cli.main)
    assert outcome == Outcome(2, "", f"clipbook: {message}\n")


def test_a_link_to_what_is_not_there_is_told_as_such(tmp_path: Path):
    dangling = tmp_path / "output"
    dangling.symlink_to(tmp_path / "gone")
    outcome = call("check", str(dangling), command=cli.main)
    assert outcome == Outcome(2, "", f"clipbook: There is no folder {dangling}; it is a link to what is not there.\n")


def test_a_failure_is_told_in_one_line_unless_more_is_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    def break_down(_: Namespace) -> int:
        raise ValueError("the saw is\n\x1b[31mblunt")

    monkeypatch.setattr(schema, "run", break_down)
    assert cli.main(["schema"]) == 1
    assert capsys.readouterr().err == "clipbook: schema failed: ValueError: the saw is \ufffd[31mblunt\n"
    assert cli.main(["schema", "--traceback"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_the_overview_names_all_commands_and_needs_no_beam():
    code = "import sys; from pipelines import cli; s = cli.main(['--help']); sys.exit('apache_beam' in sys.modules or s)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"  {name} " in done.stdout and purpose in done.stdout for name, purpose in cli.COMMANDS.items())


def test_a_reader_that_has_seen_enough_is_no_error():
    done = subprocess.run(
        f"{sys.executable} -m pipelines.cli schema --markdown | head -1; exit ${{PIPESTATUS[0]}}",
        shell=True, executable="/bin/bash", cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "# Data dictionary\n", "")


def test_the_data_dictionary_is_printed_for_people_and_programs(capsys: pytest.CaptureFixture[str]):
    assert cli.main(["schema"]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {field.name} " in shown for table in TABLES for field in table.fields())
    assert cli.main(["schema", "events", "--json"]) == 0
    tables = json.loads(capsys.readouterr().out)["tables"]
    assert list(tables) == ["events"]
    columns = {column["name"]: column for column in tables["events"]["columns"]}
    assert (columns["article_count"]["type"], columns["external_id"]["null"]) == ("int32", True)
    assert cli.main(["schema", "--markdown"]) == 0
    assert capsys.readouterr().out == dictionary.markdown()
