"""A run log of its own for every test."""

from __future__ import annotations

from pathlib import Path

import pytest

from etlframe.runs.log import RunLog


@pytest.fixture
def log(tmp_path: Path) -> RunLog:
    return RunLog(tmp_path / "logs" / "runs.jsonl")
