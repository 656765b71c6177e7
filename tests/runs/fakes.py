"""Plans whose attempts end as a test wants them to, and a clock that it moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from etlframe.plan.execution import Execution
from etlframe.plan.records import StepRecord
from etlframe.runs.job import ETLJob
from etlframe.sources.base import DataSource

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@dataclass
class Described:
    """A source that is named and never read."""

    text: str = "data/flights.csv"

    def describe(self) -> str:
        return self.text


@dataclass
class CsvTarget:
    """A destination that reads a CSV file back."""

    path: Path
    mode: str = "write"

    def describe(self) -> str:
        return "out.csv"

    def read(self) -> pd.DataFrame:
        return pd.read_csv(self.path)


@dataclass
class FakePlan:
    """What a job asks of a plan, and no more."""

    name: str = "delays"
    source: Any = None
    destination: Any = None
    steps: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        self.source = self.source or Described()


class Clock:
    """A clock that moves one second at each look."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        now, self.now = self.now, self.now + timedelta(seconds=1)
        return now


class Attempts:
    """Attempts that end one after the other as told: by an error, or by filling the execution."""

    def __init__(self, *outcomes: BaseException | dict[str, Any] | Callable[[], Any]) -> None:
        self.waiting = list(outcomes)
        self.executions: list[Execution] = []
        self.engines: list[str | None] = []

    def __call__(
        self, plan: Any, *, engine: str | None, execution: Execution, on_progress: Any
    ) -> Execution:
        self.executions.append(execution)
        self.engines.append(engine)
        execution.step = "extract"
        if on_progress is not None:
            on_progress(execution)
        outcome = self.waiting.pop(0) if self.waiting else {}
        if isinstance(outcome, BaseException):
            execution.warnings.append(f"Attempt {len(self.executions)} went wrong.")
            raise outcome
        for name, value in (outcome if isinstance(outcome, dict) else outcome()).items():
            setattr(execution, name, value)
        return execution


LOADED: dict[str, Any] = {
    "engine": "duckdb",
    "rows_extracted": 27_004,
    "rows_transformed": 14,
    "rows_loaded": 14,
    "steps": [
        StepRecord("extract", 27_004, 0.2, "duckdb"),
        StepRecord("query", None, None, "duckdb"),
        StepRecord("load", 14, 0.1, "duckdb"),
    ],
}


def job(*outcomes: Any, **plan: Any) -> ETLJob:
    """Return a job whose attempts end as told."""
    return ETLJob(FakePlan(**plan), attempt=Attempts(*outcomes))  # type: ignore[arg-type]


FLIGHTS = pd.DataFrame({"carrier": ["UA", "HA", "UA"], "delay": [4, -2, 6]})


class Flights(DataSource):
    """Three flights, after some failures."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures

    def extract(self) -> pd.DataFrame:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the line is busy")
        return FLIGHTS
