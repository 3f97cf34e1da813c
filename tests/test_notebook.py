"""The notebooks in docs/ hold what comes out: their cells are run in order, over seeds/, and their outputs compared.

``tests/run.sh tests/test_notebook.py --renew`` writes the outputs anew. No kernel is started: a cell is Python, and what it
prints or ends with is its output, as in Jupyter.
"""

import ast
import contextlib
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from support import ROOT

NOTEBOOKS = sorted((ROOT / "docs").glob("*.ipynb"))


def run_cell(source: str, names: dict[str, Any]) -> list[dict[str, Any]]:
    """Runs a cell in a namespace; gives its outputs in the form of a notebook."""
    tree = ast.parse(source)
    last = tree.body.pop().value if isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), names)
        value = None if last is None else eval(compile(ast.Expression(last), "cell", "eval"), names)
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": lines(printed.getvalue())})
    if value is not None:
        data = {"text/plain": lines(repr(value))}
        if hasattr(value, "_repr_html_"):
            data["text/html"] = lines(value._repr_html_())
        outputs.append({"data": data, "metadata": {}, "output_type": "execute_result"})
    return outputs


def lines(text: str) -> list[str]:
    return [line.rstrip() + "\n" for line in text.rstrip("\n").split("\n")]


def renewed(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook with what its cells give now."""
    names: dict[str, Any] = {}
    cells, number = [], 0
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            number += 1
            outputs = run_cell("".join(cell["source"]), names)
            for output in outputs:
                if output["output_type"] == "execute_result":
                    output["execution_count"] = number
            cell = {**cell, "execution_count": number, "outputs": outputs}
        cells.append(cell)
    return {**notebook, "cells": cells}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_holds_what_comes_out(
    path: Path, seed_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
):
    (tmp_path / "output").symlink_to(seed_dataset)
    monkeypatch.chdir(tmp_path)
    notebook = json.loads(path.read_text("utf-8"))
    now = renewed(notebook)
    if request.config.getoption("--renew"):
        path.write_text(json.dumps(now, indent=1, ensure_ascii=False) + "\n", "utf-8")
        return
    assert [cell.get("outputs") for cell in notebook["cells"]] == [cell.get("outputs") for cell in now["cells"]], (
        "if this is meant: tests/run.sh tests/test_notebook.py --renew"
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_one_by_its_form(path: Path):
    notebook = json.loads(path.read_text("utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert not any(os.fspath(ROOT) in "".join(cell["source"]) for cell in notebook["cells"])
