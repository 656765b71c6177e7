"""Whether two answers are the same: columns, rows in their order, and values.

A program of its own, so that the process that measures stays small::

    python -m benchmarks.comparing JOB ONE OTHER
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb

from benchmarks.cells import ALL_JOBS

_NEAR = 1e-9  # sums in another order differ in their last digits
_NOTHING = 1e-12  # and differences of sums that are nearly equal, in all of theirs


def difference(
    answer: Mapping[str, str], one: Path, other: Path, *, ordered: bool = True
) -> str | None:
    """Return what differs between two files of an answer, or None.

    Args:
        answer: The columns, in order, and their kinds.
        one: A file.
        other: Another, of the same format.
        ordered: Whether the rows come in one order; else they are compared as they stand, to the
            last digit.
    """
    with duckdb.connect() as connection:
        # Rows side by side are held until both files are read.
        spill = one.parent / "comparing"
        connection.execute(f"SET memory_limit = '2GB'; SET temp_directory = '{spill}'")
        for path in (one, other):
            names = _names(connection, path)
            if names != list(answer):
                return f"{path.name} has the columns {names}"
        counts = [connection.sql(f"FROM {_rows(each, answer)}").count("*") for each in (one, other)]
        numbers = [found.fetchall()[0][0] for found in counts]
        if numbers[0] != numbers[1]:
            return f"{numbers[0]} rows and {numbers[1]}"
        if not ordered:
            bags = [
                connection.sql(f"SELECT {_bag(answer)} FROM {_rows(each, answer)}").fetchall()
                for each in (one, other)
            ]
            return None if bags[0] == bags[1] else f"not the same rows: {bags}"
        tests = ", ".join(_differing(name, kind) for name, kind in answer.items())
        pairs = f"{_rows(one, answer)} AS a POSITIONAL JOIN {_rows(other, answer)} AS b"
        query = f"SELECT {tests} FROM {pairs}"
        found = connection.sql(query).fetchall()[0]
    told = [f"{count} in {name}" for name, count in zip(answer, found, strict=True) if count]
    return f"rows that differ: {', '.join(told)}" if told else None


def _names(connection: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    if path.suffix == ".jsonl":
        with path.open(encoding="utf-8") as lines:
            return list(json.loads(next(lines, "{}")))
    return connection.sql(f"FROM read_parquet('{path}')").columns


def _rows(path: Path, answer: Mapping[str, str]) -> str:
    """Return SQL for the rows of a file as the kinds that the answer has."""
    if path.suffix == ".jsonl":
        return f"read_json('{path}', format = 'newline_delimited', columns = {dict(answer)})"
    columns = ", ".join(f"{name}::{kind} AS {name}" for name, kind in answer.items())
    return f"(SELECT {columns} FROM read_parquet('{path}'))"


def _bag(answer: Mapping[str, str]) -> str:
    """Return SQL for what rows have in common, in whatever order they come."""
    hashes = ", ".join(f"sum(hash({name})::HUGEINT)" for name in answer)
    return f"{hashes}, sum(hash({', '.join(answer)})::HUGEINT)"


def _differing(name: str, kind: str) -> str:
    """Return SQL for how many rows differ in a column."""
    differ = f"a.{name} IS DISTINCT FROM b.{name}"
    if kind == "DOUBLE":
        near = f"{_NEAR} * greatest(abs(a.{name}), abs(b.{name})) + {_NOTHING}"
        differ += f" AND NOT coalesce(abs(a.{name} - b.{name}) <= {near}, false)"
    return f"count(*) FILTER ({differ})"


if __name__ == "__main__":
    name, one, other = sys.argv[1:]
    job = ALL_JOBS[name]
    found = difference(job.answer, Path(one), Path(other), ordered=job.ordered)
    if found:
        sys.exit(found)
