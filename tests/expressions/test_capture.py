from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import ExpressionError
from etlframe.expressions.capture import snapshot
from etlframe.steps.custom import pipe

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


SEEN: list[int] = []


def test_a_function_given_to_pipe_may_fill_lists_dicts_and_sets_around_it() -> None:
    cache: dict[str, int] = {}

    def note(df: pd.DataFrame) -> pd.DataFrame:
        SEEN.append(len(df))
        cache["rows"] = len(df)
        return df

    SEEN.clear()
    for step in (pipe(note), etl.Transformation("note", note)):
        etl.Pipeline("p", DF, [step]).collect()
    assert (SEEN, cache) == ([3, 3], {"rows": 3})


COUNTED = 0


def test_a_function_given_to_pipe_may_count_in_names_that_it_assigns_to() -> None:
    calls = 0

    def by_nonlocal(df: pd.DataFrame) -> pd.DataFrame:
        nonlocal calls
        calls += 1
        return df

    def by_global(df: pd.DataFrame) -> pd.DataFrame:
        global COUNTED  # noqa: PLW0603 - what is tested
        COUNTED += 1
        return df

    before = COUNTED
    etl.Pipeline("p", DF).pipe(by_nonlocal).pipe(by_global).collect()
    assert (calls, COUNTED) == (1, before + 1)


def test_functions_given_to_pipe_in_a_loop_keep_the_value_of_their_round() -> None:
    plan = etl.Pipeline("p", DF)
    for k in (1, 10):
        plan = plan.pipe(lambda d: d.assign(**{f"x{k}": d["a"] * k}))  # noqa: B023 - the trap
    assert plan.collect()[["x1", "x10"]].iloc[1].tolist() == [2, 20]


def test_a_frame_that_changes_later_does_not_change_the_step() -> None:
    wanted = pd.DataFrame({"a": [1]})
    piped = pipe(lambda d: d.merge(wanted))
    assigned = etl.assign(b=lambda d: d["a"].isin(wanted["a"]))
    wanted["a"] = 3
    assert piped(DF)["a"].tolist() == [1]
    assert assigned(DF)["b"].tolist() == [True, False, False]


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
