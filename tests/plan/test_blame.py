"""Whatever a step raises names the step, and a column that is not there is told with near names."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from etlframe.engines.base import ScanMismatch
from etlframe.errors import ColumnNotFoundError, PlanError, StepError
from etlframe.expressions.tree import NotPortable
from etlframe.plan.blame import blamed, checked_frame

DF = pd.DataFrame({"carrier": ["UA"], "delay": [4]})


def run(work: Callable[[pd.DataFrame], object], df: pd.DataFrame | None = DF) -> None:
    with blamed("rank", df):
        work(DF)


WAYS_TO_MISS: dict[str, Callable[[pd.DataFrame], object]] = {
    "by key": lambda d: d["carier"],
    "by several keys": lambda d: d.groupby("carier"),
    "by attribute": lambda d: d.carier,
    "in a query": lambda d: d.query("carier == 'UA'"),
    "in an expression": lambda d: d.assign(x=pd.col("carier")),
}


@pytest.mark.parametrize("way", WAYS_TO_MISS)
def test_a_column_that_pandas_does_not_find_is_told_with_the_near_names(way: str) -> None:
    with pytest.raises(ColumnNotFoundError, match=r"Did you mean 'carrier'\?") as caught:
        run(WAYS_TO_MISS[way])
    assert (caught.value.step, caught.value.column) == ("rank", "carier")
    assert caught.value.columns == ["carrier", "delay"]
    assert caught.value.__cause__ is not None


def test_a_key_that_a_function_s_own_mapping_lacks_is_no_column() -> None:
    with pytest.raises(StepError, match=r"Step 'rank' failed: KeyError: 'carier'"):
        run(lambda _: {"carrier": 1}["carier"])


def test_an_attribute_that_another_object_lacks_is_no_column() -> None:
    with pytest.raises(StepError, match="has no attribute 'carier'"):
        run(lambda _: "text".carier)  # type: ignore[attr-defined]


def test_a_column_that_is_there_is_not_told_to_be_missing() -> None:
    def wrong(_: pd.DataFrame) -> None:
        raise KeyError("delay")

    with pytest.raises(StepError):
        run(wrong)


def test_without_a_frame_the_error_is_the_step_s() -> None:
    with pytest.raises(StepError, match="Step 'rank' failed: KeyError"):
        run(WAYS_TO_MISS["by key"], None)


def test_the_cause_is_kept_and_named_with_its_type() -> None:
    with pytest.raises(StepError, match=r"^Step 'rank' failed: ZeroDivisionError: ") as caught:
        run(lambda _: 1 / 0)
    assert caught.value.step == "rank"
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_an_error_without_words_is_told_as_such() -> None:
    def silent(_: pd.DataFrame) -> None:
        raise RuntimeError

    with pytest.raises(StepError, match="RuntimeError: no message"):
        run(silent)


def test_a_password_in_what_a_driver_says_is_hidden() -> None:
    def connect(_: pd.DataFrame) -> None:
        raise ConnectionError("postgresql://ada:lovelace@db/flights refused")

    with pytest.raises(StepError) as caught:
        run(connect)
    assert "lovelace" not in str(caught.value)


def test_a_missing_column_gets_the_first_step_that_it_was_found_in() -> None:
    with (
        pytest.raises(ColumnNotFoundError) as caught,
        blamed("outer", DF),
        blamed("inner", DF),
    ):
        raise ColumnNotFoundError("carier", ["carrier"])
    assert caught.value.step == "inner"
    assert str(caught.value) == "Step 'inner': no column 'carier'. Did you mean 'carrier'?"


@pytest.mark.parametrize("error", [PlanError("no"), NotPortable("apply"), ScanMismatch("late")])
def test_errors_that_say_enough_pass_as_they_are(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, blamed("rank", DF):
        raise error
    assert caught.value is error


def test_ctrl_c_is_no_failure_of_a_step() -> None:
    with pytest.raises(KeyboardInterrupt), blamed("rank", DF):
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (None, r"returned None, not a DataFrame\. Does the function return its result\?"),
        (pd.Series([1]), r"returned a Series, not a DataFrame\.$"),
        ([1], r"returned a list, not a DataFrame\.$"),
    ],
)
def test_what_is_no_frame_is_told_with_the_step(answer: object, told: str) -> None:
    with pytest.raises(StepError, match=f"Step 'rank' {told}") as caught:
        checked_frame(answer, "rank")
    assert caught.value.step == "rank"


def test_a_frame_gets_a_range_index() -> None:
    frame = checked_frame(DF.set_index("carrier"), "rank")
    assert list(frame.columns) == ["carrier", "delay"]
    assert isinstance(frame.index, pd.RangeIndex)
