"""A frame in memory as a source: kept as it was, with a RangeIndex."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from etlframe.errors import PlanError
from etlframe.sources.frame import FrameSource


def test_later_changes_of_the_users_frame_do_not_show() -> None:
    df = pd.DataFrame({"a": [1, 2, 3], "s": ["x", "y", "z"]})
    source = FrameSource(df)
    before = df.copy(deep=True)
    df["a"] = 0
    df.loc[0, "s"] = "changed"
    df.iloc[1, 0] = 9
    df["new"] = 1
    del df["s"]
    pd.testing.assert_frame_equal(source.extract(), before)


def test_writing_to_what_was_extracted_does_not_change_the_source() -> None:
    source = FrameSource(pd.DataFrame({"a": [1, 2]}))
    extracted = source.extract()
    extracted.loc[0, "a"] = 9
    extracted["b"] = 1
    assert source.extract().to_dict("list") == {"a": [1, 2]}


def test_the_array_that_a_frame_was_made_of_may_change() -> None:
    values = np.array([1, 2])
    source = FrameSource(pd.DataFrame({"a": values}))
    values[0] = 9
    assert source.extract()["a"].tolist() == [1, 2]


def test_the_frame_is_not_copied() -> None:
    df = pd.DataFrame({"a": np.arange(1000)})
    extracted = FrameSource(df).extract()
    assert np.shares_memory(df["a"].to_numpy(), extracted["a"].to_numpy())


def test_a_named_index_becomes_columns_and_an_unnamed_one_is_dropped() -> None:
    named = pd.DataFrame({"v": [1, 2]}, index=pd.Index(["x", "y"], name="k"))
    assert FrameSource(named).extract().to_dict("list") == {"k": ["x", "y"], "v": [1, 2]}
    unnamed = pd.DataFrame({"v": [1, 2]}, index=["x", "y"])
    extracted = FrameSource(unnamed).extract()
    assert list(extracted.columns) == ["v"]
    assert isinstance(extracted.index, pd.RangeIndex)


def test_a_function_is_called_at_each_extract() -> None:
    calls = iter([1, 2])
    source = FrameSource(lambda: pd.DataFrame({"a": [next(calls)]}))
    assert source.columns() is None
    assert [source.extract()["a"][0] for _ in range(2)] == [1, 2]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([{"a": 1}], "is no DataFrame, but a list"),
        (None, "is no DataFrame, but None"),
        (pd.Series([1]), r"but a Series\. Make one with \.to_frame\(\)"),
        (pd.DataFrame([[1]]), r"column 0, whose label is no text.*df\.rename\(columns=str\)"),
        (pd.DataFrame([[1]], columns=[("a", 1)]), "several levels|label is no text"),
        (pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])), "several levels"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "two columns named 'a'"),
        (pd.DataFrame({"v": [1]}, index=pd.Index([1], name=3)), "column 3, whose label is no text"),
    ],
)
def test_what_a_plan_cannot_take_is_told(given: Any, words: str) -> None:
    with pytest.raises(PlanError, match=words):
        FrameSource(given)
    with pytest.raises(PlanError, match=words):
        FrameSource(lambda: given).extract()


def test_what_a_function_returned_is_told_with_its_name() -> None:
    def visits() -> Any:
        return 5

    with pytest.raises(PlanError, match="The function visits is no DataFrame, but a int"):
        FrameSource(visits).extract()


def test_an_error_of_the_function_is_its_own() -> None:
    def broken() -> pd.DataFrame:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        FrameSource(broken).extract()


def test_descriptions() -> None:
    def visits() -> pd.DataFrame:
        return pd.DataFrame()

    assert FrameSource(visits).describe() == "DataFrame of visits()"
    frame = FrameSource(pd.DataFrame({"a": range(1200)}))
    assert repr(frame) == "FrameSource(DataFrame (1,200 rows, 1 columns))"
    assert frame.columns() == ["a"]
    assert frame.scan() is None
