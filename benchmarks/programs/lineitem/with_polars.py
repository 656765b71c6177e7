"""The jobs on ``lineitem`` with Polars: lazy frames into streaming sinks."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import polars as pl

DATES = ["l_shipdate", "l_commitdate", "l_receiptdate"]
MODES = ["air", "fob", "mail", "rail", "reg air", "ship", "truck"]


def scan(source: str) -> pl.LazyFrame:
    """Return the rows of a file; dates are dates."""
    if source.endswith(".csv"):
        return pl.scan_csv(source, try_parse_dates=True)
    if source.endswith(".jsonl"):
        return pl.scan_ndjson(source).with_columns(pl.col(DATES).str.to_date("%Y-%m-%d"))
    return pl.scan_parquet(source)


def q1(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Return TPC-H Q1."""
    disc_price = pl.col("l_extendedprice") * (1 - pl.col("l_discount"))
    return (
        lines.filter(pl.col("l_shipdate") <= date(1998, 9, 2))
        .group_by("l_returnflag", "l_linestatus")
        .agg(
            sum_qty=pl.sum("l_quantity"),
            sum_base_price=pl.sum("l_extendedprice"),
            sum_disc_price=disc_price.sum(),
            sum_charge=(disc_price * (1 + pl.col("l_tax"))).sum(),
            avg_qty=pl.mean("l_quantity"),
            avg_price=pl.mean("l_extendedprice"),
            avg_disc=pl.mean("l_discount"),
            count_order=pl.len(),
        )
        .sort("l_returnflag", "l_linestatus")
    )


def q6(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Return TPC-H Q6."""
    return lines.filter(
        pl.col("l_shipdate").is_between(date(1994, 1, 1), date(1995, 1, 1), closed="left"),
        pl.col("l_discount").is_between(0.05, 0.07),
        pl.col("l_quantity") < 24,  # noqa: PLR2004 - the query's own number
    ).select(revenue=(pl.col("l_extendedprice") * pl.col("l_discount")).sum())


def clean(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Return a filter and three derived columns."""
    return lines.filter(
        pl.col("l_quantity") >= 5,  # noqa: PLR2004 - the job's own number
        pl.col("l_shipdate") >= date(1992, 3, 1),
    ).with_columns(
        l_shipmode=pl.col("l_shipmode").str.strip_chars().str.to_lowercase(),
        l_revenue=pl.col("l_extendedprice") * (1 - pl.col("l_discount")),
        l_days=(pl.col("l_receiptdate") - pl.col("l_shipdate")).dt.total_days(),
    )


def orders(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Return a group for every line; there is no limit of memory to set."""
    return (
        lines.group_by("l_orderkey", "l_linenumber")
        .agg(quantity=pl.sum("l_quantity"), price=pl.sum("l_extendedprice"))
        .sort("l_orderkey", "l_linenumber")
    )


def failures(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Return how many rows fail each of the five checks."""
    return lines.select(
        (~pl.col("l_quantity").is_between(1, 50)).sum(),
        (~pl.col("l_discount").is_between(0, 0.1)).sum(),
        (pl.col("l_revenue") <= 0).sum(),
        (~pl.col("l_shipmode").is_in(MODES)).sum(),
        pl.col("l_comment").is_null().sum(),
    )


def sink(lines: pl.LazyFrame, target: str) -> pl.LazyFrame:
    """Return a sink of the target's format, to be collected."""
    if target.endswith(".parquet"):
        return lines.sink_parquet(target, compression="zstd", lazy=True)
    return lines.sink_ndjson(target, lazy=True)


def checked(lines: pl.LazyFrame, target: str) -> None:
    """Write ``clean`` and count what fails in the same pass."""
    cleaned = clean(lines)
    found = pl.collect_all([sink(cleaned, target), failures(cleaned)], engine="streaming")[1]
    if any(found.row(0)):
        Path(target).unlink()
        raise ValueError(f"rows that fail: {found.to_dicts()}")


JOBS = {"q1": q1, "q6": q6, "clean": clean, "orders": orders}


if __name__ == "__main__":
    job, source, target = sys.argv[1:]
    if job == "checked":
        checked(scan(source), target)
    else:
        sink(JOBS[job](scan(source)), target).collect(engine="streaming")
