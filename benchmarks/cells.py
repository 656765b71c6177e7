"""What is measured: jobs, the columns of their answers, and the contenders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.places import table

LINEITEM = {
    **dict.fromkeys(("l_orderkey", "l_partkey", "l_suppkey", "l_linenumber"), "BIGINT"),
    **dict.fromkeys(("l_quantity", "l_extendedprice", "l_discount", "l_tax"), "DOUBLE"),
    **dict.fromkeys(("l_returnflag", "l_linestatus"), "VARCHAR"),
    **dict.fromkeys(("l_shipdate", "l_commitdate", "l_receiptdate"), "TIMESTAMP"),
    **dict.fromkeys(("l_shipinstruct", "l_shipmode", "l_comment"), "VARCHAR"),
}
CLEANED = {**LINEITEM, "l_revenue": "DOUBLE", "l_days": "BIGINT"}
Q1 = {
    **dict.fromkeys(("l_returnflag", "l_linestatus"), "VARCHAR"),
    **dict.fromkeys(("sum_qty", "sum_base_price", "sum_disc_price", "sum_charge"), "DOUBLE"),
    **dict.fromkeys(("avg_qty", "avg_price", "avg_disc"), "DOUBLE"),
    "count_order": "BIGINT",
}


@dataclass(frozen=True)
class Job:
    """A job that every contender has a program for.

    Attributes:
        name: Its name, the first argument of the programs.
        family: The folder in ``benchmarks/programs`` of its programs.
        table: The table that it reads.
        answer: The columns of its answer, in order, and their kinds, in DuckDB's words.
    """

    name: str
    family: str
    table: str
    answer: Mapping[str, str]


JOBS = {
    job.name: job
    for job in (
        Job("q1", "lineitem", "lineitem", Q1),
        Job("q6", "lineitem", "lineitem", {"revenue": "DOUBLE"}),
        Job("clean", "lineitem", "lineitem", CLEANED),
        Job("checked", "lineitem", "lineitem", CLEANED),
    )
}
CONTENDERS = ("duckdb", "polars", "etlframe", "pandas")


@dataclass(frozen=True)
class Cell:
    """A job from one format to another, at a scale of its data."""

    job: Job
    source: str
    target: str
    scale: float

    @property
    def title(self) -> str:
        """What the cell is called in tables."""
        return f"{self.job.name} {self.source} to {self.target}"

    @property
    def path(self) -> Path:
        """The file that it reads."""
        return table(self.job.table, self.scale, self.source)

    def program(self, contender: str, scale: float | None, target: Path) -> list[str]:
        """Return the arguments for Python that run the cell, at its own or at another scale."""
        source = self.path if scale is None else table(self.job.table, scale, self.source)
        module = f"benchmarks.programs.{self.job.family}.with_{contender}"
        return ["-m", module, self.job.name, str(source), str(target)]
