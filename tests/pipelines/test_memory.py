"""Inputs that will not fit into memory are refused before they are read."""

from pathlib import Path

import pytest

from pipelines import memory, options
from pipelines.usage import UsageError

GB = memory.GIGABYTE


@pytest.mark.parametrize(("text", "allowed"), [(1 * GB, 8 * GB), (90_000_000, 1 * GB), (0, 0)])
def test_what_fits_or_is_small_passes(text: int, allowed: int):
    memory.check(text, allowed)


def test_what_does_not_fit_is_refused_in_a_sentence():
    with pytest.raises(
        UsageError, match=r"about 3.0 GB of text, .* needs some 8 GB .*, and 4 GB are there; give .*--runner"
    ):
        memory.check(3 * GB, 4 * GB)


def test_what_is_free_counts_where_nothing_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(memory, "available", lambda: 2 * GB)
    with pytest.raises(UsageError, match="2 GB are there"):
        memory.check(1 * GB)


@pytest.mark.parametrize(("limit", "expected"), [("max", 0), ("1000\n", 1000)])
def test_a_container_may_have_less_than_its_machine(
    limit: str, expected: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "memory.max").write_text(limit)
    monkeypatch.setattr(memory, "_CONTAINERS", (tmp_path / "memory.max", tmp_path / "none"))
    free = memory.available()
    assert free == expected if expected else free > 10_000_000


def test_text_is_told_from_what_is_around_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    asked: list[tuple[int, int | None]] = []
    monkeypatch.setattr(memory, "check", lambda text, allowed: asked.append((text, allowed)))
    for name in ("a.txt", "b.txt.gz", "c.html", "d.warc.gz"):
        (tmp_path / name).write_bytes(b"x" * 1000)
    options.parse(["--input", str(tmp_path), "--output", str(tmp_path / "out"), "--memory_gb", "3"])
    assert asked == [(1000 + 4000 + 250 + 1000, 3 * GB)]
