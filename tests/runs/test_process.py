from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from etlframe.runs.log import RunLog
from etlframe.runs.process import is_at, this_host, under_way

# Runs a job whose attempt says that it has begun, and then waits for a line that never comes.
KEEP_RUNNING = """
import sys
from etlframe.runs.job import ETLJob
from etlframe.runs.log import RunLog
from tests.runs.fakes import FakePlan

def attempt(plan, *, engine, execution, on_progress):
    print("begun", flush=True)
    sys.stdin.readline()
    return execution

ETLJob(FakePlan(), attempt=attempt).run(log=RunLog(sys.argv[1]))
"""

APPEND_MANY = """
import sys
from etlframe.runs.log import RunLog
from tests.runs.records import finished

log = RunLog(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(100):
    log.append(finished(number, sys.argv[2], warnings=[sys.argv[2] * 3000]))
"""


@contextmanager
def program(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a program of its own, and wait until it says its first line."""
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() in {"begun", "ready"}
            yield process
        finally:
            process.kill()


def statuses(log: RunLog) -> list[str]:
    return [run["status"] for run in log.runs()]


def test_a_run_whose_process_is_killed_shows_as_interrupted(log: RunLog) -> None:
    with program(KEEP_RUNNING, str(log.path)) as process:
        assert statuses(log) == ["RUNNING"]
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert statuses(log) == ["INTERRUPTED"]
    assert log.history()["status"].tolist() == ["INTERRUPTED"]


def test_a_killed_process_that_nobody_has_reaped_is_gone_too(log: RunLog) -> None:
    with program(KEEP_RUNNING, str(log.path)) as process:
        process.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert statuses(log) == ["INTERRUPTED"]


def test_an_interrupt_from_the_keyboard_is_recorded_as_cancelled(log: RunLog) -> None:
    with program(KEEP_RUNNING, str(log.path)) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait() != 0
    assert statuses(log) == ["CANCELLED"]


def test_two_processes_write_whole_lines_at_the_same_time(log: RunLog) -> None:
    with (
        program(APPEND_MANY, str(log.path), "a") as one,
        program(APPEND_MANY, str(log.path), "b") as other,
    ):
        for process in (one, other):
            process.communicate("go\n")
            assert process.returncode == 0
    runs = log.runs()
    assert (len(runs), log.torn) == (200, 0)
    assert {run["job_id"] for run in runs} == {"a", "b"}


def record(**changes: Any) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    return {"run_id": "r", "host": this_host(), "pid": os.getpid(), "started_at": now} | changes


def test_this_process_knows_its_own_runs() -> None:
    with under_way("r"):
        assert is_at(record()) is True
        assert is_at(record(run_id="another")) is False
    assert is_at(record()) is False


def test_another_process_that_lives_is_at_its_run() -> None:
    assert is_at(record(pid=os.getppid())) is True


def test_a_later_process_of_the_same_number_is_another() -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=3650)).isoformat()
    assert is_at(record(pid=os.getppid(), started_at=long_ago)) is False


@pytest.mark.parametrize("changes", [{"host": "elsewhere"}, {"pid": None}, {"pid": 0}])
def test_it_cannot_be_told_from_here(changes: dict[str, Any]) -> None:
    assert is_at(record(**changes)) is None


def test_without_a_process_file_system_a_number_in_use_is_alive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Path, "exists", lambda self: False)
    assert is_at(record(pid=os.getppid())) is True
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert is_at(record(pid=process.pid)) is False


def test_a_process_of_another_user_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pid: int, signal_number: int) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "exists", lambda self: False)
    monkeypatch.setattr(os, "kill", refuse)
    assert is_at(record(pid=1)) is True


def test_a_moment_that_cannot_be_read_does_not_matter() -> None:
    assert is_at(record(pid=os.getppid(), started_at="?")) is True
