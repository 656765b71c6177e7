from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etlframe.errors import DestinationChangedError, RunFailedError, ValidationError
from etlframe.runs.log import RunLog
from etlframe.runs.result import JobResult, JobStatus
from tests.runs.fakes import LOADED, START, CsvTarget, job

FRAME = pd.DataFrame({"carrier": ["HA", "UA"], "delay": [1, 2]})


def result(**changes: Any) -> JobResult:
    made = JobResult(job_id="delays", run_id="r1", started_at=START, status=JobStatus.COMPLETED)
    return replace(made, **changes)


def test_a_status_is_its_name_as_text() -> None:
    assert [str(each) for each in JobStatus] == [each.name for each in JobStatus]
    assert JobStatus.COMPLETED == "COMPLETED"


def test_only_a_run_whose_load_is_there_is_ok() -> None:
    ok = [status.name for status in JobStatus if result(status=status).ok]
    assert ok == ["COMPLETED", "SKIPPED"]


def test_a_completed_result_is_returned_so_that_calls_can_follow() -> None:
    done = result()
    assert done.raise_for_status() is done


@pytest.mark.parametrize("status", [s for s in JobStatus if s not in ("COMPLETED", "SKIPPED")])
def test_any_other_result_raises(status: JobStatus) -> None:
    with pytest.raises(RunFailedError, match=f"delays {status}") as caught:
        result(status=status).raise_for_status()
    assert caught.value.result.status == status


def test_the_error_raised_tells_the_first_one_and_is_caused_by_the_last_one(log: RunLog) -> None:
    errors = [OSError("one"), OSError("two")]
    failed = job(*errors).run(retries=1, log=log, sleep=lambda _: None)
    with pytest.raises(RunFailedError, match=r"2 attempts.*OSError at extract: one") as caught:
        failed.raise_for_status()
    assert caught.value.__cause__ is errors[1]


# -- frame -----------------------------------------------------------------------------------------


def write(path: Path, df: pd.DataFrame, mode: str = "write") -> dict[str, Any]:
    df.to_csv(path, index=False, mode="a" if mode == "append" else "w", header=mode == "write")
    return LOADED | {"rows_loaded": len(df)}


def test_what_was_written_is_read_back(tmp_path: Path, log: RunLog) -> None:
    path = tmp_path / "out.csv"
    done = job(lambda: write(path, FRAME), destination=CsvTarget(path)).run(log=log)
    pd.testing.assert_frame_equal(done.frame(), FRAME)


def test_after_an_append_it_is_the_rows_of_this_run(tmp_path: Path, log: RunLog) -> None:
    path = tmp_path / "out.csv"
    write(path, pd.DataFrame({"carrier": ["old"] * 3, "delay": [7, 8, 9]}))
    target = CsvTarget(path, mode="append")
    done = job(lambda: write(path, FRAME, "append"), destination=target).run(log=log)
    pd.testing.assert_frame_equal(done.frame(), FRAME)


def test_a_frame_in_memory_is_given_as_it_is_and_cannot_be_spoilt(log: RunLog) -> None:
    done = job(LOADED | {"result": FRAME}).run(log=log)
    given = done.frame()
    given["delay"] = 0
    pd.testing.assert_frame_equal(done.frame(), FRAME)


def test_a_failed_run_has_no_frame(log: RunLog) -> None:
    with pytest.raises(RunFailedError, match="disk busy"):
        job(OSError("disk busy")).run(log=log).frame()


@pytest.mark.parametrize("change", ["rewritten", "removed", "touched"])
def test_a_destination_that_has_changed_since_is_not_taken_for_what_was_loaded(
    tmp_path: Path, log: RunLog, change: str
) -> None:
    path = tmp_path / "out.csv"
    done = job(lambda: write(path, FRAME), destination=CsvTarget(path)).run(log=log)
    if change == "rewritten":
        write(path, FRAME.assign(delay=[8, 9]))
        os.utime(path, ns=(1, 1))
    elif change == "removed":
        path.unlink()
    else:
        os.utime(path, ns=(1, 1))
    with pytest.raises(DestinationChangedError, match=f"{done.run_id}.*has changed.*run it again"):
        done.frame()


class Table:
    """A destination that is no file."""

    def __init__(self, rows: int, mode: str) -> None:
        self.rows, self.mode = rows, mode

    def describe(self) -> str:
        return "a table"

    def read(self) -> pd.DataFrame:
        return pd.DataFrame({"n": range(self.rows)})


@pytest.mark.parametrize(
    ("mode", "rows", "expected"),
    [("write", 14, list(range(14))), ("append", 20, list(range(6, 20)))],
)
def test_a_destination_that_is_no_file_is_told_by_its_rows(
    log: RunLog, mode: str, rows: int, expected: list[int]
) -> None:
    done = job(LOADED, destination=Table(rows, mode)).run(log=log)
    assert done.frame()["n"].tolist() == expected


@pytest.mark.parametrize(("mode", "rows"), [("write", 15), ("write", 13), ("append", 13)])
def test_rows_that_are_too_few_or_too_many_are_not_what_was_loaded(
    log: RunLog, mode: str, rows: int
) -> None:
    done = job(LOADED, destination=Table(rows, mode)).run(log=log)
    with pytest.raises(DestinationChangedError):
        done.frame()


# -- what else it holds ----------------------------------------------------------------------------


def test_failure_cases_are_those_of_the_validation_that_ended_the_run(log: RunLog) -> None:
    cases = pd.DataFrame(
        {"column": ["delay"], "check": ["ge(0)"], "failure_case": [-2], "index": [1]}
    )
    error = ValidationError("1 of 3", step="validate", messages=["1 of 3"], failure_cases=cases)
    failed = job(error).run(log=log)
    pd.testing.assert_frame_equal(failed.failure_cases, cases)
    assert failed.errors[0]["step"] == "validate"


def test_without_one_they_are_empty_with_the_same_columns() -> None:
    assert list(result().failure_cases) == ["column", "check", "failure_case", "index"]
    assert len(result().failure_cases) == 0
    assert len(result().rejected) == 0


def test_a_light_result_is_equal_and_holds_no_frame_and_no_traceback(
    tmp_path: Path, log: RunLog
) -> None:
    path = tmp_path / "out.csv"
    target = CsvTarget(path)
    full = job(lambda: write(path, FRAME) | {"result": FRAME}, destination=target).run(log=log)
    kept = full.light()
    assert kept == full
    assert (kept._loaded, kept.exception) == (None, None)
    pd.testing.assert_frame_equal(kept.frame(), FRAME)


def test_a_light_result_without_a_destination_says_that_its_rows_are_gone(log: RunLog) -> None:
    kept = job(LOADED | {"result": FRAME}).run(log=log).light()
    with pytest.raises(DestinationChangedError, match="no longer in memory"):
        kept.frame()
