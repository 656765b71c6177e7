from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import ColumnNotFoundError, PlanError
from etlframe.steps.base import Step
from etlframe.steps.columns import Drop, Rename, Select
from etlframe.steps.reshape import Explode, melt, pivot
from etlframe.steps.rows import Tail

wrong: Any = etl  # what follows calls it in ways that its types forbid
DF = pd.DataFrame({"id": [1, 2, 3], "v": [5, 1, 9], "k": ["a", "b", "a"]})


def test_steps_leave_their_input_alone() -> None:
    before = DF.copy()
    for step in (etl.query("v > 3"), etl.assign(v="v * 2"), etl.aggregate("k", n=("v", "sum"))):
        step(DF)
    pd.testing.assert_frame_equal(DF, before)


@pytest.mark.parametrize(
    "make",
    [
        wrong.assign,
        lambda: wrong.aggregate("k"),
        lambda: wrong.aggregate([], n=("v", "sum")),
        lambda: wrong.aggregate("k", n="sum"),
        lambda: wrong.merge(DF),
        lambda: wrong.merge(DF, left_on="k"),
        lambda: wrong.merge(DF, left_on=["k", "v"], right_on="k"),
        lambda: wrong.merge("a file", on="k"),
        lambda: wrong.merge(DF, "sideways", on="k"),
        lambda: wrong.validate({"a": int}),
        lambda: wrong.Pipeline("p", DF).sort_values(["k", "v"], ascending=[True]),
        lambda: wrong.Pipeline("p", DF).select(),
        lambda: wrong.Pipeline("p", DF).rename(str.upper),
        lambda: wrong.Pipeline("p", DF).pipe("not a function"),
        lambda: wrong.Pipeline("", DF),
        lambda: wrong.Pipeline("p", 3),
        lambda: wrong.Pipeline("p", DF).to(3),
    ],
)
def test_a_step_that_cannot_work_is_refused_when_it_is_written(make: Any) -> None:
    with pytest.raises(PlanError) as refused:
        make()
    assert len(str(refused.value)) > 20


@pytest.mark.parametrize(
    ("step", "missing"),
    [
        (etl.query("vv > 1"), "vv"),
        (etl.assign(x="id + vv"), "vv"),
        (etl.aggregate("kk", n=("v", "sum")), "kk"),
        (etl.aggregate("k", n=("vv", "sum")), "vv"),
        (Select(("id", "vv")), "vv"),
        (Drop(("vv",)), "vv"),
        (Rename({"vv": "w"}), "vv"),
        (Explode(("vv",)), "vv"),
        (etl.merge(DF, on="kk"), "kk"),
        (melt("kk"), "kk"),
        (melt("k", ["vv"]), "vv"),
        (pivot("kk", index="k", values="v"), "kk"),
    ],
)
def test_a_misspelt_column_is_found_without_running(step: Step, missing: str) -> None:
    with pytest.raises(ColumnNotFoundError) as error:
        step.columns_after(list(DF.columns))
    assert error.value.column == missing
    assert "Did you mean" in str(error.value) or "Known" in str(error.value)


def test_the_columns_after_a_step_are_those_of_its_answer() -> None:
    steps: list[Step] = [
        etl.query("v > 1"),
        etl.assign(x="v", v="id"),
        etl.aggregate(["k", "id"], n=("v", "sum")),
        Select(("v", "id")),
        Drop(("id",)),
        Rename({"v": "w"}),
        Tail(2),
        melt("k", ["v", "id"]),
        etl.merge(DF, "left_semi", on="k"),
    ]
    for step in steps:
        assert step.columns_after(list(DF.columns)) == list(step(DF).columns), step.name
