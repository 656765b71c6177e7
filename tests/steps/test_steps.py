from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import ColumnNotFoundError, PlanError
from etlframe.steps.base import Step
from etlframe.steps.columns import Drop, Rename, Select
from etlframe.steps.reshape import Explode

wrong: Any = etl  # what follows calls it in ways that its types forbid
DF = pd.DataFrame({"id": [1, 2, 3], "v": [5, 1, 9], "k": ["a", "b", "a"]})


def test_query_filters_a_dataframe() -> None:
    assert etl.query("v > 3")(DF)["id"].tolist() == [1, 3]


def test_assign_takes_strings_lambdas_columns_and_constants() -> None:
    step = etl.assign(
        a="v + id", b=lambda d: d["a"] * 2, c=pd.col("k").str.upper(), d=etl.lit("US"), e=7
    )
    frame = step(DF)
    assert frame["a"].tolist() == [6, 3, 12]
    assert frame["b"].tolist() == [12, 6, 24]
    assert frame["c"].tolist() == ["A", "B", "A"]
    assert frame["d"].tolist() == ["US"] * 3
    assert frame["e"].tolist() == [7] * 3


def test_aggregate_groups_with_names() -> None:
    frame = etl.aggregate("k", n=("id", "count"), top=("v", max))(DF)
    assert frame.to_dict("list") == {"k": ["a", "b"], "n": [2, 1], "top": [9, 1]}


def test_steps_leave_their_input_alone() -> None:
    before = DF.copy()
    for step in (etl.query("v > 3"), etl.assign(v="v * 2"), etl.aggregate("k", n=("v", "sum"))):
        step(DF)
    pd.testing.assert_frame_equal(DF, before)


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
    ]
    for step in steps:
        assert step.columns_after(list(DF.columns)) == list(step(DF).columns), step.name


def test_a_rename_that_gives_two_columns_one_name_is_refused() -> None:
    with pytest.raises(PlanError, match="two columns the name 'id'"):
        Rename({"v": "id"}).columns_after(list(DF.columns))


def test_a_bare_word_in_assign_gets_the_hint_of_lit() -> None:
    with pytest.raises(ColumnNotFoundError, match=r"country=etl.lit\('US'\)"):
        etl.assign(country="US").columns_after(list(DF.columns))


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


def test_a_constant_shows_itself() -> None:
    assert repr(etl.lit("US")) == "lit('US')"
    assert "query v > 3" in repr(etl.query("v > 3"))
