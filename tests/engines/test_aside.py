"""Columns that engines only carry come back as they were, through every verb that moves rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from etlframe import DataLoader, Pipeline
from tests.differential.comparing import assert_same

DF = pd.DataFrame(
    {
        "k": ["a", "b", "a", None],
        "i": [3, 1, 2, 0],
        "category": pd.Categorical(["lo", None, "hi", "lo"], ["hi", "lo", "never"], ordered=True),
        "berlin": pd.Series(["2013-01-01", None, "2013-06-01", "2013-07-01"])
        .astype("datetime64[us]")
        .dt.tz_localize("Europe/Berlin"),
        "objects": pd.Series([1, "x", None, (2, 3)], dtype="object"),
        "texts": pd.Series(["p", None, "q", "r"], dtype="object"),
        "nullable": pd.Series([1, None, 3, 4], dtype="Int64"),
        "small": pd.Series([1, 2, 3, 4], dtype="int8"),
    }
)
RIGHT = DF[["k", "category", "small"]].head(1)

VERBS: dict[str, Callable[[Pipeline], Pipeline]] = {
    "filter": lambda p: p.query("i > 0"),
    "filter to nothing": lambda p: p.query("i > 9"),
    "filter by isna": lambda p: p.query("category.isna() or nullable.notna()"),
    "sort": lambda p: p.sort_values("i"),
    "rename": lambda p: p.rename({"category": "c", "objects": "o"}),
    "select": lambda p: p.select("small", "berlin"),
    "copy": lambda p: p.assign(again=lambda d: d["category"]),
    "join": lambda p: p.merge(RIGHT, "left", on="k"),
    "outer join, and what it missed goes": lambda p: p.merge(
        pd.DataFrame({"k": ["a", "z"], "v": [1, 2]}), "outer", on="k"
    ).dropna("i"),
    "distinct": lambda p: p.drop_duplicates("k"),
    "head of groups": lambda p: p.sort_values("i").groupby("k", dropna=False).head(1),
    "dropna": lambda p: p.dropna(["objects", "nullable"]),
    "count": lambda p: p.groupby("k").agg(n=("category", "count"), m=("objects", "size")),
}


@pytest.mark.parametrize("verb", VERBS)
def test_columns_come_back_as_they_were(verb: str, engine: str) -> None:
    assert_same(VERBS[verb](Pipeline("p", DF)), engine)


@pytest.mark.parametrize("verb", VERBS)
def test_the_engine_runs_the_verb_itself(verb: str, engine: str) -> None:
    explained = VERBS[verb](Pipeline("p", DF)).explain(engine)
    assert {placed.engine for placed in explained.steps[1:]} == {engine}


def test_they_are_written_as_pandas_writes_them(tmp_path: Path, engine: str) -> None:
    kept = Pipeline("p", DF.drop(columns=["objects", "berlin"])).query("i > 0")
    for each in ("pandas", engine):
        kept.to(tmp_path / f"{each}.parquet").run(engine=each).raise_for_status()
    one, other = (DataLoader(tmp_path / f"{each}.parquet").read() for each in ("pandas", engine))
    pd.testing.assert_frame_equal(one, other)
