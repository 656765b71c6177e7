"""The join of flights with etlframe."""

from __future__ import annotations

import sys

import etlframe as etl

COLUMNS = [
    *("carrier", "flight", "tailnum", "origin", "dest", "time_hour", "arr_delay", "gained"),
    *("manufacturer", "seats", "temp", "wind_speed", "precip", "visib"),
]


def table(source: str, name: str) -> etl.Pipeline:
    """Return the rows of one of the three tables."""
    return etl.Pipeline(name, source.replace("flights-", f"{name}-"))


def joined(source: str) -> etl.Pipeline:
    """Return the flights that left, with their planes and the weather."""
    planes = table(source, "planes").select("tailnum", "manufacturer", "seats")
    weather = table(source, "weather").select(
        "origin", "time_hour", "temp", "wind_speed", "precip", "visib"
    )
    return (
        table(source, "flights")
        .query("dep_delay.notna()")
        .assign(gained="dep_delay - arr_delay")
        .merge(planes, on="tailnum", how="left")
        .merge(weather, on=["origin", "time_hour"], how="left")
        .select(*COLUMNS)
    )


def means(source: str) -> etl.Pipeline:
    """Return means by maker and airport."""
    return (
        joined(source)
        .groupby(["manufacturer", "origin"])
        .agg(
            flights=("flight", "size"),
            arr_delay=("arr_delay", "mean"),
            seats=("seats", "mean"),
            temp=("temp", "mean"),
            wind_speed=("wind_speed", "mean"),
        )
    )


JOBS = {"join": means, "joined": joined}


if __name__ == "__main__":
    job, source, target = sys.argv[1:]
    JOBS[job](source).to(target).run().raise_for_status()
