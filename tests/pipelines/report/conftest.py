"""A dataset that several modules make reports of."""

from pathlib import Path

import pytest
from made import Told, write_dataset


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of 10,000 events, whose headlines and outlets are long and all differ."""
    told = (
        Told(f"a{n}", f"e{n % 10_000}", [(f"p{n % 5000}", n // 5000)], "word " * 50, f"Story {n} " * 40, f"Outlet {n}")
        for n in range(12_000)
    )
    return write_dataset(tmp_path_factory.mktemp("large"), told, partitioned=False)
