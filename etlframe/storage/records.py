"""What a destination remembers of the loads that it took: part of the commit, never beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from etlframe.errors import LoadError, OptionError

_LONGEST_ID = 200


def new_run_id(now: datetime) -> str:
    """Return a name for a run that starts now: those of later runs sort later."""
    return f"{now:%Y%m%dT%H%M%S}-{os.urandom(6).hex()}"


def check_run_id(run_id: str) -> str:
    """Return a run's name as it was given.

    Raises:
        OptionError: It is empty, longer than 200 characters, or has some that are not printable.

    >>> check_run_id("delays of 2026-11-25")
    'delays of 2026-11-25'
    """
    if isinstance(run_id, str) and 0 < len(run_id) <= _LONGEST_ID and run_id.isprintable():
        return run_id
    raise OptionError(
        f"run_id={run_id!r} names no run: give 1 to {_LONGEST_ID} printable characters, such as "
        "the day that the run is for."
    )


class Load(NamedTuple):
    """The load that a run makes.

    Attributes:
        run_id: The run; a destination takes one load of it.
        job_id: The job's name.
        loaded_at: When the run started, aware, in UTC: the same for all of its attempts.
        cursors: How far each incremental source was read, by the source's name; kept by the
            destination with the rows.
        since: How far the destination said that they were read before this load.
        is_kept: Whether the destination shall remember it also if it remembers no load yet.
    """

    run_id: str
    job_id: str
    loaded_at: datetime
    cursors: Mapping[str, Any] = {}
    since: Mapping[str, Any] = {}
    is_kept: bool = False


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

    def check(self, load: Load) -> None:
        """Raise where a load must not be taken now.

        Raises:
            LoadedBefore: A load of its run was taken already.
            LoadError: Another run has moved a cursor since the load's rows were read.
        """
        known = self.find(load.run_id)
        if known is not None:
            raise LoadedBefore(known)
        for name in load.cursors:
            if self.cursors.get(name) != load.since.get(name):
                raise LoadError(
                    f"Another run of {name!r} has loaded new rows meanwhile; some of these would "
                    "be there twice. Run it again."
                )

    def find(self, run_id: str) -> LoadRecord | None:
        """Return the load of a run, or None if it made none."""
        return next((each for each in reversed(self.loads) if each.run_id == run_id), None)


class LoadedBefore(Exception):  # noqa: N818 - a signal, not an error for people
    """A destination took the load of this run already.

    Attributes:
        record: That load.
    """

    def __init__(self, record: LoadRecord) -> None:
        super().__init__()
        self.record = record


RUN_ID, LOADED_AT = "_run_id", "_loaded_at"
"""Columns that tell of each row which run loaded it, and when that run started, in UTC."""

MOST_LOADS = 1_000
"""Loads that a destination remembers."""
