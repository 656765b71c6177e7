"""The jobs on ``lineitem`` with plain pandas: whole frames, only the columns that are needed."""

from __future__ import annotations

import sys

import pandas as pd

DATES = ["l_shipdate", "l_commitdate", "l_receiptdate"]
MODES = ["air", "fob", "mail", "rail", "reg air", "ship", "truck"]
CHUNK = 200_000
NEEDS = {
    "q1": [
        *("l_quantity", "l_extendedprice", "l_discount", "l_tax"),
        *("l_returnflag", "l_linestatus", "l_shipdate"),
    ],
    "q6": ["l_quantity", "l_extendedprice", "l_discount", "l_shipdate"],
}


def read(source: str, columns: list[str] | None) -> pd.DataFrame:
    """Return the columns of a file (None: all); dates are datetimes."""
    dates = [name for name in DATES if columns is None or name in columns]
    if source.endswith(".csv"):
        return pd.read_csv(source, usecols=columns, parse_dates=dates)
    if source.endswith(".jsonl"):
        # All at once, six million lines would take over 20 GB.
        with pd.read_json(source, lines=True, chunksize=CHUNK) as chunks:
            df = pd.concat([each if columns is None else each[columns] for each in chunks])
    else:
        df = pd.read_parquet(source, columns=columns)
    return df.assign(**{name: pd.to_datetime(df[name]) for name in dates})


def q1(df: pd.DataFrame) -> pd.DataFrame:
    """Return TPC-H Q1."""
    df = df[df["l_shipdate"] <= "1998-09-02"]
    df = df.assign(
        disc_price=lambda d: d["l_extendedprice"] * (1 - d["l_discount"]),
        charge=lambda d: d["disc_price"] * (1 + d["l_tax"]),
    )
    return df.groupby(["l_returnflag", "l_linestatus"], as_index=False).agg(
        sum_qty=("l_quantity", "sum"),
        sum_base_price=("l_extendedprice", "sum"),
        sum_disc_price=("disc_price", "sum"),
        sum_charge=("charge", "sum"),
        avg_qty=("l_quantity", "mean"),
        avg_price=("l_extendedprice", "mean"),
        avg_disc=("l_discount", "mean"),
        count_order=("l_quantity", "size"),
    )


def q6(df: pd.DataFrame) -> pd.DataFrame:
    """Return TPC-H Q6."""
    rows = (
        (df["l_shipdate"] >= "1994-01-01")
        & (df["l_shipdate"] < "1995-01-01")
        & df["l_discount"].between(0.05, 0.07)
        & (df["l_quantity"] < 24)  # noqa: PLR2004 - the query's own number
    )
    found = df[rows]
    return pd.DataFrame({"revenue": [(found["l_extendedprice"] * found["l_discount"]).sum()]})


def clean(df: pd.DataFrame) -> pd.DataFrame:
    """Return a filter and three derived columns."""
    df = df[(df["l_quantity"] >= 5) & (df["l_shipdate"] >= "1992-03-01")]  # noqa: PLR2004
    return df.assign(
        l_shipmode=df["l_shipmode"].str.strip().str.lower(),
        l_revenue=df["l_extendedprice"] * (1 - df["l_discount"]),
        l_days=(df["l_receiptdate"] - df["l_shipdate"]).dt.days,
    )


def checked(df: pd.DataFrame) -> pd.DataFrame:
    """Return ``clean``, and stop where a row fails one of the five checks."""
    df = clean(df)
    assert df["l_quantity"].between(1, 50).all()
    assert df["l_discount"].between(0, 0.1).all()
    assert (df["l_revenue"] > 0).all()
    assert df["l_shipmode"].isin(MODES).all()
    assert df["l_comment"].notna().all()
    return df


def write(df: pd.DataFrame, target: str) -> None:
    """Write all rows in the target's format."""
    if target.endswith(".parquet"):
        df.to_parquet(target, index=False, compression="zstd")
    else:
        df.to_json(target, orient="records", lines=True, date_format="iso")


JOBS = {"q1": q1, "q6": q6, "clean": clean, "checked": checked}


if __name__ == "__main__":
    job, source, target = sys.argv[1:]
    write(JOBS[job](read(source, NEEDS.get(job))), target)
