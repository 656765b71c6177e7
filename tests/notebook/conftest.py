"""Logs for the screens' tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from etlframe.runs.log import RunLog
from tests.notebook.records import mixed, write_log


@pytest.fixture
def log(tmp_path: Path) -> RunLog:
    """Return the log of sixty runs of two jobs."""
    return RunLog(write_log(tmp_path / "runs.jsonl", mixed(60)))


@pytest.fixture
def empty_log(tmp_path: Path) -> RunLog:
    """Return the log of no run."""
    return RunLog(tmp_path / "none.jsonl")
