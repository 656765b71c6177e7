"""The tiny job with Prefect: pandas in a flow of three tasks, with the server it starts itself."""

from __future__ import annotations

import sys

import pandas as pd

from benchmarks.programs import prefect_settings

prefect_settings.apply()
from prefect import flow, task  # noqa: E402 - it reads its settings when it is imported


@task
def extract(source: str) -> pd.DataFrame:
    """Read and filter."""
    df = pd.read_csv(source)
    return df[df["id"] >= 10]  # noqa: PLR2004 - the job's own number


@task
def transform(rows: pd.DataFrame) -> pd.DataFrame:
    """Multiply, and sum by kind."""
    df = rows.assign(total=rows["price"] * 2)
    return df.groupby("kind", as_index=False).agg(total=("total", "sum"))


@task
def load(rows: pd.DataFrame, target: str) -> None:
    """Write."""
    rows.to_parquet(target, index=False)


@flow
def run(source: str, target: str) -> None:
    """Read, filter, multiply, sum by kind and write."""
    load(transform(extract(source)), target)


if __name__ == "__main__":
    run(*sys.argv[2:])
