"""Where the benchmarks keep their data, their outputs and their results."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORMATS = ("csv", "jsonl", "parquet")


def cache() -> Path:
    """Return the folder of data and results: ``$ETLFRAME_BENCH``, or ``build/bench``."""
    return Path(os.environ.get("ETLFRAME_BENCH") or ROOT / "build" / "bench").resolve()


def working() -> Path:
    """Return the folder where measured programs work, one for each process that measures."""
    return cache() / f"race-{os.getpid()}"


def table(name: str, scale: float, suffix: str) -> Path:
    """Return the path of a table of a scale in a format.

    >>> table("lineitem", 0.1, "csv").name
    'lineitem-0.1.csv'
    """
    return cache() / "data" / f"{name}-{scale:g}.{suffix}"
