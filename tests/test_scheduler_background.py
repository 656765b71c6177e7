from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from etlframe.errors import LogError
from etlframe.runs.job import ETLJob
from etlframe.runs.log import RunLog
from etlframe.scheduler import ETLScheduler
from tests.runs.fakes import FakePlan, job

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


class Meeting:
    """A job whose attempts tell when they have begun, and end when they are let."""

    def __init__(self, name: str = "slow") -> None:
        self.begun = threading.Semaphore(0)
        self.let_end = threading.Event()
        self.at_once = self.most_at_once = self.count = 0
        self._lock = threading.Lock()
        self.job = ETLJob(FakePlan(name), attempt=self)  # type: ignore[arg-type]

    def __call__(self, plan: Any, *, execution: Any, **more: Any) -> Any:
        with self._lock:
            self.count += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        self.begun.release()
        assert self.let_end.wait(PATIENCE)
        with self._lock:
            self.at_once -= 1
        return execution


# -- in the background -----------------------------------------------------------------------------


def test_a_scheduled_job_is_run_again_and_again(scheduler: ETLScheduler, log: RunLog) -> None:
    meeting = Meeting()
    meeting.let_end.set()
    scheduler.register_job(meeting.job)
    scheduler.schedule("slow", every=OFTEN)
    scheduler.start()
    for _ in range(3):
        assert meeting.begun.acquire(timeout=PATIENCE)
    scheduler.stop()
    assert {run["status"] for run in log.runs()} == {"COMPLETED"}
    assert len(log.runs()) == len(scheduler.job_history) == meeting.count >= 3


def test_a_job_that_is_scheduled_after_the_start_runs_too(scheduler: ETLScheduler) -> None:
    meeting = Meeting()
    meeting.let_end.set()
    scheduler.start()
    scheduler.register_job(meeting.job)
    scheduler.schedule("slow", every=OFTEN)
    assert meeting.begun.acquire(timeout=PATIENCE)
    scheduler.unschedule("slow")
    assert scheduler.next_run("slow") is None


def test_a_failing_job_stops_neither_itself_nor_others(scheduler: ETLScheduler) -> None:
    again = threading.Semaphore(0)

    def fail() -> dict[str, Any]:
        again.release()
        raise ZeroDivisionError("always")

    meeting = Meeting()
    meeting.let_end.set()
    scheduler.register_job(job(*([fail] * 1000), name="failing"))
    scheduler.register_job(meeting.job)
    scheduler.schedule("failing", every=OFTEN, retries=0)
    scheduler.schedule("slow", every=OFTEN)
    scheduler.start()
    for _ in range(3):
        assert again.acquire(timeout=PATIENCE)
        assert meeting.begun.acquire(timeout=PATIENCE)
    scheduler.stop()
    statuses = {result.job_id: result.status for result in scheduler.job_history}
    assert statuses == {"failing": "FAILED", "slow": "COMPLETED"}


@pytest.mark.parametrize("error", [LogError("disk full"), SystemExit(1)], ids=repr)
def test_not_even_a_job_that_cannot_be_run_kills_the_scheduler(
    scheduler: ETLScheduler,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: BaseException,
) -> None:
    again = threading.Semaphore(0)

    def fail(*args: Any, **options: Any) -> None:
        again.release()
        raise error

    scheduler.register_job(job())
    monkeypatch.setattr(scheduler, "execute_job", fail)
    scheduler.schedule("delays", every=OFTEN)
    with caplog.at_level(logging.ERROR, "etlframe.scheduler"):
        scheduler.start()
        for _ in range(2):
            assert again.acquire(timeout=PATIENCE)
        scheduler.stop()
    assert "The scheduled run of 'delays' could not be made." in caplog.messages


def test_runs_of_one_job_never_overlap(scheduler: ETLScheduler) -> None:
    meeting = Meeting()
    scheduler.register_job(meeting.job)
    scheduler.schedule("slow", every=OFTEN)
    scheduler.start()
    assert meeting.begun.acquire(timeout=PATIENCE)
    asked = threading.Thread(target=scheduler.execute_job, args=["slow"])
    asked.start()
    # Many intervals' worth of chances for a second one to begin.
    assert not meeting.begun.acquire(timeout=20 * OFTEN)
    meeting.let_end.set()
    asked.join(PATIENCE)
    scheduler.stop()
    assert meeting.count >= 2
    assert meeting.most_at_once == 1


def test_different_jobs_run_side_by_side(scheduler: ETLScheduler) -> None:
    meetings = [Meeting("one"), Meeting("other")]
    for meeting in meetings:
        scheduler.register_job(meeting.job)
        scheduler.schedule(meeting.job.job_id, every=OFTEN)
    scheduler.start()
    for meeting in meetings:
        assert meeting.begun.acquire(timeout=PATIENCE)
    for meeting in meetings:
        meeting.let_end.set()


def test_stop_waits_for_the_runs_that_go_on(scheduler: ETLScheduler, log: RunLog) -> None:
    meeting = Meeting()
    scheduler.register_job(meeting.job)
    scheduler.schedule("slow", every=OFTEN)
    scheduler.start()
    assert meeting.begun.acquire(timeout=PATIENCE)
    stopping = threading.Thread(target=scheduler.stop)
    stopping.start()
    meeting.let_end.set()
    stopping.join(PATIENCE)
    assert not stopping.is_alive()
    assert {run["status"] for run in log.runs()} == {"COMPLETED"}
    assert meeting.at_once == 0


def test_stop_can_leave_them_to_end_by_themselves(scheduler: ETLScheduler) -> None:
    meeting = Meeting()
    scheduler.register_job(meeting.job)
    scheduler.schedule("slow", every=OFTEN)
    scheduler.start()
    assert meeting.begun.acquire(timeout=PATIENCE)
    scheduler.stop(wait=False)
    assert meeting.at_once == 1
    meeting.let_end.set()


def test_it_can_be_started_and_stopped_twice_and_started_again(scheduler: ETLScheduler) -> None:
    meeting = Meeting()
    meeting.let_end.set()
    scheduler.register_job(meeting.job)
    scheduler.schedule("slow", every=OFTEN)
    for _ in range(2):
        scheduler.start()
        scheduler.start()
        assert scheduler.is_running
        assert meeting.begun.acquire(timeout=PATIENCE)
        scheduler.stop()
        scheduler.stop()
        assert not scheduler.is_running


def test_a_time_that_comes_just_after_its_schedule_was_taken_away_runs_nothing(
    scheduler: ETLScheduler,
) -> None:
    scheduler.register_job(job())
    scheduler._fire("delays")
    assert not scheduler.job_history
