"""A table of a hundred rows, whatever the scale, for a job that has next to nothing to do."""

from __future__ import annotations

from benchmarks.data.making import write
from benchmarks.places import table

QUERY = """
    SELECT n AS id, ['red', 'green', 'blue'][1 + n % 3] AS kind, n * 7 % 100 / 4 AS price
    FROM range(100) t(n)
"""


def make(scale: float, suffix: str) -> None:
    """Write the file, if it is not there yet."""
    path = table("tiny", scale, suffix)
    if not path.exists():
        write(QUERY, path)
