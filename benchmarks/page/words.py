"""What the page calls jobs, formats and tools."""

from __future__ import annotations

FORMATS = {"csv": "CSV", "jsonl": "JSON Lines", "parquet": "Parquet"}
TOOLS = {
    "duckdb": "DuckDB",
    "polars": "Polars",
    "etlframe": "etlframe",
    "pandas": "pandas",
    "pandas_whole": "pandas (all columns)",
    "petl": "petl",
    "dlt": "dlt",
    "hamilton": "Hamilton",
    "prefect": "Prefect",
}
JOBS = {
    "q1": "Q1",
    "q6": "Q6",
    "clean": "clean",
    "checked": "clean, checked",
    "g1": "1: sum by a key of 100",
    "g2": "2: sum by two keys",
    "g3": "3: sum and mean by many keys",
    "g4": "4: three means by a number",
    "g5": "5: three sums by many numbers",
    "g6": "6: median and deviation",
    "g7": "7: range of two columns",
    "g8": "8: the two largest of a group",
    "g9": "9: r² of two columns",
    "g10": "10: sum and count by six keys",
    "join": "join, means by maker",
    "joined": "join, all rows written",
    "tiny": "tiny, whole process",
    "warm": "tiny, warm, one run",
    "orders": "a group for every line",
}


def title(job: str, source: str, target: str) -> str:
    """Return what a cell is called.

    >>> title("q1", "csv", "parquet")
    'Q1, CSV → Parquet'
    """
    return f"{JOBS[job]}, {formats(source, target)}"


def formats(source: str, target: str) -> str:
    """Return from what to what."""
    return f"{FORMATS[source]} → {FORMATS[target]}"
