"""Run records as the log has them, one a day."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from etlframe.runs.process import this_host
from tests.runs.fakes import START


def finished(number: int = 0, job_id: str = "delays", **changes: Any) -> dict[str, Any]:
    started = START + timedelta(days=number)
    return {
        "version": 1,
        "event": "finished",
        "run_id": f"{job_id}-{number}",
        "job_id": job_id,
        "status": "COMPLETED",
        "engine": "duckdb",
        "started_at": started.isoformat(timespec="microseconds"),
        "finished_at": (started + timedelta(seconds=2)).isoformat(timespec="microseconds"),
        "duration": 2.0,
        "attempts": 1,
        "rows_extracted": 100,
        "rows_transformed": 10,
        "rows_loaded": 10,
        "rows_rejected": 0,
        "errors": [],
        "warnings": [],
        "steps": [],
        "source": "data/flights.csv",
        "destination": "out.csv",
        "params": {},
        "host": this_host(),
        "pid": os.getpid(),
    } | changes


def started(number: int = 0, job_id: str = "delays", **changes: Any) -> dict[str, Any]:
    unknown = {"finished_at": None, "duration": None, "rows_extracted": None, "attempts": 0}
    return finished(number, job_id, event="started", status="RUNNING", **unknown) | changes
