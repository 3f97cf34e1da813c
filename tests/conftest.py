"""Fixtures that several test modules share."""

from pathlib import Path

import pytest
from support import SEEDS, run_job


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew", action="store_true", help="write tests/expected and the blocks of documents anew")
    parser.addoption("--engine_pages", type=int, default=400, help="made-up pages that the engines' tests run over")
    parser.addoption("--long", action="store_true", help="run what takes minutes too, and break off runs at every point")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: takes minutes; runs with --long")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="takes minutes; runs with --long"))


@pytest.fixture(scope="session")
def seed_dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset that the main job makes of seeds/pages."""
    return run_job(SEEDS / "pages" / "*", tmp_path_factory.mktemp("seeds") / "output")
