"""Rows like those of TPC-H's ``lineitem``, for where its generator is not installed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from benchmarks.data.making import write

MODES = ["AIR", "FOB", "MAIL", "RAIL", "REG AIR", "SHIP", "TRUCK"]
INSTRUCTIONS = ["COLLECT COD", "DELIVER IN PERSON", "NONE", "TAKE BACK RETURN"]
WORDS = ["carefully", "final", "deposits", "sleep", "blithely", "express", "pinto", "beans", "nag"]


def rows(count: int) -> pa.Table:
    draw = np.random.default_rng(7)

    def chosen(values: list[str], times: list[float] | None = None) -> pa.Array:
        return pa.array(values).take(pa.array(draw.choice(len(values), count, p=times)))

    phrases = [" ".join(draw.choice(WORDS, 4)) for _ in range(1000)]
    orders = np.sort(draw.integers(1, count, count))
    quantity = draw.integers(1, 51, count).astype(float)
    shipped = np.datetime64("1992-01-02") + draw.integers(0, 2526, count)
    received = shipped + draw.integers(1, 31, count)
    return pa.table(
        {
            "l_orderkey": orders,
            "l_partkey": draw.integers(1, 200_000, count),
            "l_suppkey": draw.integers(1, 10_000, count),
            "l_linenumber": draw.integers(1, 8, count),
            "l_quantity": quantity,
            "l_extendedprice": np.round(quantity * draw.uniform(900, 2100, count), 2),
            "l_discount": draw.integers(0, 11, count) / 100,
            "l_tax": draw.integers(0, 9, count) / 100,
            "l_returnflag": chosen(["A", "N", "R"], [0.25, 0.5, 0.25]),
            "l_linestatus": chosen(["F", "O"]),
            "l_shipdate": shipped,
            "l_commitdate": shipped + draw.integers(-30, 31, count),
            "l_receiptdate": received,
            "l_shipinstruct": chosen(INSTRUCTIONS),
            "l_shipmode": chosen(MODES),
            "l_comment": chosen(phrases),
        }
    )


def make(path: Path, count: int) -> None:
    """Write so many rows in the format of the path's suffix."""
    parquet = path.with_suffix(".parquet")
    parquet.parent.mkdir(parents=True, exist_ok=True)
    if not parquet.exists():
        pa.parquet.write_table(rows(count), parquet, row_group_size=122_880)
    if not path.exists():
        write(f"FROM '{parquet}'", path)
