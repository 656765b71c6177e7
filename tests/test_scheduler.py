from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from etlframe.errors import OptionError, UnknownNameError
from etlframe.options import set_options
from etlframe.runs.job import ETLJob
from etlframe.runs.log import RunLog
from etlframe.scheduler import ETLScheduler
from tests.runs.fakes import LOADED, START, Attempts, Clock, FakePlan, job

OFTEN = 0.01
# No test waits this long unless it fails.
PATIENCE = 20.0


@pytest.fixture
def log(tmp_path: Path) -> RunLog:
    return RunLog(tmp_path / "runs.jsonl")


@pytest.fixture
def scheduler(log: RunLog) -> Iterator[ETLScheduler]:
    made = ETLScheduler(log, timezone="UTC", sleep=lambda _: None)
    yield made
    made.stop()


# -- now -------------------------------------------------------------------------------------------


def test_a_registered_job_is_run_by_its_name(scheduler: ETLScheduler, log: RunLog) -> None:
    scheduler.register_job(job(LOADED))
    result = scheduler.execute_job("delays")
    assert result.ok
    assert list(scheduler.job_history) == [result]
    assert [run["run_id"] for run in log.runs()] == [result.run_id]


def test_a_job_gets_three_retries_unless_told_otherwise(log: RunLog) -> None:
    waits: list[float] = []
    scheduler = ETLScheduler(log, sleep=waits.append)
    scheduler.register_job(job(*(OSError() for _ in range(9))))
    assert scheduler.execute_job("delays").attempts == 4
    assert waits == [1, 2, 4]
    assert scheduler.execute_job("delays", retries=0).attempts == 1


def test_a_call_may_bring_its_own_engine_and_sleep_and_observer(scheduler: ETLScheduler) -> None:
    waits: list[float] = []
    seen: list[Any] = []
    attempts = Attempts(OSError(), LOADED)
    scheduler.register_job(ETLJob(FakePlan(), attempt=attempts))  # type: ignore[arg-type]
    scheduler.execute_job("delays", engine="pandas", sleep=waits.append, on_progress=seen.append)
    assert attempts.engines == ["pandas", "pandas"]
    assert waits == [1]
    assert len(seen) == 2


def test_a_plan_is_registered_as_a_job(scheduler: ETLScheduler) -> None:
    registered = scheduler.register_job(FakePlan("planned"))  # type: ignore[arg-type]
    assert isinstance(registered, ETLJob)
    assert dict(scheduler.jobs) == {"planned": registered}


def test_an_unknown_job_is_an_error_with_the_near_names(scheduler: ETLScheduler) -> None:
    scheduler.register_job(job())
    for ask in (
        scheduler.execute_job,
        scheduler.unschedule,
        scheduler.next_run,
        scheduler.statistics,
        lambda name: scheduler.schedule(name, every=1),
    ):
        with pytest.raises(UnknownNameError, match=r"No job named 'delay'\. Did you mean 'delays'"):
            ask("delay")


def test_registering_a_name_again_replaces_the_job_and_keeps_its_schedule(
    scheduler: ETLScheduler,
) -> None:
    scheduler.register_job(job(OSError("the old one")))
    due = scheduler.schedule("delays", cron="0 2 * * *")
    scheduler.register_job(job(LOADED))
    assert scheduler.execute_job("delays").rows_loaded == 14
    assert scheduler.next_run("delays") == due


def test_the_history_keeps_the_newest_thousand(scheduler: ETLScheduler) -> None:
    scheduler.register_job(job())
    result = scheduler.execute_job("delays")
    scheduler.job_history.extend([result] * 1500)
    assert len(scheduler.job_history) == scheduler.job_history.maxlen == 1000


def test_the_history_holds_no_frames(scheduler: ETLScheduler) -> None:
    scheduler.register_job(job(LOADED | {"result": "a large frame"}))
    result = scheduler.execute_job("delays")
    assert result._loaded == "a large frame"
    assert scheduler.job_history[0]._loaded is None


def test_statistics_are_those_of_its_own_runs(scheduler: ETLScheduler) -> None:
    scheduler.register_job(job(LOADED, OSError()))
    scheduler.register_job(job(name="other"))
    for name in ("delays", "delays", "other"):
        scheduler.execute_job(name, retries=0)
    assert scheduler.statistics()["total_executions"] == 3
    assert scheduler.statistics("delays")["success_rate"] == 0.5
    assert scheduler.statistics("delays")["total_rows_processed"] == 14


def test_without_a_log_it_takes_the_options_one(tmp_path: Path) -> None:
    with set_options(log_path=tmp_path / "own.jsonl"):
        scheduler = ETLScheduler()
    assert scheduler.log.path == tmp_path / "own.jsonl"


def test_its_repr_tells_what_it_holds(scheduler: ETLScheduler) -> None:
    scheduler.register_job(job())
    scheduler.schedule("delays", every="1h")
    assert repr(scheduler) == "ETLScheduler(1 jobs, 1 scheduled, stopped)"


# -- times -----------------------------------------------------------------------------------------


@pytest.fixture
def clocked(log: RunLog) -> ETLScheduler:
    made = ETLScheduler(log, timezone="Europe/Berlin", clock=Clock())
    made.register_job(job())
    return made


def test_cron_is_read_in_the_scheduler_s_zone(clocked: ETLScheduler) -> None:
    due = clocked.schedule("delays", cron="0 2 * * *")
    assert due.astimezone(UTC) == datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    assert clocked.next_run("delays") == due


@pytest.mark.parametrize("every", ["15m", 900, timedelta(minutes=15)])
def test_an_interval_is_due_first_after_one_interval(clocked: ETLScheduler, every: Any) -> None:
    assert clocked.schedule("delays", every=every) == START + timedelta(minutes=15)


def test_a_schedule_is_replaced_by_the_next_and_taken_away(clocked: ETLScheduler) -> None:
    clocked.schedule("delays", every="15m")
    clocked.schedule("delays", every="1h")
    assert clocked.next_run("delays") == START + timedelta(hours=1, seconds=2)
    clocked.unschedule("delays")
    clocked.unschedule("delays")
    assert clocked.next_run("delays") is None


@pytest.mark.parametrize("times", [{}, {"cron": "0 2 * * *", "every": "1h"}])
def test_exactly_one_way_to_tell_the_time_is_wanted(
    clocked: ETLScheduler, times: dict[str, str]
) -> None:
    with pytest.raises(OptionError, match="either cron"):
        clocked.schedule("delays", **times)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "times",
    [{"cron": "nightly"}, {"every": "often"}, {"every": "1h", "retries": -1}],
    ids=str,
)
def test_a_schedule_that_makes_no_sense_changes_nothing(
    clocked: ETLScheduler, times: dict[str, Any]
) -> None:
    with pytest.raises(OptionError):
        clocked.schedule("delays", **times)
    assert clocked.next_run("delays") is None


def test_an_unknown_zone_is_told_when_it_is_needed(log: RunLog) -> None:
    scheduler = ETLScheduler(log, timezone="Europe/Berln")
    scheduler.register_job(job())
    with pytest.raises(UnknownNameError, match="Europe/Berlin"):
        scheduler.schedule("delays", cron="@daily")
