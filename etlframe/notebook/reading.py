"""Turn whatever a screen was given (a frame, a log, a service, a path) into the run history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from etlframe.errors import ColumnNotFoundError
from etlframe.options import get_options

if TYPE_CHECKING:
    import pandas as pd

    from etlframe.runs.log import RunLog

NEEDED = ("job_id", "status", "started_at", "duration")


class HasHistory(Protocol):
    """What a run log and a service have in common."""

    def history(self, job_id: str | None = None) -> pd.DataFrame:
        """Return the runs, oldest first."""


History: TypeAlias = "pd.DataFrame | str | Path | HasHistory | None"


def read_history(history: History, job_id: str | None = None) -> pd.DataFrame:
    """Return the runs, oldest first, as ``service.history()`` has them.

    Args:
        history: A history DataFrame, a ``RunLog`` or a service, the path of a log, or None for
            the default log.
        job_id: Keep the runs of this job alone.

    Returns:
        A frame with at least ``job_id``, ``status``, ``started_at`` (datetime64[us, UTC]) and
        ``duration`` (seconds).

    Raises:
        ColumnNotFoundError: A frame was given that is not a history.
    """
    given: Any = history
    frame: pd.DataFrame = given if hasattr(given, "columns") else _log(given).history()
    for column in NEEDED:
        if column not in frame.columns:
            raise ColumnNotFoundError(column, [str(each) for each in frame.columns], step="history")
    return frame if job_id is None else frame[frame["job_id"] == job_id]


def open_log(path: str | Path | None = None) -> RunLog:
    """Open the run log at ``path``, or the default log of the options in force."""
    from etlframe.runs.log import RunLog

    return RunLog(get_options().log_path if path is None else path)


def _log(history: Any) -> HasHistory:
    if hasattr(history, "history"):
        return history  # type: ignore[no-any-return]  # told by its attribute
    return open_log(history)
