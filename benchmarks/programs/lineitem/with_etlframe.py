"""The jobs on ``lineitem`` with etlframe, as its README shows: the run is logged and atomic."""

from __future__ import annotations

import sys
from typing import Any

import etlframe as etl


def q1(source: str) -> etl.Pipeline:
    """Return TPC-H Q1: sums and means of the lines shipped by a day, by flag and status."""
    return (
        etl.Pipeline("q1", source)
        .query("l_shipdate <= '1998-09-02'")
        .assign(
            disc_price="l_extendedprice * (1 - l_discount)",
            charge="l_extendedprice * (1 - l_discount) * (1 + l_tax)",
        )
        .groupby(["l_returnflag", "l_linestatus"])
        .agg(
            sum_qty=("l_quantity", "sum"),
            sum_base_price=("l_extendedprice", "sum"),
            sum_disc_price=("disc_price", "sum"),
            sum_charge=("charge", "sum"),
            avg_qty=("l_quantity", "mean"),
            avg_price=("l_extendedprice", "mean"),
            avg_disc=("l_discount", "mean"),
            count_order=("l_quantity", "size"),
        )
    )


def q6(source: str) -> etl.Pipeline:
    """Return TPC-H Q6: what small discounts gave away in a year (which groups the rows here)."""
    return (
        etl.Pipeline("q6", source)
        .query("'1994-01-01' <= l_shipdate < '1995-01-01'")
        .query("0.05 <= l_discount <= 0.07 and l_quantity < 24")
        .assign(
            revenue="l_extendedprice * l_discount",
            year=lambda d: d["l_shipdate"].dt.year,
        )
        .groupby("year")
        .agg(revenue=("revenue", "sum"))
        .select("revenue")
    )


def clean(source: str) -> etl.Pipeline:
    """Return a filter and three derived columns; all rows are written."""
    return (
        etl.Pipeline("clean", source)
        .query("l_quantity >= 5 and l_shipdate >= '1992-03-01'")
        .assign(
            l_shipmode=lambda d: d["l_shipmode"].str.strip().str.lower(),
            l_revenue="l_extendedprice * (1 - l_discount)",
            l_days=lambda d: (d["l_receiptdate"] - d["l_shipdate"]).dt.days,
        )
    )


def checked(source: str) -> etl.Pipeline:
    """Return ``clean`` with five checks of Pandera's."""
    return clean(source).validate(schema())


def orders(source: str) -> etl.Pipeline:
    """Return a group for every line, which a limit of memory must not stop."""
    etl.set_options(memory_limit="500MB")
    return (
        etl.Pipeline("orders", source)
        .groupby(["l_orderkey", "l_linenumber"])
        .agg(quantity=("l_quantity", "sum"), price=("l_extendedprice", "sum"))
    )


def schema() -> Any:
    """Return the five checks."""
    import pandera.pandas as pa

    modes = ["air", "fob", "mail", "rail", "reg air", "ship", "truck"]
    return pa.DataFrameSchema(
        {
            "l_quantity": pa.Column(checks=pa.Check.in_range(1, 50)),
            "l_discount": pa.Column(checks=pa.Check.in_range(0, 0.1)),
            "l_revenue": pa.Column(checks=pa.Check.gt(0)),
            "l_shipmode": pa.Column(checks=pa.Check.isin(modes)),
            "l_comment": pa.Column(nullable=False),
        },
        name="CleanLines",
    )


JOBS = {"q1": q1, "q6": q6, "clean": clean, "checked": checked, "orders": orders}


if __name__ == "__main__":
    job, source, target = sys.argv[1:]
    JOBS[job](source).to(target).run().raise_for_status()
