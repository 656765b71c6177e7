"""The verbs of groups: each is pandas', and returns a plan."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import PlanError

DF = pd.DataFrame(
    {"k": ["b", "a", "b", None, "b"], "j": [1, 1, 2, 2, 1], "v": [3.0, None, 1, 1, 9]}
)
PLAN = etl.Pipeline("p", DF)


@pytest.mark.parametrize("word", ["nlargest", "nsmallest"])
@pytest.mark.parametrize("by", ["k", ["k", "j"]])
@pytest.mark.parametrize("options", [{}, {"dropna": False}, {"sort": False}])
def test_extremes_mean_what_they_mean_in_pandas(word: str, by: Any, options: Any) -> None:
    expected = getattr(DF.groupby(by, **options)["v"], word)(2)
    made = getattr(PLAN.groupby(by, **options)["v"], word)(2).collect()
    levels = list(range(expected.index.nlevels - 1))
    expected = expected.reset_index(level=levels).reset_index(drop=True)
    pd.testing.assert_frame_equal(made, expected)


@pytest.mark.parametrize("options", [{}, {"dropna": False}])
def test_the_first_rows_are_those_of_pandas(options: Any) -> None:
    expected = DF.sort_values("j", kind="stable").groupby("k", **options).head(1)
    made = PLAN.sort_values("j").groupby("k", **options).head(1).collect()
    pd.testing.assert_frame_equal(made, expected.reset_index(drop=True))


def test_five_is_the_number_unless_one_is_given() -> None:
    many = etl.Pipeline("p", pd.DataFrame({"k": [1] * 9, "v": range(9)}))
    assert many.groupby("k")["v"].nlargest().collect()["v"].tolist() == [8, 7, 6, 5, 4]
    assert many.groupby("k")["v"].nsmallest().collect()["v"].tolist() == [0, 1, 2, 3, 4]
    assert len(many.groupby("k").head().collect()) == 5


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda g: g[["v"]], r"Name one column of the groups, not \['v'\]"),
        (lambda g: g["k"], "The groups are by 'k' itself"),
        (lambda g: g["v"].nlargest(1.5), "nlargest takes a whole number of rows, not 1.5"),
        (lambda g: g.head("2"), "head takes a whole number of rows, not '2'"),
    ],
)
def test_what_cannot_be_meant_is_an_error_when_it_is_written(wrong: Any, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        wrong(PLAN.groupby("k"))


def test_another_word_of_a_column_tells_how_it_is_said_here() -> None:
    grouped: Any = PLAN.groupby("k")
    with pytest.raises(AttributeError, match=r"groupby\('k'\)\.agg\(mean_v=\('v', 'mean'\)\)"):
        grouped["v"].mean()
    grouped = PLAN.groupby(["k", "j"])
    with pytest.raises(AttributeError, match=r"d\.groupby\(\['k', 'j'\]\)\['v'\]\.rank\(\.\.\.\)"):
        grouped["v"].rank()
    assert not hasattr(grouped["v"], "_repr_html_")
