"""The tiny job with petl: rows of Python, and pandas to write Parquet, which petl does not."""

from __future__ import annotations

import sys

import pandas as pd
import petl


def run(source: str, target: str) -> None:
    """Read, filter, multiply, sum by kind and write."""
    rows = petl.fromcsv(source).convert({"id": int, "price": float})
    rows = petl.select(rows, lambda row: row["id"] >= 10)  # noqa: PLR2004 - the job's own number
    rows = petl.addfield(rows, "total", lambda row: row["price"] * 2)
    found = petl.aggregate(rows, "kind", {"total": ("total", sum)})
    pd.DataFrame(list(petl.dicts(found))).to_parquet(target, index=False)


if __name__ == "__main__":
    run(*sys.argv[2:])
