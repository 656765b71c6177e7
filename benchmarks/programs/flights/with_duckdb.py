"""The join of flights with DuckDB: SQL from file to file, the memory limited."""

from __future__ import annotations

import sys

import duckdb

JOIN = """
    SELECT
        carrier, flight, tailnum, origin, dest, time_hour, arr_delay,
        dep_delay - arr_delay AS gained,
        manufacturer, seats, temp, wind_speed, precip, visib
    FROM '{flights}'
    LEFT JOIN '{planes}' USING (tailnum)
    LEFT JOIN '{weather}' USING (origin, time_hour)
    WHERE dep_delay IS NOT NULL
"""

MEANS = f"""
    SELECT
        manufacturer, origin, count(*) AS flights, avg(arr_delay) AS arr_delay,
        avg(seats) AS seats, avg(temp) AS temp, avg(wind_speed) AS wind_speed
    FROM ({JOIN})
    WHERE manufacturer IS NOT NULL
    GROUP BY ALL ORDER BY manufacturer, origin
"""

JOBS = {"join": MEANS, "joined": JOIN}


if __name__ == "__main__":
    job, source, target = sys.argv[1:]
    names = ("flights", "planes", "weather")
    query = JOBS[job].format(**{name: source.replace("flights-", f"{name}-") for name in names})
    duckdb.execute("SET memory_limit = '2GB'")
    duckdb.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
