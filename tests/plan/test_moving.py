"""A frame on its way: on an engine as long as it can, in pandas from where it cannot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import etlframe as etl
from etlframe.errors import FallbackError, StepError
from etlframe.plan.attempts import computed
from etlframe.plan.moving import Mover
from etlframe.sources.base import DataSource
from etlframe.sources.file import FileSource
from etlframe.sources.frame import FrameSource

FRAME = pd.DataFrame({"v": [1, 2, 3]})
QUERY = etl.query("v > 1")


def opaque(df: pd.DataFrame) -> pd.DataFrame:
    return df


class Last:
    """Keeps the last row, and counts those that it was given."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def __call__(self, df: pd.DataFrame) -> pd.DataFrame:
        self.seen.append(len(df))
        return df.tail(1)


@pytest.fixture
def csv(tmp_path: Path) -> FileSource:
    path = tmp_path / "in.csv"
    FRAME.to_csv(path, index=False)
    return FileSource(path)


def moved(
    source: DataSource, engine: str, *functions: Callable[[pd.DataFrame], pd.DataFrame]
) -> Mover:
    """Return a mover that moved through steps, closed."""
    with Mover(source, engine) as mover:
        mover.extract()
        for step in etl.Pipeline("p", FRAME, functions).steps:
            mover.advance(step)
        mover.to_pandas()
    return mover


def places(mover: Mover) -> list[str]:
    return [record.engine for record in mover.records]


def test_it_stays_on_the_engine_until_a_step_that_cannot(csv: FileSource) -> None:
    mover = moved(csv, "auto", QUERY, opaque, QUERY)
    assert places(mover) == ["duckdb", "duckdb", "pandas", "pandas"]
    assert mover.engine_label == "duckdb+pandas"


def test_an_engine_that_was_asked_for_gets_the_frame_back(csv: FileSource) -> None:
    assert places(moved(csv, "duckdb", QUERY, opaque, QUERY)) == [
        "duckdb",
        "duckdb",
        "pandas",
        "duckdb",
    ]


def test_pandas_runs_all_of_it(csv: FileSource) -> None:
    mover = moved(csv, "pandas", QUERY, opaque)
    assert places(mover) == ["pandas"] * 3
    assert mover.engine_label == "pandas"


def test_a_frame_in_memory_goes_to_an_engine_by_name_only() -> None:
    assert places(moved(FrameSource(FRAME), "auto", QUERY)) == ["pandas", "pandas"]
    assert places(moved(FrameSource(FRAME), "duckdb", QUERY)) == ["pandas", "duckdb"]


def test_a_step_that_crosses_says_why(csv: FileSource) -> None:
    step = etl.assign(w=lambda d: d["v"].apply(abs))
    assert "apply" in moved(csv, "auto", step).records[1].reason


def test_a_fused_step_has_no_count_and_the_last_one_has(csv: FileSource) -> None:
    mover = moved(csv, "auto", QUERY, etl.assign(w="v * 2"))
    assert [record.rows for record in mover.records] == [3, None, 2]
    assert mover.rows_extracted == 3
    assert [record.seconds is None for record in mover.records[1:]] == [True, False]


def test_in_pandas_each_step_is_counted_and_timed() -> None:
    mover = moved(FrameSource(FRAME), "pandas", QUERY, opaque)
    assert [record.rows for record in mover.records] == [3, 2, 2]
    assert all(record.seconds is not None for record in mover.records)


def test_each_step_is_told_before_it_runs() -> None:
    def wrong(_df: pd.DataFrame) -> pd.DataFrame:
        raise ValueError("no")

    seen: list[str] = []
    with Mover(FrameSource(FRAME), "auto", on_step=seen.append) as mover:
        mover.extract()
        with pytest.raises(StepError):
            mover.advance(etl.Pipeline("p", FRAME, [wrong]).steps[0])
    assert seen == ["extract", "wrong"]


def test_no_step_falls_back_where_that_is_forbidden(csv: FileSource) -> None:
    with (
        etl.set_options(fallback="error"),
        pytest.raises(FallbackError, match="would fall back to pandas"),
    ):
        moved(csv, "auto", etl.assign(w=lambda d: d["v"].apply(abs)))


def test_what_a_frame_holds_that_an_engine_cannot_stays_in_pandas() -> None:
    frame = FRAME.assign(mixed=pd.Series([1, "a", None], dtype=object))
    mover = moved(FrameSource(frame), "duckdb", QUERY)
    assert mover.to_pandas()["mixed"].tolist() == ["a", None]


def test_rows_before_the_source_is_opened_are_a_mistake_of_ours(csv: FileSource) -> None:
    with Mover(csv, "auto") as mover, pytest.raises(RuntimeError, match="before extract"):
        mover.to_pandas()


def test_the_rows_for_a_loader_are_those_of_the_engine_or_of_pandas(csv: FileSource) -> None:
    with Mover(csv, "auto") as mover:
        mover.extract()
        mover.rows()
        assert mover.writer == "duckdb"
    with Mover(csv, "pandas") as mover:
        mover.extract()
        assert mover.rows().to_pandas()["v"].tolist() == [1, 2, 3]
        assert mover.writer == "pandas"


@pytest.mark.parametrize("engine", ["auto", "duckdb", "pandas"])
def test_a_sniff_that_proves_wrong_is_redone_from_the_source(tmp_path: Path, engine: str) -> None:
    path = tmp_path / "late.csv"
    path.write_text("v\n" + "1\n" * 30_000 + "late\n")
    last = Last()
    plan = etl.Pipeline("p", path, [last])
    assert computed(plan.source, plan.steps, engine)["v"].tolist() == ["late"]
    assert last.seen == [30_001]
