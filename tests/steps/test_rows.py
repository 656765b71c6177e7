from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import etlframe as etl
from etlframe import Pipeline
from etlframe.errors import PlanError
from etlframe.steps.rows import Head, Tail, sample

wrong: Any = etl  # what follows calls it in ways that its types forbid
DF = pd.DataFrame({"id": [1, 2, 3], "v": [5, 1, 9], "k": ["a", "b", "a"]})


def test_head_and_tail_of_negative_numbers_leave_rows_out() -> None:
    assert Head(-1)(DF)["id"].tolist() == [1, 2]
    assert Tail(-1)(DF)["id"].tolist() == [2, 3]
    assert Tail(2)(DF)["id"].tolist() == [2, 3]


def test_a_sample_draws_the_same_rows_each_time() -> None:
    step = sample(2, None, replace=False, random_state=1)
    pd.testing.assert_frame_equal(step(DF), step(DF))
    assert len(Pipeline("p", DF).sample(frac=1.0, random_state=3).collect("duckdb")) == len(DF)


@pytest.mark.parametrize(
    "make",
    [
        lambda p: p.sample(random_state=1),
        lambda p: p.sample(1, frac=0.5, random_state=1),
        lambda p: p.sample(-1, random_state=1),
        lambda p: p.sample(1, random_state=None),
        lambda p: p.head(2.5),
        lambda p: p.tail("2"),
        lambda p: p.sort_values("k", na_position="middle"),
        lambda p: p.drop_duplicates("k", keep="second"),
        lambda p: p.dropna("k", how="some"),
    ],
)
def test_rows_that_cannot_be_chosen_are_refused(make: Any) -> None:
    with pytest.raises(PlanError):
        make(Pipeline("p", DF))
