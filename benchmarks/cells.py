"""What is measured: jobs, the columns of their answers, and the contenders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from benchmarks.places import FORMATS, table

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
ORDERS = {
    **dict.fromkeys(("l_orderkey", "l_linenumber"), "BIGINT"),
    **dict.fromkeys(("quantity", "price"), "DOUBLE"),
}
DELAYS = {
    "manufacturer": "VARCHAR",
    "origin": "VARCHAR",
    "flights": "BIGINT",
    **dict.fromkeys(("arr_delay", "seats", "temp", "wind_speed"), "DOUBLE"),
}
JOINED = {
    "carrier": "VARCHAR",
    "flight": "BIGINT",
    "tailnum": "VARCHAR",
    "origin": "VARCHAR",
    "dest": "VARCHAR",
    "time_hour": "TIMESTAMP",
    "arr_delay": "DOUBLE",
    "gained": "DOUBLE",
    "manufacturer": "VARCHAR",
    "seats": "DOUBLE",
    **dict.fromkeys(("temp", "wind_speed", "precip", "visib"), "DOUBLE"),
}
_ID1, _ID2, _ID3 = ({f"id{n}": "VARCHAR"} for n in (1, 2, 3))
_ID4, _ID5, _ID6 = ({f"id{n}": "BIGINT"} for n in (4, 5, 6))
QUESTIONS: Mapping[str, Mapping[str, str]] = {
    "g1": {**_ID1, "v1": "BIGINT"},
    "g2": {**_ID1, **_ID2, "v1": "BIGINT"},
    "g3": {**_ID3, "v1": "BIGINT", "v3": "DOUBLE"},
    "g4": {**_ID4, "v1": "DOUBLE", "v2": "DOUBLE", "v3": "DOUBLE"},
    "g5": {**_ID6, "v1": "BIGINT", "v2": "BIGINT", "v3": "DOUBLE"},
    "g6": {**_ID4, **_ID5, "median_v3": "DOUBLE", "sd_v3": "DOUBLE"},
    "g7": {**_ID3, "range_v1_v2": "BIGINT"},
    "g8": {**_ID6, "largest2_v3": "DOUBLE"},
    "g9": {**_ID2, **_ID4, "r2": "DOUBLE"},
    "g10": {**_ID1, **_ID2, **_ID3, **_ID4, **_ID5, **_ID6, "v3": "DOUBLE", "count": "BIGINT"},
}


@dataclass(frozen=True)
class Job:
    """A job that every contender has a program for.

    Attributes:
        name: Its name, the first argument of the programs.
        family: The folder in ``benchmarks/programs`` of its programs.
        table: The table that it reads.
        answer: The columns of its answer, in order, and their kinds, in DuckDB's words.
        sources: The formats that it is measured on.
        targets: The formats that it writes.
        ordered: Whether all contenders give the rows in one order.
    """

    name: str
    family: str
    table: str
    answer: Mapping[str, str]
    sources: tuple[str, ...] = FORMATS
    targets: tuple[str, ...] = ("parquet", "jsonl")
    ordered: bool = True


_SMALL = ("csv", "parquet")
JOBS = {
    job.name: job
    for job in (
        Job("q1", "lineitem", "lineitem", Q1),
        Job("q6", "lineitem", "lineitem", {"revenue": "DOUBLE"}),
        Job("clean", "lineitem", "lineitem", CLEANED),
        Job("checked", "lineitem", "lineitem", CLEANED),
        *(
            Job(name, "questions", "groups", answer, _SMALL, ("parquet",))
            for name, answer in QUESTIONS.items()
        ),
        Job("join", "flights", "flights", DELAYS, _SMALL, ("parquet",)),
        # DuckDB's joins leave the rows in any order; the other three keep that of the flights.
        Job("joined", "flights", "flights", JOINED, _SMALL, ("parquet",), ordered=False),
        Job("tiny", "tiny", "tiny", {"kind": "VARCHAR", "total": "DOUBLE"}, ("csv",), ("parquet",)),
    )
}
ORDERS_JOB = Job("orders", "lineitem", "lineitem", ORDERS, ("parquet",), ("parquet",))
"""A group for every line, within 500 MB: measured by the command ``memory`` alone."""
ALL_JOBS = {**JOBS, "orders": ORDERS_JOB}
CONTENDERS = ("duckdb", "polars", "etlframe", "pandas")
WHOLE = "pandas_whole"
"""pandas without a list of the columns it needs: the aggregates of lineitem, when asked for."""
RIVALS = ("petl", "dlt", "hamilton", "prefect")
"""Tools of the extra ``bench-rivals``: measured by the command ``rivals`` alone."""


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


def cells(
    jobs: Iterable[str], sources: Iterable[str], targets: Iterable[str], scale: float
) -> list[Cell]:
    """Return the cells of jobs from formats to formats, those that the jobs are measured on."""
    return [
        Cell(ALL_JOBS[name], source, target, scale)
        for name, source, target in product(jobs, sources, targets)
        if source in ALL_JOBS[name].sources and target in ALL_JOBS[name].targets
    ]
