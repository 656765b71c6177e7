"""Figures over many runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Record = Mapping[str, Any]

OVER = ("COMPLETED", "FAILED", "CANCELLED", "INTERRUPTED")


def statistics(records: Iterable[Record]) -> dict[str, Any]:
    """Return figures over runs that are over; runs that are still going on are left out.

    Args:
        records: Run records, one a run (see ``RunLog.runs``).

    Returns:
        ``total_executions`` (runs that are over, however they ended), ``successes`` (COMPLETED),
        ``failures`` (FAILED or INTERRUPTED; who cancels a run does not see it fail),
        ``success_rate`` (successes / total_executions, from 0 to 1; 0.0 when none),
        ``total_rows_processed`` (rows that the completed runs loaded, or, where they had no
        destination, rows that they gave), and ``duration_mean``, ``duration_p50`` and
        ``duration_p95``: seconds of the completed runs, None when none.

    >>> ran = {"status": "COMPLETED", "duration": 2.0, "rows_loaded": 14, "destination": "out.csv"}
    >>> figures = statistics([ran, {"status": "FAILED", "duration": 0.5}])
    >>> figures["success_rate"], figures["total_rows_processed"], figures["duration_mean"]
    (0.5, 14, 2.0)
    """
    over = [each for each in records if each.get("status") in OVER]
    completed = [each for each in over if each["status"] == "COMPLETED"]
    failures = sum(each["status"] in {"FAILED", "INTERRUPTED"} for each in over)
    durations = [each["duration"] for each in completed if each.get("duration") is not None]
    return {
        "total_executions": len(over),
        "successes": len(completed),
        "failures": failures,
        "success_rate": len(completed) / len(over) if over else 0.0,
        "total_rows_processed": sum(_rows(each) for each in completed),
        "duration_mean": math.fsum(durations) / len(durations) if durations else None,
        "duration_p50": quantile(durations, 0.50),
        "duration_p95": quantile(durations, 0.95),
    }


def quantile(values: Sequence[float], share: float) -> float | None:
    """Return the value below which ``share`` of the values lie, or None when there are none.

    Between two values it is interpolated linearly, at position ``(n - 1) * share`` of the sorted
    values counted from 0, as ``numpy.quantile`` and ``Series.quantile`` do by default.

    >>> quantile([1.0, 2.0, 4.0], 0.75)
    3.0
    """
    if not values:
        return None
    ordered = sorted(values)
    position = (len(ordered) - 1) * share
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def _rows(record: Record) -> int:
    counted = "rows_transformed" if record.get("destination") is None else "rows_loaded"
    return record.get(counted) or 0
