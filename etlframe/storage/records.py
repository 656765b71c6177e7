"""What a destination remembers of the loads that it took: part of the commit, never beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple


class Load(NamedTuple):
    """The load that a run makes.

    Attributes:
        run_id: The run; a destination takes one load of it.
        job_id: The job's name.
        loaded_at: When the run started, aware, in UTC: the same for all of its attempts.
        cursors: How far each incremental source was read, by the source's name; kept by the
            destination with the rows.
    """

    run_id: str
    job_id: str
    loaded_at: datetime
    cursors: Mapping[str, Any] = {}


class LoadRecord(NamedTuple):
    """A load that a destination took.

    Attributes:
        run_id: The run.
        job_id: The job's name.
        loaded_at: When the run started, in ISO 8601, in UTC.
        mode: ``"write"``, ``"append"`` or ``"upsert"``.
        rows: Rows that were loaded.
    """

    run_id: str
    job_id: str
    loaded_at: str
    mode: str
    rows: int


class State(NamedTuple):
    """What a destination remembers.

    Attributes:
        loads: The loads that it took, the newest last; at most the newest thousand.
        cursors: How far incremental sources were read, by the source's name.
    """

    loads: tuple[LoadRecord, ...] = ()
    cursors: Mapping[str, Any] = {}

    def find(self, run_id: str) -> LoadRecord | None:
        """Return the load of a run, or None if it made none."""
        return next((each for each in reversed(self.loads) if each.run_id == run_id), None)


MOST_LOADS = 1_000
"""Loads that a destination remembers."""
