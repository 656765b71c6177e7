"""explain() tells where each step runs and why, without reading rows or running functions."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import ColumnNotFoundError, SourceNotFoundError, UnknownNameError
from etlframe.plan.explain import Explanation, Placed, explained
from etlframe.sources.base import DataSource

FRAME = pd.DataFrame({"v": [1, 2], "s": ["a", "b"]})


class Unread(DataSource):
    """A source that must not be read to explain a plan."""

    def extract(self) -> pd.DataFrame:
        raise AssertionError("it was read")


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    FRAME.to_csv(path, index=False)
    return path


def engines(explanation: Explanation) -> list[str]:
    return [placed.engine for placed in explanation.steps]


def test_the_source_and_the_destination_are_steps_too(csv: Path, tmp_path: Path) -> None:
    plan = etl.Pipeline("p", csv).query("v > 1").to(tmp_path / "out.csv", mode="append")
    names = [placed.name for placed in explained(plan).steps]
    assert names == [f"extract {csv}", "query v > 1", f"load to {tmp_path / 'out.csv'} (append)"]


def test_the_destination_is_loaded_where_the_last_step_ran(csv: Path, tmp_path: Path) -> None:
    plan = etl.Pipeline("p", csv).to(tmp_path / "out.csv")
    assert engines(explained(plan)) == ["duckdb", "duckdb"]
    assert engines(explained(plan.pipe(lambda d: d))) == ["duckdb", "pandas", "pandas"]


def test_a_frame_in_memory_is_pandas_own_unless_an_engine_is_asked_for() -> None:
    plan = etl.Pipeline("p", FRAME).query("v > 1")
    assert engines(explained(plan)) == ["pandas", "pandas"]
    assert "in memory" in explained(plan).steps[0].reason
    assert engines(explained(plan, "duckdb"))[-1] == "duckdb"


def test_pandas_by_choice_needs_no_reason(csv: Path) -> None:
    plan = etl.Pipeline("p", csv).assign(w=lambda d: d["v"].apply(abs))
    assert {placed.reason for placed in explained(plan, "pandas").steps} == {""}


@pytest.mark.parametrize("engine", ["auto", "duckdb", "pandas"])
def test_a_source_that_only_reading_would_tell_is_not_read(engine: str) -> None:
    plan = etl.Pipeline("p", Unread()).query("whatever > 1")
    assert engines(explained(plan, engine)) == ["pandas", "pandas"]


def test_columns_are_followed_through_steps_that_run_in_pandas(csv: Path) -> None:
    plan = etl.Pipeline("p", csv).assign(w=lambda d: d["v"].apply(abs)).drop("s")
    assert len(explained(plan.query("w > 1")).steps) == 4
    with pytest.raises(ColumnNotFoundError, match="Step 'query s == 1'"):
        explained(plan.query("s == 1"))


def test_after_a_function_of_the_user_s_columns_may_be_any(csv: Path) -> None:
    plan = etl.Pipeline("p", csv).pipe(lambda d: d.assign(later=1)).query("later > 0")
    assert engines(explained(plan)) == ["duckdb", "pandas", "pandas"]


def test_an_engine_that_is_asked_for_may_go_on_after_a_function(csv: Path) -> None:
    plan = etl.Pipeline("p", csv).pipe(lambda d: d).query("v > 0")
    last = explained(plan, "duckdb").steps[-1]
    assert (last.engine, last.reason) == ("duckdb", "if its columns, known then, allow")


def test_a_source_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError):
        explained(etl.Pipeline("p", tmp_path / "none.csv"))


def test_an_engine_that_is_not_there_is_told_with_near_names(csv: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"Did you mean 'duckdb'\?"):
        explained(etl.Pipeline("p", csv), "dukdb")


def test_the_text_is_aligned_and_its_repr() -> None:
    steps = (Placed("extract", "duckdb"), Placed("a longer step", "pandas", "calls .apply"))
    explanation = Explanation("p", "duckdb", steps)
    assert str(explanation).splitlines() == [
        "p: engine duckdb",
        "  extract        duckdb",
        "  a longer step  pandas  (calls .apply)",
    ]
    assert repr(explanation) == str(explanation)


def test_names_are_escaped_in_html() -> None:
    html = Explanation("p", "duckdb", (Placed("<b>", "duckdb", "<i>"),))._repr_html_()
    assert "&lt;b&gt;" in html
    assert "&lt;i&gt;" in html
    assert "<b>" not in html
