"""What README.md and docs/ show is what comes out: their blocks are run as a reader would, over seeds/, and compared.

A block without a language shows what the block above it prints. ``tests/run.sh tests/test_readme.py --renew`` writes such
blocks anew; look at the difference before it is kept, and at the sentences around them.
"""

import contextlib
import difflib
import io
import json
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support import ROOT, SEEDS, all_rows, call

from pipelines import cli, summary

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW_OF = re.compile(r"^`(\w+)`: [^\n]*\n\n\Z", re.MULTILINE)
"""The line above a row as JSON: it begins with the name of the table."""
FIELD = re.compile(r'"(\w+)": ')
FILE = re.compile(r"^cat > (\S+) <<'END'\n(.*?)^END\n", re.MULTILINE | re.DOTALL)

NOT_RUN = {
    " --input globs": "a drawing",
    "./run_local.sh --input 'crawl/": "pages that nobody has here",
    "tests/run.sh": "these tests",
    "# on a cluster": "engines and stores that are not on this machine",
    ".venv/bin/python -m pipelines.news_events --input '/mnt": "another machine",
    "CLIPBOOK_INPUT=": "another machine; tests/deploy runs the script",
    '{"time": ': "every run has a line of its own; tests/test_cli.py reads one",
    "docker build": "no registry",
}
"""Beginnings of blocks that stay as they are, and why."""
WRONG_CALL = "# exit status 2"
"""Ends a command that is wrong on purpose: what it says on standard error is shown."""
WIDTH = 119
"""Longer lines of what is printed are cut, so that a reader need not scroll; tables are not."""


@pytest.fixture
def reader(seed_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands in a folder with the seeds, and with output/ as ./run_local.sh makes it of them."""
    (tmp_path / "output").symlink_to(seed_dataset)
    (tmp_path / "seeds").symlink_to(SEEDS)
    monkeypatch.chdir(tmp_path)


def shell(block: str) -> None:
    """Writes the files that a block makes, then runs its commands in this process."""
    for name, text in FILE.findall(block):
        Path(name).write_text(text, "utf-8")
    for line in FILE.sub("", block).splitlines():
        status = 2 if line.endswith(WRONG_CALL) else 0
        match shlex.split(line, comments=True):
            case ["./run_local.sh"]:  # the fixture has run it
                summary.show("output", sys.stdout)
            case ["./run_local.sh", *arguments]:
                given = [] if "--input" in arguments else ["--input", f"{SEEDS}/pages/*"]
                outcome = call(*given, *arguments)
                assert outcome.status == 0, outcome.err
                sys.stdout.write(outcome.out)
            case [".venv/bin/clipbook", *arguments]:
                with contextlib.redirect_stderr(sys.stdout) if status else contextlib.nullcontext():
                    assert cli.main(arguments) == status
            case other:
                pytest.fail(f"it is not known how to run {other}; name the block in NOT_RUN, with a reason")


def python(block: str) -> None:
    exec(block, {})


def sql(block: str) -> None:
    """Asks the database that the document has made, if it has."""
    made = Path("news.duckdb")
    with duckdb.connect(str(made), read_only=True) if made.exists() else duckdb.connect() as connection:
        connection.sql("SET TimeZone = 'UTC'")
        connection.sql(block).show(max_width=1_000, max_col_width=1_000)


RUN: dict[str, Callable[[str], None]] = {"sh": shell, "python": python, "sql": sql}


def printed_by(language: str, block: str) -> str:
    """What a block prints, as a document shows it: of a table without the line of types."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        RUN[language](block)
    lines = [line.rstrip().replace(str(ROOT), "/…") for line in out.getvalue().rstrip().splitlines()]
    if language == "sql":
        assert len(lines) > 5, f"nothing is found, perhaps since an id is another one now:\n{block}"
        del lines[2]
    else:
        lines = [line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…" for line in lines]
    return "".join(f"{line}\n" for line in lines)


def shown(value: object, before: object) -> object:
    """A value of a table as a row in a document shows it; cut where the one that stands there is cut."""
    if isinstance(value, float):
        return round(value, 4)
    if value is None or isinstance(value, (int, list)):
        return value
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value).replace(str(ROOT), "/…")
    if isinstance(before, str) and before.endswith("…"):
        return f"{text[: len(before) - 1]}…"
    return text


def row(block: str, rows: list[dict[str, Any]]) -> str:
    """A block of JSON with the values of the row that it shows: the one whose first values are the same."""
    before = json.loads(block)
    candidates = ({name: shown(found[name], before[name]) for name in before} for found in rows)
    now = max(candidates, key=lambda candidate: [candidate[name] == before[name] for name in before])
    parts, at = [], 0
    while field := FIELD.search(block, at):
        parts += [block[at : field.end()], json.dumps(now[field[1]], ensure_ascii=False)]
        _, at = json.JSONDecoder().raw_decode(block, field.end())
    return "".join([*parts, block[at:]])


def renewed(document: str, tables: dict[str, list[dict[str, Any]]]) -> str:
    """A document with all that its blocks show as it is now."""
    printed: str | None = None

    def renew(block: re.Match[str]) -> str:
        nonlocal printed
        language, text = block.groups()
        if text.startswith(tuple(NOT_RUN)):
            return block[0]
        table = ROW_OF.search(document, 0, block.start())
        if language in RUN:
            printed = printed_by(language, text)
        elif language == "json" and table:
            text = row(text, tables[table[1]])
        elif not language and printed is not None:
            text, printed = printed, None
        else:
            pytest.fail(f"it is not known what this block shows; name it in NOT_RUN, with a reason:\n{text}")
        return f"```{language}\n{text}```"

    return BLOCK.sub(renew, document)


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda path: path.name)
@pytest.mark.usefixtures("reader")
def test_what_a_document_shows_is_what_comes_out(path: Path, seed_dataset: Path, request: pytest.FixtureRequest):
    document = path.read_text("utf-8")
    now = renewed(document, all_rows(seed_dataset))
    if request.config.getoption("--renew"):
        path.write_text(now, "utf-8")
    elif now != document:
        lines = difflib.unified_diff(document.splitlines(), now.splitlines(), path.name, "now", lineterm="", n=1)
        pytest.fail("\n".join([*lines, "If this is meant: tests/run.sh tests/test_readme.py --renew"]), pytrace=False)
