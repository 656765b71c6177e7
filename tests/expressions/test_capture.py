from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import ExpressionError
from etlframe.expressions.capture import snapshot

FACTOR = 2
DF = pd.DataFrame({"a": [1, 2, 3]})


def test_lambdas_in_a_loop_keep_the_value_of_their_round() -> None:
    steps = [etl.assign(**{f"x{k}": lambda d: d["a"] * k}) for k in (1, 10)]  # noqa: B023 - the trap
    frame = DF
    for step in steps:
        frame = step(frame)
    assert frame["x1"].tolist() == [1, 2, 3]
    assert frame["x10"].tolist() == [10, 20, 30]


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_a_pipeline_keeps_the_values_of_the_moment_it_was_written(engine: str) -> None:
    low, factor = 1, 10
    pipeline = etl.Pipeline("p", DF).query("a > @low").assign(b=lambda d: d["a"] * factor)
    low, factor = 2, 100  # noqa: F841 - a variable that has moved on
    assert pipeline.collect(engine)["b"].tolist() == [20, 30]


def test_a_global_of_plain_data_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    step = etl.assign(b=lambda d: d["a"] * FACTOR)
    monkeypatch.setitem(globals(), "FACTOR", 7)
    assert step(DF)["b"].tolist() == [2, 4, 6]


def test_a_list_that_changes_later_does_not_change_the_step() -> None:
    wanted = [1]
    step = etl.query("a in @wanted")
    wanted.append(3)
    assert step(DF)["a"].tolist() == [1]


def test_a_function_that_is_redefined_stays_live() -> None:
    namespace: dict[str, Any] = {}
    exec("def f(x):\n    return later(x)\n", namespace)  # noqa: S102 - as a notebook's cells do
    taken = snapshot(namespace["f"])
    namespace["later"] = lambda x: x + 1
    assert taken(1) == 2


def test_a_snapshot_keeps_defaults_names_and_docs() -> None:
    def scaled(x: int, by: int = 3, *, plus: int = 1) -> int:
        """Scale."""
        return x * by + plus

    taken = snapshot(scaled)
    assert taken(2) == 7
    assert (taken.__name__, taken.__doc__) == ("scaled", "Scale.")


def test_a_name_that_is_no_variable_is_an_error_with_near_names() -> None:
    destinations = ["LAX"]  # noqa: F841 - a near name
    with pytest.raises(ExpressionError, match="Did you mean 'destinations'"):
        etl.query("dest in @destination")


def test_the_variables_of_the_cell_are_found_through_the_verbs() -> None:
    wanted = [2, 3]  # noqa: F841 - the string reads it
    assert len(etl.Pipeline("p", DF).query("a in @wanted").collect()) == 2
