"""Random pipelines over many row groups, on which threads work at once: the order of rows holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import etlframe as etl
from etlframe.steps.join import Merge

from .comparing import assert_same
from .frames import TEXTS
from .pipelines import pipelines

ROWS, GROUP = 30_000, 2_048


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of the columns that random pipelines know, in fifteen row groups."""
    path = tmp_path_factory.mktemp("long") / "rows.parquet"
    draw = np.random.default_rng(7)
    moments = pd.Timestamp("2013-01-01") + pd.to_timedelta(draw.integers(0, 10**6, ROWS), unit="s")
    df = pd.DataFrame(
        {
            "i": draw.integers(-5, 6, ROWS),
            "j": draw.integers(-(2**40), 2**40, ROWS),
            "f": np.where(draw.random(ROWS) < 0.2, np.nan, draw.integers(-9, 9, ROWS) / 4),
            "g": draw.integers(-9, 9, ROWS) / 4,
            "s": pd.Series(draw.choice(TEXTS, ROWS), dtype="str").where(draw.random(ROWS) < 0.9),
            "k": pd.Series(draw.choice(["x", "y", "z"], ROWS), dtype="str"),
            "b": draw.random(ROWS) < 0.5,
            "t": pd.Series(moments).dt.as_unit("us").where(draw.random(ROWS) < 0.9),
            "z": pd.Series(moments).dt.as_unit("us").dt.tz_localize("UTC"),
        }
    )
    df.to_parquet(path, row_group_size=GROUP)
    return path


@settings(max_examples=max(20, settings().max_examples // 10))
@given(data=st.data())
def test_threads_keep_the_order_of_rows(data: st.DataObject, engine: str, path: Path) -> None:
    pipeline = data.draw(pipelines(path))
    merges = sum(isinstance(step, Merge) for step in pipeline.steps)
    assume(merges < 2)  # each makes several rows of one
    with etl.set_options(threads=8):
        assert_same(pipeline, engine)
