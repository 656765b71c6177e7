from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe import Pipeline
from etlframe.errors import KeysNotUniqueError, PlanError

wrong: Any = etl  # what follows calls it in ways that its types forbid
DF = pd.DataFrame({"id": [1, 2, 3], "v": [5, 1, 9], "k": ["a", "b", "a"]})


def test_merge_takes_frames_sources_and_pipelines() -> None:
    names = pd.DataFrame({"k": ["a", "b"], "name": ["Anna", "Bob"]})
    rights = [names, etl.FrameSource(names), etl.Pipeline("names", names)]
    for right in rights:
        assert etl.merge(right, on="k")(DF)["name"].tolist() == ["Anna", "Bob", "Anna"]
        for engine in ("pandas", "duckdb"):
            merged = etl.Pipeline("p", DF).merge(right, on="k").collect(engine)
            assert merged["name"].tolist() == ["Anna", "Bob", "Anna"]


def test_merge_remembers_the_frame_as_it_was() -> None:
    names = pd.DataFrame({"k": ["a", "b"], "name": ["Anna", "Bob"]})
    step = etl.merge(names, on="k")
    names.loc[0, "name"] = "Zoe"
    assert "Zoe" not in step(DF)["name"].tolist()


def test_merge_checks_its_keys_where_asked() -> None:
    twice = pd.DataFrame({"k": ["a", "a"], "w": [1, 2]})
    result = etl.Pipeline("p", DF).merge(twice, on="k", validate="many_to_one")
    with pytest.raises(etl.ETLError, match="unique"):
        result.collect()


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_keys_that_are_not_unique_are_named_on_every_engine(engine: str, side: str) -> None:
    unique = pd.DataFrame({"k": ["a", None], "w": [1, 2]})
    frames = {"left": (DF, unique), "right": (unique, DF)}[side]
    plan = Pipeline("p", frames[0]).merge(frames[1], on="k", validate="1:1")
    with pytest.raises(KeysNotUniqueError, match=f"the keys 'k' are not unique on the {side}"):
        plan.collect(engine)


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_keys_are_checked_also_where_no_row_is_left(engine: str) -> None:
    twice = pd.DataFrame({"k": ["z", "z"], "w": [1, 2]})
    plan = Pipeline("p", DF).query("v > 100").merge(twice, on="k", validate="m:1").query("v > 200")
    with pytest.raises(KeysNotUniqueError):
        plan.collect(engine)


def test_missing_keys_are_equal_to_each_other_when_keys_are_checked() -> None:
    twice = pd.DataFrame({"k": [None, None], "w": [1, 2]})
    with pytest.raises(KeysNotUniqueError):
        etl.merge(twice, on="k", validate="m:1")(DF)


def test_a_semi_join_keeps_rows_that_have_a_match_once_and_as_they_are() -> None:
    other = pd.DataFrame({"key": ["a", "a", "c"], "w": [1, 2, 3]})
    step = etl.merge(other, "left_semi", left_on="k", right_on="key")
    pd.testing.assert_frame_equal(step(DF), DF.iloc[[0, 2]].reset_index(drop=True))
    assert step.columns_after(list(DF.columns)) == list(DF.columns)


def test_an_anti_join_keeps_rows_without_a_match_and_a_range_index() -> None:
    step = etl.merge(pd.DataFrame({"k": ["a"], "w": [1]}), "left_anti", on="k")
    assert step(DF).to_dict("list") == {
        "id": [2], "v": [1], "k": ["b"], "w": [pytest.approx(float("nan"), nan_ok=True)]
    }  # fmt: skip
    assert isinstance(step(DF).index, pd.RangeIndex)


def test_the_indicator_tells_where_rows_are_from() -> None:
    right = pd.DataFrame({"k": ["a", "c"], "w": [1, 2]})
    merged = Pipeline("p", DF).merge(right, "outer", on="k", indicator="from").collect("duckdb")
    assert merged["from"].tolist() == ["both", "both", "left_only", "right_only"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: wrong.merge(DF, on="k", validate="once"),
        lambda: wrong.merge(DF, "cross", validate="1:1"),
        lambda: wrong.merge(DF, "cross", on="k"),
        lambda: wrong.merge(DF, "left_semi", on="k", indicator=True),
        lambda: wrong.merge(DF, on="k", suffixes="_x"),
        lambda: wrong.merge(DF, on="k", suffixes=("_x", 1)),
        lambda: wrong.merge(DF, on="k", left_on="k", right_on="k"),
        lambda: wrong.merge(DF, on=[]),
        lambda: wrong.merge(DF, left_on=[], right_on=[]),
    ],
)
def test_a_merge_that_makes_no_sense_is_refused(make: Any) -> None:
    with pytest.raises(PlanError, match="merge"):
        make()
