from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import PlanError

wrong: Any = etl  # what follows calls it in ways that its types forbid
DF = pd.DataFrame({"id": [1, 2, 3], "v": [5, 1, 9], "k": ["a", "b", "a"]})


def test_a_transformation_calls_its_function_with_its_configuration() -> None:
    def top(df: pd.DataFrame, n: int, by: str) -> pd.DataFrame:
        return df.nlargest(n, by)

    step = etl.Transformation("top rows", top, n=2, by="v")
    assert step.name == "top rows"
    assert step.apply(DF)["id"].tolist() == [3, 1]
    assert step(DF)["id"].tolist() == [3, 1]


def test_a_transformation_around_a_step_keeps_its_engine() -> None:
    pipeline = etl.Pipeline("p", DF, [etl.Transformation("big ones", etl.query("v > 3"))])
    placed = pipeline.explain("duckdb").steps[1]
    assert (placed.name, placed.engine) == ("big ones", "duckdb")


@pytest.mark.parametrize("function", [None, 3, "name"])
def test_a_transformation_without_a_function_is_refused(function: Any) -> None:
    with pytest.raises(PlanError, match="needs a function"):
        etl.Transformation("t", function)
