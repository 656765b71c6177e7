from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etlframe.errors import (
    ColumnNotFoundError,
    HTTPSourceError,
    OptionError,
    StepError,
    UnknownNameError,
    ValidationError,
)
from etlframe.options import set_options
from etlframe.plan.records import StepRecord
from etlframe.runs.job import ETLJob
from etlframe.runs.log import RunLog
from etlframe.runs.process import this_host
from etlframe.runs.result import JobStatus
from tests.runs.fakes import LOADED, Attempts, Clock, CsvTarget, FakePlan, job


def lines(log: RunLog) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.path.read_text(encoding="utf-8").splitlines()]


def test_a_run_is_recorded_when_it_starts_and_when_it_has_finished(log: RunLog) -> None:
    result = job(LOADED, destination=CsvTarget(Path("out.csv"))).run(log=log, clock=Clock())
    started, finished = lines(log)
    known = {
        "version": 1,
        "run_id": result.run_id,
        "job_id": "delays",
        "started_at": "2026-03-02T02:00:00.000000+00:00",
        "source": "data/flights.csv",
        "destination": "out.csv",
        "params": {"engine": "auto", "retries": 0},
        "host": this_host(),
        "pid": os.getpid(),
        "rows_rejected": 0,
        "errors": [],
        "warnings": [],
    }
    assert started == known | {
        "event": "started",
        "status": "RUNNING",
        "engine": "auto",
        "finished_at": None,
        "duration": None,
        "attempts": 0,
        "rows_extracted": None,
        "rows_transformed": None,
        "rows_loaded": 0,
        "steps": [],
    }
    assert finished == known | {
        "event": "finished",
        "status": "COMPLETED",
        "engine": "duckdb",
        "finished_at": "2026-03-02T02:00:01.000000+00:00",
        "duration": 1.0,
        "attempts": 1,
        "rows_extracted": 27_004,
        "rows_transformed": 14,
        "rows_loaded": 14,
        "steps": [
            {"name": "extract", "engine": "duckdb", "rows": 27_004, "seconds": 0.2},
            {"name": "query", "engine": "duckdb", "rows": None, "seconds": None},
            {"name": "load", "engine": "duckdb", "rows": 14, "seconds": 0.1},
        ],
    }
    assert finished == result.record()


def test_the_record_s_fields_stand_in_the_order_of_the_format(log: RunLog) -> None:
    job().run(log=log)
    assert " ".join(lines(log)[1]) == (
        "version event run_id job_id status engine started_at finished_at duration attempts "
        "rows_extracted rows_transformed rows_loaded rows_rejected errors warnings steps "
        "source destination params host pid"
    )


def test_the_end_of_a_run_is_on_the_disk_before_its_result_is_told(
    log: RunLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []

    def note(number: int) -> None:
        synced.append(lines(log)[-1]["event"])

    monkeypatch.setattr(os, "fsync", note)
    job().run(log=log)
    assert synced == ["finished"]


def test_the_log_says_running_while_it_runs(log: RunLog) -> None:
    seen: list[str] = []

    def look() -> dict[str, Any]:
        seen.extend(run["status"] for run in log.runs())
        return {}

    job(look).run(log=log)
    assert seen == ["RUNNING"]
    assert [run["status"] for run in log.runs()] == ["COMPLETED"]


def test_without_a_log_it_is_recorded_in_the_options_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    job().run()
    assert len(RunLog(tmp_path / ".etlframe/logs/etl-jobs.jsonl").runs()) == 1
    with set_options(log_path=tmp_path / "other.jsonl"):
        job().run()
    assert len(RunLog(tmp_path / "other.jsonl").runs()) == 1


def test_run_ids_differ_and_sort_by_time(log: RunLog) -> None:
    clock = Clock()
    ids = [job().run(log=log, clock=clock).run_id for _ in range(5)]
    assert len(set(ids)) == 5
    assert ids == sorted(ids)
    assert ids[0].startswith("20260302T020000-")


def test_execute_is_run(log: RunLog) -> None:
    assert job().execute(log=log).ok


def test_the_engine_asked_for_is_the_attempt_s_and_the_one_used_is_recorded(log: RunLog) -> None:
    asked = ETLJob(FakePlan(), attempt=(attempts := Attempts(LOADED)))  # type: ignore[arg-type]
    result = asked.run(engine="pandas", log=log)
    assert attempts.engines == ["pandas"]
    assert result.engine == "duckdb"
    assert lines(log)[0]["engine"] == "pandas"


def test_arguments_that_make_no_sense_are_refused_before_anything_is_recorded(log: RunLog) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'duckdb'"):
        job().run(engine="dukdb", log=log)
    with pytest.raises(OptionError, match="retries is a whole number"):
        job().run(retries=-1, log=log)
    assert not log.path.exists()


def test_the_observer_is_handed_to_the_attempt(log: RunLog) -> None:
    seen: list[str | None] = []
    job(LOADED).run(log=log, on_progress=lambda execution: seen.append(execution.step))
    assert seen == ["extract"]


# -- retries ---------------------------------------------------------------------------------------


def test_it_is_tried_again_after_one_two_and_four_seconds_until_it_succeeds(log: RunLog) -> None:
    waits: list[float] = []
    errors = [OSError("one"), OSError("two"), OSError("three")]
    result = job(*errors, LOADED).run(retries=5, log=log, sleep=waits.append)
    assert result.status == JobStatus.COMPLETED
    assert waits == [1, 2, 4]
    assert result.attempts == 4
    assert result.rows_loaded == 14
    assert len(lines(log)) == 2


def test_the_errors_of_every_attempt_are_kept(log: RunLog) -> None:
    errors = [OSError("one"), StepError("two", step="assign speed"), ValueError("three")]
    result = job(*errors).run(retries=2, log=log, sleep=lambda _: None)
    assert result.status == JobStatus.FAILED
    assert result.exception is errors[2]
    assert lines(log)[1]["errors"] == [
        {"type": "OSError", "message": "one", "step": "extract", "attempt": 1},
        {"type": "StepError", "message": "two", "step": "assign speed", "attempt": 2},
        {"type": "ValueError", "message": "three", "step": "extract", "attempt": 3},
    ]


def test_every_attempt_has_a_fresh_execution_and_the_last_one_counts(log: RunLog) -> None:
    def half() -> dict[str, Any]:
        attempts.executions[-1].rows_extracted = 5
        attempts.executions[-1].steps.append(StepRecord("extract", 5, 0.1, "duckdb"))
        raise OSError("half way")

    attempts = Attempts(half, {"rows_extracted": 7})
    result = ETLJob(FakePlan(), attempt=attempts).run(  # type: ignore[arg-type]
        retries=1, log=log, sleep=lambda _: None
    )
    assert attempts.executions[0] is not attempts.executions[1]
    assert (result.rows_extracted, result.steps, result.warnings) == (7, [], [])


def test_a_failed_run_tells_what_was_known(log: RunLog) -> None:
    def half() -> dict[str, Any]:
        attempts.executions[-1].rows_extracted = 5
        attempts.executions[-1].engine = "duckdb"
        raise OSError("half way")

    attempts = Attempts(half)
    result = ETLJob(FakePlan(), attempt=attempts).run(log=log)  # type: ignore[arg-type]
    assert (result.status, result.rows_extracted, result.rows_loaded) == ("FAILED", 5, 0)
    assert result.engine == "duckdb"


@pytest.mark.parametrize(
    "error",
    [
        ColumnNotFoundError("carier", ["carrier"], step="query"),
        HTTPSourceError("404 Not Found", status=404),
        ValidationError("no", step="v", messages=[], failure_cases=pd.DataFrame({"column": []})),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_would_fail_again_is_tried_once(log: RunLog, error: Exception) -> None:
    waits: list[float] = []
    result = job(error, LOADED).run(retries=3, log=log, sleep=waits.append)
    assert (result.status, result.attempts, waits) == (JobStatus.FAILED, 1, [])


# -- interrupts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt(), SystemExit(2)], ids=repr)
def test_an_interrupt_is_recorded_and_raised_again(log: RunLog, interrupt: BaseException) -> None:
    with pytest.raises(type(interrupt)):
        job(interrupt, LOADED).run(retries=3, log=log, sleep=lambda _: None)
    _, finished = lines(log)
    assert (finished["status"], finished["attempts"]) == ("CANCELLED", 1)
    assert finished["errors"][0]["type"] == type(interrupt).__name__


def test_an_interrupt_between_two_attempts_cancels_the_run(log: RunLog) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        job(OSError("one"), LOADED).run(retries=3, log=log, sleep=interrupt)
    assert log.runs()[0]["status"] == "CANCELLED"
    assert [each["message"] for each in log.runs()[0]["errors"]] == ["one"]
