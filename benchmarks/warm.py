"""The tiny job again and again in one process, for each contender: the cell ``warm``.

A job that a service or a notebook keeps runs like this: nothing is imported or connected anew.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measuring import environment
from benchmarks.places import working

RUNS = {"prefect": 20, "dlt": 20}
MOST_RUNS = 200


def warm(source: Path, contenders: Sequence[str], etlframe: Path) -> Iterator[dict[str, Any]]:
    """Yield a record of each contender: the median seconds of a run, 200 runs in one process.

    Args:
        source: The tiny table.
        contenders: Who runs it.
        etlframe: The folder that holds the ``etlframe`` to measure.
    """
    for contender in contenders:
        folder = working() / contender
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "benchmarks.programs.tiny.warm", contender]
        command += [str(source), str(folder / "warm.parquet"), str(RUNS.get(contender, MOST_RUNS))]
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment(etlframe),
            capture_output=True,
            text=True,
            check=False,
        )
        yield {
            "job": "warm",
            "from": "csv",
            "to": "parquet",
            "contender": contender,
            "round": 1,
            "wall": None if done.returncode else float(done.stdout.split()[-1]),
            **dict.fromkeys(("cpu", "resident", "heap")),
            "answer": done.stderr.strip()[-300:] if done.returncode else "right",
        }
    shutil.rmtree(working(), ignore_errors=True)
