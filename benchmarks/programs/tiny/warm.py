"""The tiny job again and again in one process: ``python -m ...warm TOOL SOURCE TARGET RUNS``.

Prints the median seconds of a run, the first ones not counted.
"""

from __future__ import annotations

import importlib
import sys
import time
from statistics import median

UNCOUNTED = 5


if __name__ == "__main__":
    tool, source, target, runs = sys.argv[1:]
    run = importlib.import_module(f"benchmarks.programs.tiny.with_{tool}").run
    seconds = []
    for _ in range(UNCOUNTED + int(runs)):
        started = time.perf_counter()
        run(source, target)
        seconds.append(time.perf_counter() - started)
    print(median(seconds[UNCOUNTED:]))
