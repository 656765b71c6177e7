from __future__ import annotations

import traceback
import weakref
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etlframe.errors import (
    DestinationChangedError,
    LogError,
    SourceNotFoundError,
    StepError,
)
from etlframe.pipeline import Pipeline
from etlframe.plan.execution import Execution
from etlframe.runs.job import ETLJob
from etlframe.runs.log import RunLog
from etlframe.runs.result import JobStatus
from etlframe.sources.file import FileSource
from tests.runs.fakes import (
    FLIGHTS,
    LOADED,
    START,
    Attempts,
    Clock,
    CsvTarget,
    Described,
    FakePlan,
    job,
)

# -- the log ---------------------------------------------------------------------------------------


def test_nothing_is_run_that_cannot_be_recorded(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    attempts = Attempts(LOADED)
    with pytest.raises(LogError):
        ETLJob(FakePlan(), attempt=attempts).run(  # type: ignore[arg-type]
            log=RunLog(tmp_path / "file" / "runs.jsonl")
        )
    assert attempts.executions == []


def test_a_run_whose_end_cannot_be_recorded_is_not_lost(log: RunLog) -> None:
    def spoil() -> dict[str, Any]:
        log.path.unlink()
        log.path.mkdir()
        return LOADED

    with pytest.warns(UserWarning, match="is not recorded"):
        result = job(spoil).run(log=log)
    assert (result.status, result.rows_loaded) == (JobStatus.COMPLETED, 14)
    assert "cannot be written" in result.warnings[0]


def test_a_clock_that_is_set_back_makes_no_negative_duration(log: RunLog) -> None:
    clock = Clock()

    def set_back() -> dict[str, Any]:
        clock.now = START.replace(year=2020)
        return {}

    assert job(set_back).run(log=log, clock=clock).duration == 0.0


# -- secrets ---------------------------------------------------------------------------------------

SECRET = "hunter2hunter2"


def test_no_secret_reaches_the_log_or_a_repr(log: RunLog) -> None:
    url = f"postgresql://ada:{SECRET}@db.example/flights"
    error = RuntimeError(f"cannot reach {url}?token={SECRET} with Authorization: Bearer {SECRET}")
    described = Described(url)
    target = CsvTarget(Path("out.csv"))
    target.describe = lambda: url  # type: ignore[method-assign]
    failed = job(error, source=described, destination=target).run(log=log)
    warned = job({"warnings": [f"{url} is slow"]}, source=described).run(log=log)
    for text in (log.path.read_text(), repr(failed), failed._repr_html_(), warned._repr_html_()):
        assert SECRET not in text
        assert "db.example" in text


def test_a_cause_that_holds_a_secret_is_not_shown_by_the_traceback(log: RunLog) -> None:
    error = RuntimeError("could not connect")
    error.__cause__ = OSError(f"https://ada:{SECRET}@db.example refused")
    result = job(error).run(log=log)
    with pytest.raises(Exception, match="could not connect") as caught:
        result.raise_for_status()
    shown = "".join(traceback.format_exception(caught.value))
    assert SECRET not in shown


# -- memory ----------------------------------------------------------------------------------------


def test_a_failed_run_does_not_keep_the_data_that_its_traceback_has_seen(log: RunLog) -> None:
    seen: list[weakref.ref[pd.DataFrame]] = []

    def fail() -> dict[str, Any]:
        df = pd.DataFrame({"a": [1]})
        seen.append(weakref.ref(df))
        raise OSError("with the data in hand")

    result = job(fail).run(log=log)
    assert seen[0]() is None
    assert "with the data in hand" in "".join(traceback.format_exception(result.exception))
    assert "in fail" in "".join(traceback.format_exception(result.exception))


# -- the real thing --------------------------------------------------------------------------------


def test_a_real_pipeline_runs_and_is_recorded(tmp_path: Path, log: RunLog) -> None:
    flights = pd.DataFrame({"carrier": ["UA", "HA", "UA"], "delay": [4, -2, 6]})
    pipeline = Pipeline("delays", flights).query("delay > 0").to(tmp_path / "out.csv")
    result = ETLJob(pipeline).run(log=log).raise_for_status()
    assert (result.rows_extracted, result.rows_loaded) == (3, 2)
    assert result.frame()["delay"].tolist() == [4, 6]
    assert result.steps[0]["name"] == "extract"
    assert log.history("delays")["rows_loaded"].tolist() == [2]


def test_a_real_failure_is_a_result_with_the_step_s_name(log: RunLog) -> None:
    def spoil(df: pd.DataFrame) -> pd.DataFrame:
        raise ZeroDivisionError("by zero")

    result = ETLJob(Pipeline("p", pd.DataFrame({"a": [1]})).pipe(spoil)).run(log=log)
    assert result.status == JobStatus.FAILED
    assert result.errors[0]["step"] == "spoil"
    with pytest.raises(Exception, match="spoil") as caught:
        result.raise_for_status()
    assert isinstance(caught.value.__cause__, StepError)


def test_a_file_that_comes_late_is_read_by_a_further_attempt(tmp_path: Path, log: RunLog) -> None:
    path = tmp_path / "late.csv"

    def arrive(seconds: float) -> None:
        path.write_text("a\n1\n")

    result = ETLJob(Pipeline("late", path)).run(retries=3, log=log, sleep=arrive)
    assert (result.status, result.attempts) == (JobStatus.COMPLETED, 2)
    assert result.errors[0]["type"] == SourceNotFoundError.__name__


def test_its_repr_is_its_name() -> None:
    assert repr(job()) == "ETLJob('delays')"
    assert isinstance(Execution(), Execution)


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_each_append_gives_back_its_own_rows_until_the_next_one(
    tmp_path: Path, log: RunLog, suffix: str
) -> None:
    FLIGHTS.to_csv(tmp_path / "flights.csv", index=False)
    source = FileSource(tmp_path / "flights.csv")
    to = tmp_path / f"out.{suffix}"
    first = ETLJob(Pipeline("a", source).to(to, mode="append")).run(log=log)
    assert first.frame()["delay"].tolist() == [4, -2, 6]
    late = Pipeline("a", source).query("delay > 0").to(to, mode="append")
    second = ETLJob(late).run(log=log)
    assert second.frame()["delay"].tolist() == [4, 6]
    with pytest.raises(DestinationChangedError):
        first.frame()
