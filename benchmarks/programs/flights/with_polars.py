"""The join of flights with Polars: lazy frames into a streaming sink, in the flights' order."""

from __future__ import annotations

import sys
from typing import Literal

import polars as pl

COLUMNS = [
    *("carrier", "flight", "tailnum", "origin", "dest", "time_hour", "arr_delay", "gained"),
    *("manufacturer", "seats", "temp", "wind_speed", "precip", "visib"),
]


def scan(source: str, name: str) -> pl.LazyFrame:
    """Return the rows of one of the three tables."""
    path = source.replace("flights-", f"{name}-")
    if path.endswith(".csv"):
        return pl.scan_csv(path, try_parse_dates=True)
    return pl.scan_parquet(path)


def joined(source: str, order: Literal["left", "none"]) -> pl.LazyFrame:
    """Return the flights that left, with their planes and the weather."""
    planes = scan(source, "planes").select("tailnum", "manufacturer", pl.col("seats").cast(float))
    weather = scan(source, "weather").select(
        "origin", "time_hour", "temp", "wind_speed", "precip", "visib"
    )
    return (
        scan(source, "flights")
        .filter(pl.col("dep_delay").is_not_null())
        .with_columns(gained=pl.col("dep_delay") - pl.col("arr_delay"))
        .join(planes, on="tailnum", how="left", maintain_order=order)
        .join(weather, on=["origin", "time_hour"], how="left", maintain_order=order)
        .select(COLUMNS)
    )


def means(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return means by maker and airport."""
    return (
        rows.filter(pl.col("manufacturer").is_not_null())
        .group_by("manufacturer", "origin")
        .agg(pl.len().alias("flights"), pl.mean("arr_delay", "seats", "temp", "wind_speed"))
        .sort("manufacturer", "origin")
    )


if __name__ == "__main__":
    job, source, target = sys.argv[1:]
    rows = joined(source, "left") if job == "joined" else means(joined(source, "none"))
    rows.sink_parquet(target, compression="zstd", engine="streaming")
