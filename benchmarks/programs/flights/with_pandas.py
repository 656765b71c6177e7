"""The join of flights with plain pandas: whole frames, only the columns that are needed."""

from __future__ import annotations

import sys

import pandas as pd

FLIGHTS = [
    *("carrier", "flight", "tailnum", "origin", "dest", "time_hour"),
    *("dep_delay", "arr_delay"),
]
PLANES = ["tailnum", "manufacturer", "seats"]
WEATHER = ["origin", "time_hour", "temp", "wind_speed", "precip", "visib"]
COLUMNS = [*FLIGHTS[:-2], "arr_delay", "gained", *PLANES[1:], *WEATHER[2:]]


def read(source: str, name: str, columns: list[str]) -> pd.DataFrame:
    """Return columns of one of the three tables."""
    path = source.replace("flights-", f"{name}-")
    if path.endswith(".csv"):
        dates = [each for each in columns if each == "time_hour"]
        return pd.read_csv(path, usecols=columns, parse_dates=dates)
    return pd.read_parquet(path, columns=columns)


def joined(source: str) -> pd.DataFrame:
    """Return the flights that left, with their planes and the weather."""
    flights = read(source, "flights", FLIGHTS)
    flights = flights[flights["dep_delay"].notna()]
    flights = flights.assign(gained=flights["dep_delay"] - flights["arr_delay"])
    joined = flights.merge(read(source, "planes", PLANES), on="tailnum", how="left")
    weather = read(source, "weather", WEATHER)
    return joined.merge(weather, on=["origin", "time_hour"], how="left")[COLUMNS]


def means(rows: pd.DataFrame) -> pd.DataFrame:
    """Return means by maker and airport."""
    return rows.groupby(["manufacturer", "origin"], as_index=False).agg(
        flights=("flight", "size"),
        arr_delay=("arr_delay", "mean"),
        seats=("seats", "mean"),
        temp=("temp", "mean"),
        wind_speed=("wind_speed", "mean"),
    )


if __name__ == "__main__":
    job, source, target = sys.argv[1:]
    rows = joined(source)
    (rows if job == "joined" else means(rows)).to_parquet(target, index=False, compression="zstd")
