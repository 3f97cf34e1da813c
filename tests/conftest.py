"""Fixtures that several test modules share."""

from pathlib import Path

import pytest
from support import SEEDS, run_job


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew", action="store_true", help="write tests/expected and the blocks of documents anew")
    parser.addoption("--engine_pages", type=int, default=400, help="made-up pages that the engines' tests run over")


@pytest.fixture(scope="session")
def seed_dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset that the main job makes of seeds/pages."""
    return run_job(SEEDS / "pages" / "*", tmp_path_factory.mktemp("seeds") / "output")
