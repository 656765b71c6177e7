"""The aggregates on ``lineitem`` with pandas as it is often written: all columns are read."""

from __future__ import annotations

import sys

from benchmarks.programs.lineitem.with_pandas import JOBS, read, write

if __name__ == "__main__":
    job, source, target = sys.argv[1:]
    write(JOBS[job](read(source, None)), target)
