from __future__ import annotations

import pandas as pd
import pytest

from etlframe.engines.base import EngineFrame
from etlframe.engines.duckdb.engine import DuckDBEngine
from etlframe.errors import ColumnNotFoundError
from etlframe.expressions.tree import NotPortable
from etlframe.steps.base import Step
from etlframe.steps.groups import Extremes, HeadOfGroups

DF = pd.DataFrame({"k": ["b", "a", "b", None], "v": [1, 2, 3, 4], "s": ["x", "y", "z", "w"]})
COLUMNS = ["k", "v", "s"]


def _frame() -> EngineFrame:
    return DuckDBEngine().from_pandas(DF)


def test_the_largest_values_stand_beside_their_keys() -> None:
    made = Extremes(("k",), "v", 1, "nlargest")(DF)
    assert made.to_dict("list") == {"k": ["a", "b"], "v": [2, 3]}
    assert isinstance(made.index, pd.RangeIndex)


def test_the_first_rows_of_groups_keep_their_columns_and_their_order() -> None:
    made = HeadOfGroups(("k",), 1)(DF)
    assert made.to_dict("list") == {"k": ["b", "a"], "v": [1, 2], "s": ["x", "y"]}
    assert isinstance(made.index, pd.RangeIndex)


def test_steps_are_named_by_what_they_keep() -> None:
    assert Extremes(("k", "s"), "v", 2, "nsmallest").name == "groupby k, s nsmallest 2 of v"
    assert HeadOfGroups(("k",), 3).name == "groupby k head 3"


def test_columns_are_known_before_a_run() -> None:
    assert Extremes(("s", "k"), "v", 1, "nlargest").columns_after(COLUMNS) == ["s", "k", "v"]
    assert HeadOfGroups(("k",), 1).columns_after(COLUMNS) == ["k", "v", "s"]


@pytest.mark.parametrize("step", [Extremes(("k",), "w", 1, "nlargest"), HeadOfGroups(("w",), 1)])
def test_a_column_that_is_not_there_is_told(step: Step) -> None:
    with pytest.raises(ColumnNotFoundError, match="'w'"):
        step.columns_after(COLUMNS)


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (Extremes(("k",), "s", 1, "nlargest"), "the 1 largest of str"),
        (Extremes(("k",), "v", 0, "nsmallest"), "the 0 smallest of"),
        (HeadOfGroups(("k",), -1), "all but the last rows of groups"),
    ],
)
def test_what_only_pandas_is_known_to_do_runs_there(step: Step, why: str) -> None:
    with pytest.raises(NotPortable, match=why):
        step.lower(_frame())
