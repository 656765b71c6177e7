from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from etlframe.errors import (
    ColumnNotFoundError,
    ExpressionError,
    HTTPSourceError,
    LoadError,
    MissingDependencyError,
    OptionError,
    PlanError,
    SourceNotFoundError,
    StepError,
    UnknownFormatError,
    UnknownNameError,
    ValidationError,
)
from etlframe.runs.retry import call_with_retries, is_worth_retrying


def failing(*errors: BaseException) -> Callable[[], str]:
    waiting = list(errors)

    def call() -> str:
        if waiting:
            raise waiting.pop(0)
        return "done"

    return call


def test_it_waits_one_two_and_four_seconds_before_three_further_attempts() -> None:
    waits: list[float] = []
    with pytest.raises(OSError, match="4"):
        call_with_retries(failing(*(OSError(n) for n in "1234")), retries=3, sleep=waits.append)
    assert waits == [1, 2, 4]


def test_it_stops_at_the_first_success() -> None:
    waits: list[float] = []
    assert call_with_retries(failing(OSError("1")), retries=5, sleep=waits.append) == "done"
    assert waits == [1]


def test_without_retries_it_calls_once_and_does_not_wait() -> None:
    waits: list[float] = []
    with pytest.raises(OSError, match="1"):
        call_with_retries(failing(OSError("1")), retries=0, sleep=waits.append)
    assert waits == []


def test_waits_go_on_doubling() -> None:
    waits: list[float] = []
    errors = (OSError(str(n)) for n in range(12))
    call_with_retries(failing(*errors), retries=12, sleep=waits.append)
    assert waits == [2**n for n in range(12)]


CASES = pd.DataFrame()
FINAL = [
    PlanError("mistake"),
    ColumnNotFoundError("carier", ["carrier"]),
    ExpressionError("no such word"),
    OptionError("retries"),
    UnknownNameError("engine", "x", ["duckdb"]),
    UnknownFormatError(".xyz"),
    MissingDependencyError("requests", extra="api", purpose="APISource"),
    ValidationError("2 rows", step="validate", messages=[], failure_cases=CASES),
    *(HTTPSourceError("never", status=status) for status in (400, 401, 403, 404, 410, 422, 499)),
]
PASSING = [
    OSError("disk busy"),
    ValueError("a user's own"),
    MemoryError(),
    SourceNotFoundError("not there yet"),
    LoadError("disk full"),
    StepError("flaky", step="enrich"),
    HTTPSourceError("no answer"),
    *(HTTPSourceError("later", status=status) for status in (408, 425, 429, 500, 502, 503, 504)),
]


def named(error: BaseException) -> str:
    return f"{type(error).__name__}-{getattr(error, 'status', '')}"


@pytest.mark.parametrize("error", FINAL, ids=named)
def test_what_would_fail_again_is_not_retried(error: Exception) -> None:
    waits: list[float] = []
    with pytest.raises(type(error)):
        call_with_retries(failing(error), retries=3, sleep=waits.append)
    assert waits == []


@pytest.mark.parametrize("error", PASSING, ids=named)
def test_what_may_pass_is_retried(error: Exception) -> None:
    assert call_with_retries(failing(error), retries=1, sleep=lambda _: None) == "done"


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt(), SystemExit(1)], ids=repr)
def test_an_interrupt_is_not_retried(interrupt: BaseException) -> None:
    assert not is_worth_retrying(interrupt)
    with pytest.raises(type(interrupt)):
        call_with_retries(failing(interrupt), retries=3, sleep=lambda _: None)


@pytest.mark.parametrize("retries", [-1, 1.0, "3", None, True])
def test_retries_that_are_no_count_are_refused(retries: Any) -> None:
    with pytest.raises(OptionError, match="retries is a whole number from 0"):
        call_with_retries(lambda: "done", retries=retries, sleep=lambda _: None)
