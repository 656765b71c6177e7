"""A frame without columns, such as ``[]`` in a JSON file gives, is pandas' on every engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from etlframe import DataLoader, Pipeline
from etlframe.errors import ColumnNotFoundError
from tests.differential.comparing import assert_same

ROWS_ALONE = pd.DataFrame(index=range(3))
PAIR = pd.DataFrame({"a": [1, 2]})

PLANS: dict[str, Callable[[Pipeline], Pipeline]] = {
    "nothing": lambda p: p,
    "assign": lambda p: p.assign(a="1"),
    "head": lambda p: p.head(2),
    "drop_duplicates": lambda p: p.drop_duplicates(),
    "cross": lambda p: p.merge(PAIR, how="cross"),
    "concat": lambda p: p.concat(PAIR),
}


@pytest.fixture(params=["[]", "frame", "rows alone"])
def plan(request: pytest.FixtureRequest, tmp_path: Path) -> Pipeline:
    if request.param != "[]":
        return Pipeline("p", ROWS_ALONE.head(3 if request.param == "rows alone" else 0))
    path = tmp_path / "in.json"
    path.write_text("[]")
    return Pipeline("p", path)


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
@pytest.mark.parametrize("name", PLANS)
def test_every_engine_gives_pandas_answer(plan: Pipeline, engine: str, name: str) -> None:
    made = PLANS[name](plan)
    assert_same(made, engine)


@pytest.mark.parametrize("engine", ["pandas", "duckdb", "polars"])
def test_a_column_that_is_not_there_is_told(plan: Pipeline, engine: str) -> None:
    with pytest.raises(ColumnNotFoundError, match=r"'query n > 1': no column 'n'"):
        plan.query("n > 1").collect(engine)


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
@pytest.mark.parametrize("how", ["cross", "below"])
def test_it_may_stand_on_the_other_side(engine: str, how: str) -> None:
    pair = Pipeline("p", PAIR)
    made = pair.merge(ROWS_ALONE, how="cross") if how == "cross" else pair.concat(ROWS_ALONE)
    assert_same(made, engine)


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_the_last_column_may_be_dropped(engine: str, tmp_path: Path) -> None:
    DataLoader(tmp_path / "in.csv").load(PAIR)
    for source in (PAIR, tmp_path / "in.csv"):
        made = Pipeline("p", source).drop("a").head(1)
        assert_same(made, engine)


@pytest.mark.parametrize("engine", ["pandas", "duckdb", "polars", "auto"])
def test_json_lines_of_no_rows_are_read_as_an_empty_frame(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    DataLoader(path).load(PAIR.head(0))
    assert path.read_text() == "\n"
    read = Pipeline("p", path)
    assert read.collect(engine).shape == read.head(1).collect(engine).shape == (0, 0)
    copied = read.to(tmp_path / "out.jsonl").run(engine).raise_for_status()
    assert copied.rows_loaded == 0
    assert (tmp_path / "out.jsonl").read_text() == "\n"
