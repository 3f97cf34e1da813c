"""What the site is made of, as a hook of mkdocs: documents where they lie in the repository, and reference from docstrings.

mkdocs wants its pages in one folder. Here README.md, docs/ and the READMEs of folders are pages under the paths that they
have in the repository, so a relative link leads to the same thing on GitHub and on the site. A file that is no page but is
linked is copied to the site as it is.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("pipelines", "transforms", "schemas")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
"""A link to a file: one with a colon leads out of the repository."""


def packages() -> dict[str, list[str]]:
    """The modules of each package, itself first."""
    folders = sorted({path.parent for name in PACKAGES for path in (ROOT / name).rglob("*.py")})
    found = {}
    for folder in folders:
        package = ".".join(folder.relative_to(ROOT).parts)
        found[package] = [f"{package}.{path.stem}" for path in sorted(folder.glob("*.py")) if path.stem != "__init__"]
    return found


def place(package: str) -> str:
    return f"reference/{package}.md"


def reference(package: str, modules: list[str]) -> str:
    """A page that asks mkdocstrings for what the docstrings of a package's modules say."""
    head = f"# {package}\n\n::: {package}\n    options:\n      members: false\n      show_root_heading: false\n"
    return "\n".join([head, *(f"::: {module}\n" for module in modules)])


def leaves(nav: list[Any]) -> Iterator[str]:
    for entry in nav:
        for value in entry.values() if isinstance(entry, dict) else [entry]:
            yield from [value] if isinstance(value, str) else leaves(value)


def linked(document: str) -> Iterator[str]:
    """The files of the repository that a document links to, as paths from the top."""
    path = ROOT / document
    for target in LINK.findall(path.read_text("utf-8")):
        found = (path.parent / target).resolve()
        if found.is_file() and found.is_relative_to(ROOT):
            yield found.relative_to(ROOT).as_posix()


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    assert config.nav is not None
    sections = {title: pages for section in config.nav for title, pages in section.items()}
    code = next(entry for entry in sections["Reference"] if "Code" in entry)
    code["Code"] = [{package: place(package)} for package in packages()]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    documents = [path for path in leaves(config.nav or []) if not path.startswith("reference/")]
    # What of docs/ is not in the navigation is a warning, and so ends a build.
    documents += [path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")]
    for path in sorted({*documents, *(target for document in documents for target in linked(document))}):
        if (ROOT / path).is_file():  # of what is not there, mkdocs complains
            files.append(File(path, str(ROOT), config.site_dir, config.use_directory_urls))
    for package, modules in packages().items():
        files.append(File.generated(config, place(package), content=reference(package, modules)))
    return files
