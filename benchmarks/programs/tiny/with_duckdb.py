"""The tiny job with DuckDB."""

from __future__ import annotations

import sys

import duckdb


def run(source: str, target: str) -> None:
    """Read, filter, multiply, sum by kind and write."""
    query = f"""
        SELECT kind, sum(price * 2) AS total FROM '{source}'
        WHERE id >= 10 GROUP BY kind ORDER BY kind
    """
    duckdb.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet)")


if __name__ == "__main__":
    run(*sys.argv[2:])
