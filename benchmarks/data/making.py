"""How a table comes into being: beside its place, then put there whole, and only once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


@contextmanager
def put_in_place(path: Path) -> Iterator[Path]:
    """Give a name to write to; what was written there becomes the file, or nothing does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"making-{path.name}")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write(query: str, path: Path) -> None:
    """Write the rows of a query, in their order, in the format of the path's suffix.

    Parquet comes in row groups of 122,880 rows, compressed by snappy, as most writers leave it.
    """
    kinds = {".csv": "csv, HEADER", ".jsonl": "json", ".parquet": "parquet, COMPRESSION snappy"}
    with put_in_place(path) as beside, duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '2GB'; SET temp_directory = '{path.parent}/spill'")
        connection.execute(f"COPY ({query}) TO '{beside}' (FORMAT {kinds[path.suffix]})")
