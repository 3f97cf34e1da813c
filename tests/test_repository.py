"""The repository itself: architecture, packaging, and documents that are made from the code."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from setuptools import find_packages
from support import ROOT

from schemas import dictionary

STEPS = ("read", "repair", "split", "language", "dates", "deduplicate", "events", "write")
PACKAGES = ("schemas", "transforms", "pipelines")


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """The full names of everything that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports stand in full"
            found.update(f"{node.module}.{name.name}" for name in node.names)
    return found


def within(names: set[str], *packages: str) -> list[str]:
    return sorted(name for name in names if name.split(".")[0] in packages)


@pytest.mark.parametrize("path", sources("schemas"), ids=lambda path: path.stem)
def test_schemas_know_neither_beam_nor_the_steps(path: Path):
    assert within(imports(path), "apache_beam", "transforms", "pipelines") == []


@pytest.mark.parametrize("path", sources("transforms"), ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_steps_know_neither_the_pipelines_nor_each_other(path: Path):
    assert within(imports(path), "pipelines", "tests") == []
    own = path.relative_to(ROOT / "transforms").parts[0].removesuffix(".py")
    steps = {name.split(".")[1] for name in within(imports(path), "transforms") if "." in name} & set(STEPS)
    assert steps <= {own}


@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_a_module_or_a_package(step: str):
    assert (ROOT / "transforms" / f"{step}.py").exists() or (ROOT / "transforms" / step / "__init__.py").exists()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_what_it_is_for(package: str):
    undocumented = [path for path in sources(package) if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert undocumented == []


def test_the_data_dictionary_is_made_from_the_tables():
    assert (ROOT / "schemas" / "README.md").read_text("utf-8") == dictionary.markdown(), (
        "python -m schemas.dictionary > schemas/README.md"
    )


def call_of_setup() -> dict[str, ast.expr]:
    tree = ast.parse((ROOT / "setup.py").read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "setup"]
    return {keyword.arg or "": keyword.value for keyword in calls[0].keywords}


def test_what_is_installed_is_the_packages_without_tests_and_seeds():
    packages = call_of_setup()["packages"]
    assert isinstance(packages, ast.Call)
    patterns = {keyword.arg: ast.literal_eval(keyword.value) for keyword in packages.keywords}
    found = find_packages(str(ROOT), **patterns)
    assert {name.split(".")[0] for name in found} == set(PACKAGES)
    with_modules = {".".join(path.parent.relative_to(ROOT).parts) for package in PACKAGES for path in sources(package)}
    assert set(found) == with_modules


def test_what_is_installed_includes_the_vocabulary_and_the_layouts():
    data = ast.literal_eval(call_of_setup()["package_data"])
    folder = ROOT / "transforms" / "split"
    matched = {path for pattern in data["transforms.split"] for path in folder.glob(pattern)}
    assert matched == {path for name in ("vocabulary", "layouts") for path in (folder / name).rglob("*") if path.is_file()}


def tracked_files() -> list[Path]:
    """The files of the repository, those included that are not committed yet."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_folder_of_one_machine():
    # Spelled so that this file does not hold what it looks for.
    machine = re.compile("|".join(f"(?<![\\w.}}])/{name}/" for name in ("home", "root", "work", "Users")))
    found = []
    for path in tracked_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}:{n}" for n, line in enumerate(text.splitlines(), 1) if machine.search(line)]
    assert found == []


LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
"""A link to a file; one with a colon leads out of the repository. Headings that links name are checked by docs/site."""


@pytest.mark.parametrize("path", [path for path in tracked_files() if path.suffix == ".md"], ids=lambda path: path.name)
def test_every_link_of_a_document_leads_to_a_file(path: Path):
    assert [target for target in LINK.findall(path.read_text("utf-8")) if not (path.parent / target).is_file()] == []


def test_no_file_of_the_repository_is_large():
    assert [path.name for path in tracked_files() if path.stat().st_size > 1 << 20] == []
