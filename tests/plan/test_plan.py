"""The verbs of a plan: each is pandas' verb, and returns a new plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import OptionError, PlanError

DF = pd.DataFrame(
    {
        "k": ["b", "a", "b", None],
        "v": [3.0, None, 1.0, 1.0],
        "n": [1, 2, 3, 3],
    }
)
LISTS = pd.DataFrame({"k": ["a", "b"], "l": [[1, 2], [3]]})
WIDE = pd.DataFrame({"d": [1, 2], "low": [3, 4], "high": [5, 6]})
LONG = pd.DataFrame({"d": [1, 1, 2, 2], "w": ["low", "high"] * 2, "v": [3, 5, 4, 6]})

Verb = Callable[[Any], Any]
"""Written once, and called on a plan and on a DataFrame: the words are the same."""

VERBS: dict[str, tuple[pd.DataFrame, Verb]] = {
    "sort_values by one": (DF, lambda p: p.sort_values("v")),
    "sort_values by two": (DF, lambda p: p.sort_values(["v", "n"], ascending=[False, True])),
    "sort_values, missing first": (DF, lambda p: p.sort_values("v", na_position="first")),
    "drop_duplicates": (DF, lambda p: p.drop_duplicates(["v"], keep="last")),
    "drop_duplicates of all columns": (DF, lambda p: p.drop_duplicates()),
    "dropna": (DF, lambda p: p.dropna()),
    "dropna how all": (DF, lambda p: p.dropna(subset=["k", "v"], how="all")),
    "fillna by column": (DF, lambda p: p.fillna({"v": 0.5})),
    "head": (DF, lambda p: p.head(2)),
    "head of a negative number": (DF, lambda p: p.head(-1)),
    "tail": (DF, lambda p: p.tail(2)),
    "tail of a negative number": (DF, lambda p: p.tail(-1)),
    "sample": (DF, lambda p: p.sample(2, random_state=7)),
    "sample a part with replacement": (
        DF, lambda p: p.sample(frac=1.5, replace=True, random_state=7)
    ),
    "explode": (LISTS, lambda p: p.explode("l")),
    "drop one": (DF, lambda p: p.drop(columns="v")),
    "drop two": (DF, lambda p: p.drop(columns=["v", "k"])),
    "rename": (DF, lambda p: p.rename(columns={"v": "value"})),
    "astype one": (DF, lambda p: p.astype({"n": "float64"})),
    "astype all": (DF[["n"]], lambda p: p.astype("float64")),
    "melt": (WIDE, lambda p: p.melt("d", ["low", "high"], value_name="degrees")),
    "merge": (DF, lambda p: p.merge(LISTS, how="left", on="k")),
    "pipe with arguments": (DF, lambda p: p.pipe(pd.DataFrame.nlargest, 2, columns="n")),
}  # fmt: skip


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_means_what_it_means_in_pandas(name: str) -> None:
    df, verb = VERBS[name]
    expected = verb(df).reset_index(drop=True)
    pd.testing.assert_frame_equal(verb(etl.Pipeline("p", df)).collect(), expected)


def test_concat_puts_rows_below() -> None:
    made = etl.Pipeline("p", DF).concat(DF.head(1), DF.tail(1)).collect()
    expected = pd.concat([DF, DF.head(1), DF.tail(1)], ignore_index=True)
    pd.testing.assert_frame_equal(made, expected)


def test_pivot_makes_columns_of_a_column() -> None:
    made = etl.Pipeline("p", LONG).pivot("w", index="d", values="v").collect()  # noqa: PD010 - a plan's verb
    assert made.to_dict("list") == {"d": [1, 2], "high": [5, 6], "low": [3, 4]}


@pytest.mark.parametrize("columns", [("v", "k"), (["v", "k"],), (["v"], "k")])
def test_select_takes_names_and_lists_of_them(columns: Any) -> None:
    assert list(etl.Pipeline("p", DF).select(*columns).collect()) == ["v", "k"]


def test_groups_may_keep_missing_keys_and_the_order_of_rows() -> None:
    grouped = etl.Pipeline("p", DF).groupby("k", dropna=False, sort=False)
    made = grouped.aggregate(n=("n", "sum")).collect()
    assert made["k"].fillna("-").tolist() == ["b", "a", "-"]
    assert made["n"].tolist() == [4, 2, 3]


def test_steps_may_be_functions_of_a_frame_and_transformations() -> None:
    double = etl.Transformation("double", lambda df, by: df.assign(n=df["n"] * by), by=2)
    plan = etl.Pipeline("p", DF, [lambda df: df.head(2), double])
    assert plan.collect()["n"].tolist() == [2, 4]
    assert plan.steps[1].name == "double"


def test_to_takes_what_the_loader_takes_and_the_last_one_counts() -> None:
    plan = etl.Pipeline("p", DF, destination="first.csv").to("out.csv", mode="append", sep=";")
    assert plan.destination is not None
    assert plan.destination.describe() == "out.csv (append)"


def test_a_verb_leaves_the_plan_that_it_is_called_on() -> None:
    plan = etl.Pipeline("p", DF)
    for df, verb in VERBS.values():
        other = etl.Pipeline("p", df)
        assert len(verb(other).steps) == 1
        assert other.steps == ()
    assert plan.to("out.csv").destination is not None
    assert plan.destination is None


def test_what_is_given_may_change_later() -> None:
    names, values = {"v": "w"}, {"v": 0.0}
    plan = etl.Pipeline("p", DF).fillna(values).rename(names)
    names["v"], values["v"] = "z", 9.0
    assert plan.collect()["w"].tolist() == [3.0, 0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda p: p.sort_values([]), "0 columns and 0 in ascending="),
        (lambda p: p.sort_values(["k", "v"], ascending=[True]), "2 columns and 1 in ascending="),
        (lambda p: p.head("3"), "head takes a whole number of rows, not '3'"),
        (lambda p: p.tail(1.5), "tail takes a whole number of rows, not 1.5"),
        (lambda p: p.select(), "select needs at least one column"),
        (lambda p: p.rename("v"), "rename takes a mapping of old name to new"),
        (lambda p: p.pipe("v"), "function of a DataFrame, not str"),
        (lambda p: etl.Pipeline(" ", DF), "name is a text that is not empty, not ' '"),
    ],
)
def test_what_cannot_be_meant_is_an_error_when_it_is_written(wrong: Verb, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        wrong(etl.Pipeline("p", DF))


def test_a_share_of_invalid_rows_is_not_available_yet() -> None:
    with pytest.raises(OptionError, match="max_invalid= is not available yet"):
        etl.Pipeline("p", DF).validate(None, max_invalid=0.1)
