from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe import Pipeline
from etlframe.errors import PlanError
from etlframe.steps.reshape import explode, melt, pivot

wrong: Any = etl  # what follows calls it in ways that its types forbid
DF = pd.DataFrame({"id": [1, 2, 3], "v": [5, 1, 9], "k": ["a", "b", "a"]})


def test_melt_puts_columns_below_each_other() -> None:
    long = melt("k", ["id", "v"], var_name="which", value_name="n")(DF)
    assert long.to_dict("list") == {
        "k": ["a", "b", "a"] * 2, "which": ["id"] * 3 + ["v"] * 3, "n": [1, 2, 3, 5, 1, 9]
    }  # fmt: skip


def test_melt_takes_all_other_columns_where_none_is_named() -> None:
    for engine in ("pandas", "duckdb"):
        long = Pipeline("p", DF).melt("k").collect(engine)
        assert long["variable"].unique().tolist() == ["id", "v"]


def test_melt_does_not_give_two_columns_one_name() -> None:
    with pytest.raises(PlanError, match="value_name='v' is a column"):
        melt("k", ["id"], value_name="v").columns_after(list(DF.columns))
    with pytest.raises(PlanError, match="var_name='k'"):
        melt("k", ["id"], var_name="k").columns_after(list(DF.columns))
    with pytest.raises(PlanError, match="two columns 'n'"):
        melt("k", ["id"], var_name="n", value_name="n")


def test_pivot_gives_flat_names_that_are_text_and_a_range_index() -> None:
    wide = Pipeline("p", DF).pivot("id", index="k", values="v").collect()  # noqa: PD010 - the verb is what is tested
    assert wide.columns.tolist() == ["k", "1", "2", "3"]
    assert (wide.columns.name, wide.columns.nlevels) == (None, 1)
    assert isinstance(wide.index, pd.RangeIndex)


def test_pivot_of_several_values_puts_names_together() -> None:
    wide = pivot("k", index="id", values=["v", "id2"])(DF.assign(id2=DF["id"]))
    assert wide.columns.tolist() == ["id", "v_a", "v_b", "id2_a", "id2_b"]


def test_pivot_of_rows_that_share_a_place_is_an_error() -> None:
    with pytest.raises(etl.ETLError, match="duplicate entries"):
        Pipeline("p", DF).assign(one=1).pivot("k", index="one", values="v").collect()  # noqa: PD010 - the verb is what is tested


def test_explode_makes_a_row_of_each_value() -> None:
    df = pd.DataFrame({"id": [1, 2], "a": [[1, 2], []], "b": [["x", "y"], []]})
    assert explode("a")(df)["id"].tolist() == [1, 1, 2]
    assert explode(["a", "b"])(df)["b"].tolist()[:2] == ["x", "y"]


@pytest.mark.parametrize("columns", [[], ["a", "a"]])
def test_explode_of_nothing_or_twice_is_refused(columns: list[str]) -> None:
    with pytest.raises(PlanError, match="explode"):
        explode(columns)


def test_pivot_without_columns_is_refused() -> None:
    with pytest.raises(PlanError, match="pivot needs columns"):
        pivot([], index="k", values="v")
