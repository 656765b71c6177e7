"""The checked clean-up with petl: rows of Python, and Parquet by pandas, as petl writes none."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

import pandas as pd
import petl

from benchmarks.programs.lineitem.with_pandas import DATES, MODES, write

INTEGERS = ("l_orderkey", "l_partkey", "l_suppkey", "l_linenumber")
FLOATS = ("l_quantity", "l_extendedprice", "l_discount", "l_tax")
FIRST_DAY = datetime.fromisoformat("1992-03-01")


def clean(source: str) -> Any:
    """Return the lines: typed, filtered, with three derived columns."""
    kinds: dict[str, Any] = {**dict.fromkeys(INTEGERS, int), **dict.fromkeys(FLOATS, float)}
    kinds |= dict.fromkeys(DATES, datetime.fromisoformat)
    lines = petl.fromcsv(source).convert(kinds)
    lines = petl.select(
        lines,
        lambda row: row["l_quantity"] >= 5 and row["l_shipdate"] >= FIRST_DAY,  # noqa: PLR2004
    )
    lines = lines.convert("l_shipmode", lambda mode: mode.strip().lower())
    lines = lines.addfield(
        "l_revenue", lambda row: row["l_extendedprice"] * (1 - row["l_discount"])
    )
    return lines.addfield("l_days", lambda row: (row["l_receiptdate"] - row["l_shipdate"]).days)


def check(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row, or stop at one that fails a check."""
    assert 1 <= row["l_quantity"] <= 50  # noqa: PLR2004 - the job's own number
    assert 0 <= row["l_discount"] <= 0.1  # noqa: PLR2004
    assert row["l_revenue"] > 0
    assert row["l_shipmode"] in MODES
    assert row["l_comment"] is not None
    return row


if __name__ == "__main__":
    _, source, target = sys.argv[1:]
    write(pd.DataFrame([check(row) for row in petl.dicts(clean(source))]), target)
