"""The runs that this process is at, and whether the process of another one still is at it."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from etlframe.control import Control, controlled

# A process is born some ticks before its first run, and the two clocks are read apart.
_TOLERANCE_SECONDS = 2.0

_under_way: dict[Control, tuple[str, str]] = {}


def this_host() -> str:
    """Return this machine's name, as runs record it."""
    return platform.node()


@contextmanager
def under_way(run_id: str, job_id: str = "") -> Iterator[Control]:
    """Note that this process is at a run, for as long as the block lasts; give what stops it."""
    control = Control()
    _under_way[control] = (job_id, run_id)
    try:
        with controlled(control):
            yield control
    finally:
        _under_way.pop(control, None)


def cancel_runs(job_id: str) -> int:
    """Tell the runs of a job that go on in this process to stop, and return how many there are."""
    found = [control for control, (job, _) in list(_under_way.items()) if job == job_id]
    for control in found:
        control.cancel()
    return len(found)


def cancel_run(run_id: str) -> bool:
    """Tell a run to stop; False if it does not go on in this process."""
    found = [control for control, (_, run) in list(_under_way.items()) if run == run_id]
    for control in found:
        control.cancel()
    return bool(found)


def is_here(run_id: str) -> bool:
    """Return whether this process is at a run, and so could cancel it."""
    return any(run == run_id for _, run in list(_under_way.values()))


def is_at(record: Mapping[str, Any]) -> bool | None:
    """Return whether the process of a ``started`` record is still at that run.

    Args:
        record: A run record with ``host``, ``pid``, ``run_id`` and ``started_at``.

    Returns:
        None where it cannot be told from here: on another host, and on Windows.
    """
    pid = record.get("pid")
    if record.get("host") != this_host() or not isinstance(pid, int) or pid <= 0:
        return None
    if pid == os.getpid():
        # An earlier process, in another container or before a restart, may have had this number.
        return is_here(str(record.get("run_id")))
    return None if os.name == "nt" else _is_alive(pid, str(record.get("started_at")))


def _is_alive(pid: int, since: str) -> bool:
    if Path("/proc/self/stat").exists():
        return _is_alive_on_linux(pid, since)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # there, and another user's
    return True


def _is_alive_on_linux(pid: int, since: str) -> bool:
    """Tell a process from a dead one that nobody has reaped, and from a later one of its number."""
    try:
        # The command's name, in parentheses, may itself hold spaces and parentheses.
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return False
    state, ticks = fields[0], int(fields[19])
    booted = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    born = booted + ticks / os.sysconf("SC_CLK_TCK")
    return state not in "ZX" and born <= _timestamp(since) + _TOLERANCE_SECONDS


def _timestamp(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return float("inf")
