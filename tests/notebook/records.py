"""Run records as the log has them, made up for the screens' tests."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def record(number: int = 0, **changes: Any) -> dict[str, Any]:
    """Return the record of one finished run, a day after the run of the number before."""
    started = changes.pop("started_at", START + timedelta(days=number))
    duration = changes.pop("duration", 2.0 + number % 5)
    run = {
        "version": 1,
        "event": "finished",
        "run_id": f"run-{number}",
        "job_id": "delays",
        "status": "COMPLETED",
        "engine": "duckdb",
        "started_at": started.isoformat(),
        "finished_at": (started + timedelta(seconds=duration)).isoformat(),
        "duration": duration,
        "attempts": 1,
        "rows_extracted": 27_004,
        "rows_transformed": 14,
        "rows_loaded": 14,
        "rows_rejected": 0,
        "errors": [],
        "warnings": [],
        "steps": [{"name": "extract", "rows": 27_004, "seconds": duration}],
        "source": "data/flights.csv",
        "destination": "out/delays.parquet",
        "params": {},
        "host": "test-host",
        "pid": 1,
    }
    return run | changes


def failed(
    number: int = 0, message: str = "No file data/flights.csv.", **changes: Any
) -> dict[str, Any]:
    """Return the record of one run that failed at its second attempt."""
    error = {"type": "SourceNotFoundError", "message": message, "step": "extract", "attempt": 2}
    nothing = {"rows_extracted": None, "rows_transformed": None, "rows_loaded": 0, "attempts": 2}
    return record(number, status="FAILED", errors=[error], **nothing, **changes)


def mixed(count: int = 60) -> list[dict[str, Any]]:
    """Return the records of two jobs over some weeks, of which some failed or were stopped."""
    every = []
    for number in range(count):
        job = "delays" if number % 3 else "airports of the whole world"
        if number % 11 == 7:
            every.append(failed(number, job_id=job))
        elif number % 17 == 5:
            every.append(record(number, job_id=job, status="CANCELLED", rows_loaded=0))
        else:
            every.append(record(number, job_id=job))
    return every


def write_log(path: Path, records: list[dict[str, Any]], *, torn: int = 0) -> Path:
    """Write a log of records, and after them some torn lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(each) for each in records] + ['{"version": 1, "event": "fin'] * torn
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
