"""The tiny job with plain pandas."""

from __future__ import annotations

import sys

import pandas as pd


def run(source: str, target: str) -> None:
    """Read, filter, multiply, sum by kind and write."""
    df = pd.read_csv(source)
    df = df[df["id"] >= 10]  # noqa: PLR2004 - the job's own number
    df = df.assign(total=df["price"] * 2)
    df.groupby("kind", as_index=False).agg(total=("total", "sum")).to_parquet(target, index=False)


if __name__ == "__main__":
    run(*sys.argv[2:])
