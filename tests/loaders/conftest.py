"""What tests of loads may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import etlframe as etl
from etlframe.options import get_options


@pytest.fixture
def log(tmp_path: Path) -> Iterator[None]:
    """Have runs recorded in a log of the test's own."""
    before = get_options().log_path
    etl.set_options(log_path=tmp_path / "log" / "runs.jsonl")
    yield
    etl.set_options(log_path=before)
