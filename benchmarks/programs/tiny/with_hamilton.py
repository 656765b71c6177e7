"""The tiny job with Hamilton: pandas in functions, whose arguments are what they need."""

from __future__ import annotations

import sys

import pandas as pd
from hamilton import ad_hoc_utils, driver


def rows(source: str) -> pd.DataFrame:
    """Read and filter."""
    df = pd.read_csv(source)
    return df[df["id"] >= 10]  # noqa: PLR2004 - the job's own number


def doubled(rows: pd.DataFrame) -> pd.DataFrame:
    """Multiply."""
    return rows.assign(total=rows["price"] * 2)


def answer(doubled: pd.DataFrame) -> pd.DataFrame:
    """Sum by kind."""
    return doubled.groupby("kind", as_index=False).agg(total=("total", "sum"))


MODULE = ad_hoc_utils.create_temporary_module(rows, doubled, answer)


def run(source: str, target: str) -> None:
    """Build the graph, run it and write."""
    graph = driver.Builder().with_modules(MODULE).build()
    found = graph.execute(["answer"], inputs={"source": source})
    found["answer"].to_parquet(target, index=False)


if __name__ == "__main__":
    run(*sys.argv[2:])
