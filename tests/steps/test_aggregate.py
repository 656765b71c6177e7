from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe import Pipeline
from etlframe.errors import PlanError

wrong: Any = etl  # what follows calls it in ways that its types forbid
DF = pd.DataFrame({"id": [1, 2, 3], "v": [5, 1, 9], "k": ["a", "b", "a"]})


def test_aggregate_groups_with_names() -> None:
    frame = etl.aggregate("k", n=("id", "count"), top=("v", max))(DF)
    assert frame.to_dict("list") == {"k": ["a", "b"], "n": [2, 1], "top": [9, 1]}


@pytest.mark.parametrize(
    ("form", "named"),
    [
        ({"v": ["mean", "max"]}, r"v_mean=\('v', 'mean'\), v_max=\('v', 'max'\)"),
        ({"v": "sum", "id": max}, r"v_sum=\('v', 'sum'\), id_mean=\('id', 'mean'\)"),
        ("mean", "flights="),
        ({}, "flights="),
    ],
)
def test_another_form_of_aggregation_is_refused_with_the_named_one(form: Any, named: str) -> None:
    for make in (etl.Pipeline("p", DF).groupby("k").agg, lambda form: etl.aggregate("k", form)):
        with pytest.raises(PlanError, match=rf"groupby\('k'\)\.agg\({named}"):
            make(form)


def test_an_aggregate_with_the_name_of_a_key_is_refused() -> None:
    with pytest.raises(PlanError, match="'k' has the name of a key"):
        etl.aggregate("k", k=("v", "sum"))


def test_a_missing_key_is_a_group_where_asked_and_sorts_last() -> None:
    df = pd.DataFrame({"k": [None, "b", "a", None], "v": [1, 2, 3, 4]})
    kept = etl.aggregate("k", dropna=False, n=("v", "sum"))(df)
    assert kept["n"].tolist() == [3, 2, 5]
    seen = etl.aggregate("k", dropna=False, sort=False, n=("v", "sum"))(df)
    assert seen["n"].tolist() == [5, 2, 3]


def test_a_word_that_only_pandas_runs_says_so() -> None:
    placed = Pipeline("p", DF).groupby("k").agg(p=("v", "prod")).explain("duckdb").steps[1]
    assert (placed.engine, placed.reason) == ("pandas", "the aggregate 'prod' runs in pandas")
