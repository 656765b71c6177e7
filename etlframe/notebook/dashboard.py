"""``etl.dashboard()``: the runs of a log, looked at in the notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etlframe.notebook.reading import open_log
from etlframe.runs.spans import utc_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from etlframe.notebook.board import Dashboard
    from etlframe.service import ETLPipelineService


def dashboard(
    service: ETLPipelineService | None = None,
    *,
    log_path: str | Path | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Dashboard:
    """Show how runs went: success rate, rows, durations, runs over time, and their errors.

    It is a widget, which a cell shows by itself; a saved notebook keeps a picture of it.

    Args:
        service: Show the runs of this service's log.
        log_path: Show the runs of this log; without a service or a path, the default log's.
        clock: Gives the moment, aware.
    """
    from etlframe.notebook.board import Dashboard

    log = service.log if service is not None and log_path is None else open_log(log_path)
    return Dashboard(log, clock)
