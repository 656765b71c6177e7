"""Records of runs as a table: seconds, memory, and ratios to the faster of DuckDB and Polars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

from benchmarks.records import Record, cell_of

FASTEST = ("duckdb", "polars")  # whose faster one is what a cell is held against
RATIO, ALLOWANCE = 1.10, 0.12  # a cell's target: at most 1.10 times the faster rival, plus 0.12 s
WARM = 0.015  # that of a warm tiny run


def summary(records: Iterable[Record]) -> list[Record]:
    """Return a row for each cell and contender: medians, and the ratio to the faster rival."""
    cells: dict[tuple[Any, ...], list[Record]] = {}
    for record in records:
        cells.setdefault(cell_of(record), []).append(record)
    return [row for key, found in cells.items() for row in _cell(key, found)]


def _cell(key: tuple[Any, ...], records: Sequence[Record]) -> list[Record]:
    names = dict.fromkeys(record["contender"] for record in records)
    rows = [_contender(key, [r for r in records if r["contender"] == name]) for name in names]
    wall, cpu = (_least(rows, name) for name in ("wall", "cpu"))
    for row in rows:
        if wall and row["wall"]:
            row["ratio"] = row["wall"] / wall
            row["met"] = row["wall"] <= allowed(row["job"], wall)
        if cpu and row["cpu"]:
            row["cpu_ratio"] = row["cpu"] / cpu
    return rows


def allowed(job: str, fastest: float) -> float:
    """Return the seconds that a cell's target allows, where the faster rival takes so many."""
    return WARM if job == "warm" else RATIO * fastest + ALLOWANCE


def _least(rows: Sequence[Record], name: str) -> float | None:
    """Return the smaller figure of the two rivals."""
    figures = [row[name] for row in rows if row["contender"] in FASTEST and row[name]]
    return min(figures, default=None)


def _contender(key: tuple[Any, ...], records: Sequence[Record]) -> Record:
    """Return the medians of a contender's runs; of none where an answer was not right."""
    answers = [record["answer"] for record in records]
    wrong = next((answer for answer in answers if answer != "right"), None)
    row: Record = dict(zip(("group", "job", "from", "to", "scale"), key, strict=True))
    row |= {"contender": records[0]["contender"], "runs": len(records), "answer": wrong or "right"}
    for name in ("wall", "cpu", "resident", "heap"):
        values = [record[name] for record in records if record[name] is not None]
        row[name] = median(values) if values and not wrong else None
    return row | {"ratio": None, "cpu_ratio": None, "met": None}


def plain(rows: Iterable[Record]) -> str:
    """Return a table for the terminal."""
    head = (
        f"{'cell':<28}{'contender':<12}{'wall s':>8}{'ratio':>7}{'met':>5}{'cpu s':>8}{'ratio':>7}"
    )
    lines = [head + f"{'MB':>8}{'heap MB':>9}  answer"]
    for row in rows:
        cell = f"{row['job']} {row['from']} to {row['to']}"
        met = {True: "yes", False: "no", None: "-"}[row["met"]]
        line = f"{cell:<28}{row['contender']:<12}{_number(row['wall'], 3):>8}"
        line += f"{_number(row['ratio'], 2):>7}{met:>5}"
        line += f"{_number(row['cpu'], 2):>8}{_number(row['cpu_ratio'], 2):>7}"
        line += f"{_number(row['resident'], 0):>8}{_number(row['heap'], 0):>9}  {row['answer']}"
        lines.append(line)
    return "\n".join(lines)


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
