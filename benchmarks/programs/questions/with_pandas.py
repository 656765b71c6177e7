"""The group-by questions with plain pandas: only the columns that are needed."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pandas as pd

NEEDS = {
    "g1": ["id1", "v1"],
    "g2": ["id1", "id2", "v1"],
    "g3": ["id3", "v1", "v3"],
    "g4": ["id4", "v1", "v2", "v3"],
    "g5": ["id6", "v1", "v2", "v3"],
    "g6": ["id4", "id5", "v3"],
    "g7": ["id3", "v1", "v2"],
    "g8": ["id6", "v3"],
    "g9": ["id2", "id4", "v1", "v2"],
    "g10": ["id1", "id2", "id3", "id4", "id5", "id6", "v3"],
}


def largest2(df: pd.DataFrame) -> pd.DataFrame:
    """Return the two largest ``v3`` of each ``id6``."""
    found = df.sort_values("v3", ascending=False).groupby("id6").head(2)
    found = found.sort_values(["id6", "v3"], ascending=[True, False])
    return found.rename(columns={"v3": "largest2_v3"})


def spread(df: pd.DataFrame) -> pd.DataFrame:
    """Return the largest ``v1`` less the smallest ``v2``."""
    found = df.groupby("id3", as_index=False).agg(v1=("v1", "max"), v2=("v2", "min"))
    return found.assign(range_v1_v2=found["v1"] - found["v2"])[["id3", "range_v1_v2"]]


def regression(df: pd.DataFrame) -> pd.DataFrame:
    """Return how much of ``v2`` a line through ``v1`` explains."""
    found = df.groupby(["id2", "id4"])[["v1", "v2"]].corr().iloc[0::2]["v2"].droplevel(-1)
    return (found**2).rename("r2").reset_index()


QUESTIONS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "g1": lambda d: d.groupby("id1", as_index=False).agg({"v1": "sum"}),
    "g2": lambda d: d.groupby(["id1", "id2"], as_index=False).agg({"v1": "sum"}),
    "g3": lambda d: d.groupby("id3", as_index=False).agg({"v1": "sum", "v3": "mean"}),
    "g4": lambda d: d.groupby("id4", as_index=False).mean(),
    "g5": lambda d: d.groupby("id6", as_index=False).sum(),
    "g6": lambda d: d.groupby(["id4", "id5"], as_index=False).agg(
        median_v3=("v3", "median"), sd_v3=("v3", "std")
    ),
    "g7": spread,
    "g8": largest2,
    "g9": regression,
    "g10": lambda d: d.groupby(NEEDS["g10"][:-1], as_index=False).agg(
        v3=("v3", "sum"), count=("v3", "size")
    ),
}


if __name__ == "__main__":
    job, source, target = sys.argv[1:]
    if source.endswith(".csv"):
        rows = pd.read_csv(source, usecols=NEEDS[job])
    else:
        rows = pd.read_parquet(source, columns=NEEDS[job])
    QUESTIONS[job](rows).to_parquet(target, index=False, compression="zstd")
