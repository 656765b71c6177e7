"""The page's tables of memory."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.page.markdown import by_cell, number, only, over, table, times, verdict
from benchmarks.page.words import title
from benchmarks.records import Record

GROWTH = 1.3  # four times the rows, at most this many times the heap
TOOLS = ("duckdb", "polars", "etlframe", "pandas")


def of_cells(rows: Sequence[Record]) -> str:
    """Return the heap of every contender on the jobs that write all rows, and on Q1."""
    lines = [
        [title(*cell), *(number(found[tool]["heap"], 0) if tool in found else "" for tool in TOOLS)]
        for cell, found in by_cell(only(rows, group="run")).items()
        if cell[0] in {"q1", "checked", "g10", "joined"}
    ]
    return table(["job", "DuckDB, MB", "Polars, MB", "etlframe, MB", "pandas, MB"], lines)


def growth(rows: Sequence[Record]) -> str:
    """Return the heap on four times the rows, held beside that on the rows."""
    small, large = by_cell(only(rows, group="run")), by_cell(only(rows, group="memory"))
    lines = []
    for cell, found in large.items():
        before = small.get(cell, {})
        grown = {name: over(found.get(name), before.get(name), "heap") for name in TOOLS}
        heaps = [number(found[name]["heap"], 0) if name in found else "–" for name in TOOLS[:3]]
        ours = grown["etlframe"]
        met = verdict(None if ours is None else ours <= GROWTH)
        lines.append([title(*cell), *heaps, *(times(grown[name]) for name in TOOLS[:3]), met])
    heads = ["job, on four times the rows", "DuckDB, MB", "Polars, MB", "etlframe, MB"]
    heads += ["DuckDB, times", "Polars, times", "etlframe, times", "target met"]
    return table(heads, lines)
