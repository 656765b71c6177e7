"""The tiny job with etlframe: the run is logged, and the file put in place in one act."""

from __future__ import annotations

import sys
from functools import cache

import etlframe as etl


@cache
def pipeline(source: str, target: str) -> etl.Pipeline:
    """Return what is run: read, filter, multiply, sum by kind and write."""
    return (
        etl.Pipeline("tiny", source)
        .query("id >= 10")
        .assign(total="price * 2")
        .groupby("kind")
        .agg(total=("total", "sum"))
        .to(target)
    )


def run(source: str, target: str) -> None:
    """Run it, as a job that runs again and again does."""
    pipeline(source, target).run().raise_for_status()


if __name__ == "__main__":
    run(*sys.argv[2:])
