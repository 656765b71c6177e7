from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etlframe.errors import OptionError, UnknownNameError
from etlframe.runs.history import COLUMNS
from etlframe.runs.log import RunLog
from tests.runs.fakes import START
from tests.runs.records import finished, started


@pytest.fixture
def full(log: RunLog) -> RunLog:
    error = {"type": "OSError", "message": "disk\n  busy", "step": "load", "attempt": 2}
    log.append(finished(0))
    log.append(finished(1, status="FAILED", errors=[error], warnings=["a", "b"], rows_loaded=0))
    log.append(finished(2, job_id="other", destination=None))
    log.append(started(3, host="elsewhere"))
    log.append(finished(4, status="CANCELLED"))
    return log


def test_the_history_has_the_same_columns_and_dtypes_with_and_without_runs(
    full: RunLog, tmp_path: Path
) -> None:
    empty = RunLog(tmp_path / "none.jsonl").history()
    for frame in (empty, full.history(), full.history("other"), full.history(limit=0)):
        assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == COLUMNS
        assert isinstance(frame.index, pd.RangeIndex)
    assert len(empty) == 0


def test_the_history_is_oldest_first_with_errors_as_one_line(full: RunLog) -> None:
    history = full.history()
    assert list(history["status"]) == [
        "COMPLETED",
        "FAILED",
        "COMPLETED",
        "INTERRUPTED",
        "CANCELLED",
    ]
    assert history["errors"].tolist() == ["", "OSError at load: disk busy", "", "", ""]
    assert history["warnings"].tolist() == ["", "a; b", "", "", ""]
    assert history["started_at"][0] == pd.Timestamp(START)
    assert history["rows_extracted"].isna().tolist() == [False, False, False, True, False]
    assert pd.isna(history["destination"][2])
    assert pd.isna(history["duration"][3])


def test_the_history_is_filtered(full: RunLog) -> None:
    def numbers(**filters: Any) -> list[str]:
        return [run_id.rpartition("-")[2] for run_id in full.history(**filters)["run_id"]]

    assert numbers(job_id="other") == ["2"]
    assert numbers(job_id="nobody") == []
    assert numbers(status="failed") == ["1"]
    assert numbers(status=["FAILED", "CANCELLED"]) == ["1", "4"]
    assert numbers(since=START + timedelta(days=2)) == ["2", "3", "4"]
    assert numbers(since="2026-03-05") == ["3", "4"]
    assert numbers(limit=2) == ["3", "4"]
    assert numbers(job_id="delays", status="COMPLETED", limit=1) == ["0"]
    assert numbers(limit=0) == []


def test_since_may_be_how_long_ago(log: RunLog) -> None:
    now = datetime.now(UTC)
    for hours in (50, 3, 1):
        at = (now - timedelta(hours=hours)).isoformat()
        log.append(finished(hours, started_at=at))
    assert len(log.history(since="2d")) == 2
    assert len(log.history(since=timedelta(hours=2))) == 1


def test_filters_that_make_no_sense_are_refused(full: RunLog) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'FAILED'"):
        full.history(status="FAILD")
    with pytest.raises(OptionError, match="limit is a whole number"):
        full.history(limit=-1)
    with pytest.raises(OptionError, match="since="):
        full.history(since="last week")


def test_a_record_of_a_later_version_with_less_in_it_is_still_shown(log: RunLog) -> None:
    log.append({"version": 9, "run_id": "r", "job_id": "delays", "status": "ARCHIVED"})
    history = log.history()
    assert history["status"].tolist() == ["ARCHIVED"]
    assert {name: str(dtype) for name, dtype in history.dtypes.items()} == COLUMNS
