"""The raw results: a JSON line for each run of a program, and one that tells the machine."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.cells import RIVALS

Record = dict[str, Any]
_PACKAGES = {"hamilton": "apache-hamilton"}
_GIB = 1 << 30


def append(record: Record, path: Path) -> None:
    """Add a record to the raw results."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")


def read(path: Path) -> list[Record]:
    """Return the records of a file of raw results."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def new_run() -> str:
    """Return a name for a run of the benchmarks; those of later ones sort later."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def machine(run: str) -> Record:
    """Return a record of what a run is measured with: sizes and versions, no names or paths."""
    packages = ("duckdb", "polars", "pandas", "pyarrow", "numpy", *RIVALS)
    return {
        "run": run,
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB),
        "system": f"{platform.system()} on {platform.machine()}",
        "versions": {"Python": platform.python_version()}
        | {name: found for name in packages if (found := _version(name))},
    }


def latest(records: list[Record]) -> list[Record]:
    """Return the last run's records of each cell: those were measured side by side."""
    measured = [record for record in records if "contender" in record]
    last: dict[tuple[Any, ...], str] = {}
    for record in measured:
        last[cell_of(record)] = max(record.get("run", ""), last.get(cell_of(record), ""))
    return [record for record in measured if record.get("run", "") == last[cell_of(record)]]


def machine_of(records: list[Record]) -> Record | None:
    """Return what the last run was measured with."""
    return next((record for record in reversed(records) if "cores" in record), None)


def cell_of(record: Record) -> tuple[Any, ...]:
    """Return what tells a cell from others: its group of contenders, job, formats and scale."""
    return (*(record.get(name) for name in ("group", "job", "from", "to", "scale")),)


def _version(name: str) -> str | None:
    try:
        return version(_PACKAGES.get(name, name))
    except PackageNotFoundError:
        return None
