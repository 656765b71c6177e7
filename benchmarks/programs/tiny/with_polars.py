"""The tiny job with Polars."""

from __future__ import annotations

import sys

import polars as pl


def run(source: str, target: str) -> None:
    """Read, filter, multiply, sum by kind and write."""
    (
        pl.scan_csv(source)
        .filter(pl.col("id") >= 10)  # noqa: PLR2004 - the job's own number
        .group_by("kind")
        .agg(total=(pl.col("price") * 2).sum())
        .sort("kind")
        .sink_parquet(target)
    )


if __name__ == "__main__":
    run(*sys.argv[2:])
